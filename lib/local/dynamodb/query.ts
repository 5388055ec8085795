import { crc32 } from 'node:zlib';
import { parseCondition } from './condition.ts';
import { notImplemented, validation } from './errors.ts';
import { Expressions, type Input } from './items.ts';
import { type KeyRange, parseKeyCondition } from './key-condition.ts';
import { project } from './paths.ts';
import type { SqlValue, Store } from './store.ts';
import { type Index, type Key, keyAttributes, keyOfItem, keyPart, type Table } from './table.ts';
import { type Item, itemSize, normalItem, sortable, typeOf } from './value.ts';

/** A page ends with the item that takes it to this many bytes read. */
const largestPage = 1024 * 1024;

/** What is read: a table or one of its indexes. */
interface Source {
  table: Table;
  index: Index | undefined;
  key: Key;
}

function sourceOf(store: Store, input: Input): Source {
  const table = store.table(input.TableName);
  if (input.IndexName === undefined) return { table, index: undefined, key: table.key };
  const index = table.indexes.find(({ name }) => name === input.IndexName);
  if (index === undefined)
    throw validation(`The table does not have the specified index: ${input.IndexName}`);
  if (index.kind === 'global' && input.ConsistentRead === true)
    throw validation('Consistent reads are not supported on global secondary indexes');
  return { table, index, key: index.key };
}

const rowColumns = { table: ['pk', 'sk'], index: ['ipk', 'isk', 'pk', 'sk'] };

/** The bytes of ExclusiveStartKey in the order of the rows' columns. */
function startOf({ table, index, key }: Source, given: Item | undefined): Buffer[] | undefined {
  if (given === undefined) return undefined;
  const start = normalItem(given);
  const attributes = [...keyAttributes(key), ...(index ? keyAttributes(table.key) : [])];
  const names = new Set(attributes.map(({ name }) => name));
  const fits =
    Object.keys(start).length === names.size &&
    attributes.every(({ name, type }) => start[name] !== undefined && typeOf(start[name]) === type);
  if (!fits) throw validation('The provided starting key is invalid');
  return [...(index ? keyOfItem(key, start) : []), ...keyOfItem(table.key, start)];
}

interface Conditions {
  sql: string[];
  values: SqlValue[];
}

function* rows(store: Store, source: Source, { sql, values }: Conditions, forward: boolean): Generator<Item> {
  const { table, index } = source;
  const columns = index ? rowColumns.index : rowColumns.table;
  const order = columns.map((column) => `r.${column}${forward ? '' : ' DESC'}`).join(', ');
  const from = index
    ? 'SELECT i.item FROM entries r JOIN items i ON i.tbl = ? AND i.pk = r.pk AND i.sk = r.sk WHERE r.idx = ?'
    : 'SELECT r.item FROM items r WHERE r.tbl = ?';
  const owner = index ? [table.id, index.id] : [table.id];
  const text = `${[from, ...sql].join(' AND ')} ORDER BY ${order}`;
  for (const { item } of store.iterate(text, ...owner, ...values)) yield JSON.parse(item as string);
}

/** Behind (or before) the start key, in row order. */
function behindStart({ index }: Source, start: Buffer[] | undefined, forward: boolean): Conditions {
  if (start === undefined) return { sql: [], values: [] };
  const columns = (index ? rowColumns.index : rowColumns.table).map((column) => `r.${column}`);
  return {
    sql: [`(${columns.join(', ')}) ${forward ? '>' : '<'} (${columns.map(() => '?').join(', ')})`],
    values: start,
  };
}

function within({ index }: Source, { partition, from, until }: KeyRange): Conditions {
  const [pk, sk] = index ? ['r.ipk', 'r.isk'] : ['r.pk', 'r.sk'];
  const conditions: Conditions = { sql: [`${pk} = ?`, `${sk} >= ?`], values: [sortable(partition), from] };
  if (until === undefined) return conditions;
  return { sql: [...conditions.sql, `${sk} < ?`], values: [...conditions.values, until] };
}

