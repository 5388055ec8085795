/** A small machine that moto's interpreter and ours both run. */
export interface Example {
  name: string;
  states: Record<string, unknown>;
  input?: unknown;
  /** Answers of the functions that it calls, in order; without one a function gives back what it got. */
  answers?: unknown[];
  /** Fields of the machine itself. */
  machine?: object;
  /** Where moto is not AWS: what ours must give, and AWS's rule. */
  aws?: { rule: string; outcome: object };
}

const end = { End: true };
const pass = (more: object = {}) => ({ Type: 'Pass', ...end, ...more });
const out = (Output: unknown) => pass({ Output });
const fail = (name = 'Mine', cause = 'because') => ({ Type: 'Fail', Error: name, Cause: cause });
const branch = (state: object, name = 'B1') => ({ StartAt: name, States: { [name]: state } });
const processor = (state: object) => ({
  ProcessorConfig: { Mode: 'INLINE' },
  StartAt: 'One',
  States: { One: state },
});
const item = '$states.context.Map.Item';
const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  ...more,
});
const choose = {
  Type: 'Choice',
  Choices: [
    { Condition: "{% $states.input.kind = 'a' %}", Next: 'A', Assign: { taken: 'a' } },
    { Condition: '{% $states.input.n > 10 and $states.input.n < 20 %}', Next: 'B', Output: { teens: true } },
    { Condition: true, Next: 'D' },
  ],
};
const chosen = { C: choose, A: out({ taken: '{% $taken %}' }), B: pass(), D: out('default') };

const failed = (error: string, state: string, cause: string) => ({
  status: 'FAILED',
  error,
  cause: `An error occurred while executing the state '${state}' (entered at the event id #2). ${cause}`,
});

