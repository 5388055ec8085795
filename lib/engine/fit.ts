import { measureAccuracy } from './accuracy/measure.ts';
import { findExclusions } from './clean/find.ts';
import { outsideSpans, withoutSpans } from './clean/without-spans.ts';
import { defaultSeasons } from './configuration.ts';
import { dayLayout } from './digest/layout.ts';
import { baseRate } from './event/base.ts';
import { boundedLifts } from './event/bound.ts';
import { type BaseRate, pastEditions } from './event/edition.ts';
import { launchLifts } from './event/launch-lift.ts';
import { eventLifts } from './event/lift.ts';
import { launchFindings, type PastLaunch, pastLift, takeOutLaunches } from './event/past-launch.ts';
import { endedByStock } from './event/stock.ts';
import { holidayFindings } from './explain/holiday-findings.ts';
import { calendarDays } from './level/calendar-days.ts';
import { forecastLevel } from './level/forecast.ts';
import { levelHistory } from './level/history.ts';
import { isLaunch } from './level/launch.ts';
import { baseRows } from './level/rows.ts';
import { fitSeasons, type Seasons } from './level/seasons.ts';
import { modelSpan, negativeShift } from './model/span.ts';
import { type ForecastModel, modelVersion, pools } from './model/types.ts';
import { countsWhole } from './model/whole.ts';
import { type FittedDay, fitNoise, noNoise } from './noise/fit.ts';
import { widen } from './noise/widen.ts';
import { dayPaths } from './peak/day-paths.ts';
import { periodColumns } from './period/columns.ts';
import { fitProfile } from './profile/fit.ts';
import { writeProfile } from './profile/row.ts';
import { fitShape } from './profile/shape.ts';
import { basisMark, keptSeasons, type RefreshOptions, refreshDays, surprised } from './refresh.ts';
import { regressorColumns } from './regressor/columns.ts';
import { localDay, startOfDay } from './time/local.ts';
import type { Calendar, DayDigest, Exclusion, SeriesSettings, Span } from './types.ts';

export type FitOutcome = { status: 'ok'; model: ForecastModel } | { status: 'failed'; reason: string };

const noiseDays = 84;

/**
 * Fits the log-additive model: level of the day (trend, year, weekday, calendar) × profile of the day × shape
 * inside its blocks, with quantiles from its own past errors. Reads digests before the cutoff only. A history
 * that cannot be fitted is an outcome with its reason; only settings that make no sense throw (RangeError).
 */
