import type { DayScores, Holiday, MetricKind, Observations } from '../engine/index.ts';
import type { LedgerState } from './contracts/accuracy.ts';
import type { Authorship, CalendarDocument } from './contracts/calendar.ts';
import type { ExportRecord } from './contracts/exports.ts';
import type { Notice, TeamMessage } from './contracts/notices.ts';
import type { ForecastEntry, ManifestItem, RunRecord } from './contracts/refresh.ts';
import type { SeriesKey, SeriesRecord } from './contracts/series.ts';
import type { RegionTotal } from './contracts/totals.ts';

/** Each port has one contract test suite (test/contract) that runs on every adapter. */

export interface Page<T> {
  items: T[];
  /** Present when there is more. Opaque. */
  nextToken?: string;
}

/** Minutes (or the series' own steps) of the past. Months are UTC, YYYY-MM. */
export interface HistoryStore {
  /**
   * Rows of [start, end), ascending, without repeats. A month without data is just absent. Each month of the window is
   * asked for: callers keep to what the registry says there is.
   */
  read(series: SeriesKey, window: { start: number; end: number }): Promise<Observations>;
  /**
   * Merges rows into the months that they touch: a row replaces the one of the same time. Rows may come in any
   * order and repeat (the last one wins). Idempotent and safe against concurrent writers. Answers the
   * revision of each month touched.
   */
  write(series: SeriesKey, rows: Observations): Promise<Record<string, string>>;
}

/** Where minutes of the past lie before they are in the history: somebody else's store, only read. */
export interface HistorySource {
  metricKind: MetricKind;
  /** Minutes read again each time, for rows that came late. */
  overlapMinutes: number;
  /** How far back a series is read that has no history yet. */
  firstDays: number;
  /** Names of the series that had rows in the last days, as the source has them. Throws HistorySourceFailed. */
  series(): Promise<{ team: string; metric: string }[]>;
  /** Minutes of [start, end), ascending, in parts that are never empty. Throws HistorySourceFailed, or Unavailable. */
  rows(series: SeriesKey, window: { start: number; end: number }): AsyncIterable<Observations>;
}

export interface SeriesRegistry {
  get(series: SeriesKey): Promise<SeriesRecord | undefined>;
  /** Series of this region; those of one team by metric. Throws InvalidRequest for a strange nextToken. */
  list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<SeriesRecord>>;
  /**
   * Records what a write to the history did: widens first and last time and sets the revisions, in one atomic
   * update. Creates the record when absent; a different step or kind than the recorded one is refused
   * with SettingsConflict.
   */
  recordHistory(
    series: SeriesKey,
    change: Pick<SeriesRecord, 'metricKind' | 'stepSeconds' | 'firstTime' | 'lastTime' | 'revisions'>,
  ): Promise<SeriesRecord>;
}

export interface StoredDigests {
  digests: Uint8Array;
  /** Month → what it was made from: the revision of its history, and the events that touch it. */
  revisions: Record<string, string>;
  /** Fingerprint of the settings that they were made with: others need other digests. */
  madeWith: string;
}

/** Models, digests, manifests and totals on S3. Keys are made by the store; bytes are the engine's own encoding. */
export interface ForecastStore {
  putModel(series: SeriesKey, runId: string, model: Uint8Array): Promise<{ modelKey: string }>;
  getModel(modelKey: string): Promise<Uint8Array | undefined>;
  putDigests(series: SeriesKey, stored: StoredDigests): Promise<void>;
  getDigests(series: SeriesKey): Promise<StoredDigests | undefined>;
  putManifest(runId: string, items: readonly ManifestItem[]): Promise<{ manifestKey: string }>;
  /** Throws NotFound when it is not there. */
  getManifest(manifestKey: string): Promise<ManifestItem[]>;
  /** Replaces what the run had. */
  putTotals(runId: string, totals: readonly RegionTotal[]): Promise<void>;
  /** Undefined for a run that has none, or whose are no longer kept. */
  getTotals(runId: string): Promise<RegionTotal[] | undefined>;
  /** Outputs of the Distributed Map's successful children, read by way of its ResultWriter's manifest. */
  getMapOutputs(results: { bucket: string; key: string }): Promise<unknown[]>;
}

/** Which model of which run serves a series. */
export interface ForecastIndex {
  put(entry: ForecastEntry): Promise<void>;
  get(series: SeriesKey, runId: string): Promise<ForecastEntry | undefined>;
  /** The entries of a series in the runs of some time, by ascending run. Both instants (ms) are included. */
  list(series: SeriesKey, scheduled: { from: number; until: number }): Promise<ForecastEntry[]>;
  /** The entries of many series in one run, in their order; undefined where there is none. */
  getMany(series: readonly SeriesKey[], runId: string): Promise<(ForecastEntry | undefined)[]>;
}

