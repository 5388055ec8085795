import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, QueryLanguage, StateMachine, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { boot, functionOf, invoke, synthesize, temporaryDirectory } from './small-app.ts';

const handler = `
  import { S3Client, PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3';
  import { DynamoDBClient, PutItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
  import { SFNClient, StartExecutionCommand, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
  const s3 = new S3Client(), table = new DynamoDBClient(), states = new SFNClient();
  const { BUCKET, TABLE, MACHINE } = process.env;
  export const handler = async ({ text }) => {
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a/b c.txt', Body: text, IfNoneMatch: '*' }));
    const again = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a/b c.txt', Body: 'x', IfNoneMatch: '*' })).catch((error) => error.name);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/b c.txt' }));
    await table.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: 'one' }, text: { S: await Body.transformToString() } } }));
    const { Item } = await table.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: 'one' } } }));
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn: MACHINE, input: JSON.stringify({ n: 20 }) }));
    for (;;) {
      const { status, output } = await states.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return { again, text: Item.text.S, status, output };
    }
  };`;

it('from inside a function, by its environment alone: objects, items, executions', async () => {
  const directory = temporaryDirectory();
  await build({
    stdin: { contents: handler, resolveDir: import.meta.dirname, loader: 'js' },
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const assembly = synthesize((stack) => {
    const bucket = new Bucket(stack, 'Box');
    const table = new TableV2(stack, 'Items', { partitionKey: { name: 'id', type: AttributeType.STRING } });
    const doubled = functionOf(stack, 'Double', 'export const handler = async ({ n }) => ({ n: n * 2 });');
    const machine = new StateMachine(stack, 'Machine', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(
        LambdaInvoke.jsonata(stack, 'Task', {
          lambdaFunction: doubled,
          outputs: '{% $states.result.Payload %}',
        }),
      ),
    });
    new LambdaFunction(stack, 'Client', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(directory),
      timeout: Duration.seconds(20),
      memorySize: 512,
      environment: { BUCKET: bucket.bucketName, TABLE: table.tableName, MACHINE: machine.stateMachineArn },
    });
  });
  const cloud = await boot(assembly);
  expect(await invoke(cloud, 'Client', { text: 'grüße' })).toEqual({
    status: 200,
    payload: { again: 'PreconditionFailed', text: 'grüße', status: 'SUCCEEDED', output: '{"n":40}' },
  });
});

it('starts an execution once for a name and an input, and answers with the errors of Step Functions', async () => {
  const assembly = synthesize((stack) => {
    new StateMachine(stack, 'Slow', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(
        Wait.jsonata(stack, 'Sleep', { time: WaitTime.duration(Duration.hours(1)) }),
      ),
    });
  });
  const cloud = await boot(assembly);
  const client = new SFNClient({
    endpoint: cloud.endpoints.states,
    region: 'eu-west-3',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const stateMachineArn = cloud.stateMachines[0]!.arn;
  const start = (name: string, input: string, arn = stateMachineArn) =>
    client.send(new StartExecutionCommand({ stateMachineArn: arn, name, input }));
  const first = await start('run-1', '{"a":1}');
  expect(await start('run-1', '{"a":1}')).toMatchObject({
    executionArn: first.executionArn,
    startDate: first.startDate,
  });
  await expect(start('run-1', '{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await expect(start('run 2', '{}')).rejects.toMatchObject({ name: 'InvalidName' });
  await expect(start('run-3', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
  await expect(start('run-3', JSON.stringify('x'.repeat(262_144)))).rejects.toMatchObject({
    name: 'InvalidExecutionInput',
  });
  await expect(start('run-3', '{}', `${stateMachineArn}x`)).rejects.toMatchObject({
    name: 'StateMachineDoesNotExist',
  });
  const describe = (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn }));
  await expect(describe(`${first.executionArn}x`)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
  expect(await describe(first.executionArn!)).toMatchObject({ status: 'RUNNING', input: '{"a":1}' });
  await client.send(
    new StopExecutionCommand({ executionArn: first.executionArn!, error: 'Enough', cause: 'a test ends' }),
  );
  expect(await describe(first.executionArn!)).toMatchObject({
    status: 'ABORTED',
    error: 'Enough',
    cause: 'a test ends',
    stopDate: expect.any(Date),
  });
  await expect(start('run-1', '{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await start('run-4', '{}');
  const list = (nextToken?: string) =>
    client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1, nextToken }));
  const page = await list();
  expect(page.executions?.map(({ name }) => name)).toEqual(['run-4']);
  expect((await list(page.nextToken)).executions?.map(({ name }) => name)).toEqual(['run-1']);
  const { definition } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(JSON.parse(definition!)).toHaveProperty('StartAt', 'Sleep');
});

it('says of a service that the laptop does not have that it has it not', async () => {
  const cloud = await boot(synthesize((stack) => new Bucket(stack, 'Box')));
  const response = await fetch(cloud.endpoints.states, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSSM.GetParameter' },
    body: '{}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    message: expect.stringContaining('no AmazonSSM.GetParameter'),
  });
});
