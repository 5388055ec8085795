import type { z } from 'zod';
import type { RegionSettings } from '../service/contracts/series.ts';
import type { WriteFile } from '../service/export-series.ts';
import type { IngestPorts, TableReader } from '../service/ingest-observations.ts';
import type { ModelCache } from '../service/model-cache.ts';
import type {
  Clock,
  EventCalendar,
  ExportStore,
  ForecastIndex,
  ForecastStore,
  HistoryStore,
  HolidayCalendar,
  Ledger,
  NoticeStore,
  RefreshLauncher,
  RunStore,
  SeriesRegistry,
} from '../service/ports.ts';

/** What the API stands on. */
export interface ApiPorts extends IngestPorts {
  region: RegionSettings;
  registry: SeriesRegistry;
  history: HistoryStore;
  index: ForecastIndex;
  runs: RunStore;
  launcher: RefreshLauncher;
  calendar: EventCalendar;
  notices: Pick<NoticeStore, 'list'>;
  ledger: Pick<Ledger, 'read'>;
  exports: ExportStore;
  writeFile: WriteFile;
  models: ModelCache;
  totals: Pick<ForecastStore, 'getTotals'>;
  digests: Pick<ForecastStore, 'getDigests'>;
  loadHolidays: () => Promise<HolidayCalendar>;
  tables: TableReader;
  /** All regions of the installation. */
  regionIds: readonly string[];
  clock: Clock;
  /** Told of every answer of 500 and 503, with the error that is kept from the caller. */
  onFailure(error: Error, request: { method: string; path: string }): void;
  /** Told of what each ingest did. */
  onIngested(report: { accepted: number; rejected: number }): void;
}

export interface Call {
  request: Request;
  url: URL;
  /** The named parts of the path. */
  parts: Record<string, string>;
}

type Answer = (ports: ApiPorts, call: Call) => Promise<Response>;

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

/** What a method takes and gives: the OpenAPI document is made of it, and tests hold real answers against it. */
export interface Contract {
  /** In a line. */
  about: string;
  /** The schema that the query is parsed with. */
  query?: z.ZodObject;
  /** Headers that matter beside the usual ones, with what they are for. */
  headers?: Record<string, string>;
  /** By media type; 'text' for what is no JSON. */
  body?: Record<string, z.ZodType | 'text'>;
  /** Absent: no content. */
  answer?: z.ZodType;
  /** Of answers that are no problem. Default: 200. */
  statuses?: readonly number[];
}

/** One resource: its path, and what each method takes, gives and does. HEAD is GET without the body. */
export interface Resource {
  path: string;
  contracts: Partial<Record<Method, Contract>>;
  methods: Partial<Record<Method, Answer>>;
}
