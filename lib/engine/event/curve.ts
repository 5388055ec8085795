import type { EventCurve, EventLift } from '../model/types.ts';
import { minuteMs } from '../time/local.ts';

/** The instants [start, end) that a lift acts on. */
export function eventSpan(lift: EventLift, { lift: values, stepMinutes }: EventCurve): [number, number] {
  return [lift.start, Math.min(lift.until, lift.start + values.length * stepMinutes * minuteMs)];
}

/** What a lift alone multiplies the rate by at an instant of its span: `size` times what its curve adds. */
export function liftAt({ start, size }: EventLift, { lift, stepMinutes }: EventCurve, at: number): number {
  return sizedLift(lift[Math.floor((at - start) / (stepMinutes * minuteMs))]!, size);
}

/** A lift of which `size` times as much is expected: what it adds is multiplied, and what it takes repeated. */
export function sizedLift(lift: number, size: number): number {
  if (size === 1) return lift;
  return lift >= 1 ? 1 + size * (lift - 1) : lift ** size;
}
