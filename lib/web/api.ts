/** The HTTP API as this page reads it. The page knows the product by these answers alone. */

export type Grain = 'minute' | 'hour' | 'day' | 'week';
export type Status = 'ok' | 'stale' | 'fallback' | 'failed';

export interface ForecastState {
  status: Status;
  reason?: string;
  runId: string;
  modelRunId?: string;
  cutoff?: string;
  horizonEnd?: string;
  accuracy?: { origins: number; horizonDays: number; wape: number; naiveWape: number; coverage: number };
  /** How earlier forecasts did up to a day ahead, on the last days that came. */
  recent?: { days: number; wape?: number; naiveWape?: number; coverage?: number };
}

export interface Series {
  seriesId: string;
  team: string;
  region: string;
  metric: string;
  metricKind: 'count' | 'gauge';
  stepSeconds: number;
  timeZone: string;
  firstTime: string;
  lastTime: string;
  forecast?: ForecastState;
  /** The sum of a metric's series in a region: it has a forecast, and no history of its own. */
  total?: true;
}

export interface Run {
  runId: string;
  region: string;
  scheduledTime: string;
  status: 'running' | 'published' | 'superseded' | 'failed';
  startedAt: string;
  endedAt?: string;
  series?: number;
  counts?: Record<Status, number>;
  error?: string;
  cause?: string;
  /** The run that this one took the place of. */
  previousRunId?: string;
}

/** Columns of equal length; times in seconds since 1970. */
export interface History {
  time: number[];
  value: (number | null)[];
}
export interface Forecast {
  time: number[];
  mean: number[];
  lower: number[];
  upper: number[];
}

/** A planned event; without an end a launch. Instants as the API writes them. */
export interface PlannedEvent {
  id: string;
  kind: string;
  name?: string;
  start: string;
  end?: string;
}

/** What each ingredient adds to the mean, step by step. Columns of equal length. */
export interface Explanation {
  time: number[];
  mean: number[];
  ingredients: Ingredient[];
}
export interface Ingredient {
  kind: string;
  name: string;
  value: number[];
}

/** What was found in the history: spans kept out of the fit, and dates where its level or slope changes. */
export interface Findings {
  exclusions: { start: string; end: string; reason: string; size?: number }[];
  breaks: { date: string; kind: string; size: number; declared: boolean }[];
}

/** What was learnt from the history, in a sentence. */
export interface Lesson {
  about: string;
  words: string;
}

/** Columns of equal length, one row a window. */
export interface Peaks {
  of: 'hour' | 'step';
  name?: string[];
  start: string[];
  end: string[];
  quantiles: Record<string, number[]>;
  time: string[];
}

export interface Span {
  /** Milliseconds since 1970, half-open [start, end). */
  start: number;
  end: number;
}

