import { createHash } from 'node:crypto';
import type { Stack, Value, Values } from './load.ts';

/** What a resource's identity is made from: its place, its physical name and its (resolved) properties. */
export interface Identity {
  stack: Pick<Stack, 'name' | 'account' | 'region'>;
  logicalId: string;
  name: string;
  property(name: string): Value | undefined;
}

/** A resource as it would stand after `cdk deploy`: named, and with every intrinsic function resolved. */
export interface Resource extends Identity {
  type: string;
  /** What `Ref` gives. */
  ref: string;
  /** What `Fn::GetAtt` gives. */
  attribute(name: string): string;
  properties: Values;
}

export interface ResourceType {
  /** The property that may hold the physical name. */
  named?: string;
  /** The longest generated physical name, in characters. */
  longest?: number;
  lowerCase?: boolean;
  /** What `Ref` gives; the physical name unless said otherwise. */
  ref?(identity: Identity): string;
  /** What `Fn::GetAtt` gives. */
  attributes?: Record<string, (identity: Identity) => string>;
}

/** A digest of a resource's place, in lower-case hexadecimal: stable from boot to boot. */
export const placeDigest = (identity: Pick<Identity, 'stack' | 'logicalId'>, length: number): string =>
  createHash('sha256')
    .update(`${identity.stack.region}/${identity.stack.name}/${identity.logicalId}`)
    .digest('hex')
    .slice(0, length);

/** `<stack>-<logical id>`, cut with a digest where it is too long for its type. */
export function generatedName(identity: Pick<Identity, 'stack' | 'logicalId'>, type: ResourceType): string {
  const whole = `${identity.stack.name}-${identity.logicalId}`;
  const longest = type.longest ?? 255;
  const name = whole.length <= longest ? whole : `${whole.slice(0, longest - 9)}-${placeDigest(identity, 8)}`;
  return type.lowerCase ? name.toLowerCase() : name;
}

const arn = (service: string, path: (identity: Identity) => string) => (identity: Identity) =>
  `arn:aws:${service}:${identity.stack.region}:${identity.stack.account}:${path(identity)}`;
const globalArn = (service: string, path: (identity: Identity) => string) => (identity: Identity) =>
  `arn:aws:${service}::${identity.stack.account}:${path(identity)}`;
const id = (prefix: string, length: number) => (identity: Identity) =>
  `${prefix}${placeDigest(identity, length)}`;

/** A type of which nobody asks anything. */
const inert: ResourceType = {};
const table: ResourceType = {
  named: 'TableName',
  attributes: {
    Arn: arn('dynamodb', ({ name }) => `table/${name}`),
    TableId: id('', 32),
  },
};
const queueUrl = ({ stack, name }: Identity) =>
  `https://sqs.${stack.region}.amazonaws.com/${stack.account}/${name}`;
const functionVersion = (qualifier: (identity: Identity) => string): ResourceType => {
  const versionArn = (identity: Identity) => {
    const of = String(identity.property('FunctionName'));
    const whole = of.startsWith('arn:') ? of : arn('lambda', () => `function:${of}`)(identity);
    return `${whole}:${qualifier(identity)}`;
  };
  return {
    ref: versionArn,
    attributes: { FunctionArn: versionArn, AliasArn: versionArn, Version: qualifier },
  };
};
const stateMachineArn = arn('states', ({ name }) => `stateMachine:${name}`);

/**
 * Every resource type that the laptop cloud takes; all others are refused at boot.
 * The first ones run, the others are inert: IAM is not evaluated, nothing is encrypted, alarmed, billed or expired.
 */
