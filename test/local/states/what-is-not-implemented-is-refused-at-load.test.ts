import { describe, expect, it } from 'vitest';
import { DefinitionError, loadStateMachine } from '../../../lib/local/states/index.ts';
import { invoke, machine } from './stage.ts';

/** What a definition is refused for, as `path: message`. */
function problems(definition: unknown): string[] {
  try {
    loadStateMachine(definition);
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}
const one = (state: object) => problems(machine({ A: state }));
const pass = (more: object = {}) => ({ Type: 'Pass', End: true, ...more });
const task = (more: object = {}) => ({
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: 'f' },
  End: true,
  ...more,
});
const flow = (state: object = pass(), name = 'I') => ({ StartAt: name, States: { [name]: state } });
const inline = (more: object = {}, processor: object = {}) => ({
  Type: 'Map',
  ItemProcessor: { ...flow(), ...processor },
  End: true,
  ...more,
});
const distributed = (more: object = {}, config: object = {}) =>
  inline(more, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD', ...config } });
const expectRefusal = (got: string[], ...parts: (string | RegExp)[]) => {
  expect(got).toHaveLength(1);
  for (const part of parts) expect(got[0]).toMatch(part);
};

describe('the machine', () => {
  it('in JSONPath, said or by default, is refused by name', () => {
    expectRefusal(problems({ StartAt: 'A', States: { A: pass() } }), '$.QueryLanguage: JSONPath');
    expectRefusal(
      problems(machine({ A: pass() }, { QueryLanguage: 'JSONPath' })),
      '"JSONPath" is not implemented here',
    );
  });

  it('must be an object with states, and its StartAt one of them', () => {
    for (const wrong of [null, 1, 'x', [], undefined])
      expectRefusal(problems(wrong), /^\$: expected an object/);
    expectRefusal(problems(machine({ A: pass() }, { StartAt: 'B' })), '$.StartAt: there is no state "B"');
    expect(problems({ QueryLanguage: 'JSONata' })).toContain('$.States: expected an object, got nothing');
  });

  it('may have no other fields, no other Version, and a TimeoutSeconds that is a number', () => {
    expectRefusal(
      problems(machine({ A: pass() }, { Extra: 1 })),
      '$.Extra: the field Extra is not implemented',
    );
    expectRefusal(problems(machine({ A: pass() }, { Version: '2.0' })), '$.Version: "2.0"');
    expectRefusal(
      problems(machine({ A: pass() }, { TimeoutSeconds: '{% 1 %}' })),
      '$.TimeoutSeconds: expected an integer',
    );
  });

  it('all problems are told at once', () => {
    expect(
      problems(machine({ A: pass({ InputPath: '$' }), B: { Type: 'Nope' } }, { Extra: 1 })),
    ).toHaveLength(3);
  });
});

describe('states', () => {
  it('of an unknown type are refused by it', () => {
    expectRefusal(
      one({ Type: 'Activity', End: true }),
      '$.States.A.Type: the state type "Activity" is not implemented',
    );
  });

  it('of JSONPath are refused by their query language', () => {
    expectRefusal(
      one(pass({ QueryLanguage: 'JSONPath' })),
      '$.States.A.QueryLanguage: "JSONPath" is not implemented',
    );
  });

  it.each([
    'InputPath',
    'OutputPath',
    'ResultPath',
    'Parameters',
    'ResultSelector',
    'Result',
    'ItemsPath',
    'SecondsPath',
  ])('with the field %s of JSONPath are refused with what replaces it', (field) => {
    expectRefusal(
      one(pass({ [field]: '$.a' })),
      `$.States.A.${field}: ${field} is a field of JSONPath`,
      /use /,
    );
  });

  it.each([
    ['Pass', pass({ Arguments: {} }), 'Arguments'],
    ['Succeed', { Type: 'Succeed', Assign: {} }, 'Assign'],
    ['Fail', { Type: 'Fail', Output: 1 }, 'Output'],
    ['Wait', { Type: 'Wait', Seconds: 1, Retry: [], End: true }, 'Retry'],
    ['Choice', { Type: 'Choice', Choices: [{ Condition: true, Next: 'A' }], End: true }, 'End'],
    ['Task', task({ Credentials: {} }), 'Credentials'],
    ['Parallel', { Type: 'Parallel', Branches: [flow()], Items: [], End: true }, 'Items'],
    ['Map', inline({ Arguments: {} }), 'Arguments'],
  ])('of type %s with a field that they do not have are refused by it', (_, state, field) => {
    expectRefusal(one(state), `$.States.A.${field}: the field ${field} is not implemented here`);
  });

  it('need either Next or End, and a Next that exists', () => {
    expectRefusal(one({ Type: 'Pass' }), '$.States.A: needs either Next or "End": true');
    expectRefusal(one({ Type: 'Pass', Next: 'A', End: true }), 'needs either Next');
    expectRefusal(one({ Type: 'Pass', Next: 'Z' }), '$.States.A.Next: there is no state "Z"');
    expect(one({ Type: 'Pass', End: false }).join()).toContain('$.States.A.End: expected true');
  });

  it('that no transition leads to, or whose name is taken, are refused', () => {
    expectRefusal(
      problems(machine({ A: pass(), B: pass() })),
      '$.States.B: no transition leads to this state',
    );
    const parallel = { Type: 'Parallel', Branches: [flow(pass(), 'A')], End: true };
    expectRefusal(
      problems(machine({ P: parallel, A: pass() }, { StartAt: 'P' })).slice(0, 1),
      'must be unique',
    );
    expectRefusal(problems(machine({ ['n'.repeat(81)]: pass() })), '1 to 80 characters');
  });

  it('may not go into another flow', () => {
    const parallel = { Type: 'Parallel', Branches: [flow({ Type: 'Pass', Next: 'B' })], Next: 'B' };
    expectRefusal(
      problems(machine({ P: parallel, B: pass() })),
      '.States.I.Next: there is no state "B" here',
    );
  });
});

describe('resources', () => {
  it.each([
    'arn:aws:states:::lambda:invoke.waitForTaskToken',
    'arn:aws:states:::sqs:sendMessage',
    'arn:aws:states:::aws-sdk:s3:getObject',
    'arn:aws:states:us-east-1:123456789012:activity:a',
    'lambda:invoke',
  ])('%s is refused by name', (Resource) => {
    const got = one({ Type: 'Task', Resource, End: true });
    expectRefusal(got, `$.States.A.Resource: the resource ${Resource} is not implemented here`);
  });

  it('lambda:invoke and functions of all partitions are run', () => {
    expect(one(task({ Resource: 'arn:aws-cn:states:::lambda:invoke' }))).toEqual([]);
    const Resource = 'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f:live';
    expect(one({ Type: 'Task', Resource, End: true })).toEqual([]);
  });

  it('arguments of lambda:invoke other than FunctionName, Payload and Qualifier are refused', () => {
    const Arguments = { FunctionName: 'f', InvocationType: 'Event' };
    expectRefusal(one(task({ Arguments })), '$.States.A.Arguments.InvocationType: the field InvocationType');
    expectRefusal(one(task({ Arguments: {} })), '$.States.A.Arguments.FunctionName: expected a string');
  });
});

describe('numbers and texts', () => {
  it.each([
    ['TimeoutSeconds', task({ TimeoutSeconds: 0 })],
    ['HeartbeatSeconds', task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 })],
    ['Seconds', { Type: 'Wait', Seconds: -1, End: true }],
    ['Timestamp', { Type: 'Wait', Timestamp: '2026-03-01', End: true }],
    ['MaxConcurrency', inline({ MaxConcurrency: 1.5 })],
    ['Error', { Type: 'Fail', Error: 1 }],
  ])('a wrong %s is refused', (field, state) => {
    expectRefusal(one(state), `$.States.A.${field}: `);
  });

  it('a Wait has one of Seconds and Timestamp', () => {
    expectRefusal(one({ Type: 'Wait', End: true }), 'needs either Seconds or Timestamp');
  });

  it('a Choice needs rules, each with a Condition', () => {
    expectRefusal(one({ Type: 'Choice', Choices: [] }), '$.States.A.Choices: must not be empty');
    const rule = { Variable: '$.a', NumericEquals: 1, Next: 'A' };
    const got = one({ Type: 'Choice', Choices: [rule] }).join('\n');
    expect(got).toContain('$.States.A.Choices[0].Variable: the field Variable is not implemented');
    expect(got).toContain('$.States.A.Choices[0].Condition: expected an expression');
  });
});

