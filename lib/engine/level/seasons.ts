import { sizedLift } from '../event/curve.ts';
import type { ExtraEffect } from '../model/types.ts';
import { median } from '../numeric/quantile.ts';
import type { SeasonSettings } from '../types.ts';
import { yearAgreement } from './agreement.ts';
import type { CalendarDays } from './calendar-days.ts';
import { type Extra, levelDesign, type Part } from './design.ts';
import type { LevelHistory } from './history.ts';
import { fitRidge } from './ridge.ts';

/** The regression looks at most this far back: older days mislead more than they teach. */
const longestHistory = 2600;

/** What stage 1 says of the logarithm of the level, ln(level + offset) − centre: the parts that repeat. */
export interface Seasons {
  /** Last day of history that they were fitted to. */
  fittedThrough: number;
  offset: number;
  /** Median that was taken from the logarithms before the fit. */
  centre: number;
  /** Row 0 of `past`, on the even grid of rows: days, or weeks for weekly rows. */
  firstRowDay: number;
  /** Sum of the parts for each row of the history, and on to `firstDay`. */
  past: Float32Array;
  /** Parts of days `firstDay`, firstDay + 1, … */
  year: Float32Array;
  weekday: Float32Array;
  holiday: Float32Array;
  extras: ExtraEffect[];
}

/** The rows that a level is fitted to: the last 2600 days, counted from the first of them. */
export interface LevelRows {
  day: Int32Array;
  level: Float64Array;
  index: Int32Array;
}

export function levelRows({ day, level, index }: LevelHistory): LevelRows {
  const oldest = day.at(-1)! - longestHistory;
  const from = Math.max(
    0,
    day.findIndex((d) => d > oldest),
  );
  return {
    day: day.subarray(from),
    level: level.subarray(from),
    index: index.subarray(from).map((i) => i - index[from]!),
  };
}

/** Stage 1: one ridge on the logarithm of the level, of which only what repeats is kept, and of the year what its years agree on. */
export function fitSeasons(
  history: LevelHistory,
  calendar: CalendarDays,
  daysPerRow: number,
  firstDay: number,
  dayCount: number,
  launched: boolean,
  extras: readonly Extra[],
  steps: readonly number[],
  asked: Pick<SeasonSettings, 'week' | 'year'>,
): Seasons {
  const offset = logOffset(history.level);
  const { day, level, index } = levelRows(history);
  const log = level.map((l) => Math.log(Math.max(0, l) + offset));
  const centre = median(log);
  const last = day.at(-1)!;
  const designWith = (days: CalendarDays) =>
    levelDesign(day[0]!, last, daysPerRow, days, day, launched, extras, steps, asked);
  const design = designWith(calendar);
  const special = (d: number) => {
    for (let t = d - 1; t <= d + daysPerRow; t++) if (calendar.kinds.has(t)) return true;
    return calendar.around.has(d);
  };
  const beta = fitRidge(
    design,
    day,
    log.map((value) => value - centre),
    special,
  );
  const inFull = partWriter(design, beta, 1);
  const withYear = new Float64Array(index.at(-1)! + 1).fill(Number.NaN);
  for (let i = 0; i < day.length; i++) {
    const { total, year } = inFull(day[i]!);
    withYear[index[i]!] = log[i]! - centre - (total - year);
  }
  const belief = design.part.includes('year') ? yearAgreement(withYear, daysPerRow) : 1;
  const parts = partWriter(design, beta, belief);
  const { scaled } = calendar;
  const partsWithout = scaled && partWriter(designWith(scaled.without), beta, belief);
  const seasons: Seasons = {
    fittedThrough: last,
    offset,
    centre,
    firstRowDay: day[0]!,
    past: new Float32Array(Math.max(index.at(-1)! + 1, Math.ceil((firstDay - day[0]!) / daysPerRow))),
    year: new Float32Array(dayCount),
    weekday: new Float32Array(dayCount),
    holiday: new Float32Array(dayCount),
    extras: extras.map(({ kind, name }) => ({ kind, name, effect: new Float32Array(dayCount) })),
  };
  for (let t = 0; t < seasons.past.length; t++) seasons.past[t] = parts(day[0]! + t * daysPerRow).total;
  for (let d = 0; d < dayCount; d++) {
    const row = rowOf(firstDay + d, day[0]!, daysPerRow);
    const { year, weekday, holiday } = parts(row);
    seasons.year[d] = year;
    seasons.weekday[d] = weekday;
    const scale = scaled?.scale.get(row);
    if (scale === undefined) seasons.holiday[d] = holiday;
    else {
      const without = partsWithout!(row).holiday;
      seasons.holiday[d] = without + Math.log(sizedLift(Math.exp(holiday - without), scale));
    }
    for (let e = 0; e < extras.length; e++)
      extras[e]!.row(row, (column, x) => {
        seasons.extras[e]!.effect[d]! += beta[design.extraStart[e]! + column]! * x;
      });
  }
  return seasons;
}

/** The first day of the row that a day lies in: a day within a weekly row is forecast as its row. */
export const rowOf = (day: number, firstRowDay: number, daysPerRow: number) =>
  firstRowDay + Math.floor((day - firstRowDay) / daysPerRow) * daysPerRow;

/** 1 % of the median level (of the mean where most days are zero; 1 where all are): logarithms stay finite. */
function logOffset(level: Float64Array): number {
  const middle = median(level);
  if (middle > 0) return 0.01 * middle;
  let sum = 0;
  for (const l of level) sum += Math.max(0, l);
  return sum > 0 ? (0.1 * sum) / level.length : 1;
}

/** The parts of a day; of the yearly one the share `belief`. */
function partWriter(design: ReturnType<typeof levelDesign>, beta: Float64Array, belief: number) {
  const position = new Int32Array(design.columns * 2);
  const value = new Float64Array(design.columns * 2);
  return (day: number): Record<Exclude<Part, 'trend'> | 'total', number> => {
    const sum = { year: 0, weekday: 0, holiday: 0, extra: 0, total: 0 };
    const n = design.row(day, position, value);
    for (let k = 0; k < n; k++) {
      const part = design.part[position[k]!]!;
      if (part !== 'trend') sum[part] += value[k]! * beta[position[k]!]!;
    }
    sum.year *= belief;
    sum.total = sum.year + sum.weekday + sum.holiday + sum.extra;
    return sum;
  };
}
