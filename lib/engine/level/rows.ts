import { eventLead, eventTail, longestEvent } from '../digest/digest.ts';
import type { DayLayout } from '../digest/layout.ts';
import { touchedBlocks } from '../digest/touched-blocks.ts';
import { localDay, startOfDay } from '../time/local.ts';
import type { Calendar, DayDigest, SeriesSettings } from '../types.ts';
import type { DayBlocks } from './history.ts';

/** A digest's blocks as the base model may see them: before the cutoff, outside events, shifted above zero. */
export interface BaseRow extends DayBlocks {
  blocks: Float64Array;
  digest: DayDigest;
}

/** The rows before the cutoff. Of the cutoff's own day only blocks that ended before it; of longer rows only whole ones. */
export function baseRows(
  digests: readonly DayDigest[],
  settings: SeriesSettings,
  calendar: Calendar,
  layout: DayLayout,
  cutoff: number,
  shift: number,
): BaseRow[] {
  const { timeZone } = settings;
  const cutoffDay = localDay(timeZone, cutoff);
  const rows: BaseRow[] = [];
  for (const digest of digests) {
    if (digest.blocks.length !== layout.blocks || digest.day > cutoffDay) continue;
    if (layout.steps === 1 && startOfDay(timeZone, digest.day + layout.daysPerRow) > cutoff) continue;
    const blocks = new Float64Array(layout.blocks);
    for (let b = 0; b < blocks.length; b++) blocks[b] = digest.blocks[b]! + shift;
    if (layout.steps > 1 && digest.day === cutoffDay)
      touchedBlocks(
        layout,
        digest.day,
        timeZone,
        cutoff,
        startOfDay(timeZone, digest.day + 1),
        empty(blocks),
      );
    rows.push({ day: digest.day, blocks, digest });
  }
  if (layout.steps === 1) return rows;
  const byDay = new Map(rows.map((row) => [row.day, row]));
  for (const { start, end } of calendar.events) {
    if (end === undefined || end - start > longestEvent) continue;
    const from = start - eventLead;
    const until = end + eventTail;
    for (let day = localDay(timeZone, from); day <= localDay(timeZone, until - 1); day++) {
      const row = byDay.get(day);
      if (row !== undefined) touchedBlocks(layout, day, timeZone, from, until, empty(row.blocks));
    }
  }
  return rows;
}

const empty = (blocks: Float64Array) => (block: number) => {
  blocks[block] = Number.NaN;
};
