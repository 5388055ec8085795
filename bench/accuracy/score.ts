import { startOfLocalDay } from '../../lib/engine/index.ts';
import type { Task } from './task.ts';

/** A forecast of each actual step of a task, NaN where it has none, and of the highest hourly mean of each local day. */
export interface Answer {
  q10: Float64Array;
  q50: Float64Array;
  q90: Float64Array;
  mean: Float64Array;
  /** By the day's first instant; without it the highest hourly mean of q50. */
  peaks?: Map<number, { q10: number; q50: number; q90: number }>;
}

/** As `../shared/tasks/README.md` and the head of its `score.py` define them; NaN where a metric has no meaning. */
export interface Scores {
  wape: number;
  bias: number;
  pinball: number;
  cover: number;
  dayWape: number;
  dayPeak: number;
  dayPeakBias: number;
  peakCover: number;
  eventWape: number;
  eventPeak: number;
}

export const metrics = [
  'wape',
  'bias',
  'pinball',
  'cover',
  'dayWape',
  'dayPeak',
  'dayPeakBias',
  'peakCover',
  'eventWape',
  'eventPeak',
] as const satisfies (keyof Scores)[];

const hourMs = 3_600_000;
const dayMs = 86_400_000;

export function score(task: Task, answer: Answer): Scores {
  const { time, value } = task.actual;
  const { stepSeconds, timeZone } = task.request;
  const kept: number[] = [];
  for (let i = 0; i < time.length; i++) if (task.scored[i] === 1 && !Number.isNaN(value[i]!)) kept.push(i);
  const y = (i: number) => value[i]!;
  // A step without a forecast is charged as a forecast of zero, as score.py does.
  const at = (column: Float64Array, i: number) => (Number.isNaN(column[i]!) ? 0 : column[i]!);
  const sum = (of: (i: number) => number, over = kept) => over.reduce((total, i) => total + of(i), 0);
  const size = sum((i) => Math.abs(y(i)));
  const loss = (p: number, q: number, i: number) => Math.max(p * (y(i) - q), (p - 1) * (y(i) - q));
  const scores: Scores = {
    wape: sum((i) => Math.abs(y(i) - at(answer.q50, i))) / size,
    bias: sum((i) => at(answer.mean, i) - y(i)) / sum(y),
    pinball:
      sum(
        (i) =>
          (2 / 3) *
          (loss(0.1, answer.q10[i]!, i) + loss(0.5, at(answer.q50, i), i) + loss(0.9, answer.q90[i]!, i)),
      ) / size,
    cover: sum((i) => (y(i) >= answer.q10[i]! && y(i) <= answer.q90[i]! ? 1 : 0)) / kept.length,
    dayWape: Number.NaN,
    dayPeak: Number.NaN,
    dayPeakBias: Number.NaN,
    peakCover: Number.NaN,
    eventWape: Number.NaN,
    eventPeak: Number.NaN,
  };
  const inside = new Set<number>();
  const eventPeaks: number[] = [];
  for (const { start, end } of task.events) {
    if (end === undefined) continue;
    const from = stepSeconds >= 7 * 86_400 ? start - 6 * dayMs : start;
    const within = kept.filter((i) => time[i]! >= from && time[i]! < end);
    if (within.length === 0) continue;
    for (const i of within) inside.add(i);
    eventPeaks.push(
      Math.abs(Math.max(...within.map((i) => at(answer.q50, i))) / Math.max(...within.map(y)) - 1),
    );
  }
  if (inside.size > 0) {
    const over = [...inside];
    scores.eventWape =
      sum((i) => Math.abs(y(i) - at(answer.q50, i)), over) / sum((i) => Math.abs(y(i)), over);
    scores.eventPeak = eventPeaks.reduce((a, b) => a + b, 0) / eventPeaks.length;
  }
  if (stepSeconds < 86_400) Object.assign(scores, byDay());
  return scores;

  function byDay() {
    interface Mean {
      y: number;
      median: number;
      mean: number;
      n: number;
    }
    const hours = new Map<number, Mean>();
    const days = new Map<number, Mean>();
    let day = Number.NaN;
    let dayEnd = Number.NEGATIVE_INFINITY;
    const dayOfHour = new Map<number, number>();
    for (const i of kept) {
      if (time[i]! >= dayEnd) {
        day = startOfLocalDay(timeZone, time[i]!);
        dayEnd = startOfLocalDay(timeZone, day + 36 * hourMs);
      }
      const hour = Math.floor(time[i]! / hourMs) * hourMs;
      if (!hours.has(hour)) dayOfHour.set(hour, startOfLocalDay(timeZone, hour));
      for (const [map, key] of [
        [hours, hour],
        [days, day],
      ] as const) {
        const mean = map.get(key) ?? { y: 0, median: 0, mean: 0, n: 0 };
        mean.y += y(i);
        mean.median += at(answer.q50, i);
        mean.mean += at(answer.mean, i);
        mean.n++;
        map.set(key, mean);
      }
    }
    let dayError = 0;
    let daySize = 0;
    for (const { y: total, mean, n } of days.values()) {
      dayError += Math.abs(total - mean) / n;
      daySize += Math.abs(total) / n;
    }
    const highest = new Map<number, { y: number; median: number }>();
    for (const [hour, { y: total, median, n }] of hours) {
      const of = dayOfHour.get(hour)!;
      const before = highest.get(of) ?? { y: Number.NEGATIVE_INFINITY, median: Number.NEGATIVE_INFINITY };
      highest.set(of, { y: Math.max(before.y, total / n), median: Math.max(before.median, median / n) });
    }
    let error = 0;
    let signed = 0;
    let total = 0;
    let within = 0;
    for (const [of, actual] of highest) {
      const peak = answer.peaks?.get(of);
      const median = peak?.q50 ?? actual.median;
      error += Math.abs(median - actual.y);
      signed += median - actual.y;
      total += actual.y;
      if (peak !== undefined && actual.y >= peak.q10 && actual.y <= peak.q90) within++;
    }
    return {
      dayWape: dayError / daySize,
      dayPeak: error / total,
      dayPeakBias: signed / total,
      peakCover: answer.peaks === undefined ? Number.NaN : within / highest.size,
    };
  }
}
