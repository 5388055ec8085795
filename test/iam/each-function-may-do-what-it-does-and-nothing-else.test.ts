import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bootLaptop, type Laptop } from '../laptop/laptop.ts';
import { askTheRest, dropped, functionOf, liveThrough, planFair, series } from '../moto/days.ts';
import { forecastBucket, historyBucket, makeStorage, stacksOf } from '../moto/storage.ts';
import { startMoto } from '../parity/states-moto.ts';
import { type Right, startEngine } from './engine.ts';
import { startGate } from './gate.ts';
import { functionRights, lambdasOwnCalls } from './roles.ts';

// The functions of region north call moto's S3 and DynamoDB, and Step Functions, through a gate that knows only the
// policy of the caller's role.
const stacks = stacksOf(inject('assembly'));
const north = stacks.find(({ name }) => name.includes('north'))!;
const rights = functionRights(north);
const functions = [...rights.keys()];
const readable = ({ action, resource }: Right) => `${action} ${resource}`;
const minutesAgo = (n: number) => `${new Date(Date.now() - n * 60_000).toISOString().slice(0, 19)}Z`;

let moto: Awaited<ReturnType<typeof startMoto>>;
let gate: Awaited<ReturnType<typeof startGate>>;
let laptop: Laptop;
const engine = startEngine();
/** Taken from a role, for a while. */
let dropping: (Right & { caller: string }) | undefined;
const without = (caller: string, { action, resource }: Right) =>
  rights.get(caller)!.filter((right) => right.action !== action || right.resource !== resource);

beforeAll(async () => {
  moto = await startMoto();
  const { endpoint } = moto;
  await makeStorage(stacks, endpoint);
  let states = '';
  gate = await startGate({
    engine,
    account: north.account,
    rightsOf: (caller) => (dropping?.caller === caller ? without(caller, dropping) : rights.get(caller)!),
    // The laptop's own endpoint of Step Functions and EventBridge.
    behind: (service) => (['states', 'events'].includes(service) ? states : endpoint),
  });
  laptop = await bootLaptop({
    environmentOf(name, endpoints): Record<string, string> {
      states = endpoints.states;
      if (!rights.has(name)) return { AWS_ENDPOINT_URL_S3: endpoint, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
      return {
        AWS_ENDPOINT_URL_S3: gate.url,
        AWS_ENDPOINT_URL_DYNAMODB: gate.url,
        AWS_ENDPOINT_URL_SFN: gate.url,
        AWS_ENDPOINT_URL: gate.url,
        AWS_ACCESS_KEY_ID: name,
      };
    },
  });
  await wholePass();
});
afterAll(async () => {
  await laptop?.close();
  gate?.close();
  moto?.stop();
  engine.stop();
});

/** Everything that the product does, once. */
async function wholePass() {
  const client = new S3Client({
    endpoint: moto.endpoint,
    region: north.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    forcePathStyle: true,
  });
  const forecasts = forecastBucket([north]);
  const aged = 'forecasts/team=bees/';
  await liveThrough(laptop, [minutesAgo(9), minutesAgo(4)], async (Key, Body) => {
    await client.send(new PutObjectCommand({ Bucket: historyBucket([north]), Key, Body }));
    expect(await functionOf(laptop, 'ingestinbox').invoke(dropped(Key))).not.toHaveProperty('error');
  });
  await askTheRest(laptop);
  await exportAndFetch();
  // A batch that dies, so that its series is settled without it.
  const batch = functionOf(laptop, 'forecastbatch').name;
  const dies = (name: string, payload: unknown) =>
    name === batch && JSON.stringify(payload).includes('crows');
  laptop.faults = { function: (name, _, payload) => (dies(name, payload) ? 'throw' : undefined) };
  const { runId } = await laptop.refresh('north', minutesAgo(3));
  expect(await laptop.run(runId)).toMatchObject({ status: 'published', counts: { ok: 2, stale: 1 } });
  // A run that fails, and what the watch makes of a changed calendar: looks, settles, starts, asks how it fares.
  const broken = functionOf(laptop, 'reconcileregion').name;
  laptop.faults = { function: (name) => (name === broken ? 'throw' : undefined) };
  expect((await laptop.refresh('north', minutesAgo(2))).execution.status).toBe('FAILED');
  laptop.faults = {};
  // The models of the run before are aged out: whom to tell of a change looks for them, and must be told that they are gone.
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket: forecasts, Prefix: aged },
  ))
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: forecasts, Key }));
  await planFair(laptop, 5, 'bees');
  const look = async () =>
    (await functionOf(laptop, 'CalendarWatch').invoke({})) as { payload: { found: string; runId: string } };
  expect((await look()).payload.found).toBe('settling');
  await new Promise((resolve) => setTimeout(resolve, 10_100));
  const { payload } = await look();
  expect(payload.found).toBe('started');
  await look();
  const { executionId } = await laptop.run(payload.runId);
  expect((await laptop.cloud.ended(executionId)).status).toBe('SUCCEEDED');
}

/** An export is read by its link, with the rights of the role that signed it. */
async function exportAndFetch() {
  const exports = `${series}/exports`;
  const made = await laptop.fetch(exports, { method: 'POST' });
  expect(made.status).toBe(201);
  const { exportId } = (await made.json()) as { exportId: string };
  const again = await laptop.fetch(`${exports}/${exportId}`);
  const { url } = (await again.json()) as { url: string };
  expect((await fetch(url)).status).toBe(200);
}

/** A function's distinct calls: its own, through the gate, and Lambda's on its behalf. */
const callsOf = (caller: string): Right[] => {
  const all = [...(gate.calls.get(caller) ?? []), ...lambdasOwnCalls(north, caller)];
  return [...new Map(all.map((call) => [readable(call), call])).values()];
};

it('nothing is missing: the whole pass came through, and not one call was refused', async () => {
  expect(gate.refused).toEqual([]);
  for (const name of functions) {
    expect(gate.calls.get(name)?.length ?? 0, name).toBeGreaterThan(0);
    const calls = callsOf(name);
    const permitted = await engine.permits(rights.get(name)!, calls);
    expect(calls.filter((_, i) => !permitted[i])).toEqual([]);
  }
});

describe('nothing is spare: without any one right, a call is refused', () => {
  it.each(functions)('%s', async (name) => {
    const calls = callsOf(name);
    const lines: string[] = [];
    const spare: string[] = [];
    for (const right of rights.get(name)!) {
      const permitted = await engine.permits(without(name, right), calls);
      const refused = permitted.filter((passes) => !passes).length;
      lines.push(`${String(refused).padStart(6)}  ${readable(right)}`);
      if (refused === 0) spare.push(readable(right));
    }
    process.stdout.write(
      `${name}: ${calls.length} calls\n${'needed'.padStart(6)}  right\n${lines.join('\n')}\n`,
    );
    expect(spare).toEqual([]);
  });
});

it('a right that is dropped stops the run for real, and its record says which', async () => {
  const caller = functionOf(laptop, 'planrun').name;
  const right = rights.get(caller)!.find(({ action }) => action === 'dynamodb:Scan')!;
  dropping = { caller, ...right };
  const { runId, execution } = await laptop.refresh('north', minutesAgo(1));
  dropping = undefined;
  expect(execution.status).toBe('FAILED');
  expect(JSON.stringify(await laptop.run(runId))).toContain('dynamodb:Scan');
  expect(gate.refused.map(readable)).toContain(readable(right));
});
