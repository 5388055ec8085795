import type { ExtraEffect } from '../model/types.ts';
import { median } from '../numeric/quantile.ts';
import type { CalendarDays } from './calendar-days.ts';
import { carryLevel, levelAt } from './carry.ts';
import { clipToNeighbours } from './clip.ts';
import { type Extra, levelDesign, type Part } from './design.ts';
import type { LevelHistory } from './history.ts';
import { launchDecay } from './launch.ts';
import { fitRidge } from './ridge.ts';
import { chooseTrend } from './trend.ts';
import { levelUncertainty } from './uncertainty.ts';

/** The regression looks at most this far back: older days mislead more than they teach. */
const longestHistory = 2600;

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
  season: Float64Array;
  adjusted: Float64Array;
  past: Float64Array;
}

/** Two stages: a ridge for what repeats, then the adjusted level carried on by what a backtest prefers. */
export function forecastLevel(
  history: LevelHistory,
  calendar: CalendarDays,
  daysPerRow: number,
  firstDay: number,
  dayCount: number,
  launched: boolean,
  extras: readonly Extra[],
): LevelForecast {
  const offset = logOffset(history.level);
  const from = Math.max(
    0,
    history.day.findIndex((d) => d > history.day.at(-1)! - longestHistory),
  );
  const day = history.day.subarray(from);
  const log = Float64Array.from(history.level.subarray(from), (l) => Math.log(Math.max(0, l) + offset));
  const centre = median(log);
  const z = log.map((value) => value - centre);
  const last = day.at(-1)!;
  const design = levelDesign(day[0]!, last, daysPerRow, calendar, day, launched, extras);
  const special = (d: number) => {
    for (let t = d - 1; t <= d + daysPerRow; t++) if (calendar.kinds.has(t)) return true;
    return false;
  };
  const beta = fitRidge(design, day, z, special);
  const parts = partWriter(design, beta);

  const index = history.index.subarray(from).map((i) => i - history.index[from]!);
  const n = index.at(-1)! + 1;
  const season = new Float64Array(n);
  const adjusted = new Float64Array(n).fill(Number.NaN);
  for (let t = 0; t < n; t++) season[t] = parts(day[0]! + t * daysPerRow).total;
  for (let i = 0; i < day.length; i++) adjusted[index[i]!] = z[i]! - season[index[i]!]!;
  const clipped = clipToNeighbours(adjusted);
  const carried = carryLevel(clipped);
  const trend = chooseTrend(clipped, carried.past, daysPerRow);
  const decay = launched ? launchDecay(adjusted, daysPerRow) : undefined;
  const uncertainty = levelUncertainty(adjusted, carried.past, daysPerRow);

  const column = () => new Float32Array(dayCount);
  const out: LevelForecast = {
    level: column(),
    year: column(),
    weekday: column(),
    holiday: column(),
    extras: extras.map(({ kind, name }) => ({ kind, name, effect: column() })),
    sharedSd: column(),
    ownSd: column().fill(uncertainty.own),
    offset,
    centre,
    firstRowDay: day[0]!,
    season,
    adjusted,
    past: carried.past,
  };
  for (let d = 0; d < dayCount; d++) {
    // A day within a weekly row is forecast as its row.
    const row = day[0]! + Math.floor((firstDay + d - day[0]!) / daysPerRow) * daysPerRow;
    const h = Math.max(1, (row - last) / daysPerRow);
    const { year, weekday, holiday } = parts(row);
    out.level[d] = centre + (decay?.level(h * daysPerRow) ?? levelAt(carried, h) + trend(h));
    out.year[d] = year;
    out.weekday[d] = weekday;
    out.holiday[d] = holiday;
    for (let e = 0; e < extras.length; e++)
      extras[e]!.row(row, (column, x) => {
        out.extras[e]!.effect[d]! += beta[design.extraStart[e]! + column]! * x;
      });
    out.sharedSd[d] = decay?.sd(h * daysPerRow) ?? uncertainty.shared(h);
  }
  return out;
}

/** 1 % of the median level (of the mean where most days are zero; 1 where all are): logarithms stay finite. */
function logOffset(level: Float64Array): number {
  const middle = median(level);
  if (middle > 0) return 0.01 * middle;
  let sum = 0;
  for (const l of level) sum += Math.max(0, l);
  return sum > 0 ? (0.1 * sum) / level.length : 1;
}

function partWriter(design: ReturnType<typeof levelDesign>, beta: Float64Array) {
  const position = new Int32Array(design.columns * 2);
  const value = new Float64Array(design.columns * 2);
  return (day: number): Record<Part | 'total', number> => {
    const sum = { trend: 0, year: 0, weekday: 0, holiday: 0, extra: 0, total: 0 };
    const n = design.row(day, position, value);
    for (let k = 0; k < n; k++) sum[design.part[position[k]!]!] += value[k]! * beta[position[k]!]!;
    sum.total = sum.year + sum.weekday + sum.holiday + sum.extra;
    return sum;
  };
}
