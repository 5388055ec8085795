import { eventSpan } from '../event/curve.ts';
import { expand } from '../expand/expand.ts';
import type { ForecastModel } from '../model/types.ts';
import { dayMs, localDay, startOfDay } from '../time/local.ts';
import { offsetSpan } from '../time/zone.ts';
import type { Span } from '../types.ts';

const hourMs = 3_600_000;

/** What a peak is the highest of: hourly means (steps, where they are longer), or the history's own steps. */
export type PeakOf = 'hour' | 'step';

/** A window cut into hours of the local clock (steps, where they are longer), one row an hour. */
export interface WindowHours {
  /** First instant of each hour within the window; with steps, that of its highest one. */
  time: Float64Array;
  /** Local date, and which hour of the day paths stands for it. */
  day: Int32Array;
  hour: Uint8Array;
  /** Mean of the hour's steps, or its highest step, shifted above zero. */
  value: Float64Array;
  /** Standard deviation of the logarithm that an event adds. */
  eventSd: Float64Array;
}

/** The model's own steps of a window, gathered by the hour. */
export function windowHours(model: ForecastModel, { start, end }: Span, of: PeakOf): WindowHours {
  const { timeZone, stepSeconds } = model.settings;
  const { time, mean } = expand(model, { start, end, stepSeconds, quantiles: [] });
  const spanMs = Math.max(stepSeconds * 1000, hourMs);
  const hourLength = dayMs / model.paths.hours;
  const at: number[] = [];
  const day: number[] = [];
  const hour: number[] = [];
  const value: number[] = [];
  let today = Number.NaN;
  let tomorrow = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < time.length; ) {
    const first = time[i]!;
    const { offset } = offsetSpan(timeZone, first);
    // Longer steps stand alone; shorter ones belong to the hour of the wall clock in which they begin.
    const until = spanMs > hourMs ? first + 1 : (Math.floor((first + offset) / hourMs) + 1) * hourMs - offset;
    let total = 0;
    let top = i;
    const from = i;
    for (; i < time.length && time[i]! < until; i++) {
      total += mean[i]!;
      if (mean[i]! > mean[top]!) top = i;
    }
    if (!(first < tomorrow)) {
      today = localDay(timeZone, first);
      tomorrow = startOfDay(timeZone, today + 1);
    }
    const wall = first + offset - today * dayMs;
    at.push(of === 'step' ? time[top]! : first);
    day.push(today);
    hour.push(Math.max(0, Math.min(model.paths.hours - 1, Math.floor(wall / hourLength))));
    value.push((of === 'step' ? mean[top]! : total / (i - from)) + model.shift);
  }
  return {
    time: Float64Array.from(at),
    day: Int32Array.from(day),
    hour: Uint8Array.from(hour),
    value: Float64Array.from(value),
    eventSd: eventSds(model, at, spanMs),
  };
}

function eventSds(model: ForecastModel, time: readonly number[], spanMs: number): Float64Array {
  const out = new Float64Array(time.length);
  for (const event of model.events) {
    const curve = model.curves[event.curve]!;
    const { sd } = curve;
    const [start, end] = eventSpan(event, curve);
    for (let i = 0; i < out.length; i++)
      if (time[i]! < end && time[i]! + spanMs > start) out[i] = Math.max(out[i]!, sd);
  }
  return out;
}
