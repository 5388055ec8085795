import { eventLead, eventTail, longestEvent } from '../digest/digest.ts';
import { localDay, minuteMs, startOfDay, weekdayOf } from '../time/local.ts';
import type { CalendarEvent, DayDigest, SeriesSettings } from '../types.ts';

export const leadMinutes = eventLead / minuteMs;
export const tailMinutes = eventTail / minuteMs;
const smoothing = 7;
const edge = 10;
const leastRatio = 0.01;

/** A past edition: ln(observed / base) minute by minute, from an hour before its start to two hours after its end. */
export interface Edition {
  kind: string;
  start: number;
  minutes: number;
  weekend: boolean;
  log: Float64Array;
}

/** Rate that the base model has for a minute, in the unit of a step's value. */
export type BaseRate = (instant: number) => number;

/** Whether an event acts by the minute: it has an end, and is no season. */
export const isMoment = (event: CalendarEvent): event is CalendarEvent & { end: number } =>
  event.end !== undefined && event.end > event.start && event.end - event.start <= longestEvent;

/** What past editions did, from the steps that digests kept of them; those with too little seen are left out. */
export function pastEditions(
  events: readonly CalendarEvent[],
  digests: readonly DayDigest[],
  settings: SeriesSettings,
  cutoff: number,
  base: BaseRate,
  shift: number,
): Edition[] {
  const byDay = new Map(digests.map((digest) => [digest.day, digest]));
  const editions: Edition[] = [];
  for (const event of events) {
    if (!isMoment(event) || event.end + eventTail > cutoff) continue;
    const from = event.start - eventLead;
    const total = Math.ceil((event.end + eventTail - from) / minuteMs);
    const observed = new Float64Array(total).fill(Number.NaN);
    const last = localDay(settings.timeZone, event.end + eventTail - 1);
    for (let day = localDay(settings.timeZone, from); day <= last; day++)
      readKept(byDay.get(day), settings, from, observed);
    const log = logRatios(observed, from, base, shift, event.end);
    if (log === undefined) continue;
    editions.push({
      kind: event.kind,
      start: event.start,
      minutes: (event.end - event.start) / minuteMs,
      weekend: weekdayOf(localDay(settings.timeZone, event.start)) >= 5,
      log,
    });
  }
  return editions.sort((a, b) => a.start - b.start);
}

/** Spreads the kept steps of a day over their minutes. */
function readKept(
  digest: DayDigest | undefined,
  settings: SeriesSettings,
  from: number,
  observed: Float64Array,
): void {
  if (digest === undefined) return;
  const midnight = startOfDay(settings.timeZone, digest.day);
  const stepMs = settings.stepSeconds * 1000;
  digest.eventSteps.forEach((step, i) => {
    const first = Math.floor((midnight + step * stepMs - from) / minuteMs);
    const until = Math.floor((midnight + (step + 1) * stepMs - from) / minuteMs);
    for (let m = Math.max(0, first); m < Math.min(observed.length, until); m++)
      observed[m] = digest.eventValues[i]!;
  });
}

/** Ratios of running sums of a quarter of an hour, of single minutes within ten minutes of start and end. */
function logRatios(
  observed: Float64Array,
  from: number,
  base: BaseRate,
  shift: number,
  end: number,
): Float64Array | undefined {
  const n = observed.length;
  const sums = new Float64Array(n + 1);
  const bases = new Float64Array(n + 1);
  let seen = 0;
  for (let m = 0; m < n; m++) {
    const y = observed[m]! + shift;
    const known = !Number.isNaN(y);
    sums[m + 1] = sums[m]! + (known ? y : 0);
    bases[m + 1] = bases[m]! + (known ? base(from + m * minuteMs) : 0);
    if (known) seen++;
  }
  if (seen < n / 2) return undefined;
  const endMinute = (end - from) / minuteMs;
  const log = new Float64Array(n);
  for (let m = 0; m < n; m++) {
    const atEdge = Math.abs(m + 0.5 - leadMinutes) < edge || Math.abs(m + 0.5 - endMinute) < edge;
    const reach = atEdge ? 0 : smoothing;
    const low = Math.max(0, m - reach);
    const high = Math.min(n, m + reach + 1);
    const expected = bases[high]! - bases[low]!;
    if (expected > 0) log[m] = Math.log(Math.max(leastRatio, (sums[high]! - sums[low]!) / expected));
    else log[m] = m > 0 ? log[m - 1]! : 0;
  }
  return log;
}
