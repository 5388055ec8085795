import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DynamoDbError, tableNotFound, validation } from './errors.ts';
import {
  type Index,
  type IndexDefinition,
  type KeyBytes,
  keyInIndex,
  keyOf,
  keyOfItem,
  type Table,
  type TableDefinition,
} from './table.ts';
import type { Item } from './value.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS tables (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL, created INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS indexes (
    id INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, UNIQUE (tbl, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS items (
    tbl INTEGER NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL, item TEXT NOT NULL, PRIMARY KEY (tbl, pk, sk)
  ) STRICT, WITHOUT ROWID;
  -- An index's keys beside the table's, in the same file: an item and its entries change in one commit.
  CREATE TABLE IF NOT EXISTS entries (
    idx INTEGER NOT NULL, ipk BLOB NOT NULL, isk BLOB NOT NULL, pk BLOB NOT NULL, sk BLOB NOT NULL,
    PRIMARY KEY (idx, ipk, isk, pk, sk)
  ) STRICT, WITHOUT ROWID;
`;

export type SqlValue = string | number | Uint8Array;
type Row = Record<string, string | number | Uint8Array | null>;

/** Tables, items and indexes in one SQLite file. Everything is synchronous: one request at a time sees the database. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #tables = new Map<string, Table>();

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 'dynamodb.sqlite'));
    this.#database.exec(schema);
    for (const { definition, created } of this.all('SELECT definition, created FROM tables'))
      this.#load(JSON.parse(definition as string), created as number);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  /** Row by row, so that a page costs what it holds. Exhaust or break off before the next write. */
  iterate(sql: string, ...values: SqlValue[]): Iterable<Row> {
    return this.#statement(sql).iterate(...values) as Iterable<Row>;
  }

  #run(sql: string, ...values: SqlValue[]): void {
    this.#statement(sql).run(...values);
  }

  /** All or nothing. */
  transaction<T>(work: () => T): T {
    this.#run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#run('COMMIT');
      return result;
    } catch (error) {
      this.#run('ROLLBACK');
      throw error;
    }
  }

  get tables(): Table[] {
    return [...this.#tables.values()];
  }

  /** @throws DynamoDbError ResourceNotFoundException */
  table(name: unknown): Table {
    if (typeof name !== 'string')
      throw validation(
        "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
      );
    // A client may name a table by its ARN.
    const table = this.#tables.get(name.replace(/^arn:.*:table\//, ''));
    if (table === undefined) throw tableNotFound(name);
    return table;
  }

  /** @throws DynamoDbError ResourceInUseException */
  createTable(definition: TableDefinition): Table {
    if (this.#tables.has(definition.TableName))
      throw new DynamoDbError('ResourceInUseException', `Table already exists: ${definition.TableName}`);
    return this.transaction(() => this.#save(definition));
  }

  /**
   * Creates the table, or keeps the one that is there and brings its indexes up to the definition.
   *
   * @throws Error when the key of the table that is there is another
   */
  ensureTable(definition: TableDefinition): void {
    const present = this.#tables.get(definition.TableName);
    const key = JSON.stringify(keyOf(definition.KeySchema, definition));
    if (present !== undefined && JSON.stringify(present.key) !== key)
      throw new Error(
        `table ${definition.TableName} is kept with the key ${JSON.stringify(present.key)}, and ${key} is asked for: ` +
          'a key cannot be changed; give the table another name or remove the folder of the local DynamoDB',
      );
    this.transaction(() => this.#save(definition));
  }

  #save(definition: TableDefinition): Table {
    const { TableName } = definition;
    const text = JSON.stringify(definition);
    this.#run(
      'INSERT INTO tables (name, definition, created) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition',
      TableName,
      text,
      Date.now(),
    );
    const [row] = this.all('SELECT id, created FROM tables WHERE name = ?', TableName) as [Row];
    const wanted = [
      ...(definition.GlobalSecondaryIndexes ?? []),
      ...(definition.LocalSecondaryIndexes ?? []),
    ];
    for (const { id, name, definition: kept } of this.all(
      'SELECT id, name, definition FROM indexes WHERE tbl = ?',
      row.id as number,
    )) {
      const same = wanted.some((index) => index.IndexName === name && indexKey(index, definition) === kept);
      if (same) continue;
      this.#run('DELETE FROM entries WHERE idx = ?', id as number);
      this.#run('DELETE FROM indexes WHERE id = ?', id as number);
    }
    const fresh = wanted.filter(
      ({ IndexName }) =>
        this.all('SELECT 1 FROM indexes WHERE tbl = ? AND name = ?', row.id as number, IndexName).length ===
        0,
    );
    for (const index of fresh)
      this.#run(
        'INSERT INTO indexes (tbl, name, definition) VALUES (?, ?, ?)',
        row.id as number,
        index.IndexName,
        indexKey(index, definition),
      );
    const table = this.#load(definition, row.created as number);
    this.#fill(
      table,
      fresh.map(({ IndexName }) => IndexName),
    );
    return table;
  }

  #load(definition: TableDefinition, created: number): Table {
    const name = definition.TableName;
    const [row] = this.all('SELECT id FROM tables WHERE name = ?', name) as [{ id: number }];
    const index =
      (kind: Index['kind']) =>
      (given: IndexDefinition): Index => {
        const [found] = this.all(
          'SELECT id FROM indexes WHERE tbl = ? AND name = ?',
          row.id,
          given.IndexName,
        ) as [{ id: number }];
        const projection = given.Projection ?? { ProjectionType: 'ALL' };
        return {
          id: found.id,
          name: given.IndexName,
          key: keyOf(given.KeySchema, definition),
          kind,
          projection,
        };
      };
    const indexes = [
      ...(definition.GlobalSecondaryIndexes ?? []).map(index('global')),
      ...(definition.LocalSecondaryIndexes ?? []).map(index('local')),
    ];
    const table: Table = {
      id: row.id,
      name,
      key: keyOf(definition.KeySchema, definition),
      indexes,
      definition,
      created,
    };
    this.#tables.set(name, table);
    return table;
  }

  /** Enters the items that are there into new indexes; one that lacks or mistypes a key is not in it. */
  #fill(table: Table, names: string[]): void {
    const indexes = table.indexes.filter(({ name }) => names.includes(name));
    if (indexes.length === 0) return;
    for (const { item: text } of this.all('SELECT item FROM items WHERE tbl = ?', table.id)) {
      const item: Item = JSON.parse(text as string);
      const key = keyOfItem(table.key, item);
      for (const index of indexes) this.#enter(index, item, key);
    }
  }

  deleteTable(table: Table): void {
    this.transaction(() => {
      for (const { id } of table.indexes) this.#run('DELETE FROM entries WHERE idx = ?', id);
      this.#run('DELETE FROM indexes WHERE tbl = ?', table.id);
      this.#run('DELETE FROM items WHERE tbl = ?', table.id);
      this.#run('DELETE FROM tables WHERE id = ?', table.id);
    });
    this.#tables.delete(table.name);
  }

  countItems(table: Table): number {
    return this.all('SELECT count(*) AS n FROM items WHERE tbl = ?', table.id)[0]?.n as number;
  }

  item(table: Table, [pk, sk]: KeyBytes): Item | undefined {
    const row = this.#statement('SELECT item FROM items WHERE tbl = ? AND pk = ? AND sk = ?').get(
      table.id,
      pk,
      sk,
    );
    return row === undefined ? undefined : JSON.parse(row.item as string);
  }

  /** Puts `after` in the place of `before`, or removes it when undefined, with its index entries. In a transaction. */
  replace(table: Table, key: KeyBytes, before: Item | undefined, after: Item | undefined): void {
    for (const index of table.indexes) {
      const old = before && keyInIndex(index, before);
      if (old)
        this.#run(
          'DELETE FROM entries WHERE idx = ? AND ipk = ? AND isk = ? AND pk = ? AND sk = ?',
          index.id,
          ...old,
          ...key,
        );
      if (after) this.#enter(index, after, key);
    }
    if (after)
      this.#run('INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)', table.id, ...key, JSON.stringify(after));
    else if (before) this.#run('DELETE FROM items WHERE tbl = ? AND pk = ? AND sk = ?', table.id, ...key);
  }

  #enter(index: Index, item: Item, key: KeyBytes): void {
    const entry = keyInIndex(index, item);
    if (entry) this.#run('INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?)', index.id, ...entry, ...key);
  }

  close(): void {
    this.#database.close();
  }
}

/** What an index's entries depend on; its projection is applied on reading. */
const indexKey = ({ KeySchema }: IndexDefinition, definition: TableDefinition) =>
  JSON.stringify(keyOf(KeySchema, definition));
