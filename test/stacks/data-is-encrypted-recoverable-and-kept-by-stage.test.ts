import { describe, expect, it } from 'vitest';
import { ofType, paris, synthesize, type Template, templateOf } from './assembly.ts';

const dev = () => templateOf('cloudtune-fr');
const prodStacks = synthesize({
  stage: 'prod',
  regions: [paris],
  retention: { forecastDays: 400, logDays: 365 },
});
const prod = templateOf('cloudtune-fr', prodStacks);

const rules = (template: Template, logicalId: RegExp) => {
  const [, bucket] = ofType(template, 'AWS::S3::Bucket').find(([id]) => logicalId.test(id)) ?? [];
  return bucket?.Properties.LifecycleConfiguration.Rules as {
    Id: string;
    Prefix?: string;
    ExpirationInDays?: number;
  }[];
};

describe('buckets', () => {
  it('are encrypted, private, and refuse what is not TLS 1.2', () => {
    const buckets = ofType(dev(), 'AWS::S3::Bucket');
    expect(buckets.length).toBe(3);
    for (const [id, { Properties }] of buckets) {
      expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration, id).toEqual([
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ]);
      expect(Properties.PublicAccessBlockConfiguration, id).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const [, policy] =
        ofType(dev(), 'AWS::S3::BucketPolicy').find(([, p]) => p.Properties.Bucket.Ref === id) ?? [];
      const denials = policy?.Properties.PolicyDocument.Statement.filter(
        (s: { Effect: string }) => s.Effect === 'Deny',
      ).map((s: { Action: string; Condition: unknown }) => [s.Action, s.Condition]);
      expect(denials, id).toEqual([
        ['s3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
        ['s3:*', { NumericLessThan: { 's3:TlsVersion': 1.2 } }],
      ]);
    }
  });

  it('the history is versioned, tells EventBridge of new objects, and its months never expire', () => {
    const [, history] = ofType(dev(), 'AWS::S3::Bucket').find(([id]) => id.includes('History')) ?? [];
    expect(history?.Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    const expiring = rules(dev(), /History/).filter((rule) => rule.ExpirationInDays !== undefined);
    expect(expiring.map(({ Prefix }) => Prefix)).toEqual(['inbox/', 'inbox-reports/']);
  });

  it('forecasts and runs expire as configured, exports after a week, digests and the ledger never', () => {
    for (const [template, days] of [
      [dev(), 90],
      [prod, 400],
    ] as const) {
      const expiring = rules(template, /StorageForecasts/).filter(
        (rule) => rule.ExpirationInDays !== undefined,
      );
      expect(expiring.map(({ Prefix, ExpirationInDays }) => [Prefix, ExpirationInDays])).toEqual([
        ['forecasts/', days],
        ['runs/', days],
        ['exports/', 7],
      ]);
    }
  });
});

describe('tables', () => {
  it('are recoverable to a point in time, and paid by the request', () => {
    const tables = ofType(dev(), 'AWS::DynamoDB::Table');
    expect(tables.length).toBe(3);
    for (const [id, { Properties }] of tables)
      expect(Properties, id).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
  });

  it('have the keys that the adapters use; the forecast index and notices expire', () => {
    const shape = ofType(dev(), 'AWS::DynamoDB::Table').map(([id, { Properties }]) => [
      id.replace(/[0-9A-F]{8}$/, ''),
      Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName),
      Properties.AttributeDefinitions.every((a: { AttributeType: string }) => a.AttributeType === 'S'),
      Properties.TimeToLiveSpecification?.AttributeName,
    ]);
    expect(shape).toEqual([
      ['TablesSeries', ['team', 'series'], true, undefined],
      ['TablesForecasts', ['team', 'entry'], true, 'expiresAt'],
      ['TablesRuns', ['region', 'run'], true, 'expiresAt'],
    ]);
  });
});

it('queues are encrypted and refuse what is not TLS', () => {
  const queues = ofType(dev(), 'AWS::SQS::Queue');
  expect(queues.length).toBe(3);
  for (const [id, { Properties }] of queues) {
    expect(Properties.SqsManagedSseEnabled, id).toBe(true);
    const [, policy] =
      ofType(dev(), 'AWS::SQS::QueuePolicy').find(([, p]) => p.Properties.Queues[0].Ref === id) ?? [];
    expect(policy?.Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  }
});

it('in prod data is retained and protected from deletion; in dev it goes with its stack', () => {
  for (const type of ['AWS::S3::Bucket', 'AWS::DynamoDB::Table']) {
    for (const [id, { DeletionPolicy }] of ofType(prod, type)) expect(DeletionPolicy, id).toBe('Retain');
    for (const [id, { DeletionPolicy }] of ofType(dev(), type)) expect(DeletionPolicy, id).toBe('Delete');
  }
  const protectedTables = (template: Template) =>
    ofType(template, 'AWS::DynamoDB::Table').map(([, t]) => t.Properties.DeletionProtectionEnabled);
  expect(protectedTables(prod)).toEqual([true, true, true]);
  expect(protectedTables(dev())).toEqual([false, false, false]);
  expect(prodStacks.get('cloudtune-fr')?.terminationProtection).toBe(true);
});

it('every log group is kept as long as configured, and no longer', () => {
  for (const [template, days] of [
    [dev(), 90],
    [prod, 365],
  ] as const) {
    const groups = ofType(template, 'AWS::Logs::LogGroup');
    expect(groups.length).toBe(11);
    for (const [id, { Properties }] of groups) expect(Properties.RetentionInDays, id).toBe(days);
  }
});

it('what holds data keeps its logical id: another one would be another, empty bucket or table', () => {
  const ids = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table'].flatMap((type) =>
    ofType(dev(), type).map(([id]) => id),
  );
  expect(ids).toEqual([
    'StorageAccessLogs96FB524C',
    'StorageHistory251A3AE8',
    'StorageForecastsEDC46DA7',
    'TablesSeriesA79C9911',
    'TablesForecastsC224814B',
    'TablesRunsB40D77DF',
  ]);
});
