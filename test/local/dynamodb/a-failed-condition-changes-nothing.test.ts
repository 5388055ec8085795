import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { laptopDynamoDb, TableName } from './client.ts';

const Key = { team: { S: 'checkout' }, at: { N: '1' } };

describe('a failed condition', () => {
  it('changes neither the item nor its index entries, and shows the item when asked', async () => {
    await using dynamoDb = await laptopDynamoDb();
    const { client } = dynamoDb;
    const item = { ...Key, state: { S: 'done' } };
    await client.send(new PutItemCommand({ TableName, Item: item }));
    const conditional = { TableName, ConditionExpression: 'attribute_not_exists(team)' } as const;
    const attempts = [
      client.send(new PutItemCommand({ ...conditional, Item: { ...Key, state: { S: 'broken' } } })),
      client.send(new DeleteItemCommand({ ...conditional, Key })),
      client.send(
        new UpdateItemCommand({
          ...conditional,
          Key,
          UpdateExpression: 'SET #s = :s',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':s': { S: 'broken' } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    ];
    const results = await Promise.allSettled(attempts);
    expect(results.map((result) => result.status === 'rejected' && result.reason.name)).toEqual(
      Array(3).fill('ConditionalCheckFailedException'),
    );
    expect((results[2] as PromiseRejectedResult).reason.Item).toEqual(item);
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(item);
    const broken = await client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-state',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'broken' } },
      }),
    );
    expect(broken.Count).toBe(0);
  });

  it('leaves exactly one winner of 20 concurrent creators', async () => {
    await using dynamoDb = await laptopDynamoDb();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        dynamoDb.client.send(
          new PutItemCommand({
            TableName,
            Item: { ...Key, owner: { N: String(n) } },
            ConditionExpression: 'attribute_not_exists(team)',
          }),
        ),
      ),
    );
    const winners = results.flatMap((result, n) => (result.status === 'fulfilled' ? [n] : []));
    expect(winners).toHaveLength(1);
    const { Item } = await dynamoDb.client.send(new GetItemCommand({ TableName, Key }));
    expect(Item?.owner).toEqual({ N: String(winners[0]) });
  });
});
