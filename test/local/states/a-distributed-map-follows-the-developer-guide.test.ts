import { describe, expect, it } from 'vitest';
import { TaskFailure } from '../../../lib/local/states/index.ts';
import { Cloud, type Handler, invoke, machine, outputOf, play } from './stage.ts';

const task = {
  Type: 'Task',
  Resource: invoke,
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  End: true,
};

/** A machine of one Distributed Map over `fields`, whose children call the function f (or run `states`). */
const distributed = (fields: object, { executionType = 'STANDARD', states = { One: task } as object } = {}) =>
  machine({
    M: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
        StartAt: Object.keys(states)[0],
        States: states,
      },
      End: true,
      ...fields,
    },
  });

const echo: Handler = (payload) => payload;
const failing =
  (bad: (payload: unknown) => boolean): Handler =>
  (payload) => {
    if (bad(payload)) throw new TaskFailure('Poison', 'bad item');
    return payload;
  };
const reader = (config: object, key = 'in') => ({
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: config,
  Arguments: { Bucket: 'b', Key: key },
});
const writer = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'out', Prefix: 'runs' } };
const read = (config: object, object: unknown) =>
  outputOf(
    distributed({ ItemReader: reader(config) }),
    {},
    { integrations: new Cloud({ f: echo }, { 'b/in': object }) },
  );

describe('ItemReader', () => {
  it('InputType JSON: the items of an array', async () => {
    expect(await read({ InputType: 'JSON' }, [{ a: 1 }, 2])).toEqual([{ a: 1 }, 2]);
  });

  it('InputType JSONL: an item a line, blank lines left out', async () => {
    expect(await read({ InputType: 'JSONL' }, '{"a":1}\n\n{"a":2}\r\n')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('InputType CSV, CSVHeaderLocation FIRST_ROW: objects of strings by column', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };
    expect(await read(config, 'id,name\r\n1,"a, ""b"""\r\n2,c\n')).toEqual([
      { id: '1', name: 'a, "b"' },
      { id: '2', name: 'c' },
    ]);
  });

  it('InputType CSV: a short row is filled with empty strings, what is beyond the header is left out', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' };
    expect(await read(config, 'a,b\n1\n1,2,3')).toEqual([
      { a: '1', b: '' },
      { a: '1', b: '2' },
    ]);
  });

  it('CSVHeaderLocation GIVEN with CSVHeaders and CSVDelimiter', async () => {
    const config = {
      InputType: 'CSV',
      CSVHeaderLocation: 'GIVEN',
      CSVHeaders: ['x', 'y'],
      CSVDelimiter: 'SEMICOLON',
    };
    expect(await read(config, '1;2\n3;4')).toEqual([
      { x: '1', y: '2' },
      { x: '3', y: '4' },
    ]);
  });

  it('MaxItems cuts the dataset, as a number or an expression', async () => {
    expect(await read({ InputType: 'JSON', MaxItems: 2 }, [1, 2, 3])).toEqual([1, 2]);
    expect(await read({ InputType: 'JSON', MaxItems: '{% 1 %}' }, [1, 2, 3])).toEqual([1]);
  });

  it('Arguments may be expressions over the state input', async () => {
    const ItemReader = {
      ...reader({ InputType: 'JSON' }),
      Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
    };
    const integrations = new Cloud({ f: echo }, { 'b/k': [7] });
    expect(await outputOf(distributed({ ItemReader }), { key: 'k' }, { integrations })).toEqual([7]);
  });

  it('s3:listObjectsV2: an item an object of the prefix', async () => {
    const integrations = new Cloud({ f: echo });
    const listed = { Etag: '"e"', Key: 'p/a', LastModified: 1, Size: 3, StorageClass: 'STANDARD' };
    const listObjects = async (bucket: string, prefix: string) => [
      { ...listed, Key: `${bucket}:${prefix}a` },
    ];
    const ItemReader = {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      Arguments: { Bucket: 'b', Prefix: 'p/' },
    };
    const options = { integrations: Object.assign(integrations, { listObjects }) };
    expect(await outputOf(distributed({ ItemReader }), {}, options)).toEqual([{ ...listed, Key: 'b:p/a' }]);
  });

  it('what cannot be read fails the state with States.ItemReaderFailed, which can be caught', async () => {
    for (const [object, config] of [
      [undefined, { InputType: 'JSON' }],
      ['{"an":"object"}', { InputType: 'JSON' }],
      ['no json', { InputType: 'JSONL' }],
    ] as const) {
      const integrations = new Cloud({ f: echo }, object === undefined ? {} : { 'b/in': object });
      const { result } = await play(distributed({ ItemReader: reader(config) }), {}, { integrations });
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
    }
  });
});

