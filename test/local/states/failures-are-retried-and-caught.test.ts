import { describe, expect, it } from 'vitest';
import { TaskFailure } from '../../../lib/local/states/index.ts';
import { Cloud, invoke, machine, outputOf, play } from './stage.ts';

/** A function that fails with these errors, one a call, and answers 'ok' when there are none left. */
const failingWith = (...errors: string[]) => {
  const left = [...errors];
  return new Cloud({
    f: () => {
      const error = left.shift();
      if (error === undefined) return 'ok';
      throw new TaskFailure(error, `cause of ${error}`);
    },
  });
};
const task = (more: object) => ({
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: 'f' },
  Output: '{% $states.result.Payload %}',
  End: true,
  ...more,
});
const caught = { Type: 'Pass', Output: { caught: '{% $states.input %}' }, End: true };
/** Runs one task with these errors; `slept` has the seconds of the retries. */
const attempt = async (errors: string[], more: object, options = {}) => {
  const integrations = failingWith(...errors);
  const states = 'Catch' in more ? { T: task(more), C: caught } : { T: task(more) };
  const { result, clock, events } = await play(machine(states), { in: 1 }, { integrations, ...options });
  return { result, slept: clock.slept.map((ms) => ms / 1000), calls: integrations.calls.length, events };
};
const failedWith = (error: string) => ({ status: 'FAILED', error, cause: `cause of ${error}` });

describe('Retry', () => {
  it('does not retry without a retrier', async () => {
    expect(await attempt(['E'], {})).toMatchObject({ result: failedWith('E'), calls: 1 });
  });

  it('waits 1 s, then 2 s, then 4 s, and gives up after three retries by default', async () => {
    const { result, slept, calls } = await attempt(['E', 'E', 'E', 'E'], { Retry: [{ ErrorEquals: ['E'] }] });
    expect({ result, slept, calls }).toEqual({ result: failedWith('E'), slept: [1, 2, 4], calls: 4 });
  });

  it('IntervalSeconds, BackoffRate, MaxDelaySeconds and MaxAttempts shape the waits', async () => {
    const Retry = [
      { ErrorEquals: ['E'], IntervalSeconds: 3, BackoffRate: 1.5, MaxDelaySeconds: 6, MaxAttempts: 4 },
    ];
    const { result, slept } = await attempt(['E', 'E', 'E', 'E'], { Retry });
    expect({ result, slept }).toEqual({
      result: { status: 'SUCCEEDED', output: 'ok' },
      slept: [3, 4.5, 6, 6],
    });
  });

  it('JitterStrategy FULL draws each wait from zero to the full one', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, JitterStrategy: 'FULL' }];
    expect((await attempt(['E', 'E'], { Retry }, { random: () => 0.25 })).slept).toEqual([0.5, 1]);
    const none = [{ ErrorEquals: ['E'], IntervalSeconds: 2, JitterStrategy: 'NONE' }];
    expect((await attempt(['E', 'E'], { Retry: none }, { random: () => 0.25 })).slept).toEqual([2, 4]);
  });

  it('MaxAttempts 0 never retries, even when a later retrier would', async () => {
    const Retry = [{ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    expect(await attempt(['E'], { Retry })).toMatchObject({ result: failedWith('E'), calls: 1 });
  });

  it('counts each retrier by itself: the example of the developer guide (A, B, C, B)', async () => {
    const Retry = [
      { ErrorEquals: ['A', 'B'], IntervalSeconds: 1, BackoffRate: 2, MaxAttempts: 2 },
      { ErrorEquals: ['C'], IntervalSeconds: 5 },
    ];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const { result, slept } = await attempt(['A', 'B', 'C', 'B'], { Retry, Catch });
    expect(slept).toEqual([1, 2, 5]);
    expect(result).toMatchObject({ output: { caught: { Error: 'B' } } });
  });

  it('tells of each retry in the events, and of the count in the context', async () => {
    const Output = '{% $states.context.State.RetryCount %}';
    const { result, events } = await attempt(['E', 'E'], { Retry: [{ ErrorEquals: ['E'] }], Output });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 2 });
    expect(events.filter((event) => event.type === 'RetryScheduled')).toMatchObject([
      { state: 'T', error: 'E', cause: 'cause of E', retryCount: 1, delaySeconds: 1 },
      { state: 'T', error: 'E', retryCount: 2, delaySeconds: 2 },
    ]);
  });

  it('a Parallel and a Map are retried as a whole', async () => {
    for (const state of [
      { Type: 'Parallel', Branches: [{ StartAt: 'T', States: { T: task({}) } }] },
      { Type: 'Map', Items: [1], ItemProcessor: { StartAt: 'T', States: { T: task({}) } } },
    ]) {
      const integrations = failingWith('E');
      const definition = machine({ P: { ...state, Retry: [{ ErrorEquals: ['E'] }], End: true } });
      expect(await outputOf(definition, {}, { integrations })).toEqual(['ok']);
      expect(integrations.calls).toHaveLength(2);
    }
  });
});

