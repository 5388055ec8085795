import { dayMs, localDay, startOfDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Calendar, DayDigest, Observations, SeriesSettings } from '../types.ts';
import { type DayLayout, dayLayout } from './layout.ts';
import { mergeDigests, shapeDays } from './merge.ts';
import { codeOfRatio, missingCode } from './shape-code.ts';

/** Minutes around an event that are kept with it. */
export const eventLead = 60 * 60_000;
export const eventTail = 120 * 60_000;
/** Longer events are seasons, not moments: their days speak for themselves. */
export const longestEvent = 7 * dayMs;
const largest = 1e30;

/**
 * Summarises observations by local day, in one pass. Each day depends on its own observations alone, so a day
 * that arrives again replaces its digest (`mergeDigests`). Give whole days: what is missing is a hole.
 *
 * Throws a RangeError that names the row when times do not ascend or a value is not finite (|value| ≤ 1e30).
 */
export function digest(
  observations: Observations,
  settings: SeriesSettings,
  calendar: Calendar = { holidays: [], events: [] },
): DayDigest[] {
  const { time, value } = observations;
  if (time.length !== value.length)
    throw new RangeError(
      `Observations need one value a time: got ${time.length} times, ${value.length} values`,
    );
  const layout = dayLayout(settings.stepSeconds);
  const digests: DayDigest[] = [];
  if (time.length === 0) return digests;
  checkRows(time, value);
  const lastDay = localDay(settings.timeZone, time[time.length - 1]!);
  const windows = layout.steps > 1 ? eventWindows(calendar) : [];
  const sum = new Float64Array(layout.blocks);
  const count = new Uint16Array(layout.blocks);
  const slots = new Float64Array(layout.steps);
  for (let row = 0; row < time.length; ) {
    const day = localDay(settings.timeZone, time[row]!);
    const end = startOfDay(settings.timeZone, day + 1);
    const first = row;
    sum.fill(0);
    count.fill(0);
    const withShape = layout.stepsPerBlock > 1 && day > lastDay - shapeDays;
    if (withShape) slots.fill(Number.NaN);
    let total = 0;
    while (row < time.length && time[row]! < end) {
      const { until, offset } = offsetSpan(settings.timeZone, time[row]!);
      const stop = Math.min(until, end);
      const midnight = day * dayMs - offset;
      for (; row < time.length; row++) {
        const at = time[row]!;
        if (at >= stop) break;
        const y = value[row]!;
        let slot = Math.floor((at - midnight) / layout.stepMs);
        if (slot < 0) slot = 0;
        else if (slot >= layout.steps) slot = layout.steps - 1;
        const block = (slot / layout.stepsPerBlock) | 0;
        sum[block]! += y;
        count[block]!++;
        total += y;
        if (withShape) slots[slot] = y;
      }
    }
    digests.push({
      day,
      present: row - first,
      expected: expectedSteps(settings, layout, day),
      mean: total / (row - first),
      blocks: Float32Array.from(sum, (s, b) => s / count[b]!),
      filled: Float32Array.from(count, (n) => n / layout.stepsPerBlock),
      shape: withShape ? shapeOf(slots, sum, count, layout) : new Uint8Array(0),
      ...keptSteps(observations, first, row, startOfDay(settings.timeZone, day), layout, windows),
    });
  }
  return mergeDigests([], digests);
}

function checkRows(time: Float64Array, value: Float64Array): void {
  let before = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < time.length; row++) {
    const at = time[row]!;
    const y = value[row]!;
    if (!(at > before) || at === Number.POSITIVE_INFINITY)
      throw new RangeError(`Row ${row}: times must ascend without repeats, got ${at} after ${before}`);
    if (!(y <= largest && y >= -largest))
      throw new RangeError(`Row ${row}: a value must be a finite number of at most 1e30, got ${y}`);
    before = at;
  }
}

function expectedSteps(settings: SeriesSettings, layout: DayLayout, day: number): number {
  if (layout.steps === 1) return 1;
  const length = startOfDay(settings.timeZone, day + 1) - startOfDay(settings.timeZone, day);
  return Math.round(length / layout.stepMs);
}

function shapeOf(slots: Float64Array, sum: Float64Array, count: Uint16Array, layout: DayLayout): Uint8Array {
  const shape = new Uint8Array(layout.steps);
  for (let block = 0, slot = 0; block < layout.blocks; block++) {
    const mean = sum[block]! / count[block]!;
    const scale = mean > 0 ? 1 / mean : 0;
    for (const end = slot + layout.stepsPerBlock; slot < end; slot++) {
      const y = slots[slot]!;
      shape[slot] = Number.isNaN(y) ? missingCode : codeOfRatio(y * scale);
    }
  }
  return shape;
}

/** [from, until) of the minutes worth keeping for each event with an end. */
function eventWindows(calendar: Calendar): [number, number][] {
  const windows: [number, number][] = [];
  for (const { start, end } of calendar.events)
    if (end !== undefined && end - start <= longestEvent) windows.push([start - eventLead, end + eventTail]);
  return windows;
}

function keptSteps(
  { time, value }: Observations,
  first: number,
  end: number,
  midnight: number,
  layout: DayLayout,
  windows: [number, number][],
): { eventSteps: Uint16Array; eventValues: Float32Array } {
  const near = windows.filter(([from, until]) => from <= time[end - 1]! && until > time[first]!);
  if (near.length === 0) return { eventSteps: new Uint16Array(0), eventValues: new Float32Array(0) };
  const eventSteps: number[] = [];
  const eventValues: number[] = [];
  for (let row = first; row < end; row++) {
    const at = time[row]!;
    if (!near.some(([from, until]) => at >= from && at < until)) continue;
    eventSteps.push(Math.floor((at - midnight) / layout.stepMs));
    eventValues.push(value[row]!);
  }
  return { eventSteps: Uint16Array.from(eventSteps), eventValues: Float32Array.from(eventValues) };
}
