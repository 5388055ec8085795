import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { type Interceptor, silence } from '../intercept.ts';
import { piecesOf } from '../listen.ts';
import { type BatchInput, batchGetItem, batchWriteItem } from './batch.ts';
import { DynamoDbError, notImplemented } from './errors.ts';
import { getItem, type Input, prepareDelete, preparePut, prepareUpdate, writeItem } from './items.ts';
import { query, scan } from './query.ts';
import type { Store } from './store.ts';
import { describe, type TableDefinition } from './table.ts';

type Output = Record<string, unknown>;

interface Operation {
  /** Members of the input that are implemented; any other is refused by name. */
  members: string[];
  // biome-ignore lint/suspicious/noExplicitAny: each operation checks its own input
  serve: (store: Store, input: any) => Output;
}

const names = 'ExpressionAttributeNames';
const condition = [
  'ConditionExpression',
  names,
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];
const reading = [
  'IndexName',
  'ExclusiveStartKey',
  'Limit',
  'Select',
  'FilterExpression',
  'ProjectionExpression',
  names,
  'ExpressionAttributeValues',
  'ConsistentRead',
];

const operations: Record<string, Operation> = {
  PutItem: {
    members: ['Item', ...condition],
    serve: (store, input) => writeItem(store, preparePut(store, input)),
  },
  DeleteItem: {
    members: ['Key', ...condition],
    serve: (store, input) => writeItem(store, prepareDelete(store, input)),
  },
  UpdateItem: {
    members: ['Key', 'UpdateExpression', ...condition],
    serve: (store, input) => writeItem(store, prepareUpdate(store, input)),
  },
  GetItem: { members: ['Key', 'ProjectionExpression', names, 'ConsistentRead'], serve: getItem },
  Query: { members: ['KeyConditionExpression', 'ScanIndexForward', ...reading], serve: query },
  Scan: { members: ['Segment', 'TotalSegments', ...reading], serve: scan },
  BatchWriteItem: { members: ['RequestItems'], serve: batchWriteItem },
  BatchGetItem: { members: ['RequestItems'], serve: batchGetItem },
  DescribeTable: {
    members: [],
    serve(store, input: Input) {
      const table = store.table(input.TableName);
      return { Table: describe(table, store.countItems(table)) };
    },
  },
  DescribeTimeToLive: {
    members: [],
    serve(store, input: Input) {
      const { TimeToLiveSpecification: ttl } = store.table(input.TableName).definition;
      const on = ttl?.Enabled === true;
      return {
        TimeToLiveDescription: {
          TimeToLiveStatus: on ? 'ENABLED' : 'DISABLED',
          ...(on && { AttributeName: ttl.AttributeName }),
        },
      };
    },
  },
  ListTables: {
    members: [],
    serve: (store) => ({ TableNames: store.tables.map(({ name }) => name).sort() }),
  },
  CreateTable: {
    members: [
      'KeySchema',
      'AttributeDefinitions',
      'GlobalSecondaryIndexes',
      'LocalSecondaryIndexes',
      'BillingMode',
      'ProvisionedThroughput',
    ],
    serve: (store, input: TableDefinition) => ({ TableDescription: describe(store.createTable(input), 0) }),
  },
  DeleteTable: {
    members: [],
    serve(store, input: Input) {
      const table = store.table(input.TableName);
      store.deleteTable(table);
      return { TableDescription: { ...describe(table, 0), TableStatus: 'DELETING' } };
    },
  },
};

/** Accepted everywhere, and without meaning here when they ask for nothing. */
const silent: Record<string, string> = {
  ReturnConsumedCapacity: 'NONE',
  ReturnItemCollectionMetrics: 'NONE',
};

function checkMembers(name: string, { members }: Operation, input: Record<string, unknown>): void {
  for (const [member, value] of Object.entries(input))
    if (member !== 'TableName' && !members.includes(member) && silent[member] !== value)
      throw notImplemented(`${member} of ${name}`);
}

/** 16 MB, as on AWS. */
const largestRequest = 16 * 1024 * 1024;

async function readInput(message: IncomingMessage): Promise<Input & BatchInput & Record<string, unknown>> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const bytes of piecesOf(message)) {
    size += bytes.length;
    if (size > largestRequest)
      throw new DynamoDbError('RequestEntityTooLarge', 'The request is larger than 16 MB', {}, 413);
    pieces.push(bytes);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch (error) {
    throw new DynamoDbError(
      'SerializationException',
      `The request's JSON cannot be read: ${(error as Error).message}`,
    );
  }
}

/** What a request is about, for the interceptor: a table, or several joined by commas. */
const targetOf = ({ TableName, RequestItems }: Input & BatchInput) =>
  typeof TableName === 'string' ? TableName : Object.keys(RequestItems ?? {}).join(',');

/** Serves DynamoDB's JSON protocol over HTTP. */
export function dynamoDbServer(store: Store, intercept: Interceptor | undefined): Server {
  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const [api, name = ''] = String(message.headers['x-amz-target'] ?? '').split('.');
    const input = await readInput(message);
    const fault = await intercept?.({ service: 'dynamodb', operation: name, target: targetOf(input) });
    if (fault) {
      if (silence(fault, message)) return;
      throw new DynamoDbError(
        fault.code,
        fault.message ?? `${fault.code}, as a fault test asked for`,
        {},
        fault.status,
      );
    }
    const operation =
      api === 'DynamoDB_20120810' && Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined)
      throw new DynamoDbError(
        'UnknownOperationException',
        `${name || 'A request without x-amz-target'} is not implemented by the laptop's DynamoDB endpoint`,
      );
    checkMembers(name, operation, input);
    send(response, 200, JSON.stringify(operation.serve(store, input)));
  };
  return createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      // The client went away in mid-body: there is nobody to tell.
      if (message.destroyed && !message.complete) return;
      const known =
        error instanceof DynamoDbError
          ? error
          : new DynamoDbError('InternalServerError', `Internal server error: ${String(error)}`, {}, 500);
      if (!message.complete) response.setHeader('connection', 'close');
      send(response, known.status, known.document());
    });
  });
}

function send(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-crc32': crc32(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
}
