import type { EventCurve, EventLift } from '../model/types.ts';
import { minuteMs } from '../time/local.ts';
import type { CalendarEvent, EditionFinding, SeriesSettings } from '../types.ts';
import { mostAdded } from './bound.ts';
import { sizedLift } from './curve.ts';
import { type Edition, isMoment, leadMinutes, tailMinutes, whenOf } from './edition.ts';
import { expectedLog } from './expectation.ts';
import { type Growth, growthOf, growthOver } from './growth.ts';
import { continued } from './in-progress.ts';
import { leaveOneEditionOut, liftSd } from './leave-one-out.ts';
import { shareOverlaps } from './overlap.ts';
import { isClockBound, transferredOnce } from './phase.ts';

const likeSd = 0.2;
/** Minutes. */
const leadTaper = 20;
const tailTaper = 40;

/** What coming events multiply the rate by, and what past editions did; events that are alike share a curve. */
export interface Lifts {
  events: EventLift[];
  curves: EventCurve[];
  overlap: number;
}

/**
 * Lifts of the coming events, and of those in progress, from past editions of their kind. Without one, those of the kind
 * that `like` names stand in; without either, all kinds, by half. `scale` multiplies what the event adds (a lift
 * below 1 is raised to it) in place of the growth from edition to edition, which is projected otherwise. `most` is
 * the most that their past added to a step, by the event's id.
 */
export function eventLifts(
  events: readonly CalendarEvent[],
  editions: readonly Edition[],
  settings: SeriesSettings,
  cutoff: number,
  horizonEnd: number,
): { lifts: Lifts; editions: EditionFinding[]; most: Map<string, number> } {
  const lifts: Lifts = { events: [], curves: [], overlap: shareOverlaps(editions) };
  const findings = leaveOneEditionOut(editions);
  const whole = editions.filter(({ log, seen }) => seen === log.length);
  const growths = new Map<string, Growth>();
  const comingOfKind = new Map<string, number>();
  const known = new Map<string, number>();
  const transfer = transferredOnce();
  const added = new Map(whole.map((edition) => [edition, mostAdded(edition)]));
  const most = new Map<string, number>();
  const inOrder = [...events].sort((a, b) => a.start - b.start);
  for (const event of inOrder) {
    const from = event.start - leadMinutes * minuteMs;
    if (!isMoment(event) || event.end + tailMinutes * minuteMs <= cutoff || from >= horizonEnd) continue;
    const { id, kind, name, like, scale, launch } = event;
    const teacher = like !== undefined && whole.every((e) => e.kind !== kind) ? like : kind;
    const own = whole.filter((e) => e.kind === teacher);
    // A launch without editions is as large as other launches (`launchLifts`).
    if (launch === true && own.length === 0) continue;
    const lessons = { own, others: whole.filter((e) => e.kind !== teacher) };
    const growth = growths.get(teacher) ?? growthOf(own);
    growths.set(teacher, growth);
    const coming = (comingOfKind.get(kind) ?? 0) + 1;
    comingOfKind.set(kind, coming);
    const minutes = (event.end - event.start) / minuteMs;
    const occasion = { minutes, ...whenOf(event, settings.timeZone) };
    const grown = scale === undefined && teacher === kind ? growth : undefined;
    const size =
      scale ?? (grown === undefined ? 1 : Math.exp(growthOver(growth, 0, coming) - growthOver(growth, 0, 1)));
    const sd = Math.hypot(liftSd(findings, teacher), teacher === kind ? 0 : likeSd);
    const current = editions.find((e) => e.id === id && e.seen < e.log.length);
    const bound = own.some(isClockBound) || lessons.others.some(isClockBound);
    const clock = bound ? [occasion.clock, occasion.change] : 0;
    const key = JSON.stringify([teacher, minutes, occasion.weekend, clock, grown !== undefined, current?.id]);
    let curve = known.get(key);
    if (curve === undefined) {
      curve = lifts.curves.length;
      known.set(key, curve);
      let expected = { log: expectedLog(occasion, lessons, grown, transfer), sd };
      if (current !== undefined) {
        const sized = expected.log.map((log) => Math.log(sizedLift(Math.exp(log), size)));
        expected = continued(current, sized, sd);
      }
      lifts.curves.push({
        lift: Float32Array.from(tapered(expected.log), Math.exp),
        stepMinutes: 1,
        sd: expected.sd,
      });
    }
    const taught = own.length > 0 ? own : lessons.others;
    if (taught.length > 0 && current === undefined)
      most.set(id, (scale ?? 1) * Math.max(...taught.map((e) => added.get(e)!)));
    lifts.events.push({
      id,
      kind,
      ...(name !== undefined && { name }),
      start: from,
      until: Number.POSITIVE_INFINITY,
      curve,
      size: current === undefined ? size : 1,
    });
  }
  return { lifts, editions: findings, most };
}

/** A curve that begins and ends with nothing: over the first minutes of the lead-in and the last of the hangover. */
function tapered(log: Float64Array): Float64Array {
  const last = log.length - 1;
  return log.map((value, m) => value * Math.min(1, (m + 0.5) / leadTaper, (last - m + 0.5) / tailTaper));
}