function attributesOf(input: Input, source: Source): (item: Item) => Item {
  const { index, table } = source;
  const select = input.Select ?? (input.ProjectionExpression ? 'SPECIFIC_ATTRIBUTES' : undefined);
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined)
    throw validation('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  if (select === 'SPECIFIC_ATTRIBUTES' && input.ProjectionExpression === undefined)
    throw validation('SPECIFIC_ATTRIBUTES needs a ProjectionExpression');
  const type = index?.projection.ProjectionType ?? 'ALL';
  if (type === 'ALL' || index === undefined) return (item) => item;
  if (select === 'ALL_ATTRIBUTES')
    throw validation(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  const names = new Set([
    ...[...keyAttributes(table.key), ...keyAttributes(index.key)].map(({ name }) => name),
    ...(type === 'INCLUDE' ? (index.projection.NonKeyAttributes ?? []) : []),
  ]);
  return (item) => Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

/** Reads one page: up to `Limit` items or 1 MB evaluated, then filtered, then projected. */
function page(
  input: Input,
  source: Source,
  expressions: Expressions,
  items: Iterable<Item>,
): Record<string, unknown> {
  const tokens = expressions.tokens('FilterExpression');
  const filter = tokens && parseCondition(tokens);
  const paths = expressions.projection();
  expressions.end();
  if (input.KeyConditionExpression !== undefined) {
    const names = keyAttributes(source.key).map(({ name }) => name);
    const keyPath = filter?.paths.find(([name]) => names.includes(name));
    if (keyPath)
      throw validation(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${keyPath[0]}`,
      );
  }
  const seen = attributesOf(input, source);
  const found: Item[] = [];
  let scanned = 0;
  let size = 0;
  let last: Item | undefined;
  for (const whole of items) {
    const item = seen(whole);
    scanned++;
    size += itemSize(item);
    if (filter === undefined || filter.test(item)) found.push(paths ? project(item, paths) : item);
    if (scanned === input.Limit || size >= largestPage) {
      last = whole;
      break;
    }
  }
  const keys = source.index ? [source.key, source.table.key] : [source.key];
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: found }),
    Count: found.length,
    ScannedCount: scanned,
    LastEvaluatedKey: last && keyPart(keys, last),
  };
}

function checkLimit({ Limit }: Input): void {
  if (Limit !== undefined && !(Number.isInteger(Limit) && Limit >= 1))
    throw validation(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
    );
}

export function query(store: Store, input: Input): Record<string, unknown> {
  checkLimit(input);
  const source = sourceOf(store, input);
  const expressions = new Expressions(input);
  const tokens = expressions.tokens('KeyConditionExpression');
  if (tokens === undefined) throw notImplemented('Query without KeyConditionExpression');
  const range = parseKeyCondition(tokens, source.key);
  const start = startOf(source, input.ExclusiveStartKey);
  if (start && !sortable(range.partition).equals(start[0] as Buffer))
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  const forward = input.ScanIndexForward !== false;
  const [inside, behind] = [within(source, range), behindStart(source, start, forward)];
  const conditions = { sql: [...inside.sql, ...behind.sql], values: [...inside.values, ...behind.values] };
  return page(input, source, expressions, rows(store, source, conditions, forward));
}

export function scan(store: Store, input: Input): Record<string, unknown> {
  checkLimit(input);
  const source = sourceOf(store, input);
  const { Segment: segment, TotalSegments: total } = input;
  if ((segment === undefined) !== (total === undefined))
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present, and the other way round',
    );
  if (segment !== undefined && !(Number.isInteger(segment) && segment >= 0 && segment < (total as number)))
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  const behind = behindStart(source, startOf(source, input.ExclusiveStartKey), true);
  const items = rows(store, source, behind, true);
  return page(
    input,
    source,
    new Expressions(input),
    total === undefined ? items : share(items, source, segment as number, total),
  );
}

/** The items of one of `total` workers: whole partitions. */
function* share(items: Iterable<Item>, { key }: Source, segment: number, total: number): Generator<Item> {
  for (const item of items) if (crc32(keyOfItem(key, item)[0]) % total === segment) yield item;
}
