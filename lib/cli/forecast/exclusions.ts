import type { Table } from '../../adapters/tabular/index.ts';
import type { Span } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';

/** Refuses an exclusion that leaves every series as it is: more likely a slip than a wish. */
export function checkExclusions(exclusions: readonly Span[], table: Table, file: string): void {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { time } of table.series.values())
    for (const at of time) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
  const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
  for (const { start, end } of exclusions)
    if (end <= first || start > last)
      throw new CommandFailure(
        `--exclude ${iso(start)}/${iso(end)} lies outside the history of ${file}, which goes from ${iso(first)} to ${iso(last)}.`,
        2,
      );
}
