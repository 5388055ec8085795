import { z } from 'zod';
import { type AccuracyAnswer, accuracyAnswer } from '../service/contracts/accuracy.ts';
import {
  type CalendarChange,
  type CalendarDocument,
  type CalendarEntry,
  type CalendarWarning,
  calendarAnswer,
  calendarChanges,
  eventAnswer,
} from '../service/contracts/calendar.ts';
import { type ChangesAnswer, changesAnswer } from '../service/contracts/changes.ts';
import { type ExportAnswer, type ExportBody, exportAnswer } from '../service/contracts/exports.ts';
import {
  explanationAnswer,
  forecastAnswer,
  type Grain,
  ingestReport,
  observationsAnswer,
  type Problem,
  peaksAnswer,
  refreshAnswer,
  regionsAnswer,
  runAnswer,
  runsPage,
  seriesPage,
  type seriesSummary,
  totalAnswer,
  type totalHead,
  totalsAnswer,
} from '../service/contracts/http.ts';
import { type Notice, noticesPage } from '../service/contracts/notices.ts';
import type { SeriesKey } from '../service/contracts/series.ts';
import { whatIfAnswer, type whatIfBody } from '../service/contracts/what-if.ts';
import { CommandFailure } from './failure.ts';
import { type Send, sendTo } from './signature.ts';

export type SeriesSummary = z.infer<typeof seriesSummary>;
export type Run = z.infer<typeof runAnswer>;
export type Explanation = z.infer<typeof explanationAnswer>;
export type Total = z.infer<typeof totalHead>;
export type Peaks = z.infer<typeof peaksAnswer>;
export type WhatIf = z.infer<typeof whatIfAnswer>;
export type RefreshAnswer = z.infer<typeof refreshAnswer>;

export interface Calendar {
  document: CalendarDocument;
  /** The entity tag, as the API wrote it. */
  version: string;
  warnings: CalendarWarning[];
}

export interface PlannedEvent {
  event: CalendarEntry;
  version: number;
  warnings: CalendarWarning[];
}
export type { CalendarChange } from '../service/contracts/calendar.ts';

type Query = Record<string, string | undefined>;

export interface GrainWindow {
  /** Milliseconds since 1970, half-open. */
  start: number;
  end: number;
  grain: Grain;
}

/** What the commands ask of the HTTP API. Every answer is checked against its contract. */
export interface Client {
  url: string;
  series(): Promise<SeriesSummary[]>;
  regions(): Promise<z.infer<typeof regionsAnswer>['regions']>;
  runs(limit: number): Promise<Run[]>;
  /** Latest first, of all teams or one. */
  notices(limit: number, team?: string): Promise<Notice[]>;
  run(runId: string): Promise<Run>;
  refresh(region?: string): Promise<RefreshAnswer[]>;
  /** As it is, or as it was at an instant (ms). */
  calendar(at?: number): Promise<Calendar>;
  /** Puts a calendar in the place of the version that was read. Answers the new version. */
  replaceCalendar(document: unknown, version: string, reason?: string): Promise<Calendar>;
  event(id: string): Promise<PlannedEvent>;
  /** Puts an event in the place of the version that was read; without one it is new. */
  putEvent(
    event: CalendarEntry,
    change: { version?: number; reason?: string | undefined },
  ): Promise<PlannedEvent>;
  changes(key: SeriesKey, query: Query): Promise<ChangesAnswer>;
  accuracy(key: SeriesKey, query: Query): Promise<AccuracyAnswer>;
  export(key: SeriesKey, body: ExportBody): Promise<ExportAnswer>;
  whatIf(body: z.input<typeof whatIfBody>): Promise<WhatIf>;
  /** Latest first. */
  calendarChanges(limit: number): Promise<CalendarChange[]>;
  putObservations(
    key: SeriesKey,
    csv: string,
    query: { metricKind?: string; step?: string },
  ): Promise<z.infer<typeof ingestReport>>;
  forecast(
    key: SeriesKey,
    window: GrainWindow,
    quantiles: readonly number[],
  ): Promise<{ time: number[]; mean: number[]; quantiles: number[][] }>;
  /** Totals of a region's metrics. */
  totals(region: string): Promise<Total[]>;
  total(
    region: string,
    metric: string,
    window: GrainWindow,
    quantiles: readonly number[],
  ): Promise<{ time: number[]; mean: number[]; quantiles: number[][] }>;
  observations(key: SeriesKey, window: GrainWindow): Promise<{ time: number[]; value: (number | null)[] }>;
  /** All pages as one answer. */
  explanation(key: SeriesKey, window: GrainWindow): Promise<Explanation>;
  peaks(key: SeriesKey, query: Record<string, string | undefined>): Promise<Peaks>;
}

