import { describe, expect, it } from 'vitest';
import { Cloud, invoke, machine, play, VirtualClock } from './stage.ts';

const never = () => new Promise(() => {});
const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: 'f' },
  End: true,
  ...more,
});

describe('TimeoutSeconds of a Task', () => {
  it('fails the state with States.Timeout and ends the signal of the call', async () => {
    let ended: unknown;
    const integrations = new Cloud({
      f: (_, signal) => {
        signal.addEventListener('abort', () => {
          ended = signal.reason;
        });
        return never();
      },
    });
    const { result, clock, events } = await play(
      machine({ T: task({ TimeoutSeconds: 30 }) }),
      {},
      { integrations },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(ended).toMatchObject({ error: 'States.Timeout' });
    expect(clock.slept).toEqual([30_000]);
    expect(events.map((event) => event.type)).toContain('TaskTimedOut');
  });

  it('may be an expression, and can be retried and caught', async () => {
    const more = {
      TimeoutSeconds: '{% $states.input.s %}',
      Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'C' }],
    };
    const integrations = new Cloud({ f: never });
    const states = { T: task(more), C: { Type: 'Succeed', Output: '{% $states.input.Error %}' } };
    const { result } = await play(machine(states), { s: 5 }, { integrations });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 'States.Timeout' });
    expect(integrations.calls).toHaveLength(2);
  });

  it('does not touch a call that answers in time', async () => {
    const clock = new VirtualClock();
    const integrations = new Cloud({ f: (_, signal) => clock.sleep(29_000, signal).then(() => 'ok') });
    const states = { T: task({ TimeoutSeconds: 30, Output: '{% $states.result.Payload %}' }) };
    const { result } = await play(machine(states), {}, { integrations, clock });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 'ok' });
  });

  it('HeartbeatSeconds fails the state with States.HeartbeatTimeout, as a function sends no heartbeat', async () => {
    const states = { T: task({ TimeoutSeconds: 30, HeartbeatSeconds: 10 }) };
    const { result } = await play(machine(states), {}, { integrations: new Cloud({ f: never }) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.HeartbeatTimeout' });
  });
});

describe('TimeoutSeconds of the machine', () => {
  it('ends the execution as TIMED_OUT, wherever it is; nothing catches that', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const wait = { Type: 'Wait', Seconds: 100, End: true };
    const flow = { StartAt: 'W', States: { W: wait } };
    const ItemProcessor = { ...flow, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } };
    for (const state of [
      wait,
      task({ Catch }),
      { Type: 'Parallel', Branches: [flow], Catch, End: true },
      { Type: 'Map', Items: [1], ItemProcessor: flow, Catch, End: true },
      { Type: 'Map', Items: [1], ItemProcessor, Catch, End: true },
    ]) {
      const states = 'Catch' in state ? { S: state, C: { Type: 'Succeed' } } : { S: state };
      const options = { integrations: new Cloud({ f: never }) };
      const { result, events } = await play(machine(states, { TimeoutSeconds: 60 }), {}, options);
      expect(result).toEqual({ status: 'TIMED_OUT' });
      expect(events.at(-1)?.type).toBe('ExecutionTimedOut');
    }
  });

  it('counts the waits of retries', async () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 100 }];
    const { result } = await play(machine({ T: task({ Retry }) }, { TimeoutSeconds: 60 }));
    expect(result).toEqual({ status: 'TIMED_OUT' });
  });
});

describe('a signal', () => {
  it('aborts the execution and the call that runs, and nothing comes after', async () => {
    const stop = new AbortController();
    let aborted = false;
    const integrations = new Cloud({
      f: (_, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        stop.abort();
        return never();
      },
    });
    const { result, events } = await play(machine({ T: task() }), {}, { integrations, signal: stop.signal });
    expect(result).toEqual({ status: 'ABORTED' });
    expect(aborted).toBe(true);
    expect(events.at(-1)?.type).toBe('ExecutionAborted');
  });

  it('that is aborted already lets nothing run', async () => {
    const integrations = new Cloud({ f: () => 1 });
    const { result } = await play(machine({ T: task() }), {}, { integrations, signal: AbortSignal.abort() });
    expect(result).toEqual({ status: 'ABORTED' });
    expect(integrations.calls).toEqual([]);
  });

  it('aborts the children of a Map Run, which are told of as aborted', async () => {
    const stop = new AbortController();
    const integrations = new Cloud({
      f: () => {
        if (integrations.calls.length === 2) stop.abort();
        return never();
      },
    });
    const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
    const ItemProcessor = { ProcessorConfig, StartAt: 'T', States: { T: task() } };
    const map = { Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 2, ItemProcessor, End: true };
    const { result, events } = await play(machine({ M: map }), {}, { integrations, signal: stop.signal });
    expect(result).toEqual({ status: 'ABORTED' });
    expect(integrations.calls).toHaveLength(2);
    const last = events.filter((event) => event.counts).at(-1)?.counts;
    expect(last).toMatchObject({ aborted: 2, pending: 1, running: 0 });
  });

  it('ends an endless loop of states that await nothing', async () => {
    const stop = new AbortController();
    setImmediate(() => setImmediate(() => stop.abort()));
    const states = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };
    const { result } = await play(machine(states), {}, { signal: stop.signal });
    expect(result).toEqual({ status: 'ABORTED' });
  });
});
