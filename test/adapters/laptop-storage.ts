import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClient, s3Client } from '../../lib/adapters/aws/clients.ts';
import { startDynamoDb, type TableDefinition } from '../../lib/local/dynamodb/index.ts';
import { type S3Options, startS3 } from '../../lib/local/s3/index.ts';

export const bucket = 'forecasts';

const table = (TableName: string, hash: string, range: string, rangeType = 'S'): TableDefinition => ({
  TableName,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: hash, AttributeType: 'S' },
    { AttributeName: range, AttributeType: rangeType },
  ],
});

/** The laptop's S3 and DynamoDB with clients as the functions have them. `prefix` names tables of its own. */
export async function laptopStorage(intercept?: S3Options['intercept']) {
  const dir = mkdtempSync(join(tmpdir(), 'storage-'));
  const prefixes = Array.from({ length: 16 }, (_, i) => `t${i}-`);
  const tables = prefixes.flatMap((prefix) => [
    table(`${prefix}series`, 'team', 'series'),
    table(`${prefix}index`, 'team', 'entry'),
    table(`${prefix}runs`, 'region', 'run'),
    table(`${prefix}calendar`, 'calendar', 'version', 'N'),
  ]);
  const faults = intercept === undefined ? {} : { intercept };
  const s3 = await startS3({ dir: join(dir, 's3'), buckets: [bucket], ...faults });
  const dynamoDb = await startDynamoDb({ dir: join(dir, 'dynamodb'), tables, ...faults });
  const config = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
  };
  const quick = {
    ...config,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 150, throwOnRequestTimeout: true },
  };
  return {
    prefixes,
    documents: documentClient({ ...config, endpoint: dynamoDb.endpoint }),
    s3: s3Client({ ...config, endpoint: s3.endpoint }),
    impatient: {
      documents: documentClient({ ...quick, endpoint: dynamoDb.endpoint }),
      s3: s3Client({ ...quick, endpoint: s3.endpoint }),
    },
    async close() {
      await s3.close();
      await dynamoDb.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
