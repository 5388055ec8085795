import { constants, zstdCompressSync } from 'node:zlib';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { newTally, type ScoredGrain, stretches, type Tally } from '../../engine/index.ts';
import type { LedgerRow } from '../../service/ports.ts';
import { scoredQuantiles } from '../../service/score-forecasts.ts';
import { readParquetColumns } from '../tabular/parquet-columns.ts';

type Schema = NonNullable<Parameters<typeof parquetWriteBuffer>[0]['schema']>;
type Side = 'model' | 'naive';

/** Numbers of a tally as columns: sums, so that rows of any days add up. */
const numbers: readonly {
  name: string;
  get: (tally: Tally) => number;
  set: (tally: Tally, n: number) => void;
}[] = [
  plain('steps', 'steps'),
  plain('size', 'absolute_actual'),
  plain('sum', 'actual'),
  plain('error', 'absolute_error'),
  plain('signed', 'mean_error'),
  ...scoredQuantiles.map((p, k) => indexed('loss', k, `loss_${p * 100}`)),
  plain('inside', 'inside'),
  plain('peaks', 'peaks'),
  plain('peakSigned', 'peak_error'),
  plain('peakError', 'peak_absolute_error'),
  plain('peakHours', 'peak_hours_off'),
];
const within = stretches.map((stretch, k) => indexed('within', k, `within_${(stretch * 100).toFixed(0)}`));

function plain(
  field: { [K in keyof Tally]: Tally[K] extends number ? K : never }[keyof Tally],
  name: string,
): (typeof numbers)[number] {
  return {
    name,
    get: (tally) => tally[field],
    set: (tally, n) => {
      tally[field] = n;
    },
  };
}

function indexed(field: 'loss' | 'within', k: number, name: string): (typeof numbers)[number] {
  return {
    name,
    get: (tally) => tally[field][k]!,
    set: (tally, n) => {
      tally[field][k] = n;
    },
  };
}

/** What intervals would have held is known of the model alone: the naive learns nothing. */
const columns: readonly { side: Side; name: string; number: (typeof numbers)[number] }[] = [
  ...numbers.map((number) => ({ side: 'model' as const, name: `model_${number.name}`, number })),
  ...within.map((number) => ({ side: 'model' as const, name: `model_${number.name}`, number })),
  ...numbers.map((number) => ({ side: 'naive' as const, name: `naive_${number.name}`, number })),
];
const texts = ['band', 'grain', 'event', 'actuals'] as const;

const schema: Schema = [
  { name: 'root', num_children: 1 + texts.length + columns.length },
  {
    name: 'day',
    type: 'INT32',
    converted_type: 'DATE',
    logical_type: { type: 'DATE' },
    repetition_type: 'REQUIRED',
  },
  ...texts.map((name) => ({
    name,
    type: 'BYTE_ARRAY' as const,
    converted_type: 'UTF8' as const,
    logical_type: { type: 'STRING' as const },
    repetition_type: name === 'event' ? ('OPTIONAL' as const) : ('REQUIRED' as const),
  })),
  ...columns.map(({ name }) => ({ name, type: 'DOUBLE' as const, repetition_type: 'REQUIRED' as const })),
];

const ZSTD = (bytes: Uint8Array) =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 9 } });

/** Rows of the ledger as Parquet: `day`, band, grain, event (null: all steps), fingerprint of the actuals, and sums. */
export function encodeScores(rows: readonly LedgerRow[]): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      schema,
      codec: 'ZSTD',
      compressors: { ZSTD },
      rowGroupSize: Math.max(1, rows.length),
      createdBy: 'cloudtune',
      columnData: [
        { name: 'day', data: Int32Array.from(rows, ({ day }) => day) },
        ...texts.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) })),
        ...columns.map(({ side, name, number }) => ({
          name,
          data: Float64Array.from(rows, (row) => number.get(row[side])),
        })),
      ],
    }),
  );
}

/** Rows of `encodeScores`. Throws what the reader says of a file that is no Parquet, or that lacks a column. */
export async function decodeScores(bytes: Uint8Array): Promise<LedgerRow[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const names = ['day', ...texts, ...columns.map(({ name }) => name)];
  const rows: LedgerRow[] = [];
  for await (const chunks of readParquetColumns(file, metadata, names, ['day'])) {
    const first = rows.length;
    const values = (name: string): unknown[] =>
      chunks.get(name)!.flatMap(({ data }) => Array.from(data as ArrayLike<unknown>));
    const [day, band, grain, event, actuals] = ['day', ...texts].map(values) as [
      number[],
      string[],
      ScoredGrain[],
      (string | null)[],
      string[],
    ];
    day.forEach((date, i) => {
      const name = event[i] ?? undefined;
      rows.push({
        day: date,
        band: band[i]!,
        grain: grain[i]!,
        ...(name !== undefined && { event: name }),
        actuals: actuals[i]!,
        model: newTally(scoredQuantiles.length),
        naive: newTally(scoredQuantiles.length),
      });
    });
    for (const { side, name, number } of columns)
      (values(name) as number[]).forEach((n, i) => {
        number.set(rows[first + i]![side], n);
      });
  }
  return rows;
}
