import { describe, expect, it } from 'vitest';
import { flat, ofType, type Template, templateOf } from './assembly.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}
const list = <T>(value: T | T[]) => (Array.isArray(value) ? value : [value]);

/** Logical ids without the digest that CDK appends: `<StorageHistory.Arn>/history/*`. */
const readable = (resource: unknown) => flat(resource).replace(/<(\w+?)[0-9A-F]{8}(\.\w+)?>/g, '<$1>');

/** Role (readable) → `action resource` lines of all its policies, sorted. */
function grants(template: Template) {
  const found = new Map<string, string[]>();
  for (const [, policy] of ofType(template, 'AWS::IAM::Policy')) {
    const lines = (policy.Properties.PolicyDocument.Statement as Statement[]).flatMap((statement) => {
      expect(statement.Effect).toBe('Allow');
      return list(statement.Action).flatMap((action) =>
        list(statement.Resource).map((resource) => `${action} ${readable(resource)}`),
      );
    });
    for (const role of policy.Properties.Roles) {
      const name = readable(role).slice(1, -1);
      found.set(name, [...(found.get(name) ?? []), ...lines].sort());
    }
  }
  return found;
}

const ofFunction = (logs: string, ...more: string[]) =>
  [
    `logs:CreateLogStream <${logs}>`,
    `logs:PutLogEvents <${logs}>`,
    'xray:PutTelemetryRecords *',
    'xray:PutTraceSegments *',
    ...more,
  ].sort();
const on = (table: string, ...actions: string[]) =>
  actions.map((action) => `dynamodb:${action} <Tables${table}>`);
const onCalendar = (...actions: string[]) =>
  actions.map(
    (action) => `dynamodb:${action} arn:aws:dynamodb:eu-west-3:<AWS::AccountId>:table/cloudtune-calendar`,
  );
const account = 'arn:aws:states:eu-west-3:<AWS::AccountId>';

