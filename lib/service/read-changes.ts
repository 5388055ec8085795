import {
  addLocalDays,
  type Changes,
  expand,
  explain,
  type ForecastCase,
  type ForecastModel,
  whatChanged,
} from '../engine/index.ts';
import type { ChangesAnswer } from './contracts/changes.ts';
import { type Grain, grains, maxCells } from './contracts/http.ts';
import { type SeriesKey, type SeriesRecord, seriesId } from './contracts/series.ts';
import { digestsWith } from './digest-history.ts';
import { InvalidRequest, NotFound } from './errors.ts';
import { calendarOf } from './forecast-series.ts';
import { dateText, instantText, instantTexts } from './grain.ts';
import { type LocatedForecast, locateForecast, modelOf, rounded } from './locate-forecast.ts';
import type { WhatIfPorts } from './what-if.ts';
import { alignWindow, type GrainWindow } from './window.ts';

export type ReadChangesPorts = WhatIfPorts;

export interface ChangesQuery {
  /** Runs; by default the published one, and the one that it took the place of. */
  from?: string;
  to?: string;
  start?: number;
  end?: number;
  grain?: Grain;
}

/** Numbers of a step at the most: time, before, after, three causes, and some twenty ingredients. */
const columns = 26;

/**
 * What changed between the forecasts of two runs, and because of what: new data or another calendar, and which ingredients
 * moved. The forecasts are made anew from the digests, first with the data and the calendar of the earlier run, then with
 * one of the later run's after the other (`whatChanged`); corrections of data that the earlier run had not seen yet count
 * as if it had.
 *
 * @throws NotFound for a run that has no forecast of the series; InvalidRequest for a window outside of either forecast
 */
export async function readChanges(
  ports: ReadChangesPorts,
  series: SeriesKey,
  query: ChangesQuery,
): Promise<ChangesAnswer> {
  const { region, runs } = ports;
  const to = query.to ?? (await runs.published())?.runId;
  const from = query.from ?? (to === undefined ? undefined : (await runs.get(to))?.previousRunId);
  if (to === undefined || from === undefined)
    throw new NotFound(
      `There are no two runs to compare yet${to === undefined ? ': none is published' : `: ${to} took the place of none. Name another with from=RUN (GET /v1/runs lists them)`}`,
    );
  const located = await Promise.all([
    locateForecast(ports, series, { run: from }),
    locateForecast(ports, series, { run: to }),
  ]);
  const models = await Promise.all([modelOf(ports, located[0]), modelOf(ports, located[1])]);
  const { record } = located[1];
  const window = windowOf(region.timeZone, models, query);
  const span = { start: window.start, end: window.end, stepSeconds: grains[window.grain] };
  const [before, after] = models.map((model) => expand(model, { ...span, quantiles: [] }));

  const cases = await Promise.all(located.map((one, i) => caseOf(ports, one, models[i]!, record)));
  const found = compared(models, cases, span, seriesId(record));
  const causes = found.causes.map(({ cause, change }) => ({
    cause: cause === 'calendar' ? ('calendar' as const) : ('data' as const),
    change: Array.from(change, rounded),
  }));
  const other = Array.from(after!.mean, (mean, i) =>
    rounded(mean - before!.mean[i]! - found.causes.reduce((sum, { change }) => sum + change[i]!, 0)),
  );
  return {
    seriesId: seriesId(record),
    from: { runId: from, cutoff: instantText(models[0].cutoff) },
    to: { runId: to, cutoff: instantText(models[1].cutoff) },
    grain: window.grain,
    time: instantTexts(after!.time),
    before: Array.from(before!.mean, rounded),
    after: Array.from(after!.mean, rounded),
    causes: [...causes, { cause: 'other', change: other }],
    ingredients: ingredientChanges(models, span),
    newExclusions: found.newExclusions.map(({ start, end, reason }) => ({
      start: instantText(start),
      end: instantText(end),
      reason,
    })),
    newBreaks: found.newBreaks.map(({ day, kind, size }) => ({
      date: dateText(day),
      kind,
      size: rounded(size),
    })),
    words: wordsOf(before!.mean, after!.mean, [...causes, { cause: 'other', change: other }]),
  };
}

