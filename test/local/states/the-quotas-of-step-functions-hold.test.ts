import { describe, expect, it } from 'vitest';
import { Cloud, invoke, machine, play } from './stage.ts';

const limit = 262_144;
/** A string whose JSON has so many bytes. */
const ofBytes = (bytes: number) => 'x'.repeat(bytes - 2);
const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  Output: '{% 1 %}',
  End: true,
  ...more,
});
const exceeded = { status: 'FAILED', error: 'States.DataLimitExceeded' };

describe('256 KiB', () => {
  it('an input may have exactly as many bytes, and not one more', async () => {
    const definition = machine({ A: { Type: 'Pass', End: true } });
    expect((await play(definition, ofBytes(limit))).result.status).toBe('SUCCEEDED');
    expect((await play(definition, ofBytes(limit + 1))).result).toMatchObject(exceeded);
  });

  it('bytes are counted, not characters', async () => {
    const output = 'é'.repeat(limit / 2);
    const { result } = await play(machine({ A: { Type: 'Pass', Output: output, End: true } }));
    expect(result).toMatchObject(exceeded);
  });

  it("a state's output", async () => {
    const Output = "{% $join($map([1..300], function($i){ $pad('x', 1000) })) %}";
    expect((await play(machine({ A: { Type: 'Pass', Output, End: true } }))).result).toMatchObject(exceeded);
  });

  it("a function's answer and payload, caught by name but not by States.ALL", async () => {
    const integrations = new Cloud({ f: () => ofBytes(limit + 1) });
    expect((await play(machine({ T: task() }), {}, { integrations })).result).toMatchObject(exceeded);
    const states = (name: string) => ({
      T: task({ Catch: [{ ErrorEquals: [name], Next: 'C' }] }),
      C: { Type: 'Succeed', Output: 'caught' },
    });
    expect((await play(machine(states('States.ALL')), {}, { integrations })).result).toMatchObject(exceeded);
    const { result } = await play(machine(states('States.DataLimitExceeded')), {}, { integrations });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 'caught' });
    const payload = { FunctionName: 'f', Payload: ['{% $states.input %}', '{% $states.input %}'] };
    const large = await play(machine({ T: task({ Arguments: payload }) }), ofBytes(limit - 10), {
      integrations,
    });
    expect(large.result).toMatchObject(exceeded);
    expect(integrations.calls).toHaveLength(3);
  });

  it('variables assigned by one state', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { a: '{% $states.input %}', b: '{% $states.input %}' }, End: true },
    };
    expect((await play(machine(states), ofBytes(limit / 2 + 1))).result).toMatchObject(exceeded);
  });

  it('the outputs of a Map or Parallel together', async () => {
    const flow = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
    const Items = '{% [$states.input, $states.input, $states.input] %}';
    const map = { Type: 'Map', Items, ItemProcessor: flow, End: true };
    expect((await play(machine({ M: map }), ofBytes(100_000))).result).toMatchObject(exceeded);
  });
});

describe('25,000 events', () => {
  const loop = { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } };

  it('a standard execution fails when its history is full', async () => {
    const { result, events } = await play(machine(loop));
    expect(result).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(events.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    expect(events.map((event) => event.id)).toEqual(events.map((_, index) => index + 1));
  });

  it('nothing catches that', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'C' }];
    const parallel = { Type: 'Parallel', Branches: [{ StartAt: 'A', States: loop }], Catch, End: true };
    const { result } = await play(machine({ P: parallel, C: { Type: 'Succeed' } }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('each child of a Map Run has a history of its own', async () => {
    const count = 2_000;
    const states = {
      Count: { Type: 'Pass', Assign: { n: 0 }, Next: 'Loop' },
      Loop: {
        Type: 'Choice',
        Choices: [{ Condition: `{% $n < ${count} %}`, Next: 'Loop', Assign: { n: '{% $n + 1 %}' } }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed', Output: '{% $n %}' },
    };
    const ProcessorConfig = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
    const ItemProcessor = { ProcessorConfig, StartAt: 'Count', States: states };
    const map = { Type: 'Map', Items: '{% [1..7] %}', ItemProcessor, End: true };
    const { result } = await play(machine({ M: map }));
    expect(result).toEqual({ status: 'SUCCEEDED', output: Array(7).fill(count) });
  });
});
