import type { RegionSettings } from '../service/contracts/series.ts';
import type { IngestPorts, TableReader } from '../service/ingest-observations.ts';
import type { ModelCache } from '../service/model-cache.ts';
import type {
  Clock,
  EventCalendar,
  ForecastIndex,
  ForecastStore,
  HistoryStore,
  HolidayCalendar,
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

/** One resource: its path and what each method does. HEAD is GET without the body. */
export interface Resource {
  path: string;
  methods: Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', Answer>>;
}
