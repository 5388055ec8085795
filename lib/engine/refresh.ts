import { movesDays } from './level/calendar-days.ts';
import type { LevelForecast } from './level/forecast.ts';
import type { LevelHistory } from './level/history.ts';
import { levelRows, type Seasons } from './level/seasons.ts';
import type { Basis, ForecastModel } from './model/types.ts';
import { Fingerprint } from './numeric/fingerprint.ts';
import { quantile } from './numeric/quantile.ts';
import { dayMs, parseDay } from './time/local.ts';
import type { Calendar, DayDigest, FitOptions, SeriesSettings } from './types.ts';
import { engineVersion } from './version.ts';

/**
 * A refresh carries on the level and measures its noise every time, in a pass over the digests. What repeats (stage 1's
 * regression and the profile, nearly all of the cost of a fit) is taken over from the previous model as long as
 *
 * 1. it is less than a week old, and the history longer than 500 days: before, each week still teaches much of the year;
 * 2. nothing that it was fitted to has changed: engine, settings, calendar, declared spans, or a day of history older
 *    than a week before its last (`basisMark`);
 * 3. none of the new days lies farther from the level carried to it than twice what 95 % of the days before did (`surprised`).
 *
 * Else it is fitted anew. Series of weekly rows, launches and regressors always are.
 */
export const refreshDays = 7;

export interface RefreshOptions extends FitOptions {
  /** The model of a cutoff shortly before, which this one goes on from. */
  previous?: ForecastModel;
}

const youngest = 500;
const farOff = 2;

/** The previous model's seasons for this history, while they hold. */
export function keptSeasons(
  previous: ForecastModel,
  history: LevelHistory,
  firstDay: number,
  dayCount: number,
  mark: (fittedThrough: number, columnsEnd: number) => string,
): Seasons | undefined {
  const { basis, days } = previous;
  if (basis === undefined) return undefined;
  const last = history.day.at(-1)!;
  const age = last - basis.fittedThrough;
  const spare = previous.firstDay + days.year.length - (firstDay + dayCount);
  if (last - history.day[0]! < youngest || age < 0 || age >= refreshDays) return undefined;
  if (firstDay < previous.firstDay || spare < 0) return undefined;
  if (mark(basis.fittedThrough, previous.firstDay + days.year.length) !== basis.mark) return undefined;
  return seasonsFrom(previous, basis, history, firstDay);
}

function seasonsFrom(
  { days, extras, offset, firstDay: oldFirstDay }: ForecastModel,
  basis: Basis,
  history: LevelHistory,
  firstDay: number,
): Seasons | undefined {
  const { day } = levelRows(history);
  const firstRowDay = day[0]!;
  if (firstRowDay < basis.firstRowDay) return undefined;
  const { year, weekday, holiday } = days;
  const past = new Float32Array(Math.max(day.at(-1)! + 1, firstDay) - firstRowDay);
  for (let t = 0; t < past.length; t++) {
    const d = firstRowDay + t - oldFirstDay;
    if (d < 0) past[t] = basis.past[firstRowDay + t - basis.firstRowDay]!;
    else {
      past[t] = year[d]! + weekday[d]! + holiday[d]!;
      for (const { effect } of extras) past[t]! += effect[d]!;
    }
  }
  const ahead = (column: Float32Array) => column.slice(firstDay - oldFirstDay);
  return {
    fittedThrough: basis.fittedThrough,
    offset,
    centre: basis.centre,
    firstRowDay,
    past,
    year: ahead(year),
    weekday: ahead(weekday),
    holiday: ahead(holiday),
    extras: extras.map((extra) => ({ ...extra, effect: ahead(extra.effect) })),
  };
}

/** Whether a day after `fittedThrough` lies far from the level carried to it, measured by the days before. */
export function surprised({ adjusted, past, firstRowDay }: LevelForecast, fittedThrough: number): boolean {
  const fitted = fittedThrough - firstRowDay + 1;
  const distance = adjusted.map((x, t) => (t === 0 ? Number.NaN : Math.abs(x - past[t - 1]!)));
  const limit = farOff * quantile(distance.subarray(0, fitted), 0.95);
  return distance.subarray(fitted).some((d) => d > limit);
}

/**
 * Fingerprint of what seasons and profile are fitted to, as far as it is older than a week before `fittedThrough` (what
 * arrives late completes the last days) or lies in the calendar before `columnsEnd`.
 */
export function basisMark(
  digests: readonly DayDigest[],
  settings: SeriesSettings,
  calendar: Calendar,
  { cutoff: _, horizonEnd: __, previous: ___, widths: ____, ...declared }: RefreshOptions,
  shift: number,
): (fittedThrough: number, columnsEnd: number) => string {
  return (fittedThrough, columnsEnd) => {
    const print = new Fingerprint();
    print.number(engineVersion);
    print.text(settings.timeZone);
    print.number(settings.stepSeconds);
    print.text(settings.metricKind);
    print.number(shift);
    print.text(JSON.stringify(declared));
    for (const { date, name } of calendar.holidays) {
      if (parseDay(date) >= columnsEnd) continue;
      print.text(date);
      print.text(name);
    }
    for (const event of calendar.events) {
      const { kind, start, end, ...declared } = event;
      // Of what acts by the minute only the hours in the past are kept from the base.
      if (start >= (movesDays(event, settings) ? columnsEnd : fittedThrough + 1) * dayMs) continue;
      const { scale, like, launch, stock } = declared;
      print.text(JSON.stringify([kind, scale, like, launch, stock]));
      print.number(start);
      print.number(end ?? Number.POSITIVE_INFINITY);
    }
    for (const { day, present, mean } of digests) {
      if (day > fittedThrough - refreshDays) break;
      print.number(day);
      print.number(present);
      print.number(mean);
    }
    return print.toString();
  };
}