export function fit(
  seen: readonly DayDigest[],
  settings: SeriesSettings,
  calendar: Calendar,
  options: RefreshOptions,
): FitOutcome {
  const layout = dayLayout(settings.stepSeconds);
  const span = modelSpan(settings, options);
  const declared = options.exclusions ?? [];
  const trusted = withoutSpans(seen, declared, settings.timeZone, layout);
  const shift = settings.metricKind === 'gauge' ? negativeShift(trusted) : 0;
  const rowsOf = (some: readonly DayDigest[]) =>
    baseRows(some, settings, calendar, layout, options.cutoff, shift);
  const found = findExclusions(rowsOf(trusted), settings, calendar, layout);
  const digests = withoutSpans(trusted, found, settings.timeZone, layout);
  const rows = rowsOf(digests);
  const launches = takeOutLaunches(calendar.events, rows, settings, layout, options.cutoff, shift);
  const history = levelHistory(rows, layout);
  const n = history.day.length;
  if (n === 0)
    return {
      status: 'failed',
      reason: `No day before the cutoff has enough of its steps seen (of ${rows.length} days with observations)${outsideSpans(options)}`,
    };
  const kinds = calendarDays(calendar, settings, options.cutoff);
  const dayOff = (day: number) => kinds.holidays.has(day);
  const launched = isLaunch(calendar, startOfDay(settings.timeZone, history.day[0]!), options.cutoff);
  const { previous, regressors = [], breaks = [], seasons: asked = defaultSeasons } = options;
  const refreshable = layout.daysPerRow === 1 && !launched && regressors.length === 0;
  const mark = basisMark(digests, settings, calendar, options, shift);
  const carryOn = (seasons: Seasons) =>
    forecastLevel(history, seasons, layout.daysPerRow, span.firstDay, launched, kinds, breaks);
  const refreshed = () => {
    if (previous === undefined || !refreshable) return undefined;
    const seasons = keptSeasons(previous, history, span.firstDay, span.dayCount, mark);
    const level = seasons && carryOn(seasons);
    if (level === undefined || surprised(level, seasons!.fittedThrough)) return undefined;
    return { seasons: seasons!, level, profile: previous.profile };
  };
  const fittedAnew = () => {
    const dayCount = span.dayCount + (refreshable ? refreshDays : 0);
    const lastDay = localDay(settings.timeZone, span.horizonEnd - 1);
    const spanOfHistory = history.day[n - 1]! - history.day[0]! + layout.daysPerRow;
    const columns = [
      ...periodColumns(asked.periods, kinds.holidays, layout.daysPerRow, spanOfHistory),
      ...regressorColumns(regressors, settings, history.day, layout.daysPerRow, lastDay),
    ];
    const seasonsWith = (steps: readonly number[]) =>
      fitSeasons(history, kinds, layout.daysPerRow, span.firstDay, dayCount, launched, columns, steps, asked);
    let seasons = seasonsWith([]);
    let level = carryOn(seasons);
    const steps = level.breaks.filter(({ kind }) => kind === 'level');
    if (steps.length > 0) {
      // A step that the regression does not know of bends the year and the weeks around it.
      seasons = seasonsWith(steps.map(({ day }) => day));
      level = carryOn(seasons);
    }
    return {
      seasons,
      level,
      profile: fitProfile(history, layout.blocks, dayOff, asked),
    };
  };
  const { seasons, level, profile } = refreshed() ?? fittedAnew();
  const dayCount = seasons.year.length;
  const shape = fitShape(
    rows.map(({ digest }) => digest),
    layout,
  );

  const rowOfDay = new Map(rows.map((row) => [row.day, row]));
  const fittedDays: FittedDay[] = [];
  for (let i = 0; i < n; i++) {
    const day = history.day[i]!;
    if (day <= history.day[n - 1]! - noiseDays) continue;
    const fitted = new Float64Array(layout.blocks);
    writeProfile(profile, day, dayOff(day), fitted);
    for (let b = 0; b < fitted.length; b++) fitted[b]! *= history.level[i]!;
    fittedDays.push({ ...rowOfDay.get(day)!, fitted });
  }
  const { noise, meanRatio } =
    layout.steps === 1
      ? { noise: noNoise(), meanRatio: new Float64Array(pools).fill(1) }
      : fitNoise(fittedDays, layout, shape);
  const scaledShape = shape.map((s, k) => s * meanRatio[Math.floor((k * pools) / layout.steps)]!);
  const past =
    layout.steps === 1
      ? []
      : pastEditions(
          calendar.events,
          digests,
          settings,
          options.cutoff,
          withLaunches(baseRate(settings, layout, history, level, profile, scaledShape, dayOff), launches),
          shift,
        );
  const { lifts, editions, most } = eventLifts(
    layout.steps === 1 ? [] : calendar.events,
    past,
    settings,
    options.cutoff,
    span.horizonEnd,
  );
  const model: ForecastModel = {
    schemaVersion: modelVersion,
    method: 'log-additive',
    settings: { ...settings },
    cutoff: options.cutoff,
    horizonEnd: span.horizonEnd,
    accuracy: { origins: 0, horizonDays: 0, wape: 0, naiveWape: 0, coverage: 0 },
    firstDay: span.firstDay,
    shift,
    offset: level.offset,
    whole: countsWhole(seen, settings, span.firstDay),
    days: {
      level: level.level,
      year: level.year,
      weekday: level.weekday,
      holiday: level.holiday,
      sharedSd: level.sharedSd,
      ownSd: level.ownSd,
      dayOff: Uint8Array.from({ length: dayCount }, (_, d) => (dayOff(span.firstDay + d) ? 1 : 0)),
    },
    extras: level.extras,
    profile,
    shape: Float32Array.from(scaledShape),
    noise,
    paths: dayPaths(fittedDays, layout, scaledShape, dayOff),
    ...lifts,
    findings: {
      exclusions: [...declared.map(asExclusion), ...found].sort((a, b) => a.start - b.start),
      breaks: level.breaks,
      editions: [...editions, ...launchFindings(launches, options.cutoff)].sort((a, b) => a.start - b.start),
      holidays: holidayFindings(calendar.holidays, level.holiday, span.firstDay, history.day),
    },
    ...(refreshable && {
      basis: {
        mark: mark(seasons.fittedThrough, span.firstDay + dayCount),
        fittedThrough: seasons.fittedThrough,
        centre: seasons.centre,
        firstRowDay: seasons.firstRowDay,
        past: seasons.past.slice(0, span.firstDay - seasons.firstRowDay),
      },
    }),
  };
  const lifted = launchLifts(model, calendar.events, launches);
  model.curves = lifted.curves;
  model.events = boundedLifts({ ...model, events: lifted.events }, new Map([...most, ...lifted.most]));
  model.events = endedByStock(model, calendar.events, launches);
  model.accuracy = measureAccuracy(model, history, level, layout, dayOff);
  if (options.widths !== undefined) widen(model, options.widths);
  return { status: 'ok', model };
}

/** What the model has without events, times what was taken out of the history for launches. */
function withLaunches(base: BaseRate, launches: readonly PastLaunch[]): BaseRate {
  if (launches.length === 0) return base;
  return (instant) => launches.reduce((rate, launch) => rate * pastLift(launch, instant), base(instant));
}

/** Nothing of a declared span is seen, so nothing can be said of its size. */
const asExclusion = ({ start, end }: Span): Exclusion => ({
  start,
  end,
  reason: 'declared',
  size: Number.NaN,
});