/** A row of the ledger: how the forecasts of one local date did, in one band, grain and event. */
export interface LedgerRow extends DayScores {
  /** Days since 1970-01-01. */
  day: number;
  /** Fingerprint of what came on that day: other actuals are scored anew. */
  actuals: string;
}

/** How earlier forecasts did: rows by month (of local dates, YYYY-MM), kept for good. */
export interface Ledger {
  getState(series: SeriesKey): Promise<LedgerState | undefined>;
  putState(series: SeriesKey, state: LedgerState): Promise<void>;
  /** Rows of the months in their order; a month without any has none. */
  read(series: SeriesKey, months: readonly string[]): Promise<LedgerRow[]>;
  /** Puts the rows of a month in the place of those that it had. */
  replace(series: SeriesKey, month: string, rows: readonly LedgerRow[]): Promise<void>;
}

/** Files made for people, and what they are. Kept for some days. */
export interface ExportStore {
  put(series: SeriesKey, record: ExportRecord, bytes: Uint8Array): Promise<void>;
  /** Undefined for one that was never put whole, or is no longer kept. */
  get(series: SeriesKey, exportId: string): Promise<ExportRecord | undefined>;
  /** Where the file is read without further credentials, until `expires` (ms) at the latest. */
  link(
    series: SeriesKey,
    of: Pick<ExportRecord, 'exportId' | 'file'>,
  ): Promise<{ url: string; expires: number }>;
}

export interface RunStore {
  /** Creates the record unless one is there: then answers that one, unchanged. */
  begin(run: RunRecord): Promise<{ begun: boolean; run: RunRecord }>;
  get(runId: string): Promise<RunRecord | undefined>;
  /** Latest first. */
  list(options: { limit?: number; nextToken?: string }): Promise<Page<RunRecord>>;
  /** Throws NotFound for a run that was never begun. */
  update(
    runId: string,
    change: Partial<Omit<RunRecord, 'runId' | 'region' | 'schemaVersion'>>,
  ): Promise<RunRecord>;
  /** The published run of the region. */
  published(): Promise<{ runId: string; scheduledTime: string } | undefined>;
  /** One conditional write: moves the pointer only forward in scheduled time. Answers whether it points to this run now. */
  publish(run: { runId: string; scheduledTime: string }): Promise<boolean>;
}

/** What changes of the calendar did to the forecasts of a team. */
export interface NoticeStore {
  /** Replaces what the team was told of the same run. */
  put(told: Notice): Promise<void>;
  /** What a team was told at a time. */
  get(of: Pick<Notice, 'time' | 'team'>): Promise<Notice | undefined>;
  /** Latest first; of all teams or one. A page may be shorter than asked for. */
  list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<Notice>>;
}

/** Sends messages to where teams listen. */
export interface TeamMessages {
  /** The message may arrive more than once. Throws Unavailable when it was not taken. */
  send(message: TeamMessage): Promise<void>;
}

/** Files that people drop, and the reports beside them. */
export interface Inbox {
  /** The file's bytes as they come. Throws NotFound when it was taken away. */
  open(key: string): Promise<AsyncIterable<Uint8Array>>;
  /** Writes the report of `inbox/X` as `inbox-reports/X.json`. */
  putReport(key: string, report: unknown): Promise<void>;
}

export interface RefreshLauncher {
  /** Starts the state machine under the run's id as its name; a second start of the same run finds the first. */
  start(runId: string, scheduledTime: string): Promise<{ executionId: string }>;
  /** Whether the execution still runs, and if not how it ended. Undefined when nothing knows of it any more. */
  describe(executionId: string): Promise<{ status: string; cause?: string } | undefined>;
}

export interface HolidayCalendar {
  /** Public holidays by local date, from first to last date (YYYY-MM-DD) inclusive. */
  holidays(place: { country?: string; subdivision?: string }, first: string, last: string): Holiday[];
}

export interface StoredCalendar {
  document: CalendarDocument;
  /** One more with each change; 0 before the first. */
  version: number;
  /** The version that changed an event last, by its id. */
  eventVersions: Record<string, number>;
}

/** A version with who made it, when (ms) and why. */
export interface CalendarVersion extends StoredCalendar, Authorship {
  time: number;
}

/** The event calendar of all regions, as people wrote it, with all that it ever was. */
export interface EventCalendar {
  /** As it is, or as it was at an instant (ms) or in a version (NotFound for one that never was). Before the first change: no events. */
  read(at?: { time: number } | { version: number }): Promise<StoredCalendar>;
  /** As it is where changes are made: what the next one must stand on. Elsewhere it may show a moment later. */
  current(): Promise<CalendarVersion | undefined>;
  /** Adds the version, unless somebody else has added one of its number: whether it did. InvalidRequest when it is too large. */
  append(next: CalendarVersion): Promise<boolean>;
  /** Latest first. */
  versions(options: { limit?: number; nextToken?: string }): Promise<Page<CalendarVersion>>;
}

export type Clock = () => Date;
