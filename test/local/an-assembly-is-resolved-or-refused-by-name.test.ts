import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnCondition, CfnMapping, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket, EventType } from 'aws-cdk-lib/aws-s3';
import { LambdaDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it } from 'vitest';
import { deploy } from '../../lib/local/assembly/deployment.ts';
import { loadAssembly } from '../../lib/local/assembly/load.ts';
import { boot, functionOf, quietApp, synthesize, temporaryDirectory } from './small-app.ts';

/** The outputs of a template, resolved as the stack `Plain` of eu-west-3. */
function outputs(template: object): Record<string, unknown> {
  const directory = temporaryDirectory();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'Plain.template.json'), JSON.stringify(template));
  const artifact = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: 'Plain.template.json' },
  };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts: { Plain: artifact } }));
  return deploy(loadAssembly(directory, 'eu-west-3'))[0]!.outputs;
}
/** A placeholder of Fn::Sub. */
const $ = (name: string) => `\${${name}}`;
const value = (Value: unknown, rest: object = {}) => outputs({ ...rest, Outputs: { it: { Value } } }).it;

it('resolves the intrinsic functions as CloudFormation does', () => {
  const rest = {
    Parameters: { Stage: { Type: 'String', Default: 'dev' }, Asked: { Type: 'String' } },
    Mappings: { Sizes: { dev: { memory: 512 } } },
    Conditions: {
      Dev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      Odd: {
        'Fn::And': [
          { Condition: 'Dev' },
          { 'Fn::Not': [{ 'Fn::Or': [{ Condition: 'Dev' }, { Condition: 'Dev' }] }] },
        ],
      },
    },
    Resources: {
      Box: { Type: 'AWS::S3::Bucket' },
      Absent: { Type: 'AWS::S3::Bucket', Condition: 'Odd' },
      Given: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': `${$('Stage')}-letters` } } },
    },
  };
  const cases: [unknown, unknown][] = [
    [{ Ref: 'AWS::Region' }, 'eu-west-3'],
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'Box' }, 'plain-box'],
    [{ 'Fn::GetAtt': ['Box', 'Arn'] }, 'arn:aws:s3:::plain-box'],
    [{ 'Fn::GetAtt': 'Given.Arn' }, 'arn:aws:sqs:eu-west-3:000000000000:dev-letters'],
    [
      { 'Fn::Sub': `a ${$('Box.Arn')} ${$('!Box')} ${$('Stage')}` },
      `a arn:aws:s3:::plain-box ${$('Box')} dev`,
    ],
    [{ 'Fn::Sub': [`${$('x')}/${$('AWS::AccountId')}`, { x: { Ref: 'Stage' } }] }, 'dev/000000000000'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-dev'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 512],
    [{ 'Fn::If': ['Dev', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['Odd', 'yes', 'no'] }, 'no'],
    [[1, { Ref: 'AWS::NoValue' }], [1]],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [{ Condition: { StringEquals: 1 } }, { Condition: { StringEquals: 1 } }],
  ];
  for (const [expression, expected] of cases)
    expect([expression, value(expression, rest)]).toEqual([expression, expected]);
  expect(() => value({ Ref: 'Absent' }, rest)).toThrow(/Plain refers to Absent/);
  expect(() => value({ Ref: 'Asked' }, rest)).toThrow(/parameter Asked without a default/);
  expect(() => value({ 'Fn::Cidr': ['a', 1, 1] }, rest)).toThrow(/Fn::Cidr/);
  expect(() => value({ 'Fn::GetAtt': ['Box', 'WebsiteURL'] }, rest)).toThrow(/Box\.WebsiteURL.*knows Arn/);
});

