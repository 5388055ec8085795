import type { Grain, Series, Span } from './api.ts';

/** Which stretch of time is shown, and at which grain. */

const hour = 3_600_000;
export const day = 24 * hour;

export const presets: readonly { label: string; days: number }[] = [
  { label: '2 days', days: 2 },
  { label: '1 week', days: 7 },
  { label: '4 weeks', days: 28 },
  { label: '3 months', days: 91 },
  { label: '1 year', days: 365 },
];
const defaultDays = 28;

/** The finest grain that the series has and that a screen can still tell apart. */
export function grainOf(span: Span, stepSeconds: number): Grain {
  const days = (span.end - span.start) / day;
  if (days <= 4 && stepSeconds < 3600) return 'minute';
  if (days <= 100 && stepSeconds <= 3600) return 'hour';
  return days <= 1200 && stepSeconds <= 86_400 ? 'day' : 'week';
}

/** First instant without an observation. */
export const historyEnd = (series: Series) => Date.parse(series.lastTime) + series.stepSeconds * 1000;

/** All that can be shown: from the first observation to the forecast's end. */
export function extent(series: Series): Span {
  const end = series.forecast?.horizonEnd;
  return {
    start: Date.parse(series.firstTime),
    end: Math.max(historyEnd(series), end === undefined ? 0 : Date.parse(end)),
  };
}

/** A span of that many days with the forecast's beginning in the middle, or around a given instant. */
export function around(series: Series, days = defaultDays, centre?: number): Span {
  const cutoff = series.forecast?.cutoff;
  const middle =
    centre ?? (cutoff === undefined ? historyEnd(series) - (days * day) / 2 : Date.parse(cutoff));
  return within(extent(series), {
    start: Math.round(middle - (days * day) / 2),
    end: Math.round(middle + (days * day) / 2),
  });
}

/** Moves a span into the bounds, keeping its length as far as there is room. */
export function within(bounds: Span, span: Span): Span {
  const length = Math.min(span.end - span.start, bounds.end - bounds.start);
  const start = Math.min(Math.max(span.start, bounds.start), bounds.end - length);
  return { start, end: start + length };
}

/** Wall-clock fields of an instant. */
function wallClock(instant: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    sinceMidnight:
      (Number(part('hour')) * 60 + Number(part('minute'))) * 60_000 +
      Number(part('second')) * 1000 +
      (((instant % 1000) + 1000) % 1000),
    sinceMonday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')),
  };
}

/** The local midnight that starts the day of an instant. Twice, since the clock may change in between. */
function midnight(instant: number, timeZone: string): number {
  const guess = instant - wallClock(instant, timeZone).sinceMidnight;
  const off = wallClock(guess, timeZone).sinceMidnight;
  return off === 0 ? guess : off > day / 2 ? guess + (day - off) : guess - off;
}

/** The start of the minute, hour, local day or local week (from Monday) that holds an instant. */
export function floorTo(grain: Grain, instant: number, timeZone: string): number {
  if (grain === 'minute') return Math.floor(instant / 60_000) * 60_000;
  if (grain === 'hour') {
    const intoHour = wallClock(instant, timeZone).sinceMidnight % hour;
    return instant - intoHour;
  }
  const today = midnight(instant, timeZone);
  if (grain === 'day') return today;
  const back = wallClock(today, timeZone).sinceMonday;
  return back === 0 ? today : midnight(today - back * day + 3 * hour, timeZone);
}

/** The first boundary of the grain at or after an instant. */
export function ceilTo(grain: Grain, instant: number, timeZone: string): number {
  const floor = floorTo(grain, instant, timeZone);
  if (floor === instant) return instant;
  const step = { minute: 60_000, hour, day: day + 3 * hour, week: 7 * day + 3 * hour }[grain];
  return floorTo(grain, floor + step, timeZone);
}
