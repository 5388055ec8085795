import { localToInstant } from '../../engine/index.ts';
import type { TimestampForm } from './types.ts';

const dayMs = 86_400_000;

/** What a parsed timestamp shows: a wall-clock time stands here as if its zone were UTC. Reused, never kept. */
export const parsed: { ms: number; form: TimestampForm } = { ms: 0, form: 'instant' };

const digit = (byte: number | undefined) => (byte === undefined ? 99 : byte ^ 48);
const pair = (bytes: Uint8Array, at: number) => {
  const tens = digit(bytes[at]);
  const ones = digit(bytes[at + 1]);
  return tens > 9 || ones > 9 ? -1 : tens * 10 + ones;
};

// Rows of one day follow each other: the last date is kept as one number, with its day.
let lastDate = -1;
let lastDay = 0;

/** Milliseconds of a civil date at 00:00, NaN when there is no such date. */
function civilMs(year: number, month: number, day: number): number {
  const date = (year * 100 + month) * 100 + day;
  if (date === lastDate) return lastDay;
  const at = new Date(Date.UTC(year, month - 1, day));
  if (year < 1900 || year > 2199 || at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day)
    return Number.NaN;
  lastDate = date;
  lastDay = at.getTime();
  return lastDay;
}

function epoch(bytes: Uint8Array, start: number, end: number): boolean {
  let ms = 0;
  for (let i = start; i < end; i++) {
    const value = digit(bytes[i]);
    if (value > 9) return false;
    ms = ms * 10 + value;
  }
  parsed.ms = end - start === 10 ? ms * 1000 : ms;
  parsed.form = 'epoch';
  return true;
}

/** Reads Z, +02, +0200, +02:00 or " UTC" up to `end`: minutes east of UTC, NaN for anything else. */
function offsetMinutes(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if ((first === 90 || first === 122) && at + 1 === end) return 0;
  if (first === 32 && end - at === 4 && bytes[at + 1] === 85 && bytes[at + 2] === 84 && bytes[at + 3] === 67)
    return 0;
  if (first !== 43 && first !== 45) return Number.NaN;
  const hours = pair(bytes, at + 1);
  let minutes = 0;
  const rest = end - at;
  if (rest === 5) minutes = pair(bytes, at + 3);
  else if (rest === 6 && bytes[at + 3] === 58) minutes = pair(bytes, at + 4);
  else if (rest !== 3) return Number.NaN;
  if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return Number.NaN;
  return (first === 45 ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Reads a timestamp from bytes[start, end) into `parsed`; false for anything that is none. Forms:
 * YYYY-MM-DD, then T or a space and HH:MM[:SS[.fraction]], then nothing (local), Z or an offset (instant);
 * or 10 digits (epoch seconds) or 13 (epoch milliseconds). Years 1900 to 2199. Fractions are cut to milliseconds.
 */
export function parseTimestamp(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (bytes[start + 4] !== 45) return (length === 10 || length === 13) && epoch(bytes, start, end);
  if (length < 10 || bytes[start + 7] !== 45) return false;
  const century = pair(bytes, start);
  const years = pair(bytes, start + 2);
  const month = pair(bytes, start + 5);
  const day = pair(bytes, start + 8);
  if (century < 0 || years < 0 || month < 1 || day < 1) return false;
  const midnight = civilMs(century * 100 + years, month, day);
  if (Number.isNaN(midnight)) return false;
  parsed.ms = midnight;
  if (length === 10) {
    parsed.form = 'date';
    return true;
  }
  const separator = bytes[start + 10];
  if ((separator !== 84 && separator !== 32 && separator !== 116) || length < 16) return false;
  const hour = pair(bytes, start + 11);
  const minute = pair(bytes, start + 14);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || bytes[start + 13] !== 58) return false;
  let at = start + 16;
  let ms = (hour * 60 + minute) * 60_000;
  if (at < end && bytes[at] === 58) {
    const second = pair(bytes, at + 1);
    if (at + 3 > end || second < 0 || second > 59) return false;
    ms += second * 1000;
    at += 3;
    if (at < end && (bytes[at] === 46 || bytes[at] === 44)) {
      let unit = 100;
      for (at++; at < end && digit(bytes[at]) <= 9; at++) {
        ms += Math.floor(unit) * digit(bytes[at]);
        unit /= 10;
      }
      if (unit === 100) return false;
    }
  }
  parsed.ms = midnight + ms;
  if (at === end) {
    parsed.form = 'local';
    return true;
  }
  const offset = offsetMinutes(bytes, at, end);
  if (Number.isNaN(offset)) return false;
  parsed.ms -= offset * 60_000;
  parsed.form = 'instant';
  return true;
}

/** A wall-clock time (milliseconds as if UTC) as people write it. */
export const wallText = (ms: number) =>
  new Date(ms)
    .toISOString()
    .slice(0, ms % dayMs === 0 ? 10 : 16)
    .replace('T', ' ');

/** Reads one timestamp of any form as an instant of the zone; undefined for anything that is none. */
export function instantFromText(text: string, timeZone: string): number | undefined {
  const bytes = Buffer.from(text.trim());
  if (!parseTimestamp(bytes, 0, bytes.length)) return undefined;
  if (parsed.form === 'instant' || parsed.form === 'epoch') return parsed.ms;
  const wall = new Date(parsed.ms);
  const midnight = [wall.getUTCFullYear(), wall.getUTCMonth() + 1, wall.getUTCDate()] as const;
  return localToInstant(
    timeZone,
    ...midnight,
    wall.getUTCHours(),
    wall.getUTCMinutes(),
    wall.getUTCSeconds(),
  );
}
