import { parseCondition } from './condition.ts';
import { DynamoDbError, invalidParameter, validation } from './errors.ts';
import { checkItemSize, checkOverlap, project } from './paths.ts';
import type { Store } from './store.ts';
import { keyAttributes, keyOfItem, keyOfRequest, type Table } from './table.ts';
import { type Path, Substitutes, Tokens } from './tokens.ts';
import { parseUpdate } from './update.ts';
import { type AttributeValue, type Item, normalItem } from './value.ts';

/** An operation's input, as it came; each operation reads the members that it knows. */
export interface Input {
  TableName?: unknown;
  IndexName?: string;
  Item?: Item;
  Key?: Item;
  ConditionExpression?: string;
  UpdateExpression?: string;
  ProjectionExpression?: string;
  FilterExpression?: string;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValues?: string;
  ReturnValuesOnConditionCheckFailure?: string;
  ConsistentRead?: boolean;
  Limit?: number;
  Select?: string;
  ScanIndexForward?: boolean;
  ExclusiveStartKey?: Item;
  Segment?: number;
  TotalSegments?: number;
}

/** The expressions of one request, which share their substitutes. */
export class Expressions {
  readonly #input: Input;
  readonly #substitutes: Substitutes<AttributeValue>;

  constructor(input: Input) {
    this.#input = input;
    const given = [
      'ConditionExpression',
      'UpdateExpression',
      'ProjectionExpression',
      'FilterExpression',
      'KeyConditionExpression',
    ] as const;
    const none = given.every((name) => input[name] === undefined);
    for (const name of ['ExpressionAttributeNames', 'ExpressionAttributeValues'] as const)
      if (input[name] !== undefined && (none || Object.keys(input[name]).length === 0))
        throw validation(
          none ? `${name} can only be specified when using expressions` : `${name} must not be empty`,
        );
    this.#substitutes = new Substitutes(
      input.ExpressionAttributeNames,
      normalItem(input.ExpressionAttributeValues ?? {}),
    );
  }

  tokens(name: 'ConditionExpression' | 'UpdateExpression' | 'FilterExpression' | 'KeyConditionExpression') {
    return this.#input[name] === undefined
      ? undefined
      : new Tokens(name, this.#input[name], this.#substitutes);
  }

  projection(): Path[] | undefined {
    if (this.#input.ProjectionExpression === undefined) return undefined;
    const tokens = new Tokens('ProjectionExpression', this.#input.ProjectionExpression, this.#substitutes);
    const paths = [tokens.path()];
    while (tokens.accept(',')) paths.push(tokens.path());
    if (tokens.peek.kind !== 'end') throw tokens.unexpected();
    checkOverlap('ProjectionExpression', paths);
    return paths;
  }

  condition() {
    const tokens = this.tokens('ConditionExpression');
    return tokens && parseCondition(tokens);
  }

  end(): void {
    this.#substitutes.checkAllUsed();
  }
}

const required = (item: Item | undefined, name: string): Item => {
  if (item === undefined || item === null)
    throw validation(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return normalItem(item);
};

function returned(input: Input, allowed: string[]): string {
  const value = input.ReturnValues ?? 'NONE';
  if (!allowed.includes(value))
    throw validation(`ReturnValues can only be ${allowed.join(' or ')}, got ${value}`);
  return value;
}

export interface Write {
  table: Table;
  key: ReturnType<typeof keyOfItem>;
  /** @throws DynamoDbError ConditionalCheckFailedException */
  check(before: Item | undefined): void;
  after(before: Item | undefined): Item | undefined;
  /** The attributes that the caller asked to see. */
  answer(before: Item | undefined, after: Item | undefined): Item | undefined;
}

function checker(input: Input, expressions: Expressions): Write['check'] {
  const condition = expressions.condition();
  const shown = input.ReturnValuesOnConditionCheckFailure ?? 'NONE';
  if (shown !== 'NONE' && shown !== 'ALL_OLD')
    throw validation(`ReturnValuesOnConditionCheckFailure can only be NONE or ALL_OLD, got ${shown}`);
  return (before) => {
    if (condition === undefined || condition.test(before ?? {})) return;
    const detail = shown === 'ALL_OLD' && before ? { Item: before } : {};
    throw new DynamoDbError('ConditionalCheckFailedException', 'The conditional request failed', detail);
  };
}

export function preparePut(store: Store, input: Input): Write {
  const table = store.table(input.TableName);
  const item = required(input.Item, 'item');
  const key = keyOfItem(table.key, item);
  checkItemSize(item);
  return prepareReplacement(input, { table, key, after: () => item });
}

export function prepareDelete(store: Store, input: Input): Write {
  const table = store.table(input.TableName);
  const key = keyOfRequest(table.key, required(input.Key, 'key'));
  return prepareReplacement(input, { table, key, after: () => undefined });
}

/** A write whose outcome does not depend on what was there; at most its condition does. */
function prepareReplacement(input: Input, write: Pick<Write, 'table' | 'key' | 'after'>): Write {
  const shown = returned(input, ['NONE', 'ALL_OLD']);
  const expressions = new Expressions(input);
  const check = checker(input, expressions);
  expressions.end();
  return { ...write, check, answer: (before) => (shown === 'ALL_OLD' ? before : undefined) };
}

export function prepareUpdate(store: Store, input: Input): Write {
  const table = store.table(input.TableName);
  const given = required(input.Key, 'key');
  const key = keyOfRequest(table.key, given);
  const shown = returned(input, ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']);
  const expressions = new Expressions(input);
  const tokens = expressions.tokens('UpdateExpression');
  const update = tokens && parseUpdate(tokens);
  const check = checker(input, expressions);
  expressions.end();
  const names = keyAttributes(table.key).map(({ name }) => name);
  const keyPath = update?.paths.find(([name]) => names.includes(name));
  if (keyPath)
    throw invalidParameter(`Cannot update attribute ${keyPath[0]}. This attribute is part of the key`);
  const after = (before: Item | undefined) => {
    const item = { ...given, ...(update ? update.apply(before ?? {}) : before) };
    checkItemSize(item, 'update');
    return item;
  };
  const answer: Write['answer'] = (before, now) => {
    const seen = shown.endsWith('_OLD') ? before : shown.endsWith('_NEW') ? now : undefined;
    if (seen === undefined || !shown.startsWith('UPDATED_')) return seen;
    const part = project(seen, update?.paths ?? []);
    return Object.keys(part).length === 0 ? undefined : part;
  };
  return { table, key, check, after, answer };
}

/** Carries a write out; in a transaction. */
export function apply(store: Store, { table, key, check, after, answer }: Write): Item | undefined {
  const before = store.item(table, key);
  check(before);
  const now = after(before);
  store.replace(table, key, before, now);
  return answer(before, now);
}

/** PutItem, DeleteItem, UpdateItem. */
export function writeItem(store: Store, write: Write): Record<string, unknown> {
  const attributes = store.transaction(() => apply(store, write));
  return attributes === undefined ? {} : { Attributes: attributes };
}

export function getItem(store: Store, input: Input): Record<string, unknown> {
  const table = store.table(input.TableName);
  const key = keyOfRequest(table.key, required(input.Key, 'key'));
  const expressions = new Expressions(input);
  const paths = expressions.projection();
  expressions.end();
  const item = store.item(table, key);
  return item === undefined ? {} : { Item: paths ? project(item, paths) : item };
}