describe('Items and ItemSelector', () => {
  it('without ItemReader the items come from Items, or from the state input', async () => {
    const options = { integrations: new Cloud({ f: echo }) };
    expect(await outputOf(distributed({ Items: '{% [1..3] %}' }), {}, options)).toEqual([1, 2, 3]);
    expect(await outputOf(distributed({}), ['a'], options)).toEqual(['a']);
  });

  it('ItemSelector makes each child input of the item, its index, the state input and outer variables', async () => {
    const definition = distributed({
      Items: ['x', 'y'],
      ItemSelector: {
        v: '{% $states.context.Map.Item.Value %}',
        i: '{% $states.context.Map.Item.Index %}',
        run: '{% $states.input.run %}',
        out: '{% $outer %}',
      },
    });
    const Before = { Type: 'Pass', Assign: { outer: 9 }, Next: 'M' };
    const withBefore = { ...definition, StartAt: 'Before', States: { Before, ...definition.States } };
    const options = { integrations: new Cloud({ f: echo }) };
    expect(await outputOf(withBefore, { run: 'r' }, options)).toEqual([
      { v: 'x', i: 0, run: 'r', out: 9 },
      { v: 'y', i: 1, run: 'r', out: 9 },
    ]);
  });

  it('a child starts with no variables and is an execution of its own', async () => {
    const context = '$states.context';
    const states = {
      One: {
        Type: 'Pass',
        Output: {
          input: `{% ${context}.Execution.Input %}`,
          id: `{% ${context}.Execution.Id %}`,
          machine: `{% ${context}.StateMachine.Id %}`,
          map: `{% $exists(${context}.Map) %}`,
        },
        End: true,
      },
    };
    const output = await outputOf(distributed({ Items: [5], Label: 'Fan' }, { states }));
    expect(output).toEqual([
      {
        input: 5,
        id: expect.stringMatching(/^arn:aws:states:us-east-1:123456789012:execution:Machine\/Fan:[\w-]{36}$/),
        machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine/Fan',
        map: false,
      },
    ]);
  });
});

