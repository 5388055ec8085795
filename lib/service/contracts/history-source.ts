import { z } from 'zod';
import { metricKind, namePart } from './series.ts';

const name = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,256}$/, 'a name of 3 to 256 letters, digits, "_", "-" or "."');
const column = z.string().regex(/^[A-Za-z0-9_.:-]{1,256}$/, 'the name of a column');
const named = z.union(
  [z.strictObject({ column }), z.strictObject({ constant: namePart })],
  'expected { "column": … } or { "constant": … }',
);

/** Where a region's minutes of the past come from. What is pulled from elsewhere is kept on S3 as any other history. */
export const historySource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('s3') }),
  z.strictObject({
    kind: z.literal('timestream'),
    database: name,
    table: name,
    /** Which column names the team and the metric of a row; or one name for all rows. */
    team: named.default({ column: 'team' }),
    metric: named.default({ column: 'measure_name' }),
    valueColumn: column.default('measure_value::double'),
    metricKind: metricKind.default('count'),
    /** Column → value: only these rows. */
    where: z.record(column, z.string()).default({}),
    /** Minutes read again at each refresh, for rows that came late. */
    overlapMinutes: z.number().int().min(0).max(10_080).default(180),
    /** How far back the first refresh of a series reads. */
    firstDays: z.number().int().min(1).max(3660).default(800),
  }),
]);
export type HistorySourceSettings = z.infer<typeof historySource>;
export type TimestreamSettings = Extract<HistorySourceSettings, { kind: 'timestream' }>;