async function caseOf(
  ports: ReadChangesPorts,
  { entry }: LocatedForecast,
  model: ForecastModel,
  record: SeriesRecord,
): Promise<ForecastCase> {
  const run = await ports.runs.get(entry.modelRunId ?? entry.runId);
  const { document } = await ports.calendar.read(
    run?.calendarVersion === undefined ? undefined : { version: run.calendarVersion },
  );
  const holidays = await ports.loadHolidays();
  const { cutoff, horizonEnd, settings } = model;
  const calendar = calendarOf({ region: ports.region, holidays }, record, document, horizonEnd);
  const stores = { history: ports.history, forecasts: ports.digests };
  const { digests } = await digestsWith(stores, record, settings, calendar);
  return { digests, calendar, options: { cutoff, horizonEnd } };
}

function compared(
  [first, last]: readonly [ForecastModel, ForecastModel],
  [before, after]: readonly ForecastCase[],
  span: { start: number; end: number; stepSeconds: number },
  name: string,
): Changes {
  if (first.method !== 'log-additive' || last.method !== 'log-additive')
    throw new NotFound(
      `One of the two forecasts of ${name} is its seasonal naive: there is nothing to compare`,
    );
  try {
    return whatChanged(last.settings, before!, after!, span);
  } catch (error) {
    if (error instanceof RangeError) throw new NotFound(`${name}: ${error.message}`);
    throw error;
  }
}

function ingredientChanges(
  [first, last]: readonly [ForecastModel, ForecastModel],
  span: { start: number; end: number; stepSeconds: number },
): ChangesAnswer['ingredients'] {
  const before = new Map(explain(first, span).ingredients.map(({ name, value }) => [name, value]));
  const now = explain(last, span).ingredients.map(({ name, value }) => {
    const old = before.get(name);
    before.delete(name);
    return { name, change: Array.from(value, (x, i) => rounded(x - (old?.[i] ?? 0))) };
  });
  const gone = [...before].map(([name, value]) => ({ name, change: Array.from(value, (x) => rounded(-x)) }));
  return [...now, ...gone];
}

function windowOf(
  timeZone: string,
  models: readonly ForecastModel[],
  { start, end, grain = 'hour' }: ChangesQuery,
): GrainWindow {
  const extent = {
    start: Math.max(...models.map(({ cutoff }) => cutoff)),
    end: Math.min(...models.map(({ horizonEnd }) => horizonEnd)),
  };
  const first = start ?? extent.start;
  const window = alignWindow(
    timeZone,
    { start: first, end: end ?? addLocalDays(timeZone, first, 7), grain },
    extent,
  );
  const cells = ((window.end - window.start) / (grains[grain] * 1000)) * columns;
  if (cells > maxCells)
    throw new InvalidRequest(
      `The answer would hold some ${Math.round(cells)} numbers, and ${maxCells} are the most`,
      [{ at: 'end', got: instantText(window.end), expected: 'a shorter window or a coarser grain' }],
    );
  return window;
}

const titles = { data: 'new data', calendar: 'the calendar', other: 'the fit itself' };

function wordsOf(
  before: Float64Array,
  after: Float64Array,
  causes: readonly { cause: keyof typeof titles; change: readonly number[] }[],
): string[] {
  const sum = (column: ArrayLike<number>) => Array.from(column).reduce((a, b) => a + b, 0);
  const [was, is] = [sum(before), sum(after)];
  const share = (change: number) =>
    was > 0
      ? `${change >= 0 ? '+' : '−'}${Math.abs((100 * change) / was).toFixed(1)} %`
      : `${rounded(change)}`;
  const parts = causes
    .map(({ cause, change }) => ({ cause, total: sum(change) }))
    .filter(({ total }) => Math.abs(total) >= 0.0005 * Math.abs(was))
    .sort((a, b) => Math.abs(b.total) - Math.abs(a.total));
  if (parts.length === 0) return ['Over this window the forecast is what it was.'];
  return [
    `Over this window the forecast changed by ${share(is - was)}.`,
    ...parts.map(({ cause, total }) => `${share(total)} is due to ${titles[cause]}.`),
  ];
}
