import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { outcome } from './storage-outcome.ts';

export type Attributes = Record<string, AttributeValue>;
export const S = (text: string): AttributeValue => ({ S: text });
export const N = (number: number | string): AttributeValue => ({ N: String(number) });
export const key = (p: string, s: string): Attributes => ({ p: S(p), s: S(s) });

/** The calls of a scenario on one table. */
export const on = (client: DynamoDBClient, TableName: string) => ({
  put: (Item: Attributes, more: object = {}) =>
    outcome(client.send(new PutItemCommand({ TableName, Item, ...more }))),
  get: (Key: Attributes, more: object = {}) =>
    outcome(client.send(new GetItemCommand({ TableName, Key, ...more }))),
  del: (Key: Attributes, more: object = {}) =>
    outcome(client.send(new DeleteItemCommand({ TableName, Key, ...more }))),
  update: (Key: Attributes, more: Partial<UpdateItemCommandInput> = {}) =>
    outcome(client.send(new UpdateItemCommand({ TableName, Key, ReturnValues: 'ALL_NEW', ...more }))),
  query: (more: Partial<QueryCommandInput>) => outcome(client.send(new QueryCommand({ TableName, ...more }))),
  scan: (more: Partial<ScanCommandInput> = {}) =>
    outcome(client.send(new ScanCommand({ TableName, ...more }))),
});
