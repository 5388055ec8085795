import { parseNumber } from './number.ts';
import { excerpt, noTimestamp, RowCollector, type WrittenRow } from './row-collector.ts';
import { parseTimestamp } from './timestamp.ts';
import { type ReadOptions, type Table, TabularError } from './types.ts';

const lf = 10;
const cr = 13;
const quote = 34;
/** Longer than any row of a table: beyond it a quote was left open, or the file is no table. */
const longestRecord = 1 << 20;
const delimiters = [44, 59, 9, 124];

/**
 * Reads CSV (RFC 4180) from chunks of bytes of any size: comma, semicolon, tab or bar between fields, LF or CRLF,
 * with or without a byte order mark. One pass over the bytes; only the fields that are asked for are looked at.
 */
export class CsvReader implements WrittenRow {
  private readonly options: ReadOptions;
  private readonly collector: RowCollector;
  private rest: Uint8Array = new Uint8Array(0);
  private line = 1;
  private delimiter = 44;
  private columns = 0;
  private timestampAt = -1;
  private valueAt = -1;
  private seriesAt = -1;
  private seriesNames = new Map<string, string>();

  // The record that was scanned last: its bytes, field bounds, and whether quotes need to be undone.
  private bytes: Uint8Array = this.rest;
  private starts = new Int32Array(64);
  private ends = new Int32Array(64);
  private fields = 0;
  private malformed = false;
  private newlines = 0;

  constructor(options: ReadOptions) {
    this.options = options;
    this.collector = new RowCollector(options.mostRows);
  }

