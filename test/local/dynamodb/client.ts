import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDbOptions,
  startDynamoDb,
  type TableDefinition,
} from '../../../lib/local/dynamodb/index.ts';

export const TableName = 'runs';

/** Partition `team`, sort `at`; by `state` (global, everything) and by `size` (global, some attributes). */
export const table: TableDefinition = {
  TableName,
  KeySchema: [
    { AttributeName: 'team', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'team', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
    { AttributeName: 'state', AttributeType: 'S' },
    { AttributeName: 'size', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-state',
      KeySchema: [
        { AttributeName: 'state', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'by-size',
      KeySchema: [{ AttributeName: 'size', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
};

export function dynamoDbClient(endpoint: string, config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
    ...config,
  });
}

/** A server with one table in a folder of its own (or in `dir`), and a client of it; gone at the end of the scope. */
export async function laptopDynamoDb(options: Partial<DynamoDbOptions> = {}) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'dynamodb-'));
  const server = await startDynamoDb({ tables: [table], ...options, dir });
  const client = dynamoDbClient(server.endpoint, { maxAttempts: 1 });
  return {
    dir,
    server,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
