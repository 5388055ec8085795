import type { Calendar } from '../types.ts';

/** A prior from few launches: in the long run demand falls to exp(−2) of what it is now, the steeper the sooner. */
const fall = 2;
const memory = 10;
const longest = 400;
const firstDays = 14;

/** How the log level goes on after a launch. */
export interface LaunchDecay {
  level: (h: number) => number;
  /** Standard deviation of the logarithm, h days ahead. */
  sd: (h: number) => number;
}

/** Whether a series is young and began with a launch (an event without an end): its past has no usual level. */
export function isLaunch(calendar: Calendar, firstInstant: number, cutoff: number): boolean {
  const day = 86_400_000;
  return (
    cutoff - firstInstant < longest * day &&
    calendar.events.some(
      ({ start, end }) =>
        end === undefined &&
        start < cutoff &&
        start > firstInstant - longest * day &&
        start < firstInstant + firstDays * day,
    )
  );
}

/**
 * Decay since the peak of the adjusted log level x (NaN where missing): slope −s and value y₀ by least squares with
 * weights exp(−age/10 days), as a fall slows, then y(h) = y₀ − 2 (1 − exp(−s h/2)). A level that rises is held.
 */
export function launchDecay(x: Float64Array, daysPerRow: number): LaunchDecay {
  const n = x.length;
  let peak = 0;
  for (let t = 0; t < n; t++) if (Number.isNaN(x[peak]!) || x[t]! > x[peak]!) peak = t;
  // Too near the end to see a fall: look at what there is.
  if (n - peak < 5) peak = Math.max(0, n - 5);
  let w = 0;
  let wt = 0;
  let wy = 0;
  let wtt = 0;
  let wty = 0;
  for (let t = peak; t < n; t++) {
    const y = x[t]!;
    if (Number.isNaN(y)) continue;
    const age = (n - 1 - t) * daysPerRow;
    const weight = Math.exp(-age / memory);
    w += weight;
    wt -= weight * age;
    wy += weight * y;
    wtt += weight * age * age;
    wty -= weight * age * y;
  }
  const determinant = w * wtt - wt * wt;
  const slope = determinant > 1e-9 * w * wtt ? (w * wty - wt * wy) / determinant : 0;
  const s = Math.max(0, -slope);
  const now = (wy + s * wt) / w;
  return {
    level: (h) => now - fall * (1 - Math.exp((-s * h) / fall)),
    sd: (h) => Math.sqrt(0.1 ** 2 + 0.35 ** 2 * (1 - Math.exp(-h / 60))),
  };
}
