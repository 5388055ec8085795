import { type FileMetaData, parquetMetadata } from 'hyparquet';
import { CellRows, type TimestampReader, timestampFromCell } from './cells.ts';
import { listed } from './csv.ts';
import { type Column, readParquetColumns } from './parquet-columns.ts';
import { excerpt } from './row-collector.ts';
import { parsed } from './timestamp.ts';
import { mostRows, type ReadOptions, type Table, TabularError } from './types.ts';

type SchemaElement = FileMetaData['schema'][number];

const arrayBuffer = (bytes: Uint8Array) =>
  bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;

/** How a column's physical values become times, from its type; undefined when it is none for timestamps. */
function timestampReader(element: SchemaElement): TimestampReader | undefined {
  const { type, converted_type: converted, logical_type: logical } = element;
  const wall = (form: 'instant' | 'local' | 'date', unit: number) => (value: unknown) => {
    if (value === null || value === undefined) return false;
    const ticks = Number(value);
    parsed.ms =
      unit >= 1 ? ticks * unit : Math.floor(unit === 1e-6 ? Math.round(ticks / 1e3) / 1e3 : ticks / 1e3);
    parsed.form = form;
    return Math.abs(parsed.ms) < 7.3e12;
  };
  if (type === 'INT32' && (converted === 'DATE' || logical?.type === 'DATE')) return wall('date', 86_400_000);
  if (type === 'INT64' && logical?.type === 'TIMESTAMP')
    return wall(
      logical.isAdjustedToUTC ? 'instant' : 'local',
      { MILLIS: 1, MICROS: 1e-3, NANOS: 1e-6 }[logical.unit],
    );
  if (type === 'INT64' && converted === 'TIMESTAMP_MILLIS') return wall('instant', 1);
  if (type === 'INT64' && converted === 'TIMESTAMP_MICROS') return wall('instant', 1e-3);
  if (type === 'INT64' && (converted === undefined || converted === 'INT_64'))
    return (value) => timestampFromCell(value);
  if (type === 'BYTE_ARRAY') return (value) => timestampFromCell(value);
  return undefined;
}

/** Reads a whole Parquet file from memory. Timestamps: TIMESTAMP of any unit, DATE, INT64 epochs or text. */
export async function readParquet(bytes: Uint8Array, options: ReadOptions): Promise<Table> {
  try {
    return await read(bytes, options);
  } catch (error) {
    if (error instanceof TabularError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TabularError(`This Parquet file cannot be read: ${excerpt(reason)}`, { cause: error });
  }
}

async function read(bytes: Uint8Array, options: ReadOptions): Promise<Table> {
  const file = arrayBuffer(bytes);
  const metadata = parquetMetadata(file);
  const most = options.mostRows ?? mostRows;
  if (metadata.num_rows > most || metadata.num_rows < 0)
    throw new TabularError(
      `A Parquet file of ${metadata.num_rows} rows is refused: at most ${most}. Split it into smaller ones.`,
    );
  const { timestampColumn = 'timestamp', valueColumn = 'value', seriesColumn } = options;
  const leaves = metadata.schema.slice(1);
  const find = (name: string) => {
    const found = leaves.find((element) => element.name === name);
    if (found === undefined || (found.num_children ?? 0) > 0)
      throw new TabularError(
        `There is no column "${excerpt(name)}". The columns are: ${listed(leaves.map(({ name }) => name))}.`,
      );
    return found;
  };
  const timestampElement = find(timestampColumn);
  const readTimestamp = timestampReader(timestampElement);
  if (readTimestamp === undefined)
    throw new TabularError(
      `Column "${excerpt(timestampColumn)}" has type ${timestampElement.type}: expected TIMESTAMP, DATE, INT64 or text.`,
    );
  find(valueColumn);
  if (seriesColumn !== undefined) find(seriesColumn);
  const names = [timestampColumn, valueColumn, ...(seriesColumn === undefined ? [] : [seriesColumn])];
  const raw = timestampElement.type === 'BYTE_ARRAY' ? [] : [timestampColumn];
  const cells = new CellRows(options.timeZone);
  let row = 0;
  for await (const columns of readParquetColumns(file, metadata, names, raw)) {
    const chunks = names.map((name) => columns.get(name)!);
    const counts = chunks.map((list) => list.reduce((sum, { data }) => sum + data.length, 0));
    if (counts.some((count) => count !== counts[0])) throw new TabularError('Its columns differ in length.');
    const [times, values, series] = chunks.map((list) => new Cells(list));
    for (let left = counts[0]!; left > 0; left--)
      cells.add(
        ++row,
        times!.next(),
        readTimestamp,
        values!.next(),
        series === undefined ? '' : series.next(),
      );
  }
  if (row !== Number(metadata.num_rows))
    throw new TabularError(
      `The file has ${row} rows where its footer says ${metadata.num_rows}: it is damaged.`,
    );
  return cells.finish();
}

/** One cell of each row, in order, from a column's chunks. */
class Cells {
  private readonly chunks: { data: Column }[];
  private chunk = 0;
  private at = 0;

  constructor(chunks: { data: Column }[]) {
    this.chunks = chunks;
  }

  next(): unknown {
    while (this.at === this.chunks[this.chunk]?.data.length) {
      this.chunk++;
      this.at = 0;
    }
    return this.chunks[this.chunk]?.data[this.at++];
  }
}
