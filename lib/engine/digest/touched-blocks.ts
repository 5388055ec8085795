import { dayMs } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { DayLayout } from './layout.ts';

/**
 * Calls `touch` for each block of a local day that [from, until) touches, however little. Blocks follow the wall clock:
 * where it is put back, one block holds both passes of its quarter of an hour and is touched by either.
 */
export function touchedBlocks(
  layout: DayLayout,
  day: number,
  timeZone: string,
  from: number,
  until: number,
  touch: (block: number) => void,
): void {
  const blockMs = dayMs / layout.blocks;
  // No offset is a day long: what lies farther away cannot touch the day.
  const end = Math.min(until, (day + 3) * dayMs);
  let at = Math.max(from, (day - 2) * dayMs);
  while (at < end) {
    const span = offsetSpan(timeZone, at);
    const stop = Math.min(end, span.until);
    const first = Math.max(0, Math.floor((at + span.offset - day * dayMs) / blockMs));
    const last = Math.min(layout.blocks, Math.ceil((stop + span.offset - day * dayMs) / blockMs));
    for (let b = first; b < last; b++) touch(b);
    at = stop;
  }
}
