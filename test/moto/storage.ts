import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { readBuckets } from '../../lib/local/assembly/buckets.ts';
import { type DeployedStack, deploy } from '../../lib/local/assembly/deployment.ts';
import { loadAssembly } from '../../lib/local/assembly/load.ts';
import { readTables } from '../../lib/local/assembly/tables.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
export const stacksOf = (assembly: string) => deploy(loadAssembly(assembly, 'us-east-1'));
const bucketOf = (what: string) => (stacks: DeployedStack[]) =>
  readBuckets(stacks).find(({ name }) => name.includes(`storage${what}`))!.name;
export const historyBucket = bucketOf('history');
export const forecastBucket = bucketOf('forecasts');
const clients = (endpoint: string, region: string) => ({
  s3: new S3Client({ endpoint, region, credentials, forcePathStyle: true }),
  dynamodb: new DynamoDBClient({ endpoint, region, credentials }),
});

/** The stacks' buckets and tables, made in moto as their templates say, each in its region. */
export async function makeStorage(stacks: DeployedStack[], endpoint: string): Promise<void> {
  for (const stack of stacks) {
    const { s3, dynamodb } = clients(endpoint, stack.region);
    for (const { name: Bucket } of readBuckets([stack])) {
      const CreateBucketConfiguration = { LocationConstraint: stack.region as BucketLocationConstraint };
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    for (const table of readTables([stack])) {
      const { TableName, AttributeDefinitions, KeySchema } = table as unknown as CreateTableCommandInput;
      const BillingMode = 'PAY_PER_REQUEST';
      await dynamodb.send(
        new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode }),
      );
    }
  }
}

/** Everything that lies in the region's buckets and tables: `bucket/key` → base64, `table` → its items, sorted. */
export async function readStorage(
  stacks: DeployedStack[],
  endpoints: { s3: string; dynamodb: string },
  region: string,
) {
  const { s3 } = clients(endpoints.s3, region);
  const { dynamodb } = clients(endpoints.dynamodb, region);
  const objects = new Map<string, Buffer>();
  for (const { name: Bucket } of readBuckets(stacks))
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
      for (const { Key } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        objects.set(`${Bucket}/${Key}`, Buffer.from(await Body!.transformToByteArray()));
      }
  const tables = new Map<string, unknown[]>();
  for (const { TableName } of readTables(stacks)) {
    const items: unknown[] = [];
    for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName }))
      items.push(...Items);
    tables.set(
      TableName,
      items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
  }
  return { objects, tables };
}
