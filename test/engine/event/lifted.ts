import { type Calendar, type CalendarEvent, expand, type ForecastModel } from '../../../lib/engine/index.ts';
import { day, modelFrom, noCalendar, traffic } from '../series.ts';

export const settings = { timeZone: 'UTC', stepSeconds: 60, metricKind: 'count' as const };
export const hour = day / 24;
export const minute = 60_000;
/** A Monday. */
export const cutoff = Date.UTC(2025, 2, 10);

/** An event whose true effect on the rate is known: what it multiplies by, at an instant. */
export interface TrueEvent extends CalendarEvent {
  truth?: (at: number) => number;
}

/** Quiet traffic of minutes up to the cutoff, times what the events truly did to it. */
export function history(events: readonly TrueEvent[], { days = 70, until = cutoff } = {}) {
  const observations = traffic(settings, cutoff - days * day, until, { noise: 0.02, size: 1000 });
  for (const { truth, start } of events) {
    if (truth === undefined) continue;
    const first = observations.time.findIndex((at) => at >= start - 2 * day);
    for (let i = Math.max(0, first); i < observations.time.length; i++)
      observations.value[i]! *= truth(observations.time[i]!);
  }
  return observations;
}

/** What the model multiplies the rate by at instants of the future, because of its events. */
export function liftOf(model: ForecastModel): (at: number) => number {
  const window = { start: model.cutoff, end: model.horizonEnd, stepSeconds: 60, quantiles: [] };
  const lifted = expand(model, window).mean;
  const plain = expand({ ...model, events: [] }, window).mean;
  return (at) => {
    const i = Math.floor((at - model.cutoff) / minute);
    return lifted[i]! / plain[i]!;
  };
}

export function modelWith(events: readonly TrueEvent[], options: { days?: number; until?: number } = {}) {
  const calendar: Calendar = {
    holidays: noCalendar.holidays,
    events: events.map(({ truth: _, ...event }) => event),
  };
  const end = options.until ?? cutoff;
  return modelFrom(
    history(events, options),
    settings,
    { cutoff: end, horizonEnd: cutoff + 60 * day },
    calendar,
  );
}

/** Mean of a function over [from, until) by the minute. */
export function meanOver(of: (at: number) => number, from: number, until: number): number {
  let sum = 0;
  for (let at = from; at < until; at += minute) sum += of(at);
  return sum / ((until - from) / minute);
}
