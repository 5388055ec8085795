import { expand } from '../expand/expand.ts';
import type { EventLift, ForecastModel } from '../model/types.ts';
import { dayMs, minuteMs } from '../time/local.ts';
import type { CalendarEvent } from '../types.ts';
import { eventSpan, liftAt } from './curve.ts';
import type { PastLaunch } from './past-launch.ts';

/**
 * Ends each event with a stock where what it adds to the mean has used the stock up. Only counts have one, and only
 * a series that no earlier stock was seen to leave unmoved: that one counts visits and not what is sold.
 */
export function endedByStock(
  model: ForecastModel,
  events: readonly CalendarEvent[],
  past: readonly PastLaunch[],
): EventLift[] {
  if (model.settings.metricKind !== 'count' || past.some(({ bound }) => bound === false)) return model.events;
  const until = new Map<string, number>();
  for (const { id, stock } of events) {
    const lifts = model.events.filter((lift) => lift.id === id);
    if (stock === undefined || lifts.length === 0) continue;
    const sold = past.find(({ event }) => event.id === id)?.sold ?? 0;
    until.set(id, goneAt(model, lifts, stock - sold));
  }
  return model.events
    .map((lift) => ({ ...lift, until: Math.min(lift.until, until.get(lift.id) ?? lift.until) }))
    .filter((lift) => lift.until > lift.start);
}

/** Goes through the steps without events, day by day, and adds what the lifts of one event put on top. */
function goneAt(model: ForecastModel, lifts: readonly EventLift[], stock: number): number {
  const { stepSeconds } = model.settings;
  const spans = lifts.map((lift) => eventSpan(lift, model.curves[lift.curve]!));
  const first = Math.max(model.cutoff, Math.min(...spans.map(([from]) => from)));
  const last = Math.min(model.horizonEnd, Math.max(...spans.map(([, until]) => until)));
  const plain = { ...model, events: [] };
  let left = stock;
  const length = Math.max(dayMs, stepSeconds * 1000);
  for (let start = first; start < last; start += length) {
    const { time, mean } = expand(plain, {
      start,
      end: Math.min(start + length, last),
      stepSeconds,
      quantiles: [],
    });
    for (let i = 0; i < time.length; i++) {
      const until =
        i + 1 < time.length ? time[i + 1]! : Math.min(start + length, time[i]! + stepSeconds * 1000);
      const minutes = Math.max(1, Math.round((until - time[i]!) / minuteMs));
      for (let m = 0; m < minutes; m++) {
        const at = time[i]! + m * minuteMs;
        let added = 0;
        lifts.forEach((lift, k) => {
          if (at >= spans[k]![0] && at < spans[k]![1])
            added += liftAt(lift, model.curves[lift.curve]!, at) - 1;
        });
        left -= (mean[i]! / minutes) * Math.max(0, added);
        if (left <= 0) return at + minuteMs;
      }
    }
  }
  return Number.POSITIVE_INFINITY;
}
