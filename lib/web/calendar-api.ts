import { type Forecast, type Grain, get, pages, queryOf, type Series, type Span, seconds } from './api.ts';

/** The calendar, its changes and what-if, as the API has them. */

export interface CalendarEntry {
  id: string;
  kind: string;
  name?: string;
  regions?: string[];
  teams?: string[];
  metrics?: string[];
  start: string;
  end?: string;
  scale?: number;
  like?: string;
  launch?: boolean;
  stock?: number;
  rate?: number;
  status?: 'draft' | 'confirmed' | 'cancelled';
  note?: string;
}

export interface Warning {
  event: string;
  warning: string;
}

export interface VersionedEntry {
  event: CalendarEntry;
  version: number;
  warnings: Warning[];
}

export interface Region {
  region: string;
  timeZone: string;
}

export interface CalendarChange {
  version: number;
  time: string;
  author: string;
  reason?: string;
  events: { id: string; before?: CalendarEntry; after?: CalendarEntry }[];
}

export interface Notice {
  team: string;
  region: string;
  time: string;
  changes: { author: string; reason?: string }[];
  words: string[];
}

/** A refusal by the API: what is wrong with which field, and of a 412 what somebody else has put there. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: { at: string; got?: string; expected: string }[];
  readonly current: CalendarEntry | undefined;
  readonly version: number | undefined;

  constructor(
    status: number,
    problem: { detail?: string; errors?: Refused['errors']; current?: CalendarEntry },
    etag: string | null,
  ) {
    super(problem.detail ?? `The API answered ${status}`);
    this.status = status;
    this.errors = problem.errors ?? [];
    this.current = problem.current;
    this.version = etag === null ? undefined : Number(etag.replaceAll('"', ''));
  }
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(path, init);
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Refused(answer.status, problem, answer.headers.get('etag'));
}

export const readCalendar = (signal: AbortSignal) =>
  get<{ version: number; events: VersionedEntry[] }>('/v1/calendar/events', signal);

export const readEntry = (id: string, signal: AbortSignal) =>
  get<VersionedEntry>(`/v1/calendar/events/${encodeURIComponent(id)}`, signal);

export const readRegions = async (signal: AbortSignal) =>
  (await pages<{ regions: Region[]; nextToken?: string }>('/v1/regions', {}, signal)).flatMap(
    ({ regions }) => regions,
  );

/** The latest ones. */
export const readCalendarChanges = async (signal: AbortSignal) =>
  (await get<{ changes: CalendarChange[] }>('/v1/calendar/changes?limit=10', signal)).changes;

/** The latest ones of all teams. */
export const readNotices = async (signal: AbortSignal) =>
  (await get<{ notices: Notice[] }>('/v1/notices?limit=10', signal)).notices;

const reasonOf = (reason: string) => (reason.trim() === '' ? '' : `?reason=${encodeURIComponent(reason)}`);

/** Puts an event in the place of the version that was seen; without one it must be new. Throws Refused. */
export function putEntry(
  entry: CalendarEntry,
  version: number | undefined,
  reason: string,
): Promise<VersionedEntry> {
  return send(`/v1/calendar/events/${encodeURIComponent(entry.id)}${reasonOf(reason)}`, {
    method: 'PUT',
    headers: {
      'content-type': 'application/json',
      ...(version === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` }),
    },
    body: JSON.stringify(entry),
  });
}

/** Removes an event as it was seen. Throws Refused. */
export const removeEntry = (id: string, version: number, reason: string): Promise<void> =>
  send(`/v1/calendar/events/${encodeURIComponent(id)}${reasonOf(reason)}`, {
    method: 'DELETE',
    headers: { 'if-match': `"${version}"` },
  });

export type SupposedChange = { op: 'put'; event: CalendarEntry } | { op: 'cancel'; id: string };

export interface EventPeak {
  start: string;
  end: string;
  quantiles: Record<string, number>;
  time: string;
}

export interface WhatIfPeak {
  event?: string;
  name?: string;
  published?: EventPeak;
  whatIf?: EventPeak;
}

interface WhatIfColumns {
  mean: number[];
  quantiles: Record<string, number[]>;
}

export interface WhatIf {
  series: {
    seriesId: string;
    timeZone: string;
    time: string[];
    published: WhatIfColumns;
    whatIf: WhatIfColumns;
    peaks: WhatIfPeak[];
  }[];
  refused: { seriesId: string; reason: string }[];
  warnings: Warning[];
}

/** Forecasts and peaks as they would be. Nothing is stored. Throws Refused. */
export function askWhatIf(
  series: readonly string[],
  calendar: readonly SupposedChange[],
  window: { span: Span; grain: Grain } | undefined,
  signal: AbortSignal,
): Promise<WhatIf> {
  const body = {
    series,
    calendar,
    quantiles: ['0.1', '0.9'],
    ...(window !== undefined && queryOf(window.span, window.grain)),
  };
  return send('/v1/what-if', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
}

/** The supposed columns of the one series that was asked for. */
export function supposedForecast({ series: [one] }: WhatIf): Forecast | undefined {
  if (one === undefined) return undefined;
  return {
    time: one.time.map(seconds),
    mean: one.whatIf.mean,
    lower: one.whatIf.quantiles['0.1'] ?? [],
    upper: one.whatIf.quantiles['0.9'] ?? [],
  };
}

const names = (list: readonly string[] | undefined, name: string) => list?.includes(name) ?? true;

/** Whether an event touches a series: its region, its team and its metric. */
export const touches = (entry: CalendarEntry, { team, region, metric, total }: Series): boolean =>
  !total && names(entry.regions, region) && names(entry.teams, team) && names(entry.metrics, metric);
