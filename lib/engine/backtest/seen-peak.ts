import { localDay, startOfDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Observations, SeriesSettings, Span } from '../types.ts';
import { rowAt } from './past.ts';

const hourMs = 3_600_000;
const leastSeen = 0.9;

/** The highest hourly mean (or step) that was seen in a window, and where it began; undefined where a tenth is missing. */
export function seenPeak(
  { time, value }: Observations,
  { timeZone, stepSeconds }: SeriesSettings,
  { start, end }: Span,
  of: 'hour' | 'step',
): { value: number; time: number } | undefined {
  const from = rowAt(time, start);
  const until = rowAt(time, end);
  const stepMs = stepSeconds * 1000;
  if (until - from < (leastSeen * (end - start)) / stepMs) return undefined;
  let top: { value: number; time: number } | undefined;
  for (let i = from; i < until; ) {
    const first = i;
    const { offset } = offsetSpan(timeZone, time[i]!);
    // Hours of the wall clock, as `peaks` has them.
    const hourEnd =
      of === 'step' || stepMs > hourMs
        ? time[i]! + 1
        : (Math.floor((time[i]! + offset) / hourMs) + 1) * hourMs - offset;
    let sum = 0;
    for (; i < until && time[i]! < hourEnd; i++) sum += value[i]!;
    const mean = sum / (i - first);
    if (top === undefined || mean > top.value) top = { value: mean, time: time[first]! };
  }
  return top;
}

/** The local days that lie whole within [start, end). */
export function wholeDays(timeZone: string, { start, end }: Span): Span[] {
  const days: Span[] = [];
  let day = localDay(timeZone, start);
  if (startOfDay(timeZone, day) < start) day++;
  for (;;) {
    const from = startOfDay(timeZone, day);
    const until = startOfDay(timeZone, ++day);
    if (until > end) return days;
    if (until > from) days.push({ start: from, end: until });
  }
}
