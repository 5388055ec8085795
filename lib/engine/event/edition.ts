import { eventLead, eventTail, longestEvent } from '../digest/digest.ts';
import { localDay, localParts, minuteMs, startOfDay, weekdayOf } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { CalendarEvent, DayDigest, SeriesSettings } from '../types.ts';

export const leadMinutes = eventLead / minuteMs;
export const tailMinutes = eventTail / minuteMs;
const smoothing = 7;
const edge = 10;
const leastRatio = 0.01;
const mostEditions = 30;

/** A past edition, or the past of one in progress, minute by minute from an hour before its start to two hours after its end. */
export interface Edition {
  id: string;
  kind: string;
  start: number;
  end: number;
  /** Length of the event, and minutes after local midnight at which it starts. */
  minutes: number;
  clock: number;
  /** Where clocks change during it: after how many minutes, and by how many. */
  change?: { after: number; by: number };
  weekend: boolean;
  /** ln(observed / base), smoothed; 0 from `seen` on. Where events meet: its own share (`shareOverlaps`). */
  log: Float64Array;
  /** What the model has without events. */
  base: Float64Array;
  /** How far each minute speaks for this event alone, 0…1. */
  trust: Float64Array;
  /** Minutes before the cutoff: fewer than all where it is in progress. */
  seen: number;
}

/** Rate that the base model has for a minute, in the unit of a step's value. */
export type BaseRate = (instant: number) => number;

/** Whether an event acts by the minute: it has an end, is no season, and its demand does not end with a stock. */
export const isMoment = (event: CalendarEvent): event is CalendarEvent & { end: number } =>
  !(event.launch === true && event.stock !== undefined) &&
  event.end !== undefined &&
  event.end > event.start &&
  event.end - event.start <= longestEvent;

/**
 * What editions that began before the cutoff did, from the steps that digests kept of them, ascending; at most the
 * last thirty of a kind. Those with less than half of their steps seen are left out.
 */
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
  const ofKind = new Map<string, number>();
  const latestFirst = events.filter(isMoment).sort((a, b) => b.start - a.start);
  for (const event of latestFirst) {
    if (event.start >= cutoff || (ofKind.get(event.kind) ?? 0) >= mostEditions) continue;
    const from = event.start - eventLead;
    const total = Math.ceil((event.end + eventTail - from) / minuteMs);
    const seen = Math.min(total, Math.floor((cutoff - from) / minuteMs));
    const observed = new Float64Array(seen).fill(Number.NaN);
    const last = localDay(settings.timeZone, from + seen * minuteMs - 1);
    for (let day = localDay(settings.timeZone, from); day <= last; day++)
      readKept(byDay.get(day), settings, from, observed);
    const rates = Float64Array.from({ length: total }, (_, m) => base(from + m * minuteMs));
    const log = logRatios(observed, rates, shift, (event.end - from) / minuteMs);
    if (log === undefined) continue;
    ofKind.set(event.kind, (ofKind.get(event.kind) ?? 0) + 1);
    editions.push({
      id: event.id,
      kind: event.kind,
      start: event.start,
      end: event.end,
      minutes: (event.end - event.start) / minuteMs,
      ...whenOf(event, settings.timeZone),
      log,
      base: rates,
      trust: new Float64Array(total).fill(1),
      seen,
    });
  }
  return editions.reverse();
}

/** Minutes after local midnight at which an event starts, whether that day is of a weekend, and a change of clocks in it. */
export function whenOf(
  { start, end }: { start: number; end: number },
  timeZone: string,
): Pick<Edition, 'clock' | 'weekend' | 'change'> {
  const { hour, minute } = localParts(timeZone, start);
  const { offset, until } = offsetSpan(timeZone, start);
  const by = until < end ? (offsetSpan(timeZone, until).offset - offset) / minuteMs : 0;
  return {
    clock: hour * 60 + minute,
    weekend: weekdayOf(localDay(timeZone, start)) >= 5,
    ...(by !== 0 && { change: { after: (until - start) / minuteMs, by } }),
  };
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
  base: Float64Array,
  shift: number,
  endMinute: number,
): Float64Array | undefined {
  const n = observed.length;
  const sums = new Float64Array(n + 1);
  const bases = new Float64Array(n + 1);
  let known = 0;
  for (let m = 0; m < n; m++) {
    const y = observed[m]! + shift;
    const there = !Number.isNaN(y);
    sums[m + 1] = sums[m]! + (there ? y : 0);
    bases[m + 1] = bases[m]! + (there ? base[m]! : 0);
    if (there) known++;
  }
  if (known === 0 || known < n / 2) return undefined;
  const log = new Float64Array(base.length);
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