const expected: Record<string, string[]> = {
  FunctionsplanrunRole: ofFunction(
    'FunctionsplanrunLogs',
    ...on('Series', 'Scan'),
    ...on('Runs', 'GetItem', 'PutItem', 'UpdateItem'),
    's3:PutObject <StorageForecasts>/runs/*',
    ...onCalendar('Query'),
  ),
  FunctionsforecastbatchRole: ofFunction(
    'FunctionsforecastbatchLogs',
    ...on('Series', 'GetItem'),
    ...on('Forecasts', 'BatchGetItem', 'PutItem', 'Query'),
    ...on('Runs', 'GetItem'),
    's3:ListBucket <StorageHistory>',
    's3:ListBucket <StorageForecasts>',
    's3:GetObject <StorageHistory>/history/*',
    ...['forecasts', 'ledger', 'ledger-state'].flatMap((prefix) => [
      `s3:GetObject <StorageForecasts>/${prefix}/*`,
      `s3:PutObject <StorageForecasts>/${prefix}/*`,
    ]),
    's3:GetObject <StorageForecasts>/digests/*',
    's3:PutObject <StorageForecasts>/digests/*',
    ...onCalendar('GetItem'),
  ),
  FunctionsreconcileregionRole: ofFunction(
    'FunctionsreconcileregionLogs',
    ...on('Forecasts', 'BatchGetItem', 'PutItem'),
    ...on('Runs', 'GetItem'),
    's3:PutObject <StorageForecasts>/runs/*',
    's3:GetObject <StorageForecasts>/runs/*',
  ),
  FunctionspublishrunRole: ofFunction(
    'FunctionspublishrunLogs',
    ...on('Runs', 'GetItem', 'PutItem', 'UpdateItem'),
  ),
  FunctionsnotifyteamsRole: ofFunction(
    'FunctionsnotifyteamsLogs',
    ...on('Series', 'Scan'),
    ...on('Forecasts', 'GetItem'),
    ...on('Runs', 'GetItem', 'PutItem', 'UpdateItem'),
    'events:PutEvents arn:aws:events:eu-west-3:<AWS::AccountId>:event-bus/default',
    's3:ListBucket <StorageForecasts>',
    's3:GetObject <StorageForecasts>/forecasts/*',
    ...onCalendar('GetItem', 'Query'),
  ),
  CalendarWatchwatchcalendarRole: ofFunction(
    'CalendarWatchwatchcalendarLogs',
    ...on('Runs', 'GetItem', 'PutItem', 'Query'),
    ...onCalendar('GetItem', 'Query'),
    'states:StartExecution <RefreshStateMachine>',
    `states:DescribeExecution ${account}:execution:<RefreshStateMachine>:*`,
  ),
  CalendarWatchRole: ['lambda:InvokeFunction <CalendarWatchwatchcalendarFunction>'],
  FunctionsrecordfailureRole: ofFunction(
    'FunctionsrecordfailureLogs',
    ...on('Runs', 'GetItem', 'PutItem', 'UpdateItem'),
  ),
  FunctionsingestinboxRole: ofFunction(
    'FunctionsingestinboxLogs',
    ...on('Series', 'GetItem', 'PutItem'),
    's3:ListBucket <StorageHistory>',
    's3:GetObject <StorageHistory>/inbox/*',
    's3:GetObject <StorageHistory>/history/*',
    's3:PutObject <StorageHistory>/history/*',
    's3:PutObject <StorageHistory>/inbox-reports/*',
    'sqs:SendMessage <InboxDeadLetters>',
  ),
  ApiapiRole: ofFunction(
    'ApiapiLogs',
    ...on('Series', 'GetItem', 'PutItem', 'Query', 'Scan'),
    ...on('Forecasts', 'BatchGetItem', 'GetItem'),
    ...on('Runs', 'GetItem', 'PutItem', 'Query'),
    's3:ListBucket <StorageHistory>',
    's3:ListBucket <StorageForecasts>',
    's3:GetObject <StorageHistory>/history/*',
    's3:PutObject <StorageHistory>/history/*',
    's3:GetObject <StorageForecasts>/forecasts/*',
    's3:GetObject <StorageForecasts>/runs/*',
    's3:GetObject <StorageForecasts>/digests/*',
    's3:GetObject <StorageForecasts>/ledger/*',
    's3:GetObject <StorageForecasts>/exports/*',
    's3:PutObject <StorageForecasts>/exports/*',
    ...onCalendar('GetItem', 'PutItem', 'Query'),
    'states:StartExecution <RefreshStateMachine>',
    `states:DescribeExecution ${account}:execution:<RefreshStateMachine>:*`,
  ),
  RefreshRole: [
    ...['planrun', 'forecastbatch', 'reconcileregion', 'publishrun', 'notifyteams', 'recordfailure'].map(
      (name) => `lambda:InvokeFunction <Functions${name}Function>`,
    ),
    ...['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'].map(
      (action) => `s3:${action} <StorageForecasts>/runs/*`,
    ),
    ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery *`),
    'logs:ListLogDeliveries *',
    'logs:PutResourcePolicy *',
    'logs:DescribeResourcePolicies *',
    'logs:DescribeLogGroups *',
    ...['PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'].map(
      (action) => `xray:${action} *`,
    ),
    'states:StartExecution <RefreshStateMachine>',
    ...['DescribeExecution', 'StopExecution'].flatMap((action) =>
      ['/*', ':*'].map(
        (children) => `states:${action} ${account}:execution:<RefreshStateMachine>${children}`,
      ),
    ),
  ].sort(),
  RefreshScheduleRole: [
    'sqs:SendMessage <RefreshScheduleDeadLetters>',
    'states:StartExecution <RefreshStateMachine>',
  ],
};

describe('each role is granted what it needs and no more', () => {
  const found = grants(templateOf('cloudtune-fr'));

  it('there are these roles, and one of API Gateway’s own', () => {
    expect([...found.keys()].sort()).toEqual(Object.keys(expected).sort());
    const roles = ofType(templateOf('cloudtune-fr'), 'AWS::IAM::Role');
    expect(roles.length).toBe(Object.keys(expected).length + 1);
    for (const [id, role] of roles) {
      expect(role.Properties.Policies, id).toBeUndefined();
      expect(list(role.Properties.ManagedPolicyArns ?? []).map(flat), id).toEqual(
        id.startsWith('ApiRestCloudWatchRole')
          ? ['arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs']
          : [],
      );
    }
  });

  it.each(Object.entries(expected))('%s', (role, lines) => {
    expect(found.get(role)).toEqual(lines);
  });

  it('no action is a wildcard', () => {
    expect([...found.values()].flat().filter((line) => line.split(' ')[0]?.includes('*'))).toEqual([]);
  });

  it('only the rule calls the inbox’s function, only the API calls the API’s', () => {
    const permissions = ofType(templateOf('cloudtune-fr'), 'AWS::Lambda::Permission').map(
      ([, { Properties }]) => [
        Properties.Principal,
        readable(Properties.FunctionName),
        readable(Properties.SourceArn),
      ],
    );
    expect(permissions.sort()).toEqual([
      ...['prometheus', 'v1'].map((root) => [
        'apigateway.amazonaws.com',
        '<ApiapiFunction>',
        `arn:aws:execute-api:eu-west-3:<AWS::AccountId>:<ApiRest>/<ApiRestDeploymentStagelive>/*/${root}/*`,
      ]),
      ['events.amazonaws.com', '<FunctionsingestinboxFunction>', '<InboxRule>'],
    ]);
  });
});
