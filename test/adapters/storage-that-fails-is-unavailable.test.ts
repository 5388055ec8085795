import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoRunStore } from '../../lib/adapters/aws/dynamo-run-store.ts';
import { S3ForecastStore } from '../../lib/adapters/aws/s3-forecast-store.ts';
import type { S3Options } from '../../lib/local/s3/index.ts';
import { Unavailable } from '../../lib/service/errors.ts';
import { bucket, laptopStorage } from './laptop-storage.ts';

type Fault = Awaited<ReturnType<NonNullable<S3Options['intercept']>>>;

let fault: Fault;
let asked = 0;
let storage: Awaited<ReturnType<typeof laptopStorage>>;
beforeAll(async () => {
  storage = await laptopStorage(() => {
    asked++;
    return fault;
  });
});
afterAll(() => storage.close());

const dynamoDbFaults: [string, Fault][] = [
  ['an error of the service', { status: 500, code: 'InternalServerError' }],
  ['throttling', { status: 400, code: 'ProvisionedThroughputExceededException' }],
  ['a connection reset', 'reset'],
  ['no answer at all', 'hang'],
];
const s3Faults: [string, Fault][] = [
  ['an error of the service', { status: 500, code: 'InternalError' }],
  ['throttling', { status: 503, code: 'SlowDown' }],
  ['a connection reset', 'reset'],
  ['no answer at all', 'hang'],
];

describe('DynamoDB', () => {
  it.each(dynamoDbFaults)('%s is retried, and then Unavailable', async (_, what) => {
    fault = what;
    asked = 0;
    const runs = new DynamoRunStore({
      client: storage.impatient.documents,
      table: `${storage.prefixes[0]}runs`,
      region: 'eu',
    });
    await expect(runs.published()).rejects.toThrow(Unavailable);
    expect(asked).toBeGreaterThan(1);
  });

  it('a mistake of ours is no unavailability', async () => {
    fault = undefined;
    const runs = new DynamoRunStore({ client: storage.impatient.documents, table: 'none', region: 'eu' });
    await expect(runs.published()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('S3', () => {
  it.each(s3Faults)('%s is retried, and then Unavailable', async (_, what) => {
    fault = what;
    asked = 0;
    const store = new S3ForecastStore({ client: storage.impatient.s3, bucket });
    await expect(store.getModel('forecasts/x')).rejects.toThrow(Unavailable);
    await expect(store.putManifest('eu-20260101T000000Z', [])).rejects.toThrow(Unavailable);
    expect(asked).toBeGreaterThan(2);
  });
});