it('carries values from stack to stack, and generates the same names at every boot', async () => {
  const outdir = temporaryDirectory();
  const app = quietApp(outdir);
  const below = new Stack(app, 'Below', { env: { region: 'us-east-1' } });
  const above = new Stack(app, 'Above', { env: { region: 'us-east-1' } });
  const bucket = new Bucket(below, 'A'.repeat(80));
  new CfnOutput(above, 'Name', { value: bucket.bucketName });
  below.exportValue(bucket.bucketArn, { name: 'box-arn' });
  new CfnOutput(above, 'Arn', { value: Fn.importValue('box-arn') });
  const mapping = new CfnMapping(above, 'Map', { mapping: { a: { b: 'mapped' } } });
  const condition = new CfnCondition(above, 'No', { expression: Fn.conditionEquals('a', 'b') });
  new CfnOutput(above, 'Mapped', { value: mapping.findInMap('a', 'b') });
  new CfnOutput(above, 'Hidden', { value: 'x' }).condition = condition;
  app.synth();
  const read = () => deploy(loadAssembly(outdir, 'us-east-1')).find(({ name }) => name === 'Above')!.outputs;
  const { Name, Arn, ...others } = read();
  expect(String(Name)).toMatch(/^below-a+-[0-9a-f]{8}$/);
  expect(String(Name)).toHaveLength(63);
  expect(Arn).toBe(`arn:aws:s3:::${Name}`);
  expect(others).toEqual({ Mapped: 'mapped' });
  expect(read().Name).toBe(Name);
});

it('refuses resource types that it does not have, all at once, by type and logical id', async () => {
  const directory = temporaryDirectory();
  const resources = { Rack: { Type: 'AWS::EC2::Instance' }, Child: { Type: 'AWS::CloudFormation::Stack' } };
  expect(() => outputs({ Resources: resources })).toThrow(
    /Plain: Rack is AWS::EC2::Instance\n {2}Plain: Child is AWS::CloudFormation::Stack/,
  );
  await expect(boot(directory)).rejects.toThrow(/manifest\.json does not exist\. Synthesize/);
});

it.each<[string, (stack: Stack) => void, RegExp]>([
  [
    'a function of another language',
    (stack) =>
      new LambdaFunction(stack, 'Snake', {
        runtime: Runtime.PYTHON_3_13,
        handler: 'index.handler',
        code: Code.fromInline('pass'),
      }),
    /Snake\w+ \(AWS::Lambda::Function\) runs on python3\.13/,
  ],
  [
    'a bucket that calls a function',
    (stack) =>
      new Bucket(stack, 'Box').addEventNotification(
        EventType.OBJECT_CREATED,
        new LambdaDestination(functionOf(stack, 'Called', 'export const handler = async () => 1;')),
      ),
    /BoxNotifications\w+ notifies by LambdaFunctionConfigurations/,
  ],
  [
    'a name that two resources have',
    (stack) => {
      for (const id of ['One', 'Two'])
        new Table(stack, id, { tableName: 'same', partitionKey: { name: 'id', type: AttributeType.STRING } });
    },
    /same is taken twice, by Small\/One\w+ and by Small\/Two/,
  ],
  [
    'a table with a stream',
    (stack) => {
      new Table(stack, 'Fed', {
        partitionKey: { name: 'id', type: AttributeType.STRING },
        stream: StreamViewType.NEW_IMAGE,
      });
    },
    /Fed\w+ \(AWS::DynamoDB::Table\) has a stream/,
  ],
])('refuses %s', async (_, build, message) => {
  await expect(boot(synthesize(build))).rejects.toThrow(message);
});

it('boots what changes nothing on a laptop: topics, queues, buckets that empty themselves', async () => {
  const cloud = await boot(
    synthesize((stack) => {
      new Topic(stack, 'Alarms');
      new Queue(stack, 'Letters');
      new Bucket(stack, 'Box', { eventBridgeEnabled: true });
    }, null),
  );
  expect(cloud.stacks).toEqual([{ name: 'Small', region: 'us-east-1', outputs: {} }]);
  expect(cloud.queues[0]?.messages()).toEqual([]);
  // The provider of the bucket's notifications (Python) belongs to CloudFormation, not to the app.
  expect(cloud.functions).toEqual([]);
});