export function client(url: string, send: Send = sendTo(url)): Client {
  const askWhole = async <T extends z.ZodType>(
    answer: T,
    path: string,
    query: Query = {},
    init: RequestInit = {},
  ): Promise<{ body: z.infer<T>; headers: Headers }> => {
    const entries = Object.entries(query).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const text = new URLSearchParams(entries).toString();
    let response: Response;
    try {
      response = await send(new Request(`${url}${path}${text === '' ? '' : `?${text}`}`, init));
    } catch (error) {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandFailure(
        `No answer from ${url}: ${cause}. Is it running? Start the laptop's with "cloudtune up", or name another with --api URL.`,
        1,
        { cause: error },
      );
    }
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw new CommandFailure(`${path}: ${refusal(response.status, body)}`);
    const read = answer.safeParse(body);
    if (read.success) return { body: read.data, headers: response.headers };
    const issue = read.error.issues[0];
    throw new CommandFailure(
      `${path} answered what its contract does not say: ${issue?.path.join('.')} ${issue?.message}. Are command and API of the same version?`,
    );
  };
  const ask: <T extends z.ZodType>(
    answer: T,
    path: string,
    query?: Query,
    init?: RequestInit,
  ) => Promise<z.infer<T>> = async (...question) => (await askWhole(...question)).body;
  const askCalendar = async (query: Query, init?: RequestInit): Promise<Calendar> => {
    const { body, headers } = await askWhole(calendarAnswer, '/v1/calendar', query, init);
    const { warnings = [], ...document } = body;
    return { document, warnings, version: headers.get('etag') ?? '' };
  };
  const eventPath = (id: string) => `/v1/calendar/events/${encodeURIComponent(id)}`;
  const change = (body: unknown, headers: Record<string, string>): RequestInit => ({
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const pages = async <T extends z.ZodType<{ nextToken?: string | undefined }>>(
    answer: T,
    path: string,
    query: Query = {},
  ): Promise<z.infer<T>[]> => {
    const found: z.infer<T>[] = [];
    let nextToken: string | undefined;
    do {
      const page = await ask(answer, path, { ...query, nextToken });
      found.push(page);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  };
  const pathOf = (key: SeriesKey, what: string) =>
    `/v1/teams/${key.team}/regions/${key.region}/metrics/${key.metric}/${what}`;
  const windowOf = ({ start, end, grain }: GrainWindow) => ({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    grain,
  });

  const metricsOf = (region: string) => `/v1/regions/${encodeURIComponent(region)}/metrics`;
  const askForecast = async (
    answer: typeof forecastAnswer | typeof totalAnswer,
    path: string,
    window: GrainWindow,
    quantiles: readonly number[],
  ) => {
    const names = quantiles.map(String);
    const found = await pages(answer, path, { ...windowOf(window), quantiles: names.join(',') });
    return {
      time: found.flatMap((page) => page.time.map((at) => Date.parse(at))),
      mean: found.flatMap((page) => page.mean),
      quantiles: names.map((name) => found.flatMap((page) => page.quantiles[name] ?? [])),
    };
  };

  return {
    url,
    series: async () => (await pages(seriesPage, '/v1/series')).flatMap((page) => page.series),
    regions: async () => (await ask(regionsAnswer, '/v1/regions')).regions,
    runs: async (limit) =>
      (await pages(runsPage, '/v1/runs', { limit: '100' }))
        .flatMap((page) => page.runs)
        .sort((a, b) => b.scheduledTime.localeCompare(a.scheduledTime))
        .slice(0, limit),
    notices: async (limit, team) =>
      (await pages(noticesPage, '/v1/notices', { team, limit: '100' }))
        .flatMap((page) => page.notices)
        .sort((a, b) => b.time.localeCompare(a.time))
        .slice(0, limit),
    run: (runId) => ask(runAnswer, `/v1/runs/${encodeURIComponent(runId)}`),
    async refresh(region) {
      const answer = await ask(
        refreshAnswer.or(z.object({ runs: z.array(refreshAnswer) })),
        '/v1/refresh',
        {},
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ region }),
        },
      );
      return 'runs' in answer ? answer.runs : [answer];
    },
    calendar: (at) => askCalendar({ at: at === undefined ? undefined : new Date(at).toISOString() }),
    replaceCalendar: (document, version, reason) =>
      askCalendar({ reason }, change(document, { 'if-match': version })),
    event: (id) => ask(eventAnswer, eventPath(id)),
    putEvent: (event, { version, reason }) =>
      ask(
        eventAnswer,
        eventPath(event.id),
        { reason },
        change(event, version === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` }),
      ),
    changes: (key, query) => ask(changesAnswer, pathOf(key, 'changes'), query),
    export: (key, body) =>
      ask(
        exportAnswer,
        pathOf(key, 'exports'),
        {},
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
      ),
    accuracy: (key, query) => ask(accuracyAnswer, pathOf(key, 'accuracy'), query),
    whatIf: (body) =>
      ask(
        whatIfAnswer,
        '/v1/what-if',
        {},
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        },
      ),
    calendarChanges: async (limit) =>
      (await ask(calendarChanges, '/v1/calendar/changes', { limit: String(limit) })).changes,
    putObservations: (key, csv, query) =>
      ask(ingestReport, pathOf(key, 'observations'), query, {
        method: 'PUT',
        headers: { 'content-type': 'text/csv' },
        body: csv,
      }),
    forecast: (key, window, quantiles) =>
      askForecast(forecastAnswer, pathOf(key, 'forecast'), window, quantiles),
    totals: async (region) => (await ask(totalsAnswer, metricsOf(region))).totals,
    total: (region, metric, window, quantiles) =>
      askForecast(
        totalAnswer,
        `${metricsOf(region)}/${encodeURIComponent(metric)}/forecast`,
        window,
        quantiles,
      ),
    explanation: async (key, window) =>
      joined(await pages(explanationAnswer, pathOf(key, 'explanation'), windowOf(window))),
    peaks: (key, query) => ask(peaksAnswer, pathOf(key, 'peaks'), query),
    async observations(key, window) {
      const found = await pages(observationsAnswer, pathOf(key, 'observations'), windowOf(window));
      return {
        time: found.flatMap((page) => page.time.map((at) => Date.parse(at))),
        value: found.flatMap((page) => page.value),
      };
    },
  };
}

function refusal(status: number, body: unknown): string {
  const { detail, title, errors } = (body ?? {}) as Partial<Problem>;
  const each = (errors ?? []).map(
    (error) =>
      `\n  ${error.at}: expected ${error.expected}${error.got === undefined ? '' : `, got ${error.got}`}`,
  );
  return `${detail ?? title ?? `the API answered ${status}`}${each.join('')}`;
}

/** Pages in order as one. What a page does not have of an ingredient is nothing. */
function joined(found: readonly Explanation[]): Explanation {
  const { nextToken: _, ...first } = found[0]!;
  const names = new Map(found.flatMap((page) => page.ingredients.map(({ name, kind }) => [name, kind])));
  return {
    ...first,
    end: found.at(-1)!.end,
    time: found.flatMap((page) => page.time),
    mean: found.flatMap((page) => page.mean),
    ingredients: Array.from(names, ([name, kind]) => ({
      name,
      kind,
      value: found.flatMap(
        (page) => page.ingredients.find((one) => one.name === name)?.value ?? page.time.map(() => 0),
      ),
    })),
  };
}
