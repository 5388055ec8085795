import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DefinitionError, loadStateMachine, type StateMachine } from '../../../lib/local/states/index.ts';
import { Cloud, invoke, machine, play } from './stage.ts';

const pass = { Type: 'Pass', Output: '{% $states.input %}', End: true };
const Retry = [
  { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 1, JitterStrategy: 'FULL' },
];
const Catch = [
  { ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput %}', Assign: { e: 1 }, Next: 'Failed' },
];

/** A machine with every kind of state and most fields; what is made of it below is rarely sound. */
const whole = machine(
  {
    Start: { Type: 'Pass', Assign: { x: 1 }, Output: { l: [1, 2, 3], s: 1 }, Next: 'Ask' },
    Ask: {
      Type: 'Task',
      Resource: invoke,
      Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      TimeoutSeconds: 10,
      Retry,
      Catch,
      Next: 'Pick',
    },
    Pick: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $count($states.input.l) = 0 %}', Next: 'Failed' }],
      Default: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: '{% $states.input.s %}', Next: 'Both' },
    Both: {
      Type: 'Parallel',
      Branches: [{ StartAt: 'One', States: { One: pass } }],
      Output: '{% $states.result[0].l %}',
      Catch,
      Next: 'Each',
    },
    Each: {
      Type: 'Map',
      ItemSelector: { v: '{% $states.context.Map.Item.Value %}' },
      ItemProcessor: { StartAt: 'Two', States: { Two: pass } },
      MaxConcurrency: 2,
      Next: 'Fan',
    },
    Fan: {
      Type: 'Map',
      Items: '{% $states.input %}',
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { x: '{% $x %}' } },
      ToleratedFailurePercentage: 10,
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b', Prefix: 'p' } },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Three',
        States: { Three: pass },
      },
      Catch,
      Next: 'Done',
    },
    Done: { Type: 'Succeed', Output: '{% $x %}' },
    Failed: { Type: 'Fail', Error: 'Failed', Cause: '{% $string($states.input) %}' },
  },
  { TimeoutSeconds: 100 },
);

const value = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '{% $states.input %}',
      '{% $x %}',
      '{% $states.result.Payload %}',
      '{% [1..3] %}',
      '{% $a.b %}',
      '{% $e %}',
    ],
    ...[
      '{% 1 +',
      '{% $eval("1") %}',
      '{% $$ %}',
      '{% %}',
      '{%%}',
      '{%}',
      '{% function(){1} %}',
      '{% $error("no") %}',
    ],
    ...[
      'Done',
      'Failed',
      'One',
      'JSONPath',
      'DISTRIBUTED',
      'States.ALL',
      true,
      null,
      0,
      -1,
      1e9,
      {},
      [],
      undefined,
    ],
  ),
  fc.string().map((text) => `{% ${text} %}`),
  fc.jsonValue({ maxDepth: 2 }),
);
const key = fc.constantFrom(
  'Next',
  'End',
  'Output',
  'Assign',
  'Items',
  'Type',
  'Seconds',
  'Comment',
  'InputPath',
  '__proto__',
);

/** Every object or array within, the thing itself first. */
function containers(json: unknown): (Record<string, unknown> | unknown[])[] {
  if (typeof json !== 'object' || json === null) return [];
  return [json as Record<string, unknown>, ...Object.values(json).flatMap(containers)];
}

/** The whole machine with a few members replaced, removed or added. */
const definition = fc
  .array(
    fc.record({
      where: fc.nat(),
      which: fc.nat(),
      how: fc.constantFrom('replace', 'remove', 'add'),
      key,
      value,
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((changes) => {
    const json = structuredClone(whole);
    for (const { where, which, how, key: added, value: put } of changes) {
      const all = containers(json);
      const target = all[where % all.length] as Record<string, unknown>;
      const keys = Object.keys(target);
      const name = keys[which % Math.max(1, keys.length)] ?? added;
      if (how === 'remove') delete target[name];
      else
        Object.defineProperty(target, how === 'add' ? added : name, {
          value: put,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return JSON.parse(JSON.stringify(json)) as unknown;
  });

function load(candidate: unknown): StateMachine | DefinitionError {
  try {
    return loadStateMachine(candidate);
  } catch (error) {
    if (error instanceof DefinitionError && error.problems.length > 0) return error;
    throw error;
  }
}

describe('any JSON', () => {
  it('1,000 definitions load, or are refused with a DefinitionError', () => {
    fc.assert(
      fc.property(definition, (candidate) => void load(candidate)),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (candidate) => void load(candidate)),
      { numRuns: 200 },
    );
  });

  it('what loads also runs to an end, and fails only in the words of the States Language', async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(definition, async (candidate) => {
        if (load(candidate) instanceof DefinitionError) return;
        ran += 1;
        const { result } = await play(
          candidate,
          {},
          { integrations: new Cloud({ f: (payload) => payload }) },
        );
        expect(['SUCCEEDED', 'FAILED', 'TIMED_OUT']).toContain(result.status);
        if (result.status === 'FAILED')
          expect(result.error ?? 'Failed').toMatch(/^(States|Lambda)\.|^Failed$/);
      }),
      { numRuns: 400 },
    );
    // About an eighth loads: 20 of 400 are four standard deviations below.
    expect(ran).toBeGreaterThan(20);
  });

  it('the whole machine itself runs', async () => {
    const { result } = await play(whole, {}, { integrations: new Cloud({ f: (payload) => payload }) });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 1 });
  });
});
