import type { DayLayout } from '../digest/layout.ts';
import { levelHistory } from '../level/history.ts';
import type { BaseRow } from '../level/rows.ts';
import { median } from '../numeric/quantile.ts';
import { localToInstant, startOfDay } from '../time/local.ts';
import type { Calendar, Exclusion, SeriesSettings } from '../types.ts';
import { type Deviations, deviations } from './deviations.ts';
import { type BlockRows, usualShares } from './expected.ts';
import { guardedDays } from './guarded-days.ts';
import { levelPath } from './level-path.ts';
import { withoutNature } from './nature.ts';
import { type OddSpan, oddSpans } from './spans.ts';
import { stuckSpans } from './stuck.ts';

/** Fewer days than this say nothing of what is usual. */
const leastRows = 8;
const spikeMs = 60 * 60_000;

/**
 * Spans of the history that are none of its seasons, breaks or events: spikes (at most an hour, or one step), robots
 * (longer, a multiple of the usual), outages (near zero) and stuck values. Each block is held against the level of its
 * day (a running median that follows steps) times the median share of its weekday's neighbours.
 * Time: O(blocks of the history).
 */
export function findExclusions(
  rows: readonly BaseRow[],
  settings: SeriesSettings,
  calendar: Calendar,
  layout: DayLayout,
): Exclusion[] {
  const history = levelHistory(rows, layout);
  const { day } = history;
  if (day.length < leastRows) return [];
  const offset = 0.01 * median(history.level);
  if (!(offset > 0)) return [];
  const of: BlockRows = {
    day,
    daysPerRow: layout.daysPerRow,
    blocks: layout.blocks,
    value: history.blocks,
  };
  const log = history.level.map((l) => Math.log(Math.max(0, l) + offset));
  const levels = levelPath(day, log, layout.daysPerRow);
  const off = deviations(of, levels, usualShares(of, levels, offset), offset);
  const guarded = guardedDays(calendar, settings, day[0]!, day.at(-1)! + layout.daysPerRow);
  const free = ({ first, until }: OddSpan) => {
    for (let t = first; t < until; t += layout.blocks - (t % layout.blocks))
      for (let d = 0; d < layout.daysPerRow; d++)
        if (guarded.has(day[Math.floor(t / layout.blocks)]! + d)) return false;
    return true;
  };
  const instant = (t: number, at: 'start' | 'end') => {
    const date = day[Math.floor((t - (at === 'end' ? 1 : 0)) / layout.blocks)]!;
    if (layout.steps === 1)
      return startOfDay(settings.timeZone, date + (at === 'end' ? layout.daysPerRow : 0));
    const block = at === 'end' ? ((t - 1) % layout.blocks) + 1 : t % layout.blocks;
    return block === layout.blocks
      ? startOfDay(settings.timeZone, date + 1)
      : localToInstant(settings.timeZone, 1970, 1, 1 + date, 0, (block * 1440) / layout.blocks);
  };
  const odd = oddSpans(of, off);
  const stuck = stuckSpans(of).filter(
    (run) => !odd.some(({ first, until }) => first < run.until && until > run.first),
  );
  return withoutNature([...odd, ...stuck], day, layout.blocks)
    .filter(free)
    .map((span) => {
      const start = instant(span.first, 'start');
      const end = instant(span.until, 'end');
      const brief = end - start <= spikeMs || span.until - span.first === 1;
      const reason = { low: 'outage', stuck: 'stuck', high: brief ? 'spike' : 'robot' } as const;
      return { start, end, reason: reason[span.side], size: sizeOf(of, off, span) };
    });
}

/** What was seen in a span over what was expected. */
function sizeOf(
  { value }: BlockRows,
  { expected }: Deviations,
  span: { first: number; until: number },
): number {
  let seen = 0;
  let usual = 0;
  for (let t = span.first; t < span.until; t++) {
    if (Number.isNaN(value[t]! + expected[t]!)) continue;
    seen += value[t]!;
    usual += expected[t]!;
  }
  return usual > 0 ? seen / usual : Number.NaN;
}