export const corpus: Example[] = [
  { name: 'Pass gives its input on', states: { A: pass() }, input: { a: [1, null, 'x'] } },
  {
    name: 'Output replaces the input',
    states: { A: out({ a: 1, b: ['{% $states.input.x %}'] }) },
    input: { x: 2 },
  },
  {
    name: 'Output as one expression',
    states: { A: out("{% $states.input.l[k='b'].v %}") },
    input: {
      l: [
        { k: 'a', v: 1 },
        { k: 'b', v: 2 },
      ],
    },
  },
  { name: 'Output as an array', states: { A: out(['{% 1 + 1 %}', { x: '{% "y" %}' }, true]) } },
  {
    name: 'a chain of states',
    states: {
      A: { Type: 'Pass', Output: '{% $states.input + 1 %}', Next: 'B' },
      B: out('{% $states.input * 2 %}'),
    },
    input: 4,
  },
  {
    name: 'Assign is read by later states',
    states: {
      A: { Type: 'Pass', Assign: { x: '{% $states.input.n * 2 %}' }, Next: 'B' },
      B: out({ x: '{% $x %}', in: '{% $states.input %}' }),
    },
    input: { n: 21 },
  },
  {
    name: 'Assign is evaluated on the variables as they were',
    states: {
      A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { x: '{% $y %}', y: '{% $x %}' }, Output: '{% $x %}', Next: 'D' },
      D: out(['{% $x %}', '{% $y %}', '{% $states.input %}']),
    },
    aws: {
      rule: 'Output, too, sees the variables as they were when the state was entered (Passing data between states with variables)',
      outcome: { status: 'SUCCEEDED', output: [2, 1, 1] },
    },
  },
  {
    name: 'Assign of objects',
    states: {
      A: { Type: 'Pass', Assign: { o: { deep: ['{% 1 %}'] } }, Next: 'B' },
      B: out('{% $o.deep[0] %}'),
    },
  },
  { name: 'Choice takes the first rule that is true', states: chosen, input: { kind: 'a', n: 15 } },
  { name: 'Choice with a rule that has an Output', states: chosen, input: { kind: 'z', n: 15 } },
  {
    name: 'Choice with a literal Condition',
    states: chosen,
    input: { kind: 'z', n: 5 },
  },
  {
    name: 'Choice takes the Default',
    states: {
      C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }], Default: 'B' },
      A: pass(),
      B: out('b'),
    },
  },
  {
    name: 'Choice loops until a variable says so',
    states: {
      S: { Type: 'Pass', Assign: { n: 0 }, Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Condition: '{% $n >= 3 %}', Next: 'E' }], Default: 'I' },
      I: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Next: 'C' },
      E: out('{% $n %}'),
    },
  },
  {
    name: 'Choice without a match',
    states: { C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'A' }] }, A: pass() },
    aws: {
      rule: 'no rule matched and no Default: States.NoChoiceMatched (States Language, Choice State)',
      outcome: failed('States.NoChoiceMatched', 'C', 'No choice rule matched and the state has no Default.'),
    },
  },
  { name: 'Wait of seconds', states: { W: { Type: 'Wait', Seconds: 1, Next: 'A' }, A: out('done') } },
  {
    name: 'Wait of an expression',
    states: { W: { Type: 'Wait', Seconds: '{% $states.input.s %}', ...end } },
    input: { s: 0 },
  },
  {
    name: 'Wait until an instant that has passed',
    states: { W: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', Output: 'past', ...end } },
  },
  {
    name: 'Succeed with an Output',
    states: { S: { Type: 'Succeed', Output: { n: '{% $states.input.n %}' } } },
    input: { n: 1 },
  },
  { name: 'Fail with an Error and a Cause', states: { F: fail() } },
  {
    name: 'Fail with expressions',
    states: { F: fail('{% $states.input.e %}', "{% 'c' & $states.input.n %}") },
    input: { e: 'E', n: 3 },
  },
  { name: 'Fail without words', states: { F: { Type: 'Fail' } } },
  {
    name: 'Task with its answer in the envelope',
    states: { T: task({ Output: '{% $states.result.Payload %}', ...end }) },
    answers: [{ ok: true }],
  },
  {
    name: 'Task status code',
    states: { T: task({ Output: '{% $states.result.StatusCode %}', ...end }) },
    answers: [1],
  },
  {
    name: 'Task gives its result to Assign and its input to Output',
    states: {
      T: task({ Assign: { r: '{% $states.result.Payload.n %}' }, Output: '{% $states.input %}', Next: 'A' }),
      A: out(['{% $r %}', '{% $states.input %}']),
    },
    input: { i: 1 },
    answers: [{ n: 7 }],
  },
  {
    name: 'a chain of Tasks',
    states: {
      T: task({ Output: '{% $states.result.Payload %}', Next: 'U' }),
      U: task({ Output: '{% $states.result.Payload %}', ...end }),
    },
    answers: [{ a: 1 }, { b: 2 }],
  },
  {
    name: 'Task fails in its Output and is caught',
    states: {
      T: task({
        Output: '{% $states.result.Payload.nothing %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'A' }],
        ...end,
      }),
      A: out('{% $states.input.Error %}'),
    },
    answers: [{ a: 1 }],
    aws: {
      rule: 'a failed evaluation is an error of its state, which Retry and Catch see (Transforming data with JSONata, handling errors)',
      outcome: { status: 'SUCCEEDED', output: 'States.QueryEvaluationError' },
    },
  },
  {
    name: 'Parallel gives outputs in order',
    states: {
      P: { Type: 'Parallel', Branches: [branch(out(1)), branch(out('{% $states.input.x %}'), 'B2')], ...end },
    },
    input: { x: 2 },
  },
  {
    name: 'Parallel with Arguments and Output',
    states: {
      P: {
        Type: 'Parallel',
        Arguments: { y: '{% $states.input.x %}' },
        Branches: [branch(pass())],
        Output: '{% $states.result[0].y %}',
        ...end,
      },
    },
    input: { x: 5 },
  },
  {
    name: 'Parallel branches read outer variables',
    states: {
      A: { Type: 'Pass', Assign: { v: 3 }, Next: 'P' },
      P: { Type: 'Parallel', Branches: [branch(out('{% $v %}'))], ...end },
    },
  },
  {
    name: 'Parallel fails with the error of its branch',
    states: { P: { Type: 'Parallel', Branches: [branch(fail('Bad', 'b'))], ...end } },
  },
  {
    name: 'Parallel is caught by name, with the error output',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch(fail('Bad', 'b'))],
        Catch: [
          { ErrorEquals: ['Other'], Next: 'O' },
          { ErrorEquals: ['Bad'], Next: 'A' },
        ],
        ...end,
      },
      O: pass(),
      A: pass(),
    },
  },
  {
    name: 'Catch with Output and Assign',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch(fail('Bad', 'b'))],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Assign: { e: '{% $states.errorOutput.Error %}' },
            Output: { c: '{% $states.errorOutput.Cause %}', in: '{% $states.input %}' },
            Next: 'A',
          },
        ],
        ...end,
      },
      A: out({ e: '{% $e %}', got: '{% $states.input %}' }),
    },
    input: { i: 1 },
  },
  {
    name: 'Catch that does not match',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch(fail('Bad', 'b'))],
        Catch: [{ ErrorEquals: ['Other'], Next: 'O' }],
        ...end,
      },
      O: pass(),
    },
  },
  {
    name: 'Retry goes on to Catch when it is exhausted',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch(fail('Bad', 'b'))],
        Retry: [{ ErrorEquals: ['Bad'], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'A' }],
        ...end,
      },
      A: out('caught'),
    },
  },
  {
    name: 'Retry succeeds at the second attempt',
    states: {
      T: task({
        Output: "{% $states.result.Payload.ok ? $states.context.State.RetryCount : $error('again') %}",
        Retry: [{ ErrorEquals: ['States.QueryEvaluationError'], IntervalSeconds: 1 }],
        ...end,
      }),
    },
    answers: [{ ok: false }, { ok: true }],
    aws: {
      rule: 'a failed evaluation is an error of its state, which Retry and Catch see (Transforming data with JSONata, handling errors)',
      outcome: { status: 'SUCCEEDED', output: 1 },
    },
  },
  {
    name: 'Map over the input',
    states: { M: { Type: 'Map', ItemProcessor: processor(out('{% $states.input * 2 %}')), ...end } },
    input: [1, 2, 3],
  },
  {
    name: 'Map over Items with an ItemSelector',
    states: {
      M: {
        Type: 'Map',
        Items: '{% $states.input.l %}',
        ItemSelector: { v: `{% ${item}.Value %}`, i: `{% ${item}.Index %}`, r: '{% $states.input.r %}' },
        ItemProcessor: processor(pass()),
        ...end,
      },
    },
    input: { l: ['a', 'b'], r: 'r' },
  },
  {
    name: 'Map over literal Items',
    states: { M: { Type: 'Map', Items: [1, '{% 1 + 1 %}'], ItemProcessor: processor(pass()), ...end } },
  },
  {
    name: 'Map with MaxConcurrency and Output',
    states: {
      M: {
        Type: 'Map',
        MaxConcurrency: 2,
        ItemProcessor: processor(pass()),
        Output: '{% $sum($states.result) %}',
        ...end,
      },
    },
    input: [1, 2, 3, 4],
  },
  {
    name: 'Map over nothing',
    states: { M: { Type: 'Map', ItemProcessor: processor(pass()), ...end } },
    input: [],
  },
  {
    name: 'Map over what is no array',
    states: { M: { Type: 'Map', Items: '{% $states.input %}', ItemProcessor: processor(pass()), ...end } },
    input: { a: 1 },
  },
  {
    name: 'Map fails with the error of its iteration',
    states: { M: { Type: 'Map', ItemProcessor: processor(fail('Bad', 'm')), ...end } },
    input: [1],
  },
  {
    name: 'Map within a Parallel',
    states: {
      P: {
        Type: 'Parallel',
        Branches: [branch({ Type: 'Map', ItemProcessor: processor(out('{% $states.input + 1 %}')), ...end })],
        ...end,
      },
    },
    input: [1, 2],
  },
  {
    name: 'the result of an expression is undefined',
    states: { A: out('{% $states.input.missing %}') },
    aws: {
      rule: 'the cause names the field; moto has a note that it did not look into that',
      outcome: failed(
        'States.QueryEvaluationError',
        'A',
        "The JSONata expression '$states.input.missing' specified for the field 'Output' returned nothing (undefined).",
      ),
    },
  },
  {
    name: 'undefined within a constructed object is left out',
    states: { A: out("{% {'a': $states.input.missing, 'b': 1} %}") },
  },
  {
    name: 'an expression fails',
    states: { A: out("{% $number('x') %}") },
    aws: {
      rule: 'an expression that throws fails with States.QueryEvaluationError (Transforming data with JSONata, handling errors)',
      outcome: failed(
        'States.QueryEvaluationError',
        'A',
        `The JSONata expression '$number('x')' specified for the field 'Output' threw an error during evaluation. D3030: Unable to cast value to a number: "x"`,
      ),
    },
  },
  { name: '$partition', states: { A: out('{% $partition([1..5], 2) %}') } },
  { name: '$range', states: { A: out('{% $range(1, 9, 4) %}') } },
  { name: '$parse', states: { A: out(`{% $parse('{"a":[1,2]}').a[1] %}`) } },
  {
    name: '$hash',
    states: { A: out("{% $hash('abc', 'SHA-1') %}") },
    aws: {
      rule: '$hash(data, algorithm) gives the hexadecimal digest (developer guide, Transforming data with JSONata)',
      outcome: { status: 'SUCCEEDED', output: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    },
  },
  {
    name: 'functions of higher order',
    states: {
      A: out('{% $reduce($map($states.input, function($v){$v * $v}), function($a, $b){$a + $b}) %}'),
    },
    input: [1, 2, 3],
  },
  {
    name: 'the context',
    states: {
      A: out({
        s: '{% $states.context.State.Name %}',
        n: '{% $states.context.Execution.Name %}',
        i: '{% $states.context.Execution.Input.q %}',
      }),
    },
    input: { q: 9 },
  },
  {
    name: 'the machine runs out of time',
    states: { W: { Type: 'Wait', Seconds: 5, ...end } },
    machine: { TimeoutSeconds: 1 },
  },
];
