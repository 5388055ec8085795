import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../../lib/local/dynamodb/index.ts';
import { dynamoDbClient, laptopDynamoDb, TableName, table } from './client.ts';

const item = {
  team: { S: 'checkout' },
  at: { N: '1' },
  state: { S: 'done' },
  note: { S: 'kept' },
  size: { N: '3' },
};

describe('a table that is there', () => {
  it('is kept with its items, and a new index is filled from them', async () => {
    const { GlobalSecondaryIndexes: _, ...withoutIndexes } = table;
    await using before = await laptopDynamoDb({ tables: [withoutIndexes] });
    await before.client.send(new PutItemCommand({ TableName, Item: item }));
    await before.client.send(
      new PutItemCommand({ TableName, Item: { team: { S: 'search' }, at: { N: '2' } } }),
    );
    await before.server.close();

    const after = await startDynamoDb({ dir: before.dir, tables: [table] });
    const client = dynamoDbClient(after.endpoint);
    const scan = async (IndexName?: string) =>
      (await client.send(new ScanCommand({ TableName, IndexName }))).Items;
    expect(await scan()).toHaveLength(2);
    expect(await scan('by-state')).toEqual([item]);
    const { state: _state, ...projected } = item;
    expect(await scan('by-size')).toEqual([projected]);
    client.destroy();
    await after.close();
  });

  it('with another key is refused, and the error says how to mend it', async () => {
    await using before = await laptopDynamoDb();
    await before.server.close();
    const tables = [{ ...table, KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }] }];
    await expect(startDynamoDb({ dir: before.dir, tables })).rejects.toThrow(
      /table runs is kept with the key .*team.* and .*state.* is asked for: .* remove the folder/s,
    );
  });
});
