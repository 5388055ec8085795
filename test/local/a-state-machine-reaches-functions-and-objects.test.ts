import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { expect, it } from 'vitest';
import { boot, functionOf, synthesize } from './small-app.ts';

const machine = (stack: Stack, definition: object) =>
  new StateMachine(stack, 'Machine', {
    definitionBody: DefinitionBody.fromString(
      Stack.of(stack).toJsonString({ QueryLanguage: 'JSONata', ...definition }),
    ),
  });

it('maps a manifest on S3 over a function, tells of its progress, and writes the results to S3', async () => {
  const assembly = synthesize((stack) => {
    const bucket = new Bucket(stack, 'Box', { bucketName: 'the-box' });
    const sum = functionOf(
      stack,
      'Sum',
      `export const handler = async ({ Items }) => ({ sum: Items.reduce((sum, { n }) => sum + n, 0) });`,
    );
    machine(stack, {
      StartAt: 'Fan',
      States: {
        Fan: {
          Type: 'Map',
          Label: 'Fan',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            ReaderConfig: { InputType: 'JSON' },
            Arguments: { Bucket: bucket.bucketName, Key: '{% $states.input.manifest %}' },
          },
          ItemBatcher: { MaxItemsPerBatch: 2 },
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'One',
            States: {
              One: {
                Type: 'Task',
                Resource: 'arn:aws:states:::lambda:invoke',
                Arguments: { FunctionName: sum.functionArn, Payload: '{% $states.input %}' },
                Output: '{% $states.result.Payload %}',
                End: true,
              },
            },
          },
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Arguments: { Bucket: bucket.bucketName, Prefix: 'results' },
          },
          End: true,
        },
      },
    });
  });
  const cloud = await boot(assembly);
  const manifest = [1, 2, 3, 4, 5].map((n) => ({ n }));
  const url = (key: string) => `${cloud.endpoints.s3}/the-box/${key}`;
  await fetch(url('runs/manifest.json'), { method: 'PUT', body: JSON.stringify(manifest) });
  const succeeded: number[] = [];
  cloud.onEvent((event) => {
    if (event.type === 'MapRunProgress') succeeded.push(event.counts?.succeeded ?? 0);
  });
  const { executionArn } = await cloud.stateMachines[0]!.start({ manifest: 'runs/manifest.json' });
  const { status, output } = await cloud.ended(executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(succeeded.at(-1)).toBe(5);
  const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
  const written = (await (await fetch(url(Key))).json()) as {
    ResultFiles: { SUCCEEDED: { Key: string }[] };
  };
  const results = (await (await fetch(url(written.ResultFiles.SUCCEEDED[0]!.Key))).json()) as {
    Output: string;
  }[];
  expect(results.map(({ Output }) => JSON.parse(Output).sum).sort()).toEqual([3, 5, 7]);
});

it("fails by the name of its function's error, and by Lambda's own when there is no such function", async () => {
  const assembly = synthesize((stack) => {
    const jam = functionOf(
      stack,
      'Jam',
      `export const handler = async () => { throw Object.assign(new Error('tray 2'), { name: 'PaperJam' }); };`,
    );
    machine(stack, {
      StartAt: 'Print',
      States: {
        Print: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Arguments: { FunctionName: `{% $states.input.gone ? 'gone' : '${jam.functionArn}' %}` },
          End: true,
        },
      },
    });
  });
  const cloud = await boot(assembly);
  const run = async (input: object) => cloud.ended((await cloud.stateMachines[0]!.start(input)).executionArn);
  const jammed = await run({ gone: false });
  expect(jammed).toMatchObject({ status: 'FAILED', error: 'PaperJam' });
  expect(JSON.parse(jammed.cause!)).toMatchObject({ errorType: 'PaperJam', errorMessage: 'tray 2' });
  expect(await run({ gone: true })).toMatchObject({
    status: 'FAILED',
    error: 'Lambda.ResourceNotFoundException',
  });
});

it('is refused at boot, by its name and its stack, when it holds what is not implemented', async () => {
  const assembly = synthesize((stack) => {
    machine(stack, {
      StartAt: 'Ask',
      States: { Ask: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true } },
    });
  });
  await expect(boot(assembly)).rejects.toThrow(
    /State machine Small-Machine\w+ of stack Small: [\s\S]*sns:publish/,
  );
});
