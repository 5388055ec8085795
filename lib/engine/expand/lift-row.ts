import { eventSpan, liftAt } from '../event/curve.ts';
import type { ForecastModel } from '../model/types.ts';
import { minuteMs } from '../time/local.ts';
import { dayMinutes, poolMinutes } from './sheet.ts';

/**
 * Multiplies the minutes of [from, until) that lie within events. Where they meet, what they add is joined by the
 * model's `overlap` w: lift = 1 + max + w (sum − max) of (lift − 1) above 0, times each lift below 1.
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
  let columns: { sum: Float64Array; largest: Float64Array; taken: Float64Array } | undefined;
  for (const event of model.events) {
    const curve = model.curves[event.curve]!;
    const [start, end] = eventSpan(event, curve);
    if (end <= from || start >= until) continue;
    columns ??= {
      sum: new Float64Array(dayMinutes),
      largest: new Float64Array(dayMinutes),
      taken: new Float64Array(dayMinutes).fill(1),
    };
    for (let at = Math.max(from, start); at < Math.min(until, end); at += minuteMs) {
      const minute = Math.floor((at - zero) / minuteMs);
      const lift = liftAt(event, curve, at);
      const more = lift - 1;
      if (more > 0) {
        columns.sum[minute]! += more;
        columns.largest[minute] = Math.max(columns.largest[minute]!, more);
      } else columns.taken[minute]! *= lift;
      const pool = Math.floor(minute / poolMinutes);
      variance[pool] = Math.max(variance[pool]!, curve.sd * curve.sd);
    }
  }
  if (columns === undefined) return;
  const { sum, largest, taken } = columns;
  for (let m = 0; m < dayMinutes; m++)
    row[m]! *= taken[m]! * (1 + largest[m]! + model.overlap * (sum[m]! - largest[m]!));
}