  push(chunk: Uint8Array) {
    this.rest = this.read(this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]), false);
    if (this.rest.length > longestRecord)
      throw new TabularError(
        `Line ${this.line} is longer than 1 MiB: is a quote left open, or is this no CSV file?`,
      );
  }

  /** The names in the first line of `bytes`, which are a whole file. */
  header(bytes: Uint8Array): string[] {
    const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    this.delimiter = delimiterOf(bytes, from);
    this.scan(bytes, from, true);
    return this.names(bytes);
  }

  finish(): Table {
    this.read(this.rest, true);
    if (this.columns === 0)
      throw new TabularError('The file is empty: expected a header line such as timestamp,value and rows.');
    return this.collector.finish(this.options.timeZone);
  }

  /** Reads whole records and answers the bytes after them. */
  private read(bytes: Uint8Array, final: boolean): Uint8Array {
    let at = 0;
    if (this.columns === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
    while (at < bytes.length) {
      if (this.columns === 0) this.delimiter = delimiterOf(bytes, at);
      const next = this.scan(bytes, at, final);
      if (next < 0) break;
      const blank = this.fields === 1 && this.starts[0]! >= this.ends[0]!;
      if (!blank) {
        if (this.columns === 0) this.readHeader(bytes);
        else this.readRow(bytes);
      }
      this.line += this.newlines;
      at = next;
    }
    return at === 0 ? bytes : bytes.slice(at);
  }

  /** Finds the fields of the record at `from`. Answers where the next one starts, or −1 when it is not whole yet. */
  private scan(bytes: Uint8Array, from: number, final: boolean): number {
    const delimiter = this.delimiter;
    const length = bytes.length;
    this.fields = 0;
    this.newlines = 0;
    this.malformed = false;
    let start = from;
    let at = from;
    for (;;) {
      let end: number;
      if (bytes[at] === quote && at < length) {
        at = this.closingQuote(bytes, at + 1);
        if (at < 0) {
          if (!final) return -1;
          throw new TabularError(`Line ${this.line} opens a quote that is never closed.`);
        }
        start++;
        end = at++;
        while (at < length && bytes[at] !== delimiter && bytes[at] !== lf) {
          if (bytes[at] !== cr) this.malformed = true;
          at++;
        }
        this.field(start, end);
      } else {
        while (at < length && bytes[at] !== delimiter && bytes[at] !== lf) at++;
        end = at > start && bytes[at - 1] === cr && bytes[at] !== delimiter ? at - 1 : at;
        while (start < end && bytes[start]! <= 32) start++;
        while (end > start && bytes[end - 1]! <= 32) end--;
        this.field(start, end);
      }
      if (at >= length) return final ? length : -1;
      start = ++at;
      if (bytes[at - 1] === lf) {
        this.newlines++;
        return at;
      }
    }
  }

  private field(start: number, end: number) {
    if (this.fields === this.starts.length) {
      const grown = (from: Int32Array) => {
        const to = new Int32Array(from.length * 2);
        to.set(from);
        return to;
      };
      this.starts = grown(this.starts);
      this.ends = grown(this.ends);
    }
    this.starts[this.fields] = start;
    this.ends[this.fields++] = end;
  }

  private closingQuote(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      if (bytes[at] === quote) {
        if (bytes[at + 1] !== quote) return at;
        at++;
      } else if (bytes[at] === lf) this.newlines++;
    }
    return -1;
  }

  private text(bytes: Uint8Array, field: number): string {
    return Buffer.from(
      bytes.buffer,
      bytes.byteOffset + this.starts[field]!,
      this.ends[field]! - this.starts[field]!,
    )
      .toString('utf8')
      .replaceAll('""', '"')
      .trim();
  }

  private names(bytes: Uint8Array): string[] {
    return Array.from({ length: this.fields }, (_, field) => this.text(bytes, field));
  }

  private readHeader(bytes: Uint8Array) {
    const header = this.names(bytes);
    if (header.some((name) => name.includes('\u0000') || name.includes('\ufffd')))
      throw new TabularError(
        'This is neither a CSV file in UTF-8 nor a Parquet file: its first line is not text. Expected a header such as timestamp,value.',
      );
    this.columns = this.fields;
    const find = (name: string) => {
      const found = header.indexOf(name);
      if (found >= 0 && header.indexOf(name, found + 1) < 0) return found;
      throw new TabularError(
        `${found < 0 ? 'There is no' : 'There is more than one'} column "${excerpt(name)}". The first line names the columns: ${listed(header)}.`,
      );
    };
    this.timestampAt = find(this.options.timestampColumn ?? 'timestamp');
    this.valueAt = find(this.options.valueColumn ?? 'value');
    if (this.options.seriesColumn !== undefined) this.seriesAt = find(this.options.seriesColumn);
  }

  private readRow(bytes: Uint8Array) {
    const line = this.line;
    const starts = this.starts;
    const ends = this.ends;
    const timestamp = this.timestampAt;
    const value = this.valueAt;
    this.bytes = bytes;
    if (this.malformed)
      this.collector.reject(line, 'text after a closing quote: write a quote inside quotes twice');
    else if (this.fields !== this.columns)
      this.collector.reject(line, `expected ${this.columns} fields, got ${this.fields}`);
    else if (!parseTimestamp(bytes, starts[timestamp]!, ends[timestamp]!))
      this.collector.reject(line, noTimestamp(this.timestampText()));
    else
      this.collector.add(
        line,
        parseNumber(bytes, starts[value]!, ends[value]!),
        this.seriesAt < 0 ? '' : this.name(bytes),
        this,
      );
  }

  timestampText() {
    return excerpt(this.text(this.bytes, this.timestampAt));
  }

  valueText() {
    return excerpt(this.text(this.bytes, this.valueAt));
  }

  /** The row's series. Names are interned by their bytes, so that equal names are one string. */
  private name(bytes: Uint8Array): string {
    const key = Buffer.from(
      bytes.buffer,
      bytes.byteOffset + this.starts[this.seriesAt]!,
      this.ends[this.seriesAt]! - this.starts[this.seriesAt]!,
    ).toString('latin1');
    let name = this.seriesNames.get(key);
    if (name === undefined) {
      name = this.text(bytes, this.seriesAt);
      this.seriesNames.set(key, name);
    }
    return name;
  }
}

/** The names of the columns of a whole CSV file. */
export const csvHeader = (bytes: Uint8Array): string[] => new CsvReader({ timeZone: 'UTC' }).header(bytes);

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(bytes: Uint8Array, from: number): number {
  const counts = new Map(delimiters.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (let at = from; at < bytes.length && (quoted || bytes[at] !== lf); at++) {
    const byte = bytes[at]!;
    if (byte === quote) quoted = !quoted;
    else if (!quoted && counts.has(byte)) counts.set(byte, counts.get(byte)! + 1);
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** Column names for a message, in their order. */
export const listed = (names: readonly string[]) =>
  names.length === 0
    ? 'none'
    : `${names.slice(0, 20).map(excerpt).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}`;
