import { once } from 'node:events';
import { connect } from 'node:net';
import {
  BatchGetItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import type { Fault, InterceptedRequest } from '../../../lib/local/intercept.ts';
import { dynamoDbClient, laptopDynamoDb, TableName } from './client.ts';

const Key = { team: { S: 'checkout' }, at: { N: '1' } };

function faults(...list: Fault[]) {
  const seen: InterceptedRequest[] = [];
  const intercept = (request: InterceptedRequest) => {
    seen.push(request);
    return list.shift();
  };
  return { seen, intercept };
}

describe('a fault', () => {
  it.each([
    [{ status: 500, code: 'InternalServerError' }],
    [{ status: 400, code: 'ProvisionedThroughputExceededException' }],
    [
      {
        status: 400,
        code: 'ThrottlingException',
        message: 'Rate of requests exceeds the allowed throughput.',
      },
    ],
    ['reset'],
  ] as [Fault][])('of %j is retried by the SDK, and the third attempt succeeds', async (fault) => {
    const { seen, intercept } = faults(fault, fault);
    await using dynamoDb = await laptopDynamoDb({ intercept });
    const client = dynamoDbClient(dynamoDb.server.endpoint, { maxAttempts: 3 });
    const { $metadata } = await client.send(new PutItemCommand({ TableName, Item: Key }));
    expect($metadata.attempts).toBe(3);
    expect(seen).toEqual(Array(3).fill({ service: 'dynamodb', operation: 'PutItem', target: TableName }));
    client.destroy();
  });

  it('keeps its name when attempts are used up, and changes nothing', async () => {
    const { seen, intercept } = faults({ status: 400, code: 'ProvisionedThroughputExceededException' });
    await using dynamoDb = await laptopDynamoDb({ intercept });
    await expect(dynamoDb.client.send(new PutItemCommand({ TableName, Item: Key }))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    const { Responses } = await dynamoDb.client.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }),
    );
    expect(Responses).toEqual({ [TableName]: [] });
    expect(seen.at(-1)).toEqual({ service: 'dynamodb', operation: 'BatchGetItem', target: TableName });
  });

  it('that never answers ends when the caller gives up, and does not hold the server', async () => {
    const { seen, intercept } = faults('hang');
    await using dynamoDb = await laptopDynamoDb({ intercept });
    const caller = new AbortController();
    const call = dynamoDb.client.send(new GetItemCommand({ TableName, Key }), {
      abortSignal: caller.signal,
    });
    // Given up only when the request hangs: sooner, the next one would meet the fault.
    await vi.waitUntil(() => seen.length === 1, { timeout: 20_000 });
    caller.abort();
    await expect(call).rejects.toThrow(/abort/i);
    expect((await dynamoDb.client.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
  });
});

it('a client that goes away in mid-body harms nobody', async () => {
  await using dynamoDb = await laptopDynamoDb();
  const socket = connect(Number(new URL(dynamoDb.server.endpoint).port), '127.0.0.1');
  socket.write(
    'POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\nContent-Length: 500\r\n\r\n{"Tab',
  );
  await once(socket, 'connect');
  socket.resetAndDestroy();
  const { Table } = await dynamoDb.client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableStatus).toBe('ACTIVE');
});
