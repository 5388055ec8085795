import type { EventCurve, EventLift } from '../model/types.ts';
import { localDay, minuteMs, weekdayOf } from '../time/local.ts';
import type { CalendarEvent, SeriesSettings } from '../types.ts';
import { type Edition, isMoment, leadMinutes, tailMinutes } from './edition.ts';

const fade = 10;
const otherKind = 0.1;
const otherWeekday = 0.15;
const doubt = 0.05;
const leastSd = 0.1;
const dayMinutes = 1440;

/** What coming events multiply the rate by; events that are alike share a curve. */
export interface Lifts {
  events: EventLift[];
  curves: EventCurve[];
}

/**
 * Lift of a coming event: the weighted mean of what past editions did at the same phase. Weights halve every ten
 * editions, × 0.1 for another kind, × 0.15 where one fell on a weekend and the other did not; shrunk by W/(W + 0.05).
 */
export function eventLifts(
  events: readonly CalendarEvent[],
  editions: readonly Edition[],
  settings: SeriesSettings,
  cutoff: number,
  horizonEnd: number,
): Lifts {
  const lifts: Lifts = { events: [], curves: [] };
  if (editions.length === 0) return lifts;
  const known = new Map<string, number>();
  for (const event of events) {
    const from = event.start - leadMinutes * minuteMs;
    if (!isMoment(event) || event.end + tailMinutes * minuteMs <= cutoff || from >= horizonEnd) continue;
    const minutes = (event.end - event.start) / minuteMs;
    const weekend = weekdayOf(localDay(settings.timeZone, event.start)) >= 5;
    const phase =
      minutes > Math.min(...editions.map((e) => e.minutes)) ? event.start % (dayMinutes * minuteMs) : 0;
    const key = JSON.stringify([event.kind, minutes, weekend, phase]);
    let curve = known.get(key);
    if (curve === undefined) {
      curve = lifts.curves.length;
      known.set(key, curve);
      lifts.curves.push(curveFor(event, minutes, weekend, editions));
    }
    const { id, kind, name } = event;
    lifts.events.push({ id, kind, ...(name !== undefined && { name }), start: from, curve });
  }
  return lifts;
}

function curveFor(
  event: CalendarEvent,
  minutes: number,
  weekend: boolean,
  editions: readonly Edition[],
): EventCurve {
  const total = Math.ceil(leadMinutes + minutes + tailMinutes);
  const sum = new Float64Array(total);
  const agoOfKind = new Map<string, number>();
  const means: [number, number][] = [];
  let weights = 0;
  for (let i = editions.length - 1; i >= 0; i--) {
    const edition = editions[i]!;
    const ago = agoOfKind.get(edition.kind) ?? 0;
    agoOfKind.set(edition.kind, ago + 1);
    const weight =
      0.5 ** (ago / fade) *
      (edition.kind === event.kind ? 1 : otherKind) *
      (edition.weekend === weekend ? 1 : otherWeekday);
    if (weight < 1e-3) continue;
    weights += weight;
    let mean = 0;
    for (let m = 0; m < total; m++) {
      const log = edition.log[oldMinute(m, minutes, event.start, edition)]!;
      sum[m]! += weight * log;
      if (m >= leadMinutes && m < leadMinutes + minutes) mean += log / minutes;
    }
    means.push([weight, mean]);
  }
  const shrink = weights / (weights + doubt);
  const centre = means.reduce((s, [w, mean]) => s + w * mean, 0) / weights;
  const spread = means.reduce((s, [w, mean]) => s + w * (mean - centre) ** 2, 0) / weights;
  return {
    lift: Float32Array.from(sum, (s) => Math.exp((s / weights) * shrink)),
    sd: Math.sqrt(spread) + leastSd,
  };
}

/**
 * The minute of an old edition that stands for minute m of the new one: by time since the start in the first half of
 * the shorter duration, by time to the end in the last; what lies between takes the same time of day.
 */
function oldMinute(m: number, minutes: number, start: number, edition: Edition): number {
  const last = edition.log.length - 1;
  const half = Math.min(minutes, edition.minutes) / 2;
  const since = m - leadMinutes;
  if (since < half) return Math.min(m, last);
  const toEnd = minutes - since;
  const fromEnd = Math.round(leadMinutes + edition.minutes - toEnd);
  if (toEnd <= half) return Math.min(Math.max(0, fromEnd), last);
  const offset = (start - edition.start) / minuteMs;
  const sameClock = (((since + offset) % dayMinutes) + dayMinutes) % dayMinutes;
  const middle = edition.minutes / 2;
  return Math.min(last, Math.round(leadMinutes + (sameClock < edition.minutes ? sameClock : middle)));
}
