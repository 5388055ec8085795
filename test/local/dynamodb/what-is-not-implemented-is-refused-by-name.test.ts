import {
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { laptopDynamoDb, TableName } from './client.ts';

const Key = { team: { S: 'checkout' }, at: { N: '1' } };
const asked: [string, (client: DynamoDBClient) => Promise<unknown>][] = [
  ['TransactWriteItems', (client) => client.send(new TransactWriteItemsCommand({ TransactItems: [] }))],
  ['UpdateTable', (client) => client.send(new UpdateTableCommand({ TableName }))],
  [
    'Expected',
    (client) => client.send(new PutItemCommand({ TableName, Item: Key, Expected: { x: { Exists: false } } })),
  ],
  [
    'AttributeUpdates',
    (client) => client.send(new UpdateItemCommand({ TableName, Key, AttributeUpdates: {} })),
  ],
  [
    'AttributesToGet',
    (client) => client.send(new GetItemCommand({ TableName, Key, AttributesToGet: ['x'] })),
  ],
  ['KeyConditions', (client) => client.send(new QueryCommand({ TableName, KeyConditions: {} }))],
  ['ScanFilter', (client) => client.send(new ScanCommand({ TableName, ScanFilter: {} }))],
  [
    'ReturnConsumedCapacity',
    (client) => client.send(new GetItemCommand({ TableName, Key, ReturnConsumedCapacity: 'TOTAL' })),
  ],
];

describe('what DynamoDB does and this endpoint does not', () => {
  it.each(asked)('%s is refused by name', async (name, call) => {
    await using dynamoDb = await laptopDynamoDb();
    await expect(call(dynamoDb.client)).rejects.toThrow(new RegExp(`${name}.* is not implemented`));
  });

  it('is no JSON at all, or no operation', async () => {
    await using dynamoDb = await laptopDynamoDb();
    const ask = async (target: string, body: string) => {
      const answer = await fetch(dynamoDb.server.endpoint, {
        method: 'POST',
        body,
        headers: { 'x-amz-target': target },
      });
      return [answer.status, ((await answer.json()) as { __type: string }).__type.split('#')[1]];
    };
    expect(await ask('DynamoDB_20120810.GetItem', '{"TableName":')).toEqual([400, 'SerializationException']);
    expect(await ask('DynamoDB_20120810.toString', '{}')).toEqual([400, 'UnknownOperationException']);
    expect(await ask('Other_1.GetItem', '{}')).toEqual([400, 'UnknownOperationException']);
    expect(await ask('DynamoDB_20120810.GetItem', '{}')).toEqual([400, 'ValidationException']);
  });
});

it('the tables of the definition are told of, with their time to live', async () => {
  await using dynamoDb = await laptopDynamoDb();
  expect((await dynamoDb.client.send(new ListTablesCommand({}))).TableNames).toEqual([TableName]);
  const { TimeToLiveDescription } = await dynamoDb.client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
});