describe('ItemBatcher', () => {
  const inputs = async (ItemBatcher: object, items: unknown[], input: unknown = {}) => {
    const integrations = new Cloud({ f: echo });
    await outputOf(distributed({ Items: items, ItemBatcher }), input, { integrations });
    return integrations.calls.map((call) => call.payload);
  };

  it('MaxItemsPerBatch: each child gets { Items } with as many items at the most', async () => {
    expect(await inputs({ MaxItemsPerBatch: 2 }, [1, 2, 3])).toEqual([{ Items: [1, 2] }, { Items: [3] }]);
    expect(await inputs({ MaxItemsPerBatch: '{% $states.input.n %}' }, [1, 2, 3], { n: 3 })).toEqual([
      { Items: [1, 2, 3] },
    ]);
  });

  it('BatchInput is given to every child beside Items, evaluated over the state input', async () => {
    const batcher = { MaxItemsPerBatch: 1, BatchInput: { run: '{% $states.input.run %}' } };
    expect(await inputs(batcher, [1, 2], { run: 'r' })).toEqual([
      { BatchInput: { run: 'r' }, Items: [1] },
      { BatchInput: { run: 'r' }, Items: [2] },
    ]);
  });

  it('MaxInputBytesPerBatch: no child input is larger, and as many items as fit', async () => {
    const items = Array.from({ length: 30 }, (_, i) => ({ id: `é${i}` }));
    const got = await inputs({ MaxInputBytesPerBatch: 100, BatchInput: { r: 1 } }, items);
    const sizes = got.map((input) => Buffer.byteLength(JSON.stringify(input)));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(100 - 13);
    expect(got.flatMap((input) => (input as { Items: unknown[] }).Items)).toEqual(items);
  });

  it('both: whichever is reached first ends the batch', async () => {
    const got = await inputs({ MaxItemsPerBatch: 3, MaxInputBytesPerBatch: 20 }, [1, 2, 3, 4, 'aaaaa', 'b']);
    expect(got).toEqual([{ Items: [1, 2, 3] }, { Items: [4] }, { Items: ['aaaaa'] }, { Items: ['b'] }]);
  });

  it('ItemSelector is applied to each item before it is put into a batch', async () => {
    const integrations = new Cloud({ f: echo });
    const ItemSelector = { v: '{% $states.context.Map.Item.Value %}' };
    const fields = { Items: [1, 2], ItemSelector, ItemBatcher: { MaxItemsPerBatch: 2 } };
    expect(await outputOf(distributed(fields), {}, { integrations })).toEqual([
      { Items: [{ v: 1 }, { v: 2 }] },
    ]);
  });

  it('an item that is too large for any batch fails the state with States.DataLimitExceeded', async () => {
    const fields = { Items: ['x'.repeat(50)], ItemBatcher: { MaxInputBytesPerBatch: 40 } };
    const { result } = await play(distributed(fields), {}, { integrations: new Cloud({ f: echo }) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('MaxConcurrency', () => {
  it('bounds the children that run at once', async () => {
    let [running, most] = [0, 0];
    const integrations = new Cloud({
      f: async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return null;
      },
    });
    await outputOf(distributed({ Items: '{% [1..20] %}', MaxConcurrency: '{% 4 %}' }), {}, { integrations });
    expect(most).toBe(4);
  });
});

describe('tolerated failure', () => {
  const run = (fields: object, bad: (payload: unknown) => boolean) =>
    play(distributed({ MaxConcurrency: 1, ...fields }), {}, { integrations: new Cloud({ f: failing(bad) }) });
  const exceeded = { status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' };

  it('is none when neither field is given: one failed child fails the Map Run', async () => {
    expect((await run({ Items: [1, 2] }, (n) => n === 1)).result).toMatchObject(exceeded);
  });

  it('ToleratedFailureCount: as many failed items are tolerated, one more is not', async () => {
    const fields = { Items: [1, 2, 3, 4], ToleratedFailureCount: 2 };
    expect((await run(fields, (n) => (n as number) <= 2)).result.status).toBe('SUCCEEDED');
    expect((await run(fields, (n) => (n as number) <= 3)).result).toMatchObject(exceeded);
  });

  it('ToleratedFailurePercentage: failed items over all items, exceeded only beyond it', async () => {
    const fields = { Items: [1, 2, 3, 4], ToleratedFailurePercentage: '{% 50 %}' };
    expect((await run(fields, (n) => (n as number) <= 2)).result.status).toBe('SUCCEEDED');
    expect((await run(fields, (n) => (n as number) <= 3)).result).toMatchObject(exceeded);
  });

  it('with both fields, exceeding either fails the Map Run', async () => {
    const fields = { Items: [1, 2, 3, 4], ToleratedFailurePercentage: 100, ToleratedFailureCount: 1 };
    expect((await run(fields, (n) => (n as number) <= 2)).result).toMatchObject(exceeded);
  });

  it('percentage 100 tolerates that all children fail', async () => {
    expect((await run({ Items: [1, 2], ToleratedFailurePercentage: 100 }, () => true)).result.status).toBe(
      'SUCCEEDED',
    );
  });

  it('a failed batch counts with all its items', async () => {
    const fields = { Items: '{% [1..10] %}', ItemBatcher: { MaxItemsPerBatch: 5 }, ToleratedFailureCount: 4 };
    const bad = (batch: unknown) => (batch as { Items: number[] }).Items.includes(1);
    expect((await run(fields, bad)).result).toMatchObject(exceeded);
    expect((await run({ ...fields, ToleratedFailureCount: 5 }, bad)).result.status).toBe('SUCCEEDED');
  });

  it('no further child starts once the threshold is exceeded', async () => {
    const integrations = new Cloud({ f: failing((n) => n === 2) });
    await play(distributed({ MaxConcurrency: 1, Items: [1, 2, 3, 4] }), {}, { integrations });
    expect(integrations.calls.map((call) => call.payload)).toEqual([1, 2]);
  });

  it('a timed out child counts as failed: an express child ends after five minutes', async () => {
    const states = { One: { Type: 'Wait', Seconds: 301, End: true } };
    const { result } = await play(distributed({ Items: [1] }, { executionType: 'EXPRESS', states }));
    expect(result).toMatchObject(exceeded);
    const standard = await play(distributed({ Items: [1] }, { states }));
    expect(standard.result.status).toBe('SUCCEEDED');
  });

  it('Catch catches it, Retry starts a new Map Run over all items', async () => {
    const Catch = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], Next: 'Record' }];
    const Retry = [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }];
    const definition = distributed({ Items: [1, 2], MaxConcurrency: 1, Catch, Retry });
    const States = { ...definition.States, Record: { Type: 'Succeed', Output: '{% $states.input.Error %}' } };
    const integrations = new Cloud({ f: failing((n) => n === 2) });
    const { result, events } = await play({ ...definition, States }, {}, { integrations });
    expect(result).toEqual({ status: 'SUCCEEDED', output: 'States.ExceedToleratedFailureThreshold' });
    expect(integrations.calls.map((call) => call.payload)).toEqual([1, 2, 1, 2]);
    const runs = events.filter((event) => event.type === 'MapRunStarted').map((event) => event.mapRunArn);
    expect(new Set(runs).size).toBe(2);
  });
});

describe('results without a ResultWriter', () => {
  it('are the outputs of the children in order; a tolerated failure is told of with its metadata', async () => {
    const fields = { Items: [1, 2, 3], ToleratedFailureCount: 1 };
    const integrations = new Cloud({ f: failing((n) => n === 2) });
    expect(await outputOf(distributed(fields), {}, { integrations })).toEqual([
      1,
      expect.objectContaining({ Status: 'FAILED', Error: 'Poison', Cause: 'bad item', Input: '2' }),
      3,
    ]);
  });

  it('beyond 256 KiB fail the state with States.DataLimitExceeded', async () => {
    const integrations = new Cloud({ f: () => 'x'.repeat(100_000) });
    const { result } = await play(distributed({ Items: [1, 2, 3] }), {}, { integrations });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('WriterConfig alone formats them: Transformation NONE and FLATTEN', async () => {
    const options = { integrations: new Cloud({ f: (n: never) => [n, [n]] }) };
    const fields = (Transformation: string) => ({
      Items: [1, 2],
      ResultWriter: { WriterConfig: { Transformation } },
    });
    expect(await outputOf(distributed(fields('FLATTEN')), {}, options)).toEqual([1, [1], 2, [2]]);
    expect(await outputOf(distributed(fields('COMPACT')), {}, options)).toEqual([
      [1, [1]],
      [2, [2]],
    ]);
    expect(await outputOf(distributed(fields('NONE')), {}, options)).toMatchObject([
      { Status: 'SUCCEEDED', Output: '[1,[1]]', Input: '1' },
      { Status: 'SUCCEEDED', Output: '[2,[2]]' },
    ]);
  });
});

describe('ResultWriter', () => {
  const written = async (fields: object, handler: Handler = echo) => {
    const integrations = new Cloud({ f: handler });
    const { result } = await play(
      distributed({ MaxConcurrency: 1, ResultWriter: writer, ...fields }),
      {},
      { integrations },
    );
    return { result, integrations, keys: [...integrations.objects.keys()] };
  };

  it('the result is MapRunArn and where the manifest lies, under Prefix and the id of the Map Run', async () => {
    const { result, keys, integrations } = await written({ Items: [1, 2], Label: 'Fan' });
    if (result.status !== 'SUCCEEDED') throw new Error(JSON.stringify(result));
    const output = result.output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    expect(output.MapRunArn).toMatch(/^arn:aws:states:us-east-1:123456789012:mapRun:Machine\/Fan:[\w-]{36}$/);
    const folder = `runs/${output.MapRunArn.slice(-36)}`;
    expect(output.ResultWriterDetails).toEqual({ Bucket: 'out', Key: `${folder}/manifest.json` });
    expect(keys).toEqual([`out/${folder}/SUCCEEDED_0.json`, `out/${folder}/manifest.json`]);
    expect(integrations.json(`out/${folder}/manifest.json`)).toEqual({
      DestinationBucket: 'out',
      MapRunArn: output.MapRunArn,
      ResultFiles: {
        FAILED: [],
        PENDING: [],
        SUCCEEDED: [
          {
            Key: `${folder}/SUCCEEDED_0.json`,
            Size: integrations.objects.get(`out/${folder}/SUCCEEDED_0.json`)?.byteLength,
          },
        ],
      },
    });
  });

  it('Transformation NONE is the default: metadata, and input and output as JSON texts', async () => {
    const { keys, integrations } = await written({ Items: [{ a: 1 }] });
    expect(integrations.json(keys[0]!)).toEqual([
      {
        ExecutionArn: expect.stringContaining(':execution:Machine/M:'),
        Input: '{"a":1}',
        InputDetails: { Included: true },
        Name: expect.stringMatching(/^[\w-]{36}$/),
        Output: '{"a":1}',
        OutputDetails: { Included: true },
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
        StartDate: '2026-03-01T00:00:00.000Z',
        StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine/M',
        Status: 'SUCCEEDED',
        StopDate: '2026-03-01T00:00:00.000Z',
      },
    ]);
  });

  it('failed children go to FAILED_0.json, those that never started to PENDING_0.json, before the state fails', async () => {
    const { result, keys, integrations } = await written(
      { Items: [1, 2, 3] },
      failing((n) => n === 2),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    expect(keys.map((key) => key.split('/').pop())).toEqual([
      'FAILED_0.json',
      'PENDING_0.json',
      'SUCCEEDED_0.json',
      'manifest.json',
    ]);
    expect(integrations.json(keys[0]!)).toMatchObject([
      {
        Status: 'FAILED',
        Error: 'Poison',
        Cause: 'bad item',
        Input: '2',
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
      },
    ]);
    expect(integrations.json(keys[1]!)).toMatchObject([{ Status: 'PENDING', Input: '3' }]);
    expect(integrations.json(keys[2]!)).toMatchObject([{ Status: 'SUCCEEDED', Input: '1' }]);
  });

  it('running children are aborted when the threshold is exceeded, and told of in FAILED_0.json', async () => {
    const states = {
      Go: {
        Type: 'Choice',
        Choices: [{ Condition: '{% $states.input = 1 %}', Next: 'Slow' }],
        Default: 'Bad',
      },
      Slow: { Type: 'Wait', Seconds: 100, End: true },
      Bad: { Type: 'Fail', Error: 'Bad' },
    };
    const integrations = new Cloud();
    await play(distributed({ Items: [1, 2], ResultWriter: writer }, { states }), {}, { integrations });
    const failed = [...integrations.objects.keys()].find((key) => key.includes('FAILED_0')) as string;
    expect(integrations.json(failed)).toMatchObject([
      { Status: 'ABORTED' },
      { Status: 'FAILED', Error: 'Bad' },
    ]);
  });

  it('WriterConfig COMPACT and FLATTEN with OutputType JSONL write outputs alone, one a line', async () => {
    const text = async (Transformation: string, OutputType: string) => {
      const ResultWriter = { ...writer, WriterConfig: { Transformation, OutputType } };
      const { keys, integrations } = await written({ Items: [1, 2], ResultWriter }, (n) => [n, 0]);
      return Buffer.from(integrations.objects.get(keys[0]!)!).toString();
    };
    expect(await text('COMPACT', 'JSONL')).toBe('[1,0]\n[2,0]\n');
    expect(await text('FLATTEN', 'JSONL')).toBe('1\n0\n2\n0\n');
    expect(await text('FLATTEN', 'JSON')).toBe('[1,0,2,0]');
  });

  it('a failing write fails the state with States.ResultWriterFailed', async () => {
    const integrations = new Cloud({ f: echo });
    integrations.putObject = async () => {
      throw new Error('AccessDenied');
    };
    const { result } = await play(distributed({ Items: [1], ResultWriter: writer }), {}, { integrations });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
    expect(result).toHaveProperty('cause', expect.stringContaining('AccessDenied'));
  });

  it('no items: nothing runs, and the manifest names no files', async () => {
    const { result, keys, integrations } = await written({ Items: [] });
    expect(result.status).toBe('SUCCEEDED');
    expect(integrations.json(keys[0]!)).toMatchObject({
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [] },
    });
  });
});

describe('progress', () => {
  it('tells the items that are pending, running, succeeded and failed, and their total, which never changes', async () => {
    const fields = {
      Items: '{% [1..4] %}',
      ItemBatcher: { MaxItemsPerBatch: 2 },
      ToleratedFailurePercentage: 100,
    };
    const integrations = new Cloud({
      f: failing((batch) => (batch as { Items: number[] }).Items.includes(3)),
    });
    const { events } = await play(distributed(fields), {}, { integrations });
    const counts = events.flatMap((event) => (event.counts ? [event.counts] : []));
    expect(counts[0]).toEqual({
      pending: 4,
      running: 0,
      succeeded: 0,
      failed: 0,
      timedOut: 0,
      aborted: 0,
      total: 4,
    });
    expect(counts.at(-1)).toMatchObject({ pending: 0, running: 0, succeeded: 2, failed: 2, total: 4 });
    for (const { total, ...parts } of counts)
      expect(Object.values(parts).reduce((a, b) => a + b)).toBe(total);
  });
});
