import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type FileMetaData, parquetRead } from 'hyparquet';

export type Column = ArrayLike<unknown>;
export interface ColumnChunk {
  rowStart: number;
  data: Column;
}

const plain = (
  bytes: Uint8Array,
  decode: (bytes: Uint8Array, options: { maxOutputLength: number }) => Buffer,
  length: number,
) => (length === 0 ? new Uint8Array(0) : decode(bytes, { maxOutputLength: length }));

/** Parquet's codecs through Node's zlib, five times faster than in JavaScript. Snappy comes with hyparquet. */
const compressors = {
  ZSTD: (bytes: Uint8Array, length: number) => plain(bytes, zstdDecompressSync, length),
  GZIP: (bytes: Uint8Array, length: number) => plain(bytes, gunzipSync, length),
  BROTLI: (bytes: Uint8Array, length: number) => plain(bytes, brotliDecompressSync, length),
};

/**
 * Chunks of each named column in the order of the rows, one row group after the other, so that no more than one is
 * held as JavaScript values. `raw` columns are left as their physical type.
 */
export async function* readParquetColumns(
  file: ArrayBuffer,
  metadata: FileMetaData,
  columns: string[],
  raw: string[],
): AsyncGenerator<Map<string, ColumnChunk[]>> {
  const schema = metadata.schema.map((element) => {
    if (!raw.includes(element.name)) return element;
    const { converted_type: _converted, logical_type: _logical, ...physical } = element;
    return physical;
  });
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const chunks = new Map(columns.map((name) => [name, [] as ColumnChunk[]]));
    await parquetRead({
      file,
      metadata: { ...metadata, schema },
      columns,
      rowStart,
      rowEnd,
      compressors,
      onChunk: ({ columnName, columnData, rowStart: start }) => {
        chunks.get(columnName)?.push({ rowStart: start, data: columnData });
      },
    });
    for (const list of chunks.values()) list.sort((a, b) => a.rowStart - b.rowStart);
    yield chunks;
    rowStart = rowEnd;
  }
}
