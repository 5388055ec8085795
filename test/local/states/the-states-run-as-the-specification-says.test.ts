import { describe, expect, it } from 'vitest';
import { Cloud, invoke, machine, outputOf, play } from './stage.ts';

const end = { End: true };

describe('Pass', () => {
  it('passes its input on when it has no Output', async () => {
    expect(await outputOf(machine({ A: { Type: 'Pass', End: true } }), { x: 1 })).toEqual({ x: 1 });
  });

  it('evaluates expressions wherever they stand in Output, and leaves other strings alone', async () => {
    const output = { a: ['{% $states.input.x + 1 %}', 'x'], 'b c': { d: '{% $states.input %}' }, n: null };
    expect(await outputOf(machine({ A: { Type: 'Pass', Output: output, ...end } }), { x: 1 })).toEqual({
      a: [2, 'x'],
      'b c': { d: { x: 1 } },
      n: null,
    });
  });
});

describe('Task', () => {
  it('gives the whole envelope of lambda:invoke as its result', async () => {
    const integrations = new Cloud({ plan: () => ({ runId: 'r' }) });
    const task = {
      Type: 'Task',
      Resource: invoke,
      Arguments: { FunctionName: 'plan', Payload: { a: 1 } },
      ...end,
    };
    const output = await outputOf(machine({ A: task }), {}, { integrations });
    expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { runId: 'r' }, StatusCode: 200 });
    expect(integrations.calls).toEqual([{ functionName: 'plan', payload: { a: 1 } }]);
  });

  it('a Payload that is left out is {}, and null stays null', async () => {
    const integrations = new Cloud({ f: () => 1 });
    for (const Arguments of [{ FunctionName: 'f' }, { FunctionName: 'f', Payload: null }])
      await play(machine({ A: { Type: 'Task', Resource: invoke, Arguments, ...end } }), {}, { integrations });
    expect(integrations.calls.map((call) => call.payload)).toEqual([{}, null]);
  });

  it('calls a qualifier as name:qualifier', async () => {
    const integrations = new Cloud({ 'plan:live': () => 1 });
    const Arguments = { FunctionName: 'plan', Qualifier: 'live' };
    const task = {
      Type: 'Task',
      Resource: invoke,
      Arguments,
      Output: '{% $states.result.Payload %}',
      ...end,
    };
    expect(await outputOf(machine({ A: task }), {}, { integrations })).toBe(1);
  });

  it('a function called by its ARN gets the Arguments, or the input, and gives its answer bare', async () => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
    const integrations = new Cloud({ [arn]: (payload: unknown) => ({ got: payload }) });
    const first = {
      Type: 'Task',
      Resource: arn,
      Arguments: { y: 2 },
      Assign: { r: '{% $states.result %}' },
      Next: 'B',
    };
    const second = { Type: 'Task', Resource: arn, Output: ['{% $r %}', '{% $states.result %}'], ...end };
    expect(await outputOf(machine({ A: first, B: second }), { x: 1 }, { integrations })).toEqual([
      { got: { y: 2 } },
      { got: { got: { y: 2 } } },
    ]);
  });

  it('an error of the client that is no failure of the function is Lambda.SdkClientException', async () => {
    const integrations = new Cloud({
      f: () => {
        throw new Error('socket hang up');
      },
    });
    const task = { Type: 'Task', Resource: invoke, Arguments: { FunctionName: 'f' }, ...end };
    const { result } = await play(machine({ A: task }), {}, { integrations });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Lambda.SdkClientException' });
  });
});

