import { describe, expect, it } from 'vitest';
import { environments, type FunctionName } from '../../lib/service/contracts/environment.ts';
import { problem } from '../../lib/service/contracts/http.ts';
import { regionSettings } from '../../lib/service/contracts/series.ts';
import type { ProductFunctionProps } from '../../lib/stacks/product-function.ts';
import { flat, ofType, type Resource, templateOf, twoRegions } from './assembly.ts';

describe('each region of the configuration', () => {
  it('is one stack in its AWS region, and nothing in it points to another', () => {
    expect([...twoRegions()].map(([name, stack]) => [name, stack.environment.region])).toEqual([
      ['cloudtune-calendar', 'eu-west-3'],
      ['cloudtune-fr', 'eu-west-3'],
      ['cloudtune-us', 'us-east-1'],
    ]);
    for (const stack of twoRegions().values())
      expect(stack.dependencies.filter((d) => twoRegions().has(d.id))).toEqual([]);
  });

  it('shares the calendar: one table with a replica in each other AWS region, known by its name alone', () => {
    const calendar = templateOf('cloudtune-calendar');
    const [[, table]] = ofType(calendar, 'AWS::DynamoDB::GlobalTable') as [[string, Resource]];
    expect(table.Properties.TableName).toBe('cloudtune-calendar');
    expect(table.Properties.Replicas.map((one: { Region: string }) => one.Region).sort()).toEqual([
      'eu-west-3',
      'us-east-1',
    ]);
    for (const replica of table.Properties.Replicas)
      expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(JSON.stringify([...twoRegions().values()].map(({ template }) => template))).not.toContain(
      'Fn::ImportValue',
    );
  });

  it('has no custom resources: the laptop runs what is synthesized, and nothing else', () => {
    const types = [...twoRegions().values()].flatMap(({ template }) =>
      Object.values(template.Resources as Record<string, { Type: string }>).map(({ Type }) => Type),
    );
    expect(types.length).toBeGreaterThan(100);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual(
      [],
    );
  });

  it('is tagged with where it belongs', () => {
    expect(twoRegions().get('cloudtune-us')?.tags).toEqual({
      owner: 'capacity',
      'cloudtune:installation': 'cloudtune',
      'cloudtune:region': 'us',
      'cloudtune:stage': 'dev',
    });
  });

  it('says where its API, its buckets and its state machine are', () => {
    const { Outputs } = templateOf('cloudtune-fr');
    expect(Object.keys(Outputs).sort()).toEqual([
      'ApiUrl',
      'ForecastBucket',
      'HistoryBucket',
      'RefreshStateMachineArn',
      'RegionId',
    ]);
    expect(Outputs.RegionId?.Value).toBe('fr');
    expect(flat(Outputs.ApiUrl?.Value)).toMatch(
      /^https:\/\/<ApiRest\w+>\.execute-api\.eu-west-3\.<AWS::URLSuffix>\/<ApiRestDeploymentStagelive\w+>$/,
    );
  });
});

describe('the API', () => {
  it('compresses long answers, and refuses a body that no function takes with a problem', () => {
    const template = templateOf('cloudtune-fr');
    const [[, api]] = ofType(template, 'AWS::ApiGateway::RestApi') as [[string, Resource]];
    expect(api.Properties.MinimumCompressionSize).toBe(1024);
    const [[, refusal]] = ofType(template, 'AWS::ApiGateway::GatewayResponse') as [[string, Resource]];
    expect(refusal.Properties).toMatchObject({ ResponseType: 'REQUEST_TOO_LARGE', StatusCode: '413' });
    expect(refusal.Properties.ResponseParameters['gatewayresponse.header.Content-Type']).toBe(
      "'application/problem+json'",
    );
    const body = problem.parse(JSON.parse(refusal.Properties.ResponseTemplates['application/json']));
    expect(body).toMatchObject({ status: 413, detail: expect.stringContaining('inbox') });
  });
});

