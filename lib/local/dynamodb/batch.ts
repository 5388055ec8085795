import { validation } from './errors.ts';
import { apply, getItem, type Input, prepareDelete, preparePut } from './items.ts';
import type { Store } from './store.ts';
import { type KeyBytes, keyOfRequest } from './table.ts';
import { type Item, itemSize, normalItem } from './value.ts';

export interface BatchInput {
  RequestItems?: Record<string, unknown>;
}

/** An answer stops growing here; the keys that are left are returned as unprocessed. */
const largestAnswer = 16 * 1024 * 1024;

function requests<T>(input: BatchInput): [table: string, requests: T][] {
  const entries = Object.entries(input.RequestItems ?? {}) as [string, T][];
  if (entries.length === 0)
    throw validation(
      'The batch request is invalid: RequestItems must hold at least one table with one request',
    );
  return entries;
}

function checkDuplicates(keys: KeyBytes[]): void {
  const names = new Set(keys.map((key) => key.map((bytes) => bytes.toString('base64')).join()));
  if (names.size < keys.length) throw validation('Provided list of item keys contains duplicates');
}

interface WriteRequest {
  PutRequest?: { Item: Item };
  DeleteRequest?: { Key: Item };
}

/** Up to 25 puts and deletes, in one commit. */
export function batchWriteItem(store: Store, input: BatchInput): Record<string, unknown> {
  const tables = requests<WriteRequest[]>(input);
  const count = tables.reduce((sum, [, writes]) => sum + writes.length, 0);
  if (count > 25) throw validation('Too many items requested for the BatchWriteItem call');
  if (count === 0) throw validation('The batch write request list for a table cannot be null or empty');
  const writes = tables.flatMap(([TableName, list]) => {
    const prepared = list.map(({ PutRequest, DeleteRequest }) => {
      if ((PutRequest === undefined) === (DeleteRequest === undefined))
        throw validation('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
      return PutRequest
        ? preparePut(store, { TableName, Item: PutRequest.Item })
        : prepareDelete(store, { TableName, Key: DeleteRequest?.Key });
    });
    checkDuplicates(prepared.map(({ key }) => key));
    return prepared;
  });
  store.transaction(() => {
    for (const write of writes) apply(store, write);
  });
  return { UnprocessedItems: {} };
}

type KeysAndAttributes = Pick<
  Input,
  'ProjectionExpression' | 'ExpressionAttributeNames' | 'ConsistentRead'
> & { Keys: Item[] };

/** Up to 100 items. */
export function batchGetItem(store: Store, input: BatchInput): Record<string, unknown> {
  const tables = requests<KeysAndAttributes>(input);
  if (tables.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0) > 100)
    throw validation('Too many items requested for the BatchGetItem call');
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
  let size = 0;
  for (const [TableName, { Keys, ...how }] of tables) {
    if (!Array.isArray(Keys) || Keys.length === 0)
      throw validation(
        `1 validation error detected: Value '[]' at 'requestItems.${TableName}.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      );
    const { key } = store.table(TableName);
    const found: Item[] = [];
    Responses[TableName] = found;
    const left: Item[] = [];
    checkDuplicates(Keys.map((one) => keyOfRequest(key, normalItem(one))));
    for (const Key of Keys) {
      if (size >= largestAnswer) {
        left.push(Key);
        continue;
      }
      const { Item: item } = getItem(store, { TableName, Key, ...how }) as { Item?: Item };
      if (item === undefined) continue;
      size += itemSize(item);
      found.push(item);
    }
    if (left.length > 0) UnprocessedKeys[TableName] = { Keys: left, ...how };
  }
  return { Responses, UnprocessedKeys };
}