export const resourceTypes: Record<string, ResourceType> = {
  'AWS::S3::Bucket': {
    named: 'BucketName',
    longest: 63,
    lowerCase: true,
    attributes: {
      Arn: ({ name }) => `arn:aws:s3:::${name}`,
      DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: ({ name, stack }) => `${name}.s3.${stack.region}.amazonaws.com`,
    },
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Lambda::Function': {
    named: 'FunctionName',
    longest: 64,
    attributes: { Arn: arn('lambda', ({ name }) => `function:${name}`) },
  },
  'AWS::Lambda::Version': functionVersion(() => '1'),
  'AWS::Lambda::Alias': functionVersion((identity) => String(identity.property('Name'))),
  'AWS::Lambda::EventInvokeConfig': {},
  'AWS::StepFunctions::StateMachine': {
    named: 'StateMachineName',
    longest: 80,
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: ({ name }) => name },
  },
  'AWS::ApiGateway::RestApi': {
    ref: id('', 10),
    attributes: { RestApiId: id('', 10), RootResourceId: id('r', 9) },
  },
  'AWS::ApiGateway::Resource': { ref: id('', 6), attributes: { ResourceId: id('', 6) } },
  'AWS::ApiGateway::Method': { ref: id('', 6) },
  'AWS::ApiGateway::Stage': { named: 'StageName' },
  'AWS::ApiGateway::GatewayResponse': { ref: id('', 6) },
  'AWS::Events::Rule': {
    named: 'Name',
    longest: 64,
    attributes: { Arn: arn('events', ({ name }) => `rule/${name}`) },
  },
  'AWS::Scheduler::Schedule': {
    named: 'Name',
    longest: 64,
    attributes: {
      Arn: arn(
        'scheduler',
        (identity) => `schedule/${identity.property('GroupName') ?? 'default'}/${identity.name}`,
      ),
    },
  },
  'AWS::SQS::Queue': {
    named: 'QueueName',
    longest: 80,
    ref: queueUrl,
    attributes: { Arn: arn('sqs', ({ name }) => name), QueueName: ({ name }) => name, QueueUrl: queueUrl },
  },
  // What CDK's `eventBridgeEnabled` becomes. Its provider is not run: the laptop cloud does the work itself.
  'Custom::S3BucketNotifications': {},

  // From here on inert: the laptop cloud has nothing of it, and nothing that it runs can tell.
  'AWS::ApiGateway::Account': inert,
  'AWS::ApiGateway::Deployment': { ref: id('', 6) },
  'AWS::ApiGateway::Model': inert,
  'AWS::ApiGateway::RequestValidator': { ref: id('', 6) },
  'AWS::ApiGateway::UsagePlan': { ref: id('', 6) },
  'AWS::CDK::Metadata': inert,
  'AWS::CloudWatch::Alarm': {
    named: 'AlarmName',
    attributes: { Arn: arn('cloudwatch', ({ name }) => `alarm:${name}`) },
  },
  'AWS::CloudWatch::CompositeAlarm': {
    named: 'AlarmName',
    attributes: { Arn: arn('cloudwatch', ({ name }) => `alarm:${name}`) },
  },
  'AWS::CloudWatch::Dashboard': { named: 'DashboardName' },
  'AWS::IAM::ManagedPolicy': { ref: globalArn('iam', ({ name }) => `policy/${name}`) },
  'AWS::IAM::Policy': { named: 'PolicyName' },
  'AWS::IAM::Role': {
    named: 'RoleName',
    longest: 64,
    attributes: { Arn: globalArn('iam', ({ name }) => `role/${name}`), RoleId: id('AROA', 16) },
  },
  'AWS::KMS::Alias': { named: 'AliasName' },
  'AWS::KMS::Key': {
    ref: id('', 32),
    attributes: { Arn: arn('kms', (identity) => `key/${placeDigest(identity, 32)}`), KeyId: id('', 32) },
  },
  'AWS::Lambda::Permission': inert,
  'AWS::Logs::LogGroup': {
    named: 'LogGroupName',
    attributes: { Arn: arn('logs', ({ name }) => `log-group:${name}:*`) },
  },
  'AWS::Logs::MetricFilter': inert,
  'AWS::Logs::ResourcePolicy': inert,
  'AWS::S3::BucketPolicy': inert,
  'AWS::SNS::Subscription': inert,
  'AWS::SNS::Topic': {
    named: 'TopicName',
    ref: arn('sns', ({ name }) => name),
    attributes: { TopicArn: arn('sns', ({ name }) => name), TopicName: ({ name }) => name },
  },
  'AWS::SNS::TopicPolicy': inert,
  'AWS::SQS::QueuePolicy': inert,
  'AWS::Scheduler::ScheduleGroup': {
    named: 'Name',
    attributes: { Arn: arn('scheduler', ({ name }) => `schedule-group/${name}`) },
  },
  'AWS::WAFv2::WebACL': {
    named: 'Name',
    attributes: { Arn: arn('wafv2', ({ name }) => `regional/webacl/${name}`) },
  },
  'AWS::WAFv2::WebACLAssociation': inert,
  'Custom::LogRetention': inert,
  'Custom::S3AutoDeleteObjects': inert,
};