describe('which errors a retrier or catcher matches', () => {
  const catching = async (error: string, ...ErrorEquals: string[]) =>
    (await attempt([error], { Catch: [{ ErrorEquals, Next: 'C' }] })).result.status === 'SUCCEEDED';

  it('an exact name, any of several, and nothing else', async () => {
    expect(await catching('E', 'D', 'E')).toBe(true);
    expect(await catching('E', 'D')).toBe(false);
    expect(await catching('Lambda.TooManyRequestsException', 'Lambda.TooManyRequestsException')).toBe(true);
  });

  it('States.ALL: all but States.DataLimitExceeded and States.Runtime', async () => {
    expect(await catching('E', 'States.ALL')).toBe(true);
    expect(await catching('States.Timeout', 'States.ALL')).toBe(true);
    expect(await catching('States.DataLimitExceeded', 'States.ALL')).toBe(false);
    expect(await catching('States.Runtime', 'States.ALL')).toBe(false);
  });

  it('States.TaskFailed: all but a timeout', async () => {
    expect(await catching('E', 'States.TaskFailed')).toBe(true);
    expect(await catching('States.Timeout', 'States.TaskFailed')).toBe(false);
    expect(await catching('States.HeartbeatTimeout', 'States.TaskFailed')).toBe(false);
    expect(await catching('States.DataLimitExceeded', 'States.TaskFailed')).toBe(false);
  });

  it('States.Timeout includes a missed heartbeat, States.HeartbeatTimeout is only that', async () => {
    expect(await catching('States.HeartbeatTimeout', 'States.Timeout')).toBe(true);
    expect(await catching('States.Timeout', 'States.HeartbeatTimeout')).toBe(false);
  });

  it('States.DataLimitExceeded is caught by its own name, States.Runtime never', async () => {
    expect(await catching('States.DataLimitExceeded', 'States.DataLimitExceeded')).toBe(true);
    expect(await catching('States.Runtime', 'States.Runtime')).toBe(false);
  });
});

describe('Catch', () => {
  it('gives the error output to the next state', async () => {
    const { result } = await attempt(['E'], { Catch: [{ ErrorEquals: ['E'], Next: 'C' }] });
    expect(result).toEqual({ status: 'SUCCEEDED', output: { caught: { Error: 'E', Cause: 'cause of E' } } });
  });

  it('the first catcher that matches is taken, with its Output and Assign over errorOutput and input', async () => {
    const Catch = [
      { ErrorEquals: ['D'], Next: 'C' },
      {
        ErrorEquals: ['E'],
        Next: 'C',
        Output: { why: '{% $states.errorOutput.Cause %}', in: '{% $states.input.in %}' },
        Assign: { seen: '{% $states.errorOutput.Error %}' },
      },
      { ErrorEquals: ['States.ALL'], Next: 'C' },
    ];
    const C = { ...caught, Output: ['{% $states.input %}', '{% $seen %}'] };
    const definition = machine({ T: task({ Catch }), C });
    expect(await outputOf(definition, { in: 1 }, { integrations: failingWith('E') })).toEqual([
      { why: 'cause of E', in: 1 },
      'E',
    ]);
  });

  it('an error without names has an empty error output, which States.ALL catches', async () => {
    const branch = { StartAt: 'F', States: { F: { Type: 'Fail' } } };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const parallel = { Type: 'Parallel', Branches: [branch], Catch, End: true };
    expect(await outputOf(machine({ P: parallel, C: caught }))).toEqual({ caught: {} });
  });

  it('a failure of Arguments or Output is caught as States.QueryEvaluationError', async () => {
    const Catch = [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'C' }];
    for (const more of [
      { Output: '{% $states.result.no %}' },
      { Arguments: { FunctionName: '{% $states.input.no %}' } },
    ]) {
      const { result } = await attempt([], { Catch, ...more });
      expect(result).toMatchObject({
        status: 'SUCCEEDED',
        output: { caught: { Error: 'States.QueryEvaluationError' } },
      });
    }
  });

  it('a failure in the catcher itself is not caught again', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C', Output: '{% $states.errorOutput.no %}' }];
    expect((await attempt(['E'], { Catch })).result).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});
