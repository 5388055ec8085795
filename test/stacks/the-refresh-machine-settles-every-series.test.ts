import { describe, expect, it } from 'vitest';
import { TaskFailure } from '../../lib/local/states/index.ts';
import { notifyInput } from '../../lib/service/contracts/notices.ts';
import {
  forecastBatchInput,
  forecastBatchOutput,
  planRunInput,
  publishInput,
  reconcileInput,
  recordFailureInput,
} from '../../lib/service/contracts/refresh.ts';
import { Cloud, type Handler, play } from '../local/states/stage.ts';
import { flat, ofType, templateOf } from './assembly.ts';

type States = Record<string, Record<string, unknown>>;

/** The definition as it is deployed in `fr`, each reference to a function replaced by the function's name. */
const definition = () => {
  const template = templateOf('cloudtune-fr');
  const [[, machine] = []] = ofType(template, 'AWS::StepFunctions::StateMachine');
  const text = flat(machine?.Properties.DefinitionString)
    .replaceAll('<AWS::Partition>', 'aws')
    .replace(/<Functions([a-z]+)Function\w+\.Arn>/g, '$1')
    .replace(/<StorageForecasts\w+>/g, 'forecasts');
  return JSON.parse(text) as { States: States; TimeoutSeconds: number; QueryLanguage: string };
};

/** Every state, those inside of maps too. */
const allStates = (states: States): [string, Record<string, unknown>][] =>
  Object.entries(states).flatMap(([name, state]) => {
    const inner = state.ItemProcessor as { States: States } | undefined;
    return [[name, state] as [string, Record<string, unknown>], ...(inner ? allStates(inner.States) : [])];
  });

const runId = 'fr-20260301T010000Z';
const manifestKey = `runs/${runId}/manifest.json`;
const scheduledTime = '2026-03-01T01:00:00Z';
const items = [1, 2, 3].map((n) => ({ team: `team${n}`, metric: 'requests' }));
const counts = { ok: 3, stale: 0, fallback: 0, failed: 0 };

interface Batch {
  BatchInput: unknown;
  Items: { team: string; metric: string }[];
}

/** Runs the deployed machine over three series; every payload is held against the contract of its function. */
async function refresh(handlers: Record<string, Handler> = {}, manifest = items) {
  const cloud = new Cloud(
    {
      planrun: (payload) => {
        planRunInput.strict().parse(payload);
        return { runId, plan: 'planned', series: items.length, manifestKey, calendarVersion: 7 };
      },
      forecastbatch: (payload: Batch) => ({
        outcomes: payload.Items.map((item) => ({ ...item, status: 'ok' })),
      }),
      reconcileregion: () => ({ runId, counts }),
      publishrun: () => ({ runId, result: 'published', previousRunId: 'fr-20260228T010000Z' }),
      notifyteams: () => ({ runId, notices: 0 }),
      recordfailure: () => ({ runId }),
      ...handlers,
    },
    { [`forecasts/${manifestKey}`]: manifest },
  );
  const { result, clock } = await play(definition(), { scheduledTime }, { integrations: cloud });
  const called = (name: string) =>
    cloud.calls.filter(({ functionName }) => functionName === name).map(({ payload }) => payload);
  for (const payload of called('forecastbatch')) forecastBatchInput.strict().parse(payload);
  for (const payload of called('reconcileregion')) reconcileInput.strict().parse(payload);
  for (const payload of called('publishrun')) publishInput.strict().parse(payload);
  for (const payload of called('notifyteams')) notifyInput.strict().parse(payload);
  for (const payload of called('recordfailure')) recordFailureInput.strict().parse(payload);
  return { result, called, cloud, clock };
}

/** What the Distributed Map's children answered, as ReconcileRegion will read it. */
const outcomes = (cloud: Cloud) => {
  const [, manifest] =
    [...cloud.objects].find(([key]) => key.endsWith('/manifest.json') && key.includes('results')) ?? [];
  const { ResultFiles } = JSON.parse(Buffer.from(manifest ?? '').toString());
  return ResultFiles.SUCCEEDED.flatMap(({ Key }: { Key: string }) => cloud.json(`forecasts/${Key}`)).flatMap(
    ({ Output }: { Output: string }) => forecastBatchOutput.parse(JSON.parse(Output)).outcomes,
  );
};
const fail =
  (error: string, cause?: string): Handler =>
  () => {
    throw new TaskFailure(error, cause);
  };

