import { dayMs, localDay, startOfDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Calendar, DayDigest, Observations, SeriesSettings } from '../types.ts';
import { type DayLayout, dayLayout } from './layout.ts';
import { shapeDays } from './merge.ts';
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
 * `shapesOf` is how many of the last days keep the shape inside their blocks.
 *
 * Throws a RangeError that names the row when times do not ascend or a value is not finite (|value| ≤ 1e30).
 */
export function digest(
  observations: Observations,
  settings: SeriesSettings,
  calendar: Calendar = { holidays: [], events: [] },
  shapesOf = shapeDays,
): DayDigest[] {
  const { time, value } = observations;
  if (time.length !== value.length)
    throw new RangeError(
      `Observations need one value a time: got ${time.length} times, ${value.length} values`,
    );
  const layout = dayLayout(settings.stepSeconds);
  const digests: DayDigest[] = [];
  if (time.length === 0) return digests;
  const lastDay = localDay(settings.timeZone, checkedTime(time, time.length - 1));
  const windows = layout.steps > 1 ? eventWindows(calendar) : [];
  const sum = new Float64Array(layout.blocks);
  const count = new Uint16Array(layout.blocks);
  const slots = new Float64Array(layout.steps);
  const blockMs = layout.stepMs * layout.stepsPerBlock;
  const cursor = { row: 0, before: Number.NEGATIVE_INFINITY };
  while (cursor.row < time.length) {
    const first = cursor.row;
    const day = localDay(settings.timeZone, checkedTime(time, first));
    const midnight = startOfDay(settings.timeZone, day);
    const end = startOfDay(settings.timeZone, day + 1);
    sum.fill(0);
    count.fill(0);
    const withShape = layout.stepsPerBlock > 1 && day > lastDay - shapesOf;
    if (withShape) slots.fill(Number.NaN);
    while (cursor.row < time.length && time[cursor.row]! < end) {
      const { until, offset } = offsetSpan(settings.timeZone, checkedTime(time, cursor.row));
      const zero = day * dayMs - offset;
      const from = cursor.row;
      sumBlocks(observations, cursor, Math.min(until, end), zero, blockMs, sum, count);
      if (withShape)
        for (let row = from; row < cursor.row; row++)
          slots[within((time[row]! - zero) / layout.stepMs, layout.steps)] = value[row]!;
    }
    let total = 0;
    for (let b = 0; b < layout.blocks; b++) total += sum[b]!;
    digests.push({
      day,
      present: cursor.row - first,
      expected: layout.steps === 1 ? 1 : Math.round((end - midnight) / layout.stepMs),
      mean: total / (cursor.row - first),
      ...blockColumns(sum, count, layout.stepsPerBlock),
      shape: withShape ? shapeOf(slots, sum, count, layout) : new Uint8Array(0),
      ...keptSteps(observations, first, cursor.row, midnight, layout, windows),
    });
  }
  return digests;
}

const within = (position: number, size: number) => Math.max(0, Math.min(size - 1, Math.floor(position)));

function checkedTime(time: Float64Array, row: number): number {
  const at = time[row]!;
  if (!Number.isFinite(at)) throw new RangeError(`Row ${row}: a time must be a finite number, got ${at}`);
  return at;
}

/** Adds rows before `stop` to their blocks, counted from the wall clock's midnight `zero`; checks each row. */
function sumBlocks(
  { time, value }: Observations,
  cursor: { row: number; before: number },
  stop: number,
  zero: number,
  blockMs: number,
  sum: Float64Array,
  count: Uint16Array,
): void {
  let { row, before } = cursor;
  const n = time.length;
  while (row < n && time[row]! < stop) {
    const block = within((time[row]! - zero) / blockMs, sum.length);
    const last = block === sum.length - 1;
    const end = last ? stop : Math.min(stop, zero + (block + 1) * blockMs);
    const first = row;
    let total = 0;
    for (; row < n; row++) {
      const at = time[row]!;
      if (!(at < end)) break;
      const y = value[row]!;
      if (!(at > before))
        throw new RangeError(`Row ${row}: times must ascend without repeats, got ${at} after ${before}`);
      if (!(y <= largest && y >= -largest))
        throw new RangeError(`Row ${row}: a value must be a finite number of at most 1e30, got ${y}`);
      before = at;
      total += y;
    }
    sum[block]! += total;
    count[block]! += row - first;
  }
  cursor.row = row;
  cursor.before = before;
}

function blockColumns(sum: Float64Array, count: Uint16Array, stepsPerBlock: number) {
  const blocks = new Float32Array(sum.length);
  const filled = new Float32Array(sum.length);
  for (let b = 0; b < sum.length; b++) {
    blocks[b] = sum[b]! / count[b]!;
    filled[b] = count[b]! / stepsPerBlock;
  }
  return { blocks, filled };
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

/** [from, until) of the minutes worth keeping: all of an event with an end, the first day of a launch. */
function eventWindows(calendar: Calendar): [number, number][] {
  const windows: [number, number][] = [];
  for (const { start, end, launch } of calendar.events)
    if (end !== undefined && end - start <= longestEvent) windows.push([start - eventLead, end + eventTail]);
    else if (launch === true || end === undefined) windows.push([start - eventLead, start + dayMs]);
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
