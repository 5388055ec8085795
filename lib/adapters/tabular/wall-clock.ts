import { localParts, localToInstant } from '../../engine/index.ts';
import type { Rows } from './types.ts';

/** Offsets change at whole quarters of an hour: what holds for one instant of a quarter holds for all of it. */
const quarter = 900_000;
const farFromChange = 26 * 3_600_000;

/** Local minus universal time at an instant, in milliseconds. */
function offsetAt(timeZone: string, ms: number): number {
  const at = localParts(timeZone, ms);
  return (
    Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second) - Math.floor(ms / 1000) * 1000
  );
}

/** Instants at which the zone's clocks show this wall-clock time: none in a gap, two in a doubled hour. */
function instantsOf(timeZone: string, wall: number): number[] {
  const before = offsetAt(timeZone, wall - farFromChange);
  const after = offsetAt(timeZone, wall + farFromChange);
  return (before === after ? [before] : [Math.max(before, after), Math.min(before, after)])
    .map((offset) => wall - offset)
    .filter((instant) => offsetAt(timeZone, instant) === wall - instant);
}

/**
 * Turns wall-clock rows into instants, in place. A time that the clock shows twice is the earlier one, unless the
 * row before it was already that far: a file in order has the doubled hour's first run before its second. Rows whose
 * time the clock jumps over are refused. A bare date is the start of its local day, also where midnight is skipped.
 */
export function resolveWallClock(
  rows: Rows,
  timeZone: string,
  form: 'local' | 'date',
  refuse: (line: number, wall: number) => void,
): Rows {
  const { time, value, line } = rows;
  let kept = 0;
  let key = Number.NaN;
  let shifts: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < time.length; i++) {
    const wall = time[i]!;
    const quarterStart = Math.floor(wall / quarter) * quarter;
    if (quarterStart !== key) {
      key = quarterStart;
      const found = form === 'date' ? [startOfDate(timeZone, wall)] : instantsOf(timeZone, quarterStart);
      shifts = found.map((instant) => quarterStart - instant);
    }
    if (shifts.length === 0) {
      refuse(line[i]!, wall);
      continue;
    }
    let instant = wall - shifts[0]!;
    if (shifts.length === 2 && instant <= last && last < wall - shifts[1]!) instant = wall - shifts[1]!;
    time[kept] = last = instant;
    value[kept] = value[i]!;
    line[kept++] = line[i]!;
  }
  return { time: time.subarray(0, kept), value: value.subarray(0, kept), line: line.subarray(0, kept) };
}

function startOfDate(timeZone: string, wall: number): number {
  const date = new Date(wall);
  return localToInstant(timeZone, date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
}
