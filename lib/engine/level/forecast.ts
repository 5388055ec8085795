import type { ExtraEffect } from '../model/types.ts';
import type { Break } from '../types.ts';
import type { CalendarDays } from './calendar-days.ts';
import { carryLevel, levelAt } from './carry.ts';
import { clipToNeighbours } from './clip.ts';
import type { LevelHistory } from './history.ts';
import { launchDecay } from './launch.ts';
import { levelRows, rowOf, type Seasons } from './seasons.ts';
import { findSlopeBreaks } from './slopes.ts';
import { findSteps, stepSum } from './steps.ts';
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
  /** Where the level stepped up or down, or grew at another rate, ascending. */
  breaks: Break[];
}

/** Stage 2: the level less its seasons, carried on by what a backtest prefers. */
export function forecastLevel(
  history: LevelHistory,
  seasons: Seasons,
  daysPerRow: number,
  firstDay: number,
  launched: boolean,
  calendar: CalendarDays,
  declared: readonly number[],
): LevelForecast {
  const dayCount = seasons.year.length;
  const { day, level, index } = levelRows(history);
  const last = day.at(-1)!;
  const adjusted = new Float64Array(index.at(-1)! + 1).fill(Number.NaN);
  for (let i = 0; i < day.length; i++)
    adjusted[index[i]!] =
      Math.log(Math.max(0, level[i]!) + seasons.offset) - seasons.centre - seasons.past[index[i]!]!;
  const n = adjusted.length;
  const special = (row: number) => calendar.kinds.has(day[0]! + row);
  // A date within a week counts for the week that has more of it.
  const known = declared.map((d) => Math.round((d - day[0]!) / daysPerRow));
  const steps = launched ? [] : findSteps(adjusted, known, daysPerRow, special);
  const raised = stepSum(steps, n);
  const clipped = clipToNeighbours(adjusted.map((x, t) => x - raised[t]!));
  const carried = carryLevel(clipped);
  const trend = chooseTrend(clipped, carried.past, daysPerRow);
  for (let b = 0; b < carried.level.length; b++) carried.level[b]! += raised[n - 1]!;
  for (let t = 0; t < n; t++) carried.past[t]! += raised[t]!;
  const decay = launched ? launchDecay(adjusted, daysPerRow) : undefined;
  const uncertainty = levelUncertainty(
    adjusted,
    carried.past,
    daysPerRow,
    expectedJitter(history.blocks, history.level),
  );
  const breaks = [
    ...steps.map(({ row, size, declared }) => ({ row, kind: 'level' as const, size, declared })),
    ...(launched ? [] : findSlopeBreaks(clipped, daysPerRow)).map(({ row, change }) => ({
      row,
      kind: 'slope' as const,
      size: (change * 365) / daysPerRow,
      declared: false,
    })),
  ]
    .sort((one, other) => one.row - other.row)
    .map(({ row, size, ...rest }) => ({ day: day[0]! + row * daysPerRow, size: Math.exp(size), ...rest }));
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
    breaks,
  };
  for (let d = 0; d < dayCount; d++) {
    const h = Math.max(1, (rowOf(firstDay + d, day[0]!, daysPerRow) - last) / daysPerRow);
    out.level[d] = seasons.centre + (decay?.level(h * daysPerRow) ?? levelAt(carried, h) + trend(h));
    out.sharedSd[d] = decay?.sd(h * daysPerRow) ?? uncertainty.shared(h);
  }
  return out;
}