describe('Retry and Catch', () => {
  it.each([
    [{ ErrorEquals: [] }, '.ErrorEquals: must not be empty'],
    [{ ErrorEquals: ['States.Nope'] }, '.ErrorEquals[0]: States.Nope is no error name'],
    [{ ErrorEquals: ['States.ALL', 'E'] }, '.ErrorEquals: States.ALL must stand alone'],
    [{ ErrorEquals: ['E'], IntervalSeconds: 0 }, '.IntervalSeconds: expected an integer'],
    [{ ErrorEquals: ['E'], MaxAttempts: -1 }, '.MaxAttempts: expected an integer'],
    [{ ErrorEquals: ['E'], BackoffRate: 0.5 }, '.BackoffRate: expected a number'],
    [{ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 5 }, '.MaxDelaySeconds: must be greater'],
    [{ ErrorEquals: ['E'], JitterStrategy: 'HALF' }, '.JitterStrategy: "HALF" is not implemented'],
    [{ ErrorEquals: ['E'], Next: 'A' }, '.Next: the field Next is not implemented'],
  ])('a retrier %j is refused', (retrier, message) => {
    expectRefusal(one(task({ Retry: [retrier] })), `$.States.A.Retry[0]${message}`);
  });

  it('States.ALL must be in the last one', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }];
    expectRefusal(
      one(task({ Retry })),
      '$.States.A.Retry[0].ErrorEquals: States.ALL must be in the last element',
    );
  });

  it('a catcher needs a Next that exists, and has no ResultPath', () => {
    expectRefusal(
      one(task({ Catch: [{ ErrorEquals: ['E'], Next: 'Z' }] })),
      '.Catch[0].Next: there is no state "Z"',
    );
    const Catch = [{ ErrorEquals: ['E'], Next: 'B', ResultPath: '$.e' }];
    expectRefusal(
      problems(machine({ A: task({ Catch }), B: pass() })),
      '.Catch[0].ResultPath: ResultPath is a field of JSONPath',
    );
  });
});

