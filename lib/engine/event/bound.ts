import { expand } from '../expand/expand.ts';
import type { EventLift, ForecastModel } from '../model/types.ts';
import { dayMs } from '../time/local.ts';
import { eventSpan, liftAt } from './curve.ts';
import { type Edition, leadMinutes } from './edition.ts';

/** Growth of the base and of the kind, each by two. */
const mostTimes = 4;

/** The most that a past edition added to a step, in the unit of the series. */
export function mostAdded({ log, base, seen }: Edition): number {
  let most = 0;
  for (let m = leadMinutes; m < seen; m++) most = Math.max(most, base[m]! * Math.expm1(log[m]!));
  return most;
}

/**
 * A lift is a ratio, and a ratio over a quiet night or a small beginning says little of what it is worth at noon or a
 * year later. So no event adds more to a step than four times what the past that it was learnt from added to one, times its scale.
 * `most`: that past, by the event's id.
 */
export function boundedLifts(model: ForecastModel, most: ReadonlyMap<string, number>): EventLift[] {
  const plain = { ...model, events: [] };
  const { stepSeconds } = model.settings;
  const share = new Map<string, number>();
  for (const lift of model.events) {
    const limit = most.get(lift.id);
    if (limit === undefined) continue;
    const curve = model.curves[lift.curve]!;
    const [from, until] = eventSpan(lift, curve);
    const start = Math.max(from, model.cutoff);
    // What has a decay adds most in its first day.
    const end = Math.min(until, model.horizonEnd, start + Math.max(7 * dayMs, stepSeconds * 1000));
    if (start >= end) continue;
    const { time, mean } = expand(plain, { start, end, stepSeconds, quantiles: [] });
    let top = 0;
    time.forEach((at, i) => {
      top = Math.max(top, (mean[i]! + model.shift) * (liftAt(lift, curve, at) - 1));
    });
    if (top > mostTimes * limit)
      share.set(lift.id, Math.min(share.get(lift.id) ?? 1, (mostTimes * limit) / top));
  }
  if (share.size === 0) return model.events;
  return model.events.map((lift) => ({ ...lift, size: lift.size * (share.get(lift.id) ?? 1) }));
}
