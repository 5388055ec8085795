import { isWithin, type NumberKind, number, numberFromText } from './number.ts';
import { excerpt, noTimestamp, RowCollector, type WrittenRow } from './row-collector.ts';
import { parseTimestamp } from './timestamp.ts';
import type { Table } from './types.ts';

/** Reads a cell into `parsed`; false when it is no time. */
export type TimestampReader = (cell: unknown) => boolean;

/** Reads a string, or a whole number of 10 or 13 digits, as a CSV field is read. */
export function timestampFromCell(value: unknown): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return false;
  const bytes = Buffer.from(String(value).trim());
  return parseTimestamp(bytes, 0, bytes.length);
}

/** Reads a value cell: a number, a text that is one, or nothing. */
function numberFromCell(value: unknown): NumberKind {
  if (value === null || value === undefined || value === '') return 'missing';
  if (typeof value === 'string') return value.trim() === '' ? 'missing' : numberFromText(value.trim());
  if (typeof value !== 'number' && typeof value !== 'bigint') return 'bad';
  number.value = Number(value);
  if (Number.isNaN(number.value)) return 'missing';
  return isWithin(number.value) ? 'number' : 'infinite';
}

/** Rows of cells that already are values, of Parquet or JSON, by the same rules as those of CSV. */
export class CellRows implements WrittenRow {
  private readonly collector = new RowCollector();
  private readonly timeZone: string;
  private time: unknown;
  private value: unknown;

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** `row` counts from 1. */
  add(row: number, time: unknown, readTimestamp: TimestampReader, value: unknown, series: unknown) {
    this.time = time;
    this.value = value;
    if (!readTimestamp(time)) this.collector.reject(row, noTimestamp(cellText(time)));
    else this.collector.add(row, numberFromCell(value), cellText(series ?? ''), this);
  }

  timestampText() {
    return excerpt(cellText(this.time));
  }

  valueText() {
    return excerpt(cellText(this.value));
  }

  finish(): Table {
    return this.collector.finish(this.timeZone);
  }
}

const cellText = (cell: unknown) =>
  typeof cell === 'object' && cell !== null ? `a ${cell.constructor?.name}` : String(cell);