describe('a Map', () => {
  it.each([
    'ItemReader',
    'ItemBatcher',
    'ResultWriter',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
    'Label',
  ])('in mode INLINE has no %s', (field) => {
    expectRefusal(
      one(inline({ [field]: 1 })),
      `$.States.A.${field}: ${field} belongs to a Map in mode DISTRIBUTED`,
    );
  });

  it.each([
    [
      'Mode',
      distributed({}, { Mode: 'REMOTE', ExecutionType: undefined }),
      '.ItemProcessor.ProcessorConfig.Mode: "REMOTE"',
    ],
    ['ExecutionType', distributed({}, { ExecutionType: 'FAST' }), '.ProcessorConfig.ExecutionType: "FAST"'],
    ['Items', inline({ Items: { a: 1 } }), '.Items: expected an array or an expression'],
    ['ItemSelector', inline({ ItemSelector: [] }), '.ItemSelector: expected an object'],
    ['Label', distributed({ Label: 'a b' }), '.Label: "a b" is no label'],
    [
      'ToleratedFailurePercentage',
      distributed({ ToleratedFailurePercentage: 101 }),
      '.ToleratedFailurePercentage: expected',
    ],
    ['ItemBatcher', distributed({ ItemBatcher: {} }), '.ItemBatcher: needs MaxItemsPerBatch'],
    [
      'MaxInputBytesPerBatch',
      distributed({ ItemBatcher: { MaxInputBytesPerBatch: 262_145 } }),
      '.MaxInputBytesPerBatch: ',
    ],
    [
      'MaxItemsPerBatchPath',
      distributed({ ItemBatcher: { MaxItemsPerBatch: 1, MaxItemsPerBatchPath: '$' } }),
      'JSONPath',
    ],
    ['ResultWriter', distributed({ ResultWriter: {} }), '.ResultWriter: must not be empty'],
    [
      'ResultWriter.Parameters',
      distributed({ ResultWriter: { Parameters: {}, WriterConfig: {} } }),
      '.Parameters: ',
    ],
    [
      'Transformation',
      distributed({ ResultWriter: { WriterConfig: { Transformation: 'ZIP' } } }),
      '"ZIP" is not',
    ],
    [
      'OutputType',
      distributed({ ResultWriter: { WriterConfig: { OutputType: 'JSONL' } } }),
      'JSONL without Resource',
    ],
  ])('a wrong %s is refused', (_, state, message) => {
    expectRefusal(one(state), message);
  });

  const reader = (more: object, config: object = { InputType: 'JSON' }) =>
    distributed({
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Arguments: { Bucket: 'b', Key: 'k' },
        ReaderConfig: config,
        ...more,
      },
    });

  it.each([
    [reader({}, { InputType: 'PARQUET' }), '.InputType: "PARQUET" is not implemented'],
    [reader({}, { InputType: 'MANIFEST' }), '.InputType: "MANIFEST" is not implemented'],
    [
      reader({}, { InputType: 'JSON', ItemsPointer: '/a' }),
      '.ItemsPointer: the field ItemsPointer is not implemented',
    ],
    [reader({}, { InputType: 'JSON', CSVDelimiter: 'TAB' }), '.CSVDelimiter: belongs to InputType CSV'],
    [reader({}, { InputType: 'CSV' }), '.CSVHeaderLocation: nothing is not implemented'],
    [reader({}, { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' }), '.CSVHeaders: expected an array'],
    [
      reader({}, { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVHeaders: ['a'] }),
      '.CSVHeaders: belongs to',
    ],
    [reader({ Resource: 'arn:aws:states:::dynamodb:scan' }), 'the resource arn:aws:states:::dynamodb:scan'],
    [reader({ Arguments: { Bucket: 'b', Key: 'k', VersionId: 'v' } }), '.VersionId: the field VersionId'],
    [distributed({ ...reader({}), Items: [1] }), 'has ItemReader and Items'],
  ])('an ItemReader that is not implemented is refused by name (%#)', (state, message) => {
    expectRefusal(one(state), message);
  });

  it('labels must be unique in the machine', () => {
    const B = {
      ...distributed({ Label: 'L' }),
      ItemProcessor: { ...distributed().ItemProcessor, ...flow(pass(), 'J') },
    };
    const { End: _, ...A } = distributed({ Label: 'L', Next: 'B' });
    expectRefusal(problems(machine({ A, B })), '$.States.B.Label: the label L is taken');
  });
});

describe('expressions', () => {
  const output = (Output: unknown) => one(pass({ Output }));

  it.each([
    ['{% 1 + %}', 'not a JSONata expression'],
    ['{% 1', 'must end with %}'],
    ['{% $states.input ?: 1 %}', 'not a JSONata expression'],
    ['{% $$.a %}', '$$ is not available'],
    ['{% $.a %}', '$ has no value at the top'],
    ['{% a.b %}', 'the field name a stands alone'],
    ["{% $eval('1') %}", '$eval is not available'],
    ['{% $nope(1) %}', '$nope is neither a function nor a variable'],
    ['{% $states.result %}', '$states.result is not available here'],
    ['{% $states.errorOutput.Error %}', '$states.errorOutput is not available here'],
    ['{% $states.inputs %}', '$states.inputs is not available here, only $states.input, $states.context'],
  ])('%s is refused', (expression, message) => {
    expectRefusal(output({ deep: [expression] }), '$.States.A.Output.deep[0]: ', message);
  });

  it.each([
    '{% $map($states.input.l, function($v, $i){ $v.a + $i }) %}',
    '{% ($x := 1; $x + 1) %}',
    '{% $states.input.l[a = 1 and $.b = 2].c %}',
    '{% $states.input.l@$e#$i.($e & $i) %}',
    '{% $states.input ~> |$|{"a": 2}| %}',
    '{% {"a": $states.input.b}.a %}',
    "{% $states.input.l^(>a).b ~> $join(',') %}",
  ])('%s is accepted', (expression) => {
    expect(output(expression)).toEqual([]);
  });

  it('placeholders and intrinsic functions of JSONPath are refused', () => {
    const got = output({ 'a.$': "States.Format('{}', $.b)" });
    expectRefusal(got, 'a.$', 'a JSONPath or intrinsic placeholder');
  });
});

describe('variables', () => {
  it('need a name that Step Functions allows', () => {
    expectRefusal(one(pass({ Assign: { states: 1 } })), '.Assign.states: the variable states is reserved');
    expectRefusal(one(pass({ Assign: { 'a-b': 1 } })), '"a-b" is no variable name');
  });

  it('of an outer scope cannot be assigned in an inner one', () => {
    const P = { Type: 'Parallel', Branches: [flow(pass({ Assign: { x: 1 } }))], End: true };
    const got = problems(machine({ A: { Type: 'Pass', Assign: { x: 1 }, Next: 'P' }, P }));
    expectRefusal(got, '$.States.P.Branches[0].States: the variable x belongs to an outer scope');
  });

  it('of an inner scope cannot be read outside', () => {
    const P = { Type: 'Parallel', Branches: [flow(pass({ Assign: { x: 1 } }))], Next: 'A' };
    expectRefusal(problems(machine({ P, A: pass({ Output: '{% $x %}' }) })), '$x is neither');
  });

  it('cannot be read by the children of a Distributed Map, which may use the same names', () => {
    const start = { Type: 'Pass', Assign: { x: 1 }, Next: 'M' };
    const child = (state: object) => ({
      A: start,
      M: inline({}, { ...flow(state), ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } }),
    });
    expectRefusal(
      problems(machine(child(pass({ Output: '{% $x %}' })))),
      '$.States.M.ItemProcessor.States.I.Output',
      '$x is neither',
    );
    expect(problems(machine(child(pass({ Assign: { x: 1 } }))))).toEqual([]);
  });
});