describe('as it is written', () => {
  it('is JSONata throughout, without any Parameters or paths', () => {
    expect(definition().QueryLanguage).toBe('JSONata');
    expect(JSON.stringify(definition())).not.toMatch(
      /"(Parameters|ResultSelector|InputPath|OutputPath|ResultPath|ItemsPath)"|JSONPath/,
    );
  });

  it('every task has a timeout and retries with jitter, throttling among what is retried', () => {
    const tasks = allStates(definition().States).filter(([, state]) => state.Type === 'Task');
    expect(tasks.map(([name]) => name).sort()).toEqual([
      'ForecastBatch',
      'ForecastOne',
      'NotifyTeams',
      'PlanRun',
      'PublishRun',
      'ReconcileRegion',
      'RecordFailure',
    ]);
    for (const [name, state] of tasks) {
      expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
      const retries = state.Retry as {
        ErrorEquals: string[];
        JitterStrategy: string;
        MaxDelaySeconds: number;
        BackoffRate: number;
      }[];
      expect(
        retries.flatMap((retry) => retry.ErrorEquals),
        name,
      ).toEqual(
        expect.arrayContaining([
          'Lambda.ServiceException',
          'Lambda.AWSLambdaException',
          'Lambda.SdkClientException',
          'Lambda.TooManyRequestsException',
          'States.TaskFailed',
          'States.Timeout',
        ]),
      );
      for (const retry of retries)
        expect(retry, name).toMatchObject({
          JitterStrategy: 'FULL',
          BackoffRate: 2,
          MaxDelaySeconds: expect.any(Number),
        });
    }
  });

  it('has a timeout of its own, and every state that can fail leads to RecordFailure', () => {
    const { States, TimeoutSeconds } = definition();
    expect(TimeoutSeconds).toBeGreaterThan(0);
    const failing = Object.entries(States).filter(([, { Type }]) => Type === 'Task' || Type === 'Map');
    expect(failing.length).toBe(6);
    // What is published stays so, though nobody can be told of it.
    const then: Record<string, string> = { RecordFailure: 'RefreshFailed', NotifyTeams: 'TeamsNotNotified' };
    for (const [name, state] of failing)
      expect(state.Catch, name).toMatchObject([
        { ErrorEquals: ['States.ALL'], Next: then[name] ?? 'RecordFailure' },
      ]);
  });

  it('the map reads the manifest, batches it, tolerates what the configuration says, and writes its results', () => {
    expect(definition().States.ForecastSeries).toMatchObject({
      MaxConcurrency: 50,
      ToleratedFailurePercentage: 25,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Arguments: { Bucket: 'forecasts', Key: '{% $manifestKey %}' },
      },
      ItemBatcher: { MaxItemsPerBatch: 100 },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Arguments: { Bucket: 'forecasts', Prefix: "{% 'runs/' & $runId & '/results' %}" },
        WriterConfig: { OutputType: 'JSON', Transformation: 'NONE' },
      },
    });
  });
});