/** What the API answers. Throws an Error with the problem's own words. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(path, {
    headers: { accept: 'application/json' },
    // An answer may be kept for a minute by who likes; what is seen here is asked for, by its tag, when a run is new.
    cache: 'no-cache',
    ...(signal !== undefined && { signal }),
  });
  if (answer.ok) return (await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as { title?: string; detail?: string };
  throw new Error(problem.detail ?? problem.title ?? `${path} answered ${answer.status}`);
}

/** All pages of an answer, in order. */
export async function pages<T extends { nextToken?: string }>(
  path: string,
  query: Record<string, string>,
  signal?: AbortSignal,
): Promise<T[]> {
  const found: T[] = [];
  let nextToken: string | undefined;
  do {
    const text = new URLSearchParams({ ...query, ...(nextToken !== undefined && { nextToken }) }).toString();
    const page = await get<T>(text === '' ? path : `${path}?${text}`, signal);
    found.push(page);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

interface Total {
  region: string;
  metric: string;
  metricKind: 'count' | 'gauge';
  timeZone: string;
  runId: string;
  cutoff: string;
  horizonEnd: string;
  series: { ok: number; stale: number; fallback: number; missing: number };
  wanting: { seriesId: string; status: string; reason: string }[];
}

/** The totals of a region that are of more than one series, each as a series without a history. */
export async function readTotals(region: string): Promise<Series[]> {
  const { totals } = await get<{ totals: Total[] }>(`/v1/regions/${region}/metrics`);
  return totals
    .filter(({ series: { ok, stale, fallback, missing } }) => ok + stale + fallback + missing > 1)
    .map(({ region, metric, metricKind, timeZone, runId, cutoff, horizonEnd, series, wanting }) => ({
      // No team has such a name.
      seriesId: `_region/${region}/${metric}`,
      team: `all ${series.ok + series.stale + series.fallback} series`,
      region,
      metric,
      metricKind,
      stepSeconds: 3600,
      timeZone,
      firstTime: cutoff,
      lastTime: new Date(Date.parse(cutoff) - 3_600_000).toISOString(),
      total: true as const,
      forecast: {
        status: wanting.length === 0 ? ('ok' as const) : ('stale' as const),
        ...(wanting.length > 0 && {
          reason: wanting.map((one) => `${one.seriesId} is ${one.status}: ${one.reason}`).join('; '),
        }),
        runId,
        cutoff,
        horizonEnd,
      },
    }));
}

export async function readSeries(): Promise<Series[]> {
  return (await pages<{ series: Series[]; nextToken?: string }>('/v1/series', {})).flatMap(
    (page) => page.series,
  );
}

/** Runs of all regions, latest first. */
export async function readRuns(): Promise<Run[]> {
  const found = await pages<{ runs: Run[]; nextToken?: string }>('/v1/runs', { limit: '100' });
  return found.flatMap((page) => page.runs).sort((a, b) => b.scheduledTime.localeCompare(a.scheduledTime));
}

export const pathOf = (series: Series, what: string) =>
  `/v1/${series.total ? '' : `teams/${series.team}/`}regions/${series.region}/metrics/${series.metric}/${what}`;
export const queryOf = (span: Span, grain: Grain) => ({
  start: new Date(span.start).toISOString(),
  end: new Date(span.end).toISOString(),
  grain,
});
export const seconds = (time: string) => Date.parse(time) / 1000;

export async function readHistory(
  series: Series,
  span: Span,
  grain: Grain,
  signal: AbortSignal,
): Promise<History> {
  type Page = { time: string[]; value: (number | null)[]; nextToken?: string };
  const found = await pages<Page>(pathOf(series, 'observations'), queryOf(span, grain), signal);
  return {
    time: found.flatMap((page) => page.time.map(seconds)),
    value: found.flatMap((page) => page.value),
  };
}

export async function readForecast(
  series: Series,
  span: Span,
  grain: Grain,
  signal: AbortSignal,
  run?: string,
): Promise<Forecast> {
  type Page = { time: string[]; mean: number[]; quantiles: Record<string, number[]>; nextToken?: string };
  const query = { ...queryOf(span, grain), quantiles: '0.1,0.9', ...(run !== undefined && { run }) };
  const found = await pages<Page>(pathOf(series, 'forecast'), query, signal);
  return {
    time: found.flatMap((page) => page.time.map(seconds)),
    mean: found.flatMap((page) => page.mean),
    lower: found.flatMap((page) => page.quantiles['0.1'] ?? []),
    upper: found.flatMap((page) => page.quantiles['0.9'] ?? []),
  };
}

/** The first instant that a run forecast of a series; undefined where it is no longer kept, or has none. */
export async function readRunCutoff(
  series: Series,
  run: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const query = new URLSearchParams({ run, grain: 'week', quantiles: '0.5' }).toString();
  const answer = await fetch(`${pathOf(series, 'forecast')}?${query}`, { signal, cache: 'no-cache' });
  if (answer.status === 404 || answer.status === 410) return undefined;
  if (!answer.ok) throw new Error(`run ${run} could not be read: the API answered ${answer.status}`);
  const { cutoff } = (await answer.json()) as { cutoff?: string };
  return cutoff === undefined ? undefined : Date.parse(cutoff);
}

/** What lies between two runs, and because of what; columns of equal length. */
export interface Changes {
  from: { runId: string; cutoff: string };
  to: { runId: string; cutoff: string };
  grain: Grain;
  time: string[];
  before: number[];
  after: number[];
  causes: { cause: 'data' | 'calendar' | 'other'; change: number[] }[];
  ingredients: { name: string; change: number[] }[];
  words: string[];
}

/** The published run beside the one before it, over the seven days that it begins with. */
export const readChanges = (series: Series, signal: AbortSignal) =>
  get<Changes>(pathOf(series, 'changes'), signal);

export async function readEvents(series: Series, span: Span, signal: AbortSignal): Promise<PlannedEvent[]> {
  const { start, end } = queryOf(span, 'hour');
  const query = new URLSearchParams({ start, end }).toString();
  return (await get<{ events: PlannedEvent[] }>(`${pathOf(series, 'events')}?${query}`, signal)).events;
}

export async function readExplanation(
  series: Series,
  span: Span,
  grain: Grain,
  signal: AbortSignal,
): Promise<Explanation> {
  type Page = { time: string[]; mean: number[]; ingredients: Ingredient[]; nextToken?: string };
  const made: Explanation = { time: [], mean: [], ingredients: [] };
  for (const page of await pages<Page>(pathOf(series, 'explanation'), queryOf(span, grain), signal)) {
    const before = made.time.length;
    made.time.push(...page.time.map(seconds));
    made.mean.push(...page.mean);
    for (const { kind, name, value } of page.ingredients) {
      const known = made.ingredients.find((one) => one.name === name);
      const whole = known ?? { kind, name, value: [] };
      if (known === undefined) made.ingredients.push(whole);
      // A page that has none of an ingredient leaves it out: there it adds nothing.
      while (whole.value.length < before) whole.value.push(0);
      whole.value.push(...value);
    }
  }
  for (const { value } of made.ingredients) while (value.length < made.time.length) value.push(0);
  return made;
}

export async function readFindings(
  series: Series,
  signal: AbortSignal,
): Promise<{ findings: Findings; words: Lesson[] }> {
  const { findings, words } = await get<{ findings: Findings; words: Lesson[] }>(
    pathOf(series, 'explanation'),
    signal,
  );
  return { findings, words };
}

export const peakQuantiles = ['0.5', '0.9', '0.99'] as const;

/** Peaks of events or of days, from the cutoff on. `end`: milliseconds since 1970. */
export function readPeaks(
  series: Series,
  by: 'event' | 'day',
  end: number | undefined,
  signal: AbortSignal,
): Promise<Peaks> {
  const query = new URLSearchParams({
    by,
    quantiles: peakQuantiles.join(','),
    ...(end !== undefined && { end: new Date(end).toISOString() }),
  });
  return get<Peaks>(`${pathOf(series, 'peaks')}?${query.toString()}`, signal);
}

/** The highest hour of the first seven days of the forecast. */
export function readPeakOfWeek(series: Series, signal: AbortSignal): Promise<Peaks> {
  const cutoff = Date.parse(series.forecast!.cutoff!);
  const query = new URLSearchParams({
    by: 'window',
    quantiles: peakQuantiles.join(','),
    start: new Date(cutoff).toISOString(),
    end: new Date(Math.min(cutoff + 7 * 86_400_000, Date.parse(series.forecast!.horizonEnd!))).toISOString(),
  });
  return get<Peaks>(`${pathOf(series, 'peaks')}?${query.toString()}`, signal);
}
