import { describe, expect, it } from 'vitest';
import { machine, outputOf, play } from './stage.ts';

const end = { End: true };
const out = (Output: unknown) => ({ Type: 'Pass', Output, ...end });

describe('Assign', () => {
  it('is evaluated on the variables as they were; the next state sees the new ones', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'D' },
      D: out(['{% $x %}', '{% $y %}', '{% $states.input %}']),
    };
    expect(await outputOf(machine(states))).toEqual([2, 1, 1]);
  });

  it('keeps null, and what it does not name', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { x: null, y: [1] }, Next: 'B' },
      B: { Type: 'Pass', Assign: { z: 1 }, Next: 'D' },
      D: out({ x: '{% $x %}', y: '{% $y %}', z: '{% $z %}' }),
    };
    expect(await outputOf(machine(states))).toEqual({ x: null, y: [1], z: 1 });
  });

  it('a variable that its path did not assign is undefined: States.QueryEvaluationError', async () => {
    const states = {
      C: { Type: 'Choice', Choices: [{ Condition: true, Next: 'D', Assign: { a: 1 } }], Default: 'B' },
      B: { Type: 'Pass', Assign: { b: 1 }, Next: 'D' },
      D: out('{% $b %}'),
    };
    const { result } = await play(machine(states));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('inner scopes', () => {
  it('branches and iterations read outer variables; their own end with them, and are not shared', async () => {
    const inner = {
      StartAt: 'I',
      States: {
        I: { Type: 'Pass', Assign: { mine: '{% $states.input + $outer %}' }, Next: 'J' },
        J: out('{% $mine %}'),
      },
    };
    const states = {
      A: { Type: 'Pass', Assign: { outer: 10 }, Next: 'M' },
      M: { Type: 'Map', Items: [1, 2], ItemProcessor: inner, ...end },
    };
    expect(await outputOf(machine(states))).toEqual([11, 12]);
  });

  it('the Assign of the Parallel itself belongs to the outer scope', async () => {
    const branch = { StartAt: 'I', States: { I: out(5) } };
    const states = {
      P: { Type: 'Parallel', Branches: [branch], Assign: { sum: '{% $sum($states.result) %}' }, Next: 'D' },
      D: out('{% $sum %}'),
    };
    await expect(outputOf(machine(states))).resolves.toBe(5);
  });
});

describe('the context', () => {
  it('has Execution, State and StateMachine as Step Functions gives them', async () => {
    expect(await outputOf(machine({ A: out('{% $states.context %}') }), { q: 1 })).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:123456789012:execution:Machine:one',
        Input: { q: 1 },
        Name: 'one',
        RedriveCount: 0,
        RoleArn: '',
        StartTime: '2026-03-01T00:00:00.000Z',
      },
      State: { EnteredTime: '2026-03-01T00:00:00.000Z', Name: 'A', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine', Name: 'Machine' },
    });
  });

  it('keeps the item of an inline iteration for all states of it', async () => {
    const States = { I: { Type: 'Pass', Next: 'J' }, J: out('{% $states.context.Map.Item %}') };
    const map = { Type: 'Map', Items: ['a'], ItemProcessor: { StartAt: 'I', States }, ...end };
    expect(await outputOf(machine({ M: map }))).toEqual([{ Index: 0, Value: 'a' }]);
  });
});
