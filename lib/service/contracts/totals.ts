import { z } from 'zod';
import { metricKind, namePart } from './series.ts';

/** What ReconcileRegion says of each metric of its region, kept beside the run's manifest: the members of its total. */

const part = z.object({ team: namePart, reason: z.string().optional() });

export const regionTotal = z.object({
  metric: namePart,
  metricKind,
  /** Correlation of the members' daily errors, 0…1. */
  correlation: z.number().min(0).max(1),
  /** The first forecast instant of all members, and the first that one of them no longer forecasts. */
  cutoff: z.number(),
  horizonEnd: z.number(),
  /** Series that are summed; those that are not `ok` say why. */
  members: z.array(part.extend({ modelKey: z.string(), status: z.enum(['ok', 'stale', 'fallback']) })).min(1),
  /** Series of the metric that are not in the sum, and why. */
  missing: z.array(part.required()),
});
export type RegionTotal = z.infer<typeof regionTotal>;

export const runTotals = z.object({ schemaVersion: z.literal(1), totals: z.array(regionTotal) });

/** Where a run's totals lie on the forecast bucket. */
export const totalsKeyOf = (runId: string) => `runs/${runId}/totals.json`;
