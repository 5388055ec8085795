import { addLocalDays, localParts, startOfLocalDay } from '../engine/index.ts';
import { type Grain, grains } from './contracts/http.ts';

const daySeconds = 86_400;

/** The start of the minute, local hour, local day or local week (from Monday) that holds an instant. */
export function floorToGrain(timeZone: string, instant: number, grain: Grain): number {
  const day = startOfLocalDay(timeZone, instant);
  if (grain === 'day') return day;
  if (grain === 'week') return addLocalDays(timeZone, day, -localParts(timeZone, day).weekday);
  const grainMs = grains[grain] * 1000;
  return day + Math.floor((instant - day) / grainMs) * grainMs;
}

/** The first start of a grain that is not before an instant. */
export function ceilToGrain(timeZone: string, instant: number, grain: Grain): number {
  const start = floorToGrain(timeZone, instant, grain);
  return start === instant ? start : stepAfter(timeZone, start, grains[grain]);
}

/** One step later: elapsed time below a day, local days from there on. */
export const stepAfter = (timeZone: string, instant: number, stepSeconds: number): number =>
  stepSeconds < daySeconds
    ? instant + stepSeconds * 1000
    : addLocalDays(timeZone, instant, stepSeconds / daySeconds);

/** An instant as the API writes it: UTC, to the second or, where it has them, to the millisecond. */
export const instantText = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');

/** A local date of days since 1970-01-01 as YYYY-MM-DD. */
export const dateText = (day: number): string => new Date(day * daySeconds * 1000).toISOString().slice(0, 10);

const hourMs = 3_600_000;
const minuteTexts = Array.from({ length: 60 }, (_, minute) => `${String(minute).padStart(2, '0')}:00Z`);

/** The same of many instants: of whole minutes the hour is written once, five times as fast. */
export function instantTexts(times: ArrayLike<number>): string[] {
  let hour = Number.NaN;
  let lead = '';
  return Array.from(times, (instant) => {
    const start = Math.floor(instant / hourMs) * hourMs;
    const minute = (instant - start) / 60_000;
    if (!Number.isInteger(minute)) return instantText(instant);
    if (start !== hour) {
      hour = start;
      lead = new Date(start).toISOString().slice(0, -10);
    }
    return lead + minuteTexts[minute]!;
  });
}
