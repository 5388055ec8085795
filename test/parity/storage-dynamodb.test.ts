import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../lib/local/dynamodb/index.ts';
import { expressions } from './storage-dynamodb-expressions.ts';
import { items } from './storage-dynamodb-items.ts';
import { reading } from './storage-dynamodb-reading.ts';
import { refused } from './storage-outcome.ts';

function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'parity', secretAccessKey: 'parity' },
  });
}

/** Partition `p`, sort `s`, a global index by `g` and `n` with everything and one by `g` with keys only. */
const table = (TableName: string): CreateTableCommandInput => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'p', KeyType: 'HASH' },
    { AttributeName: 's', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'p', AttributeType: 'S' },
    { AttributeName: 's', AttributeType: 'S' },
    { AttributeName: 'g', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-g',
      KeySchema: [
        { AttributeName: 'g', KeyType: 'HASH' },
        { AttributeName: 'n', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
    {
      IndexName: 'keys',
      KeySchema: [{ AttributeName: 'g', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
});

/** moto's parser fails with a 500 at many an expression that DynamoDB refuses with a ValidationException. */
const asRefused = (answer: unknown) =>
  (answer as { status?: number } | undefined)?.status === 500 ? refused : answer;

describe('DynamoDB answers as moto does', () => {
  const dir = mkdtempSync(join(tmpdir(), 'parity-dynamodb-'));
  let server: Awaited<ReturnType<typeof startDynamoDb>>;
  let ours: DynamoDBClient;
  let moto: DynamoDBClient;
  let tables = 0;

  beforeAll(async () => {
    server = await startDynamoDb({ dir, tables: [] });
    ours = clientOf(server.endpoint);
    moto = clientOf(String(process.env.MOTO_ENDPOINT));
  });
  afterAll(async () => {
    ours.destroy();
    moto.destroy();
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });

  for (const { promise, run, aws } of [...items, ...expressions, ...reading]) {
    it(promise, async () => {
      const name = `parity-${++tables}`;
      for (const client of [ours, moto]) await client.send(new CreateTableCommand(table(name)));
      const answers = await run(ours, name);
      if (aws) expect(answers, aws.rule).toEqual(aws.answers);
      else expect(answers).toEqual((await run(moto, name)).map(asRefused));
    });
  }
});