describe('as it runs', () => {
  it('plans, forecasts, reconciles, publishes and notifies, each step with the input that its contract asks for', async () => {
    const { result, called, cloud } = await refresh();
    expect(result).toEqual({ status: 'SUCCEEDED', output: { runId, notices: 0 } });
    expect(called('forecastbatch')).toEqual([
      { BatchInput: { runId, scheduledTime, calendarVersion: 7 }, Items: items },
    ]);
    expect(called('reconcileregion')).toMatchObject([
      {
        runId,
        manifestKey,
        results: { bucket: 'forecasts', key: expect.stringMatching(`^runs/${runId}/results/`) },
      },
    ]);
    expect(called('publishrun')).toEqual([{ runId, counts }]);
    expect(called('notifyteams')).toEqual([
      { runId, result: 'published', previousRunId: 'fr-20260228T010000Z' },
    ]);
    expect(outcomes(cloud)).toHaveLength(3);
  });

  it('is refreshed though the teams cannot be told', async () => {
    const { result, called } = await refresh({ notifyteams: fail('Error', 'no table') });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { cause: 'no table' } });
    expect(called('notifyteams')).toHaveLength(4);
    expect(called('recordfailure')).toEqual([]);
  });

  it('a second firing of a run does nothing', async () => {
    const { result, cloud } = await refresh({
      planrun: () => ({ runId, plan: 'duplicate', series: 0, manifestKey, calendarVersion: 0 }),
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(cloud.calls).toHaveLength(1);
  });

  it('a region without series publishes an empty run', async () => {
    const { result, called } = await refresh({
      planrun: () => ({ runId, plan: 'planned', series: 0, manifestKey, calendarVersion: 7 }),
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(called('forecastbatch')).toEqual([]);
    expect(called('publishrun')).toEqual([{ runId, counts: { ok: 0, stale: 0, fallback: 0, failed: 0 } }]);
  });

  it('a series that kills its function takes none of its neighbours along', async () => {
    const { result, cloud, called } = await refresh({
      forecastbatch: ({ Items }: Batch) => {
        if (Items.some(({ team }) => team === 'team2'))
          throw new TaskFailure('Runtime.ExitError', `out of memory ${'x'.repeat(1000)}`);
        return { outcomes: Items.map((item) => ({ ...item, status: 'ok' })) };
      },
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(outcomes(cloud)).toEqual([
      { team: 'team1', metric: 'requests', status: 'ok' },
      {
        team: 'team2',
        metric: 'requests',
        status: 'failed',
        reason: expect.stringMatching(/^Runtime\.ExitError: out of memory x{1,290}$/),
      },
      { team: 'team3', metric: 'requests', status: 'ok' },
    ]);
    expect(called('recordfailure')).toEqual([]);
  });

  it('a lone series that kills its function is still a list of one outcome', async () => {
    const { cloud } = await refresh({ forecastbatch: fail('Runtime.ExitError', 'gone') }, items.slice(0, 1));
    expect(outcomes(cloud)).toEqual([
      { team: 'team1', metric: 'requests', status: 'failed', reason: 'Runtime.ExitError: gone' },
    ]);
  });

  it.each([
    'planrun',
    'reconcileregion',
    'publishrun',
  ])('when %s fails for good, that is recorded, and the execution fails with the same error and cause', async (name) => {
    const { result, called } = await refresh({ [name]: fail('Unavailable', 'the table is on fire') });
    expect(result).toEqual({ status: 'FAILED', error: 'Unavailable', cause: 'the table is on fire' });
    expect(called(name)).toHaveLength(4);
    expect(called('recordfailure')).toMatchObject([
      {
        scheduledTime,
        executionId: expect.stringContaining(':execution:'),
        error: 'Unavailable',
        cause: 'the table is on fire',
      },
    ]);
  });

  it('a manifest that cannot be read is a failure as any other', async () => {
    const { result, called } = await refresh({
      planrun: () => ({ runId, plan: 'planned', series: 3, manifestKey: 'runs/none', calendarVersion: 7 }),
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    expect(called('recordfailure')).toHaveLength(1);
  });

  it('a failure that cannot even be recorded still fails with the first error', async () => {
    const { result } = await refresh({
      planrun: fail('Unavailable', 'first'),
      recordfailure: fail('Unavailable', 'second'),
    });
    expect(result).toEqual({ status: 'FAILED', error: 'Unavailable', cause: 'first' });
  });

  it('a failure without a cause is recorded all the same', async () => {
    const { called } = await refresh({ publishrun: fail('Unavailable') });
    expect(called('recordfailure')).toMatchObject([{ error: 'Unavailable', cause: 'no cause given' }]);
  });

  it('throttling is waited out, with growing pauses, without a second try of what worked', async () => {
    let left = 5;
    const { result, called } = await refresh({
      forecastbatch: ({ Items }: Batch) => {
        if (left-- > 0) throw new TaskFailure('Lambda.TooManyRequestsException', 'slow down');
        return { outcomes: Items.map((item) => ({ ...item, status: 'ok' })) };
      },
    });
    expect(result.status).toBe('SUCCEEDED');
    expect(called('forecastbatch')).toHaveLength(6);
    expect(called('planrun')).toHaveLength(1);
  });
});