describe('functions', () => {
  const found = ofType(templateOf('cloudtune-us'), 'AWS::Lambda::Function').map(([id, { Properties }]) => {
    const name = (Object.keys(environments) as FunctionName[]).find((n) =>
      id.includes(n.replaceAll('-', '')),
    );
    return { id, name: name as FunctionName, Properties };
  });

  it('are the contract’s, each with exactly the environment that its handler parses', () => {
    expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(environments).sort());
    for (const { name, Properties } of found) {
      const { Variables } = Properties.Environment;
      expect(Object.keys(Variables).sort(), name).toEqual(Object.keys(environments[name].shape).sort());
      const deployed = Object.fromEntries(
        Object.entries(Variables).map(([key, value]) => [key, flat(value)]),
      );
      expect(environments[name].safeParse(deployed).error, name).toBeUndefined();
    }
  });

  it('do not compile without a name that the contract asks for', () => {
    // @ts-expect-error RUNS_TABLE is missing: `npm run types` fails when this stops being an error
    const incomplete: ProductFunctionProps<'publish-run'>['environment'] = { REGION_SETTINGS: '{}' };
    expect(environments['publish-run'].safeParse(incomplete).success).toBe(false);
  });

  it('know their region as the configuration says it', () => {
    for (const { Properties } of found)
      expect(regionSettings.parse(JSON.parse(Properties.Environment.Variables.REGION_SETTINGS))).toEqual({
        region: 'us',
        timeZone: 'America/New_York',
        country: 'US',
        subdivision: 'NY',
      });
  });

  it('run on Node 24 on arm64, traced, with logs of their own, no reserved concurrency', () => {
    for (const { id, Properties } of found) {
      expect(Properties, id).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
      expect(Properties.ReservedConcurrentExecutions, id).toBeUndefined();
    }
  });
});

describe('the schedule', () => {
  it('fires on the region’s clock, and what it cannot deliver is kept', () => {
    const [[, french] = []] = ofType(templateOf('cloudtune-fr'), 'AWS::Scheduler::Schedule');
    expect(french?.Properties).toMatchObject({
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Paris',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        RetryPolicy: { MaximumRetryAttempts: 20, MaximumEventAgeInSeconds: 21_600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
      },
    });
    const [[, american] = []] = ofType(templateOf('cloudtune-us'), 'AWS::Scheduler::Schedule');
    expect(american?.Properties).toMatchObject({
      ScheduleExpression: 'rate(6 hours)',
      ScheduleExpressionTimezone: 'America/New_York',
      State: 'DISABLED',
    });
  });
});

describe('the inbox', () => {
  it('hears of objects under inbox/ of its own bucket only, and keeps what failed', () => {
    const template = templateOf('cloudtune-fr');
    const [[, rule] = []] = ofType(template, 'AWS::Events::Rule');
    expect(rule?.Properties.EventPattern).toEqual({
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: expect.stringMatching(/^StorageHistory/) }] },
        object: { key: [{ prefix: 'inbox/' }] },
      },
    });
    const queue = { 'Fn::GetAtt': [expect.stringMatching(/^InboxDeadLetters/), 'Arn'] };
    expect(rule?.Properties.Targets).toMatchObject([{ DeadLetterConfig: { Arn: queue } }]);
    const [[, invoke] = []] = ofType(template, 'AWS::Lambda::EventInvokeConfig');
    expect(invoke?.Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: queue } },
    });
  });
});

describe('the API', () => {
  it('is a proxy under /v1 and one under /prometheus, signed with IAM, throttled and logged', () => {
    const template = templateOf('cloudtune-fr');
    expect(ofType(template, 'AWS::ApiGateway::Resource').map(([, r]) => r.Properties.PathPart)).toEqual([
      'v1',
      '{proxy+}',
      'prometheus',
      '{proxy+}',
    ]);
    const methods = ofType(template, 'AWS::ApiGateway::Method').map(([, m]) => m.Properties);
    expect(methods).toMatchObject([
      { HttpMethod: 'ANY', AuthorizationType: 'AWS_IAM', Integration: { Type: 'AWS_PROXY' } },
      { HttpMethod: 'ANY', AuthorizationType: 'AWS_IAM', Integration: { Type: 'AWS_PROXY' } },
    ]);
    const [[, stage] = []] = ofType(template, 'AWS::ApiGateway::Stage');
    expect(stage?.Properties).toMatchObject({
      StageName: 'live',
      TracingEnabled: true,
      AccessLogSetting: { Format: expect.stringContaining('requestId') },
      MethodSettings: [{ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200, DataTraceEnabled: false }],
    });
  });
});
