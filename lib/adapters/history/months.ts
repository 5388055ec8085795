import type { Observations } from '../../engine/index.ts';
import { sortObservations } from '../tabular/index.ts';

/** A month of universal time, YYYY-MM. */
export const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);

/** The first instant of the month after. */
export function monthAfter(ms: number): number {
  const at = new Date(ms);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1);
}

/** The months that [start, end) touches, in order. Both ends are finite, in the years that YYYY-MM can name. */
export function monthsIn({ start, end }: { start: number; end: number }): string[] {
  if (!(start >= firstMonth && end <= afterLastMonth))
    throw new RangeError(`The window is [${start}, ${end}): expected instants of the years 0 to 9999`);
  const months: string[] = [];
  for (let at = start; at < end; at = monthAfter(at)) months.push(monthOf(at));
  return months;
}

const firstMonth = Date.parse('0000-01-01T00:00:00Z');
const afterLastMonth = Date.parse('9999-12-31T00:00:00Z') + 86_400_000;

/** Rows by month: ascending, the last of repeated times kept. Rows may come in any order. */
export function byMonth({ time, value }: Observations): Map<string, Observations> {
  if (time.length !== value.length)
    throw new RangeError(`time has ${time.length} rows and value ${value.length}: expected as many of each`);
  for (let i = 0; i < time.length; i++)
    if (!Number.isSafeInteger(time[i]) || !Number.isFinite(value[i]))
      throw new RangeError(
        `Row ${i} is (${time[i]}, ${value[i]}): expected whole milliseconds and a finite value`,
      );
  const { rows } = sortObservations({ time, value, line: new Uint32Array(time.length) });
  const months = new Map<string, Observations>();
  for (let start = 0; start < rows.time.length; ) {
    const after = monthAfter(rows.time[start]!);
    let end = start + 1;
    while (end < rows.time.length && rows.time[end]! < after) end++;
    months.set(monthOf(rows.time[start]!), {
      time: rows.time.subarray(start, end),
      value: rows.value.subarray(start, end),
    });
    start = end;
  }
  return months;
}

/** Both in order of time; of one time the row of `changes`. Undefined when that changes nothing. */
export function merged(old: Observations, changes: Observations): Observations | undefined {
  const most = old.time.length + changes.time.length;
  const time = new Float64Array(most);
  const value = new Float64Array(most);
  let length = 0;
  let changed = false;
  for (let i = 0, j = 0; i < old.time.length || j < changes.time.length; length++) {
    const oldTime = i < old.time.length ? old.time[i]! : Number.POSITIVE_INFINITY;
    const newTime = j < changes.time.length ? changes.time[j]! : Number.POSITIVE_INFINITY;
    if (newTime > oldTime) {
      time[length] = oldTime;
      value[length] = old.value[i++]!;
      continue;
    }
    time[length] = newTime;
    value[length] = changes.value[j++]!;
    if (newTime < oldTime) changed = true;
    else if (!Object.is(old.value[i++], value[length])) changed = true;
  }
  return changed ? { time: time.slice(0, length), value: value.slice(0, length) } : undefined;
}

/** The rows of [start, end), of rows in order. */
export function within(
  { time, value }: Observations,
  { start, end }: { start: number; end: number },
): Observations {
  let from = 0;
  let to = time.length;
  while (from < to && time[from]! < start) from++;
  while (to > from && time[to - 1]! >= end) to--;
  return { time: time.subarray(from, to), value: value.subarray(from, to) };
}
