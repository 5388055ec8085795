import type { ForecastModel } from '../model/types.ts';
import { minuteMs } from '../time/local.ts';
import { dayMinutes, poolMinutes } from './sheet.ts';

/**
 * Multiplies the minutes of [from, until) that lie within an event; of two events at once the larger lift holds.
 * Adds what the events leave unsure to `variance`, by pool.
 */
export function liftRow(
  model: ForecastModel,
  row: Float64Array,
  zero: number,
  from: number,
  until: number,
  variance: Float64Array,
): void {
  let lifts: Float64Array | undefined;
  for (const event of model.events) {
    const { lift, sd } = model.curves[event.curve]!;
    const eventEnd = event.start + lift.length * minuteMs;
    if (eventEnd <= from || event.start >= until) continue;
    lifts ??= new Float64Array(dayMinutes);
    for (let at = Math.max(from, event.start); at < Math.min(until, eventEnd); at += minuteMs) {
      const minute = Math.floor((at - zero) / minuteMs);
      const here = lift[Math.floor((at - event.start) / minuteMs)]!;
      if (here > lifts[minute]!) lifts[minute] = here;
      const pool = Math.floor(minute / poolMinutes);
      variance[pool] = Math.max(variance[pool]!, sd * sd);
    }
  }
  if (lifts === undefined) return;
  for (let m = 0; m < dayMinutes; m++) if (lifts[m]! > 0) row[m]! *= lifts[m]!;
}
