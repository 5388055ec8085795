import type { DayLayout } from '../digest/layout.ts';
import { grainNoise, writeFactors } from '../expand/noise-factors.ts';
import type { LevelForecast } from '../level/forecast.ts';
import type { LevelHistory } from '../level/history.ts';
import { type ForecastModel, pools } from '../model/types.ts';
import { writeProfile } from '../profile/row.ts';
import type { Accuracy } from '../types.ts';

const mostOrigins = 8;
const longestHorizon = 28;

/**
 * Rolling origins over the last days: the carried level as it stood at each origin, with the seasons and the profile of
 * the whole fit (which is kinder than a fit at each origin), against blocks (or rows) that followed; beside it
 * the weekly seasonal naive: the same block of the last week (weeks: row) before the origin.
 */
export function measureAccuracy(
  model: ForecastModel,
  history: LevelHistory,
  level: LevelForecast,
  layout: DayLayout,
  dayOff: (day: number) => boolean,
): Accuracy {
  const n = level.adjusted.length;
  const season = layout.daysPerRow === 1 ? 7 : 1;
  const horizon = Math.max(1, Math.min(Math.round(longestHorizon / layout.daysPerRow), Math.floor(n / 4)));
  const first = Math.max(season, n - horizon * (mostOrigins / 2) - 1);
  const last = n - 1 - horizon;
  const origins = Math.max(0, Math.min(mostOrigins, last - first + 1));
  const start = history.index.at(-1)! - (n - 1);
  const rowAt = new Map<number, number>();
  history.index.forEach((index, i) => {
    rowAt.set(index - start, i);
  });
  const { blocks } = layout;
  const profile = new Float64Array(blocks);
  const none = new Float64Array(pools);
  const grain = grainNoise(model.noise, 86_400 / blocks, 86_400 / blocks, [0.1, 0.5, 0.9]);
  const factors = new Float64Array(3 * pools);
  let error = 0;
  let naiveError = 0;
  let size = 0;
  let inside = 0;
  let count = 0;
  for (let o = 0; o < origins; o++) {
    const t = origins === 1 ? first : Math.round(first + ((last - first) * o) / (origins - 1));
    for (let h = 1; h <= horizon; h++) {
      const row = rowAt.get(t + h);
      const naiveRow = rowAt.get(t + h - season * Math.ceil(h / season));
      if (row === undefined || naiveRow === undefined) continue;
      const day = history.day[row]!;
      const l = Math.max(0, Math.exp(level.centre + level.past[t]! + level.season[t + h]!) - level.offset);
      const d = Math.min(Math.max(0, h - 1) * layout.daysPerRow, model.days.ownSd.length - 1);
      writeProfile(model.profile, day, dayOff(day), profile);
      writeFactors(grain, model.days.sharedSd[d]! ** 2 + model.days.ownSd[d]! ** 2, none, factors);
      for (let b = 0; b < blocks; b++) {
        const y = history.blocks[row * blocks + b]!;
        const naive = history.blocks[naiveRow * blocks + b]!;
        if (Number.isNaN(y) || Number.isNaN(naive)) continue;
        const pool = Math.floor((b * pools) / blocks);
        const mean = l * profile[b]!;
        error += Math.abs(y - mean * factors[pools + pool]!);
        naiveError += Math.abs(y - naive);
        size += Math.abs(y - model.shift);
        if (y >= mean * factors[pool]! && y <= mean * factors[2 * pools + pool]!) inside++;
        count++;
      }
    }
  }
  if (!(size > 0)) return { origins: 0, horizonDays: 0, wape: 0, naiveWape: 0, coverage: 0 };
  return {
    origins,
    horizonDays: horizon * layout.daysPerRow,
    wape: error / size,
    naiveWape: naiveError / size,
    coverage: inside / count,
  };
}
