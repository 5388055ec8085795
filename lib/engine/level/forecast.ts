import type { ExtraEffect } from '../model/types.ts';
import { carryLevel, levelAt } from './carry.ts';
import { clipToNeighbours } from './clip.ts';
import type { LevelHistory } from './history.ts';
import { launchDecay } from './launch.ts';
import { levelRows, rowOf, type Seasons } from './seasons.ts';
import { chooseTrend } from './trend.ts';
import { expectedJitter, levelUncertainty } from './uncertainty.ts';

/** Forecast of the log level by local day, in parts that add up; and what backtests need of the past. */
export interface LevelForecast {
  /** Columns for days `firstDay`, firstDay + 1, … */
  level: Float32Array;
  year: Float32Array;
  weekday: Float32Array;
  holiday: Float32Array;
  extras: ExtraEffect[];
  sharedSd: Float32Array;
  ownSd: Float32Array;
  offset: number;
  /** Median that was taken from the logarithms before the fit. */
  centre: number;
  /** Local date of row 0 of the columns below. */
  firstRowDay: number;
  /** On the even grid of rows: seasonal part, adjusted level (NaN where missing), carried level after each row. */
  season: Float32Array;
  adjusted: Float64Array;
  past: Float64Array;
}

/** Stage 2: the level less its seasons, carried on by what a backtest prefers. */
export function forecastLevel(
  history: LevelHistory,
  seasons: Seasons,
  daysPerRow: number,
  firstDay: number,
  launched: boolean,
): LevelForecast {
  const dayCount = seasons.year.length;
  const { day, level, index } = levelRows(history);
  const last = day.at(-1)!;
  const adjusted = new Float64Array(index.at(-1)! + 1).fill(Number.NaN);
  for (let i = 0; i < day.length; i++)
    adjusted[index[i]!] =
      Math.log(Math.max(0, level[i]!) + seasons.offset) - seasons.centre - seasons.past[index[i]!]!;
  const clipped = clipToNeighbours(adjusted);
  const carried = carryLevel(clipped);
  const trend = chooseTrend(clipped, carried.past, daysPerRow);
  const decay = launched ? launchDecay(adjusted, daysPerRow) : undefined;
  const uncertainty = levelUncertainty(
    adjusted,
    carried.past,
    daysPerRow,
    expectedJitter(history.blocks, history.level),
  );
  const out: LevelForecast = {
    level: new Float32Array(dayCount),
    year: seasons.year,
    weekday: seasons.weekday,
    holiday: seasons.holiday,
    extras: seasons.extras,
    sharedSd: new Float32Array(dayCount),
    ownSd: new Float32Array(dayCount).fill(uncertainty.own),
    offset: seasons.offset,
    centre: seasons.centre,
    firstRowDay: day[0]!,
    season: seasons.past,
    adjusted,
    past: carried.past,
  };
  for (let d = 0; d < dayCount; d++) {
    const h = Math.max(1, (rowOf(firstDay + d, day[0]!, daysPerRow) - last) / daysPerRow);
    out.level[d] = seasons.centre + (decay?.level(h * daysPerRow) ?? levelAt(carried, h) + trend(h));
    out.sharedSd[d] = decay?.sd(h * daysPerRow) ?? uncertainty.shared(h);
  }
  return out;
}
