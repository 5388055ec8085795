import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { loadAssembly } from '../../lib/local/assembly/load.ts';
import { readMachines } from '../../lib/local/executions/read-machines.ts';
import { TaskFailure } from '../../lib/local/states/index.ts';
import { Cloud, type Handler, play } from '../local/states/stage.ts';
import { startMoto } from '../parity/states-moto.ts';
import { stacksOf } from './storage.ts';

// The synthesized machine on the laptop's interpreter and on moto's, with the same scripted functions.
const runId = 'north-20260301T010000Z';
const manifestKey = `runs/${runId}/manifest.json`;
const scheduledTime = '2026-03-01T01:00:00Z';
const items = [1, 2, 3].map((n) => ({ team: `team${n}`, metric: 'requests' }));

/** What moto's interpreter refuses of a Distributed Map, and the output, which reads what the ResultWriter left. */
const refused = ['ItemBatcher', 'ToleratedFailurePercentage', 'ResultWriter', 'Output'] as const;

type State = Record<string, unknown> & { ItemBatcher?: { BatchInput: unknown } };
function definition() {
  const assembly = loadAssembly(inject('assembly'), 'us-east-1');
  const machines = readMachines(stacksOf(inject('assembly')), assembly);
  const { States, ...machine } = machines.find(({ name }) => name.includes('north'))!.definition as {
    States: Record<string, State>;
  };
  const { ForecastSeries, ...others } = States;
  const { BatchInput } = ForecastSeries!.ItemBatcher!;
  const kept = Object.entries(ForecastSeries!).filter(([name]) => !refused.some((other) => other === name));
  expect(refused.filter((name) => ForecastSeries![name] === undefined)).toEqual([]);
  // Without batches, each item makes one of its own.
  const ItemSelector = { BatchInput, Items: ['{% $states.context.Map.Item.Value %}'] };
  return { ...machine, States: { ...others, ForecastSeries: { ...Object.fromEntries(kept), ItemSelector } } };
}

type Scripts = Record<string, Handler>;
const fail =
  (errorType: string, errorMessage: string): Handler =>
  () => {
    throw new TaskFailure(errorType, JSON.stringify({ errorType, errorMessage }));
  };
const scripts = (changed: Scripts): Scripts => ({
  planrun: () => ({ runId, plan: 'planned', series: items.length, manifestKey, calendarVersion: 7 }),
  forecastbatch: ({ Items }: { Items: object[] }) => ({
    outcomes: Items.map((item) => ({ ...item, status: 'ok' })),
  }),
  reconcileregion: ({ results, ...rest }: Record<string, unknown>) => ({
    ...rest,
    counts: { ok: (results as object[]).length, stale: 0, fallback: 0, failed: 0 },
  }),
  publishrun: () => ({ runId, result: 'published' }),
  notifyteams: () => ({ runId, notices: 0 }),
  recordfailure: () => ({ runId }),
  ...changed,
});
/** The script of a function, by its ARN or a part of its name. */
const scriptOf = (all: Scripts, functionName: string) =>
  Object.entries(all).find(([name]) => functionName.includes(`Functions${name}Function`))![1];

/** A call as text, without the ids of executions. */
const callOf = (functionName: string, payload: unknown) =>
  `${functionName} ${JSON.stringify(payload).replace(/arn:aws:states:[^"]+/, 'EXECUTION')}`;

let moto: Awaited<ReturnType<typeof startMoto>>;
let now: Scripts;
let calls: string[];
beforeAll(async () => {
  moto = await startMoto((functionName, payload) => {
    calls.push(callOf(functionName, payload));
    return scriptOf(now, functionName)(payload as never, AbortSignal.abort());
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new S3Client({
    endpoint: moto.endpoint,
    region: 'us-east-1',
    credentials,
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket() }));
  await client.send(
    new PutObjectCommand({ Bucket: bucket(), Key: manifestKey, Body: JSON.stringify(items) }),
  );
});
afterAll(() => moto?.stop());

const bucket = () => {
  const { ItemReader } = definition().States.ForecastSeries as {
    ItemReader?: { Arguments: { Bucket: string } };
  };
  return ItemReader!.Arguments.Bucket;
};

async function ours(all: Scripts) {
  const called: string[] = [];
  const cloud = new Cloud({}, { [`${bucket()}/${manifestKey}`]: items });
  cloud.invokeFunction = async (functionName, payload, signal) => {
    called.push(callOf(functionName, payload));
    return { payload: await scriptOf(all, functionName)(payload as never, signal) };
  };
  const { result, events } = await play(definition(), { scheduledTime }, { integrations: cloud });
  // The children of a Map Run are executions of their own: their states are in no history but theirs.
  const own = events[0]!.executionId;
  const left = events.filter(({ type, executionId }) => type === 'StateExited' && executionId === own);
  return {
    result: JSON.parse(JSON.stringify(result)),
    visited: left.map(({ state, output }) => `${state} ${JSON.stringify(output)}`).sort(),
    called: called.sort(),
  };
}

async function theirs(all: Scripts) {
  now = all;
  calls = [];
  const result = await moto.run(definition(), { scheduledTime });
  const exited = await moto.exited();
  return {
    result,
    visited: exited.map(({ name, output }) => `${name} ${JSON.stringify(JSON.parse(output))}`).sort(),
    called: calls.sort(),
  };
}

const down = fail('Unavailable', 'the table is on fire');
let throttled: Set<string>;
const cases: [string, () => Scripts][] = [
  ['succeeds', () => ({})],
  [
    'finds its run planned already',
    () => ({ planrun: () => ({ runId, plan: 'duplicate', series: 0, manifestKey, calendarVersion: 7 }) }),
  ],
  [
    'has nothing to forecast',
    () => ({ planrun: () => ({ runId, plan: 'planned', series: 0, manifestKey, calendarVersion: 7 }) }),
  ],
  ['cannot plan', () => ({ planrun: down })],
  ['loses a series', () => ({ forecastbatch: down })],
  ['cannot reconcile', () => ({ reconcileregion: down })],
  ['cannot publish', () => ({ publishrun: down })],
  ['cannot tell the teams', () => ({ notifyteams: down })],
  ['cannot record its failure', () => ({ planrun: down, recordfailure: down })],
  [
    'is throttled once in each call',
    () => {
      throttled = new Set();
      return Object.fromEntries(
        Object.entries(scripts({})).map(([name, script]) => [
          name,
          (payload: never, signal: AbortSignal) => {
            const call = callOf(name, payload);
            const first = !throttled.has(call);
            throttled.add(call);
            if (first) return fail('Lambda.TooManyRequestsException', 'slow down')(payload, signal);
            return script(payload, signal);
          },
        ]),
      );
    },
  ],
];

it.each(cases)('a refresh that %s', async (_, changed) => {
  const mine = await ours(scripts(changed()));
  const other = await theirs(scripts(changed()));
  expect(other).toEqual(mine);
});

it('a refresh that cannot read the manifest goes the same way (moto calls it States.Runtime, AWS States.ItemReaderFailed)', async () => {
  const planrun = () => ({ runId, plan: 'planned', series: 3, manifestKey: 'none', calendarVersion: 7 });
  const mine = await ours(scripts({ planrun }));
  const other = await theirs(scripts({ planrun }));
  const names = (texts: string[]) => texts.map((text) => text.split(' ')[0]);
  expect(names(other.visited)).toEqual(names(mine.visited));
  expect(names(other.called)).toEqual(names(mine.called));
  expect(mine.result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  expect(other.result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