describe('Choice', () => {
  const choice = {
    Type: 'Choice',
    Choices: [
      { Condition: '{% $states.input.n = 0 %}', Next: 'Zero', Assign: { how: 'zero' } },
      { Condition: '{% $states.input.n < 10 %}', Next: 'Small', Output: { small: true } },
    ],
    Default: 'Large',
    Assign: { how: 'default' },
    Output: { large: true },
  };
  const states = {
    C: choice,
    Zero: { Type: 'Pass', Output: { how: '{% $how %}', in: '{% $states.input %}' }, ...end },
    Small: { Type: 'Pass', ...end },
    Large: { Type: 'Pass', Output: { how: '{% $how %}', in: '{% $states.input %}' }, ...end },
  };

  it('takes the first rule that is true, with its own Assign', async () => {
    expect(await outputOf(machine(states), { n: 0 })).toEqual({ how: 'zero', in: { n: 0 } });
  });

  it('a rule puts out what its Output says', async () => {
    expect(await outputOf(machine(states), { n: 5 })).toEqual({ small: true });
  });

  it('takes the Default with the Assign and Output of the state', async () => {
    expect(await outputOf(machine(states), { n: 50 })).toEqual({ how: 'default', in: { large: true } });
  });

  it('fails with States.NoChoiceMatched when nothing matches and there is no Default', async () => {
    const { Default: _, Assign: __, Output: ___, ...bare } = choice;
    const { Large: ____, ...rest } = states;
    const { result } = await play(machine({ ...rest, C: bare }, { StartAt: 'C' }), { n: 50 });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  it('fails with States.QueryEvaluationError when a Condition is no boolean', async () => {
    const { result } = await play(
      machine({
        C: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'A' }] },
        A: { Type: 'Succeed' },
      }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('Wait', () => {
  it('waits the Seconds of a number or an expression', async () => {
    const { clock, result } = await play(
      machine({
        A: { Type: 'Wait', Seconds: 30, Next: 'B' },
        B: { Type: 'Wait', Seconds: '{% $states.input.s %}', Output: 'done', ...end },
      }),
      { s: 3600 },
    );
    expect(clock.slept).toEqual([30_000, 3_600_000]);
    expect(result).toEqual({ status: 'SUCCEEDED', output: 'done' });
  });

  it('waits until a Timestamp, and not at all for one that has passed', async () => {
    const { clock } = await play(
      machine({
        A: { Type: 'Wait', Timestamp: '2026-03-01T00:01:00Z', Next: 'B' },
        B: { Type: 'Wait', Timestamp: "{% '2020-01-01T00:00:00+01:00' %}", ...end },
      }),
    );
    expect(clock.slept).toEqual([60_000]);
  });

  it('refuses at run time what is no timestamp or no whole number of seconds', async () => {
    for (const field of [{ Timestamp: "{% 'soon' %}" }, { Seconds: '{% 1.5 %}' }, { Seconds: '{% -1 %}' }]) {
      const { result } = await play(machine({ A: { Type: 'Wait', ...field, ...end } }));
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    }
  });
});

describe('Succeed and Fail', () => {
  it('Succeed ends with its Output', async () => {
    expect(
      await outputOf(machine({ A: { Type: 'Succeed', Output: '{% $states.input.a %}' } }), { a: [1] }),
    ).toEqual([1]);
  });

  it('Fail ends with its Error and Cause, which may be expressions', async () => {
    const fail = {
      Type: 'Fail',
      Error: '{% $states.input.e %}',
      Cause: "{% 'because ' & $states.input.c %}",
    };
    const { result } = await play(machine({ A: fail }), { e: 'Mine', c: 'so' });
    expect(result).toEqual({ status: 'FAILED', error: 'Mine', cause: 'because so' });
  });

  it('Fail without Error and Cause fails without them', async () => {
    const { result } = await play(machine({ A: { Type: 'Fail' } }));
    expect(result).toEqual({ status: 'FAILED', error: undefined, cause: undefined });
  });
});

describe('Parallel', () => {
  const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });

  it('gives all branches the same input, and their outputs in the order of the branches', async () => {
    const clock = { Type: 'Wait', Seconds: 5, Output: 'slow', ...end };
    const branches = [branch('B1', clock), branch('B2', { Type: 'Pass', ...end })];
    expect(
      await outputOf(machine({ P: { Type: 'Parallel', Branches: branches, ...end } }), { x: 1 }),
    ).toEqual(['slow', { x: 1 }]);
  });

  it('Arguments replace the input of the branches', async () => {
    const parallel = { Type: 'Parallel', Arguments: { a: '{% $states.input.x %}' }, ...end };
    const definition = machine({ P: { ...parallel, Branches: [branch('B', { Type: 'Pass', ...end })] } });
    expect(await outputOf(definition, { x: 1 })).toEqual([{ a: 1 }]);
  });

  it('a failing branch ends the others and fails the state with its own error', async () => {
    const branches = [
      branch('Slow', { Type: 'Wait', Seconds: 100, ...end }),
      branch('Bad', { Type: 'Fail', Error: 'Bad', Cause: 'b' }),
    ];
    const { result, events } = await play(machine({ P: { Type: 'Parallel', Branches: branches, ...end } }));
    expect(result).toEqual({ status: 'FAILED', error: 'Bad', cause: 'b' });
    expect(events.filter((e) => e.type === 'StateExited')).toEqual([]);
  });
});

describe('Map in mode INLINE', () => {
  const processor = { StartAt: 'One', States: { One: { Type: 'Pass', ...end } } };

  it('iterates over the input or Items, outputs in order', async () => {
    const map = { Type: 'Map', ItemProcessor: processor, ...end };
    expect(await outputOf(machine({ M: map }), [3, 1])).toEqual([3, 1]);
    expect(await outputOf(machine({ M: { ...map, Items: '{% $states.input.l %}' } }), { l: [1] })).toEqual([
      1,
    ]);
    expect(await outputOf(machine({ M: { ...map, Items: ['a', '{% 1+1 %}'] } }))).toEqual(['a', 2]);
    expect(await outputOf(machine({ M: { ...map, Items: [] } }))).toEqual([]);
  });

  it('ItemSelector sees the item and its index in the context, and the input of the Map', async () => {
    const item = '$states.context.Map.Item';
    const selector = { v: `{% ${item}.Value %}`, i: `{% ${item}.Index %}`, n: '{% $count($states.input) %}' };
    const map = { Type: 'Map', ItemSelector: selector, ItemProcessor: processor, ...end };
    expect(await outputOf(machine({ M: map }), ['a', 'b'])).toEqual([
      { v: 'a', i: 0, n: 2 },
      { v: 'b', i: 1, n: 2 },
    ]);
  });

  it('runs MaxConcurrency iterations at once, and never more than 40', async () => {
    const mostAtOnce = async (MaxConcurrency: number, items: number) => {
      let [running, most] = [0, 0];
      const integrations = new Cloud({
        f: async () => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        },
      });
      const States = { One: { Type: 'Task', Resource: invoke, Arguments: { FunctionName: 'f' }, ...end } };
      const map = { Type: 'Map', MaxConcurrency, ItemProcessor: { StartAt: 'One', States }, ...end };
      await play(machine({ M: map }), Array(items).fill(1), { integrations });
      return most;
    };
    expect(await mostAtOnce(3, 7)).toBe(3);
    expect(await mostAtOnce(0, 50)).toBe(40);
    expect(await mostAtOnce(100, 50)).toBe(40);
  });

  it('fails with the error of the first failing iteration', async () => {
    const States = { One: { Type: 'Fail', Error: 'Bad', Cause: '{% $string($states.input) %}' } };
    const { result } = await play(
      machine({ M: { Type: 'Map', ItemProcessor: { StartAt: 'One', States }, ...end } }),
      [1, 2],
    );
    expect(result).toEqual({ status: 'FAILED', error: 'Bad', cause: '1' });
  });

  it('fails with States.QueryEvaluationError when its items are no array', async () => {
    const { result } = await play(machine({ M: { Type: 'Map', ItemProcessor: processor, ...end } }), {
      a: 1,
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});
