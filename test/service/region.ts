import { MemoryHistoryStore } from '../../lib/adapters/history/index.ts';
import {
  MemoryEventCalendar,
  MemoryExportStore,
  MemoryForecastIndex,
  MemoryForecastStore,
  MemoryInbox,
  MemoryLedger,
  MemoryNoticeStore,
  MemoryRefreshLauncher,
  MemoryRunStore,
  MemorySeriesRegistry,
  MemoryTeamMessages,
} from '../../lib/adapters/memory/index.ts';
import { readColumns, readTable, settle, writeColumns } from '../../lib/adapters/tabular/index.ts';
import { createApi } from '../../lib/api/index.ts';
import { replaceCalendar } from '../../lib/service/change-calendar.ts';
import type { CalendarEntry } from '../../lib/service/contracts/calendar.ts';
import type { ManifestItem, SeriesOutcome } from '../../lib/service/contracts/refresh.ts';
import type { SeriesKey } from '../../lib/service/contracts/series.ts';
import { forecastBatch } from '../../lib/service/forecast-batch.ts';
import { ingestObservations } from '../../lib/service/ingest-observations.ts';
import { ModelCache } from '../../lib/service/model-cache.ts';
import { notifyTeams } from '../../lib/service/notify-teams.ts';
import { planRun } from '../../lib/service/plan-run.ts';
import { publishRun } from '../../lib/service/publish-run.ts';
import { reconcileRegion } from '../../lib/service/reconcile-region.ts';

import { heldAgainstOpenApi } from '../api/held-against-openapi.ts';

const hour = 3_600_000;
export const settings = { region: 'eu', timeZone: 'Europe/Paris', country: 'FR' };
export const key = (team: string, metric = 'requests'): SeriesKey => ({ team, region: 'eu', metric });

/** Hours of a week-like load that starts on 2026-01-05 in Paris. */
export function hours(days: number, scale = 100) {
  const start = Date.UTC(2026, 0, 4, 23);
  const time = Float64Array.from({ length: days * 24 }, (_, i) => start + i * hour);
  const value = time.map((_, i) =>
    Math.round(
      scale *
        (2 + Math.sin((2 * Math.PI * i) / 24)) *
        (i % 168 < 120 ? 1 : 0.6) *
        (1 + ((i * 7919) % 13) / 100),
    ),
  );
  return { time, value };
}

/** A region over memory, with the state machine's steps as plain calls. */
export function memoryRegion() {
  const forecasts = new MemoryForecastStore();
  const failures: Error[] = [];
  const now = { ms: Date.UTC(2026, 11, 1, 3) };
  const ports = {
    region: { ...settings },
    registry: new MemorySeriesRegistry(),
    history: new MemoryHistoryStore(),
    forecasts,
    index: new MemoryForecastIndex(),
    ledger: new MemoryLedger(),
    exports: new MemoryExportStore(),
    writeFile: writeColumns,
    runs: new MemoryRunStore(),
    calendar: new MemoryEventCalendar(),
    notices: new MemoryNoticeStore(),
    messages: new MemoryTeamMessages(),
    launcher: new MemoryRefreshLauncher(),
    inbox: new MemoryInbox(),
    models: new ModelCache(forecasts),
    totals: forecasts,
    tables: { readColumns, readTable, settle },
    holidays: { holidays: () => [] },
    loadHolidays: async () => ({ holidays: () => [] }),
    digests: forecasts,
    maxStaleDays: 30,
    horizonDays: 90,
    regionIds: [settings.region, 'us'],
    clock: () => new Date(now.ms),
    onFailure: (error: Error) => void failures.push(error),
    onIngested: () => {},
  };
  const load = (series: SeriesKey, rows: { time: Float64Array; value: Float64Array }) =>
    ingestObservations(ports, series, {
      metricKind: 'count',
      table: {
        series: new Map([['', { ...rows, line: Uint32Array.from(rows.time, (_, i) => i + 1) }]]),
        rejected: 0,
        rejections: [],
      },
    });
  const plan = (scheduledTime: string) =>
    planRun(ports, { scheduledTime, executionId: `execution:${scheduledTime}` });
  const batch = async (runId: string, items: ManifestItem[]) =>
    forecastBatch(ports, {
      BatchInput: {
        runId,
        scheduledTime: '2026-12-01T03:00:00Z',
        calendarVersion: (await ports.runs.get(runId))?.calendarVersion ?? 0,
      },
      Items: items,
    });

  /** A whole run: plan, one batch, reconcile, publish. */
  async function refresh(scheduledTime: string): Promise<{ runId: string; outcomes: SeriesOutcome[] }> {
    const { runId, manifestKey } = await plan(scheduledTime);
    const items = await forecasts.getManifest(manifestKey);
    const outcomes = items.length === 0 ? [] : (await batch(runId, items)).outcomes;
    forecasts.mapOutputs.set(runId, [{ outcomes }]);
    const { counts } = await reconcileRegion(ports, {
      runId,
      manifestKey,
      results: { bucket: 'forecasts', key: runId },
    });
    const published = await publishRun(ports, { runId, counts });
    await notifyTeams(ports, published);
    return { runId, outcomes };
  }
  /** Puts events in the place of those that there are. */
  const planEvents = (...events: CalendarEntry[]) =>
    replaceCalendar(ports, { schemaVersion: 1, events }, ['*'], { author: 'planner' });
  return {
    ports,
    failures,
    now,
    load,
    plan,
    batch,
    refresh,
    planEvents,
    api: heldAgainstOpenApi(createApi(ports)),
  };
}
