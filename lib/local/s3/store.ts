import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Body } from './body.ts';
import type { Checksum } from './checksum.ts';

/** What is kept beside an object's bytes: headers to answer with, user metadata, checksum. */
export interface Attributes {
  headers: Record<string, string>;
  checksum?: Checksum & { type: 'FULL_OBJECT' | 'COMPOSITE' };
}

export interface StoredObject extends Attributes {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970. */
  modified: number;
  body: { inline: number } | { file: string };
}

/** No UTF-8 text holds this byte. */
const behindAllKeys = Buffer.of(255);

export interface Listed extends Pick<Attributes, 'checksum'> {
  key: Buffer;
  size: number;
  etag: string;
  modified: number;
}

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Keys are blobs: SQLite orders them by their UTF-8 bytes, as S3 lists them.
  CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL,
    attributes TEXT NOT NULL, inline INTEGER, file TEXT, PRIMARY KEY (bucket, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, attributes TEXT NOT NULL, started INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, checksum TEXT, inline INTEGER, file TEXT, PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
`;

/** A row as SQLite gives it; who asks knows the columns. */
// biome-ignore lint/suspicious/noExplicitAny: the columns are in the SQL beside each use
export type Row = Record<string, any>;

/** Where a body lies, in the two columns that every owner of a body has. */
export const bodyOf = (row: Row): StoredObject['body'] =>
  row.inline === null ? { file: row.file as string } : { inline: row.inline };

/**
 * Rows in one SQLite file, large bodies in files beside it. A row is committed after its body's bytes are on the
 * disk, so whatever a kill interrupts, a key has its old object or its new one. Body files are never changed after
 * they are written; those without a row are swept at the start.
 */
export class Store {
  readonly folder: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Body files whose row goes with the transaction under way. */
  #orphans: string[] = [];

  constructor(directory: string) {
    this.folder = join(directory, 'bodies');
    mkdirSync(this.folder, { recursive: true });
    this.#database = new DatabaseSync(join(directory, 's3.sqlite'));
    this.#database.exec(schema);
    this.#sweep();
  }

  #sweep(): void {
    const rows = this.all(
      'SELECT file FROM objects WHERE file IS NOT NULL UNION SELECT file FROM parts WHERE file IS NOT NULL',
    );
    const owned = new Set(rows.map((row) => row.file as string));
    for (const file of readdirSync(this.folder)) if (!owned.has(file)) this.#remove(file);
  }

  #remove(file: string): void {
    rmSync(join(this.folder, file), { force: true });
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  get(sql: string, ...values: (string | number | null | Uint8Array)[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: (string | number | null | Uint8Array)[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  run(sql: string, ...values: (string | number | null | Uint8Array)[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** All or nothing; body files given up in it are removed once it is committed. */
  transaction<T>(work: () => T): T {
    this.#orphans = [];
    this.#statement('BEGIN IMMEDIATE').run();
    let result: T;
    try {
      result = work();
      this.#statement('COMMIT').run();
    } catch (error) {
      this.#statement('ROLLBACK').run();
      throw error;
    }
    for (const file of this.#orphans) this.#remove(file);
    return result;
  }

  /** Takes a received body in, giving its two columns. */
  keepBody(content: Body['content']): [inline: number | null, file: string | null] {
    if ('file' in content) return [null, content.file];
    return [
      Number(this.#statement('INSERT INTO bodies (content) VALUES (?)').run(content.inline).lastInsertRowid),
      null,
    ];
  }

  /** Gives a body up, within a transaction. */
  dropBody(body: StoredObject['body']): void {
    if ('file' in body) this.#orphans.push(body.file);
    else this.run('DELETE FROM bodies WHERE id = ?', body.inline);
  }

  /** Another name for the same bytes: what CopyObject stores. */
  shareBody(body: StoredObject['body']): Body['content'] {
    if ('inline' in body) return { inline: this.readInline(body.inline) };
    const file = randomUUID();
    linkSync(join(this.folder, body.file), join(this.folder, file));
    return { file };
  }

  /** Removes a received body that found no row. */
  discard(content: Body['content']): void {
    if ('file' in content) this.#remove(content.file);
  }

  readInline(id: number): Buffer {
    const content = this.get('SELECT content FROM bodies WHERE id = ?', id)?.content as
      | Uint8Array
      | undefined;
    if (content === undefined) throw new Error(`body ${id} is missing from the database`);
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }

  /** Opened at once, so that an overwrite or a deletion meanwhile does not disturb the reader. */
  openFile(file: string): number {
    return openSync(join(this.folder, file), 'r');
  }

  /** Bytes `start` to before `end` of a body file. */
  readFile(file: string, start: number, end: number): Buffer {
    const descriptor = this.openFile(file);
    try {
      const bytes = Buffer.allocUnsafe(end - start);
      const read = readSync(descriptor, bytes, 0, bytes.length, start);
      if (read < bytes.length) throw new Error(`body ${file} ends at byte ${start + read}, expected ${end}`);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  }

  hasBucket(bucket: string): boolean {
    return this.get('SELECT 1 FROM buckets WHERE name = ?', bucket) !== undefined;
  }

  createBucket(bucket: string): boolean {
    return this.run('INSERT OR IGNORE INTO buckets (name, created) VALUES (?, ?)', bucket, Date.now()) === 1;
  }

  object(bucket: string, key: string): StoredObject | undefined {
    const row = this.get(
      'SELECT size, etag, modified, attributes, inline, file FROM objects WHERE bucket = ? AND key = ?',
      bucket,
      Buffer.from(key),
    );
    if (row === undefined) return undefined;
    return {
      ...JSON.parse(row.attributes),
      key,
      size: row.size,
      etag: row.etag,
      modified: row.modified,
      body: bodyOf(row),
    };
  }

  /** Puts an object in the place of the one that is there, within a transaction. */
  putObject(
    bucket: string,
    key: string,
    object: Omit<StoredObject, 'key' | 'body'>,
    content: Body['content'],
  ): void {
    this.deleteObject(bucket, key);
    const { size, etag, modified, ...attributes } = object;
    const json = JSON.stringify(attributes);
    const [inline, file] = this.keepBody(content);
    this.run(
      'INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      bucket,
      Buffer.from(key),
      size,
      etag,
      modified,
      json,
      inline,
      file,
    );
  }

  /** Within a transaction. */
  deleteObject(bucket: string, key: string): void {
    const row = this.get(
      'DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING inline, file',
      bucket,
      Buffer.from(key),
    );
    if (row !== undefined) this.dropBody(bodyOf(row));
  }

  /** Up to `limit` objects with `from` ≤ key < `until` (no bound when undefined), in order of their bytes. */
  range(bucket: string, from: Buffer, until: Buffer | undefined, limit: number): Listed[] {
    const rows = this.all(
      'SELECT key, size, etag, modified, attributes FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
      bucket,
      from,
      until ?? behindAllKeys,
      limit,
    );
    return rows.map(({ key, size, etag, modified, attributes }) => {
      const { checksum }: Attributes = JSON.parse(attributes);
      return { key: Buffer.from(key), size, etag, modified, checksum };
    });
  }

  close(): void {
    this.#database.close();
  }
}
