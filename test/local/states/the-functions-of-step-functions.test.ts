import { describe, expect, it } from 'vitest';
import { machine, outputOf, play } from './stage.ts';

const value = (expression: string, input: unknown = {}) =>
  outputOf(machine({ A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }), input);
const failure = async (expression: string) =>
  (await play(machine({ A: { Type: 'Pass', Output: `{% ${expression} %}`, End: true } }))).result;
const evaluationError = { status: 'FAILED', error: 'States.QueryEvaluationError' };

describe('functions that Step Functions adds to JSONata', () => {
  it('$partition cuts an array into chunks', async () => {
    expect(await value('$partition([1..5], 2)')).toEqual([[1, 2], [3, 4], [5]]);
    expect(await failure('$partition([1], 0)')).toMatchObject(evaluationError);
  });

  it('$range includes both ends, goes down with a negative step, and refuses a step of 0', async () => {
    expect(await value('$range(1, 9, 2)')).toEqual([1, 3, 5, 7, 9]);
    expect(await value('$range(3, 1, -1)')).toEqual([3, 2, 1]);
    expect(await failure('$range(1, 2, 0)')).toMatchObject(evaluationError);
    expect(await failure('$range(1, 1001, 1)')).toMatchObject(evaluationError);
  });

  it('$hash gives the hexadecimal digest by MD5, SHA-1, SHA-256, SHA-384 and SHA-512', async () => {
    expect(await value("$hash('abc', 'SHA-1')")).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(await value("$hash('abc', 'MD5')")).toBe('900150983cd24fb0d6963f7d28e17f72');
    for (const [name, length] of [
      ['SHA-256', 64],
      ['SHA-384', 96],
      ['SHA-512', 128],
    ] as const)
      expect(await value(`$length($hash('abc', '${name}'))`)).toBe(length);
    expect(await failure("$hash('abc', 'SHA-2')")).toMatchObject(evaluationError);
  });

  it('$random is in [0, 1), and the same for the same seed', async () => {
    const [a, b, other] = (await value('[$random(7), $random(7), $random(8)]')) as number[];
    expect(a).toBe(b);
    expect(a).not.toBe(other);
    expect(await value('$random() >= 0 and $random(3) < 1')).toBe(true);
  });

  it('$uuid gives a version 4 UUID, another one each time', async () => {
    const ids = (await value('[$uuid(), $uuid()]')) as string[];
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('$parse reads JSON', async () => {
    expect(await value('$parse($states.input.text).a[1]', { text: '{"a":[1,2]}' })).toBe(2);
    expect(await failure("$parse('no')")).toMatchObject(evaluationError);
  });
});

describe('results of expressions', () => {
  it('undefined and functions are failures', async () => {
    expect(await failure('$states.input.missing')).toEqual({
      ...evaluationError,
      cause:
        "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression '$states.input.missing' specified for the field 'Output' returned nothing (undefined).",
    });
    expect(await failure('function($x){ $x }')).toMatchObject(evaluationError);
    expect(await failure("{'f': $sum}")).toMatchObject(evaluationError);
  });

  it('a selection of one gives the thing itself, and [] keeps it an array, as in JSONata', async () => {
    const input = { l: [{ k: 1 }, { k: 2 }] };
    expect(await value('$states.input.l[k=1].k', input)).toBe(1);
    expect(await value('$states.input.l[k=1].k[]', input)).toEqual([1]);
    expect(await value('$count($states.input.l[k=3])', input)).toBe(0);
  });

  it('the input is not changed by an expression', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { t: "{% $states.input ~> |$|{'a': 2}| %}" }, Next: 'B' },
      B: { Type: 'Pass', Output: ['{% $states.input.a %}', '{% $t.a %}'], End: true },
    };
    expect(await outputOf(machine(states), { a: 1 })).toEqual([1, 2]);
  });
});
