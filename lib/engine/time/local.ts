import { offsetSpan } from './zone.ts';

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

/** Wall-clock fields of an instant. `weekday`: 0 is Monday. */
export interface LocalParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
}

/** Days since 1970-01-01 of a civil date (month 1…12; a month or day beyond its range carries over). */
export const civilDay = (year: number, month: number, day: number): number => {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() / dayMs;
};

/** Weekday of a civil day: 0 is Monday (1970-01-01 was a Thursday). */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** Reads YYYY-MM-DD as days since 1970-01-01; NaN for anything else. */
export const parseDay = (date: string): number => {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  return match === null ? Number.NaN : civilDay(Number(match[1]), Number(match[2]), Number(match[3]));
};

/** The earliest instant whose wall clock shows `wall` or, where the clock jumps over it, what `inGap` says. */
function resolve(timeZone: string, wall: number, inGap: 'shift' | 'after'): number {
  let span = offsetSpan(timeZone, wall - 27 * 3_600_000);
  for (;;) {
    if (wall < span.until + span.offset) return wall - span.offset;
    const next = offsetSpan(timeZone, span.until);
    if (wall < next.from + next.offset) return inGap === 'shift' ? wall - span.offset : next.from;
    span = next;
  }
}

/** First instant of a local date given in days since 1970-01-01; a date that a zone skipped is empty. */
export function startOfDay(timeZone: string, day: number): number {
  return resolve(timeZone, day * dayMs, 'after');
}

/** The local date of an instant, in days since 1970-01-01. */
export function localDay(timeZone: string, ms: number): number {
  let day = Math.floor((ms + offsetSpan(timeZone, ms).offset) / dayMs);
  while (ms < startOfDay(timeZone, day)) day--;
  while (ms >= startOfDay(timeZone, day + 1)) day++;
  return day;
}

/** The first instant of the local date that holds `ms` (01:00 where the clock jumps over midnight). */
export function startOfLocalDay(timeZone: string, ms: number): number {
  return startOfDay(timeZone, localDay(timeZone, ms));
}

/** The same wall-clock time `n` local dates later: 23, 24 or 25 hours each. Midnight leads to the day's start. */
export function addLocalDays(timeZone: string, ms: number, n: number): number {
  const day = localDay(timeZone, ms);
  if (ms === startOfDay(timeZone, day)) return startOfDay(timeZone, day + n);
  return resolve(timeZone, ms + offsetSpan(timeZone, ms).offset + n * dayMs, 'shift');
}

/**
 * The instant of a wall-clock time. A time that the clock jumps over is shifted forward by the jump;
 * of a time that comes twice, the earlier is meant.
 */
export function localToInstant(
  timeZone: string,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
): number {
  const wall = civilDay(year, month, day) * dayMs + ((hour * 60 + minute) * 60 + second) * 1000;
  if (!Number.isFinite(wall)) throw new RangeError('A wall-clock time needs finite numbers');
  return resolve(timeZone, wall, 'shift');
}

/** What calendar and clock show at an instant. */
export function localParts(timeZone: string, ms: number): LocalParts {
  const wall = ms + offsetSpan(timeZone, ms).offset;
  const date = new Date(wall);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: weekdayOf(Math.floor(wall / dayMs)),
  };
}
