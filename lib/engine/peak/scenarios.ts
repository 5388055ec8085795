import type { ForecastModel } from '../model/types.ts';
import { normalQuantile } from '../numeric/normal.ts';
import { randomFrom, shuffle } from '../numeric/random.ts';
import { isRest } from './day-paths.ts';

export const scenarioCount = 400;
/** With fewer past days of its kind a day draws from all of them. */
const leastDays = 8;
const seed = 20_261_123;

/** What may happen on the days of a horizon, in `scenarioCount` equally likely ways; shape (days, scenarios). */
export interface Scenarios {
  /** Local date of row 0. */
  firstDay: number;
  /** What the level's error multiplies the day by. */
  level: Float64Array;
  /** Which of the model's day paths the day takes. */
  path: Uint16Array;
  /** A standard normal for what the day's event leaves unsure. */
  event: Float64Array;
}

/**
 * Draws days up to `lastDay`. The shared error of the level is a path: its correlation between neighbouring days is
 * that of a random walk with the model's variances, sd(d−1)/sd(d); each day adds its own. Every day's normals are one
 * stratified sample in shuffled order, so that quantiles of single days carry little noise of their own.
 */
export function drawScenarios(model: ForecastModel, lastDay: number): Scenarios {
  const n = scenarioCount;
  const { sharedSd, ownSd, dayOff } = model.days;
  const count = lastDay - model.firstDay + 1;
  const random = randomFrom(seed);
  const order = Uint16Array.from({ length: n }, (_, s) => s);
  const normal = Float64Array.from({ length: n }, (_, s) => normalQuantile((s + 0.5) / n));
  const level = new Float64Array(count * n);
  const path = new Uint16Array(count * n);
  const event = new Float64Array(count * n);
  const shared = new Float64Array(n);
  const kinds = pathsByKind(model);
  for (let d = 0, at = 0; d < count; d++) {
    const sd = sharedSd[d]!;
    const before = d === 0 ? 0 : sharedSd[d - 1]!;
    const stay = d === 0 || !(sd > 0 && before > 0) ? 0 : Math.min(sd / before, before / sd);
    const move = Math.sqrt(1 - stay * stay);
    shuffle(order, random);
    for (let s = 0; s < n; s++) shared[s] = stay * shared[s]! + move * normal[order[s]!]!;
    shuffle(order, random);
    const paths = kinds[isRest(model.firstDay + d, dayOff[d] === 1) ? 1 : 0]!;
    for (let s = 0; s < n; s++) level[at + s] = Math.exp(sd * shared[s]! + ownSd[d]! * normal[order[s]!]!);
    shuffle(order, random);
    for (let s = 0; s < n; s++) {
      path[at + s] = paths[order[s]! % paths.length] ?? 0;
      event[at + s] = normal[order[s]!]!;
    }
    at += n;
  }
  return { firstDay: model.firstDay, level, path, event };
}

/** Positions of the paths of working days and of days of rest; of all where there are few. */
function pathsByKind({ paths }: ForecastModel): number[][] {
  const all = Array.from(paths.rest, (_, j) => j);
  return [0, 1].map((kind) => {
    const own = all.filter((j) => paths.rest[j] === kind);
    return own.length >= leastDays ? own : all;
  });
}
