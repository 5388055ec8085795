import type { z } from 'zod';
import {
  type ManifestItem,
  manifestItem,
  manifestKeyOf,
  type planRunInput,
  type planRunOutput,
} from './contracts/refresh.ts';
import type { RegionSettings } from './contracts/series.ts';
import { HistorySourceFailed, reasonOf } from './errors.ts';
import type {
  Clock,
  EventCalendar,
  ForecastStore,
  HistorySource,
  RunStore,
  SeriesRegistry,
} from './ports.ts';
import { canonicalInstant, runIdOf } from './run-id.ts';

export interface PlanRunPorts {
  region: RegionSettings;
  registry: SeriesRegistry;
  forecasts: ForecastStore;
  runs: RunStore;
  calendar: Pick<EventCalendar, 'read'>;
  clock: Clock;
  /** Where series are found that are not registered yet. */
  source?: Pick<HistorySource, 'series'>;
  /** Told of what keeps new series from being found; those that are registered go on. */
  onFailure: (error: Error) => void;
}

/**
 * Opens the run of a scheduled time and lists its series in a manifest. The record of the run is written
 * conditionally: a retry of the same execution goes on with it, another execution is told that it is a duplicate.
 */
export async function planRun(
  ports: PlanRunPorts,
  input: z.infer<typeof planRunInput>,
): Promise<z.infer<typeof planRunOutput>> {
  const { region, registry, forecasts, runs, calendar, clock } = ports;
  const runId = runIdOf(region.region, input.scheduledTime);
  const { run } = await runs.begin({
    schemaVersion: 1,
    runId,
    region: region.region,
    scheduledTime: canonicalInstant(input.scheduledTime),
    executionId: input.executionId,
    status: 'running',
    startedAt: clock().toISOString(),
  });
  if (run.executionId !== input.executionId)
    return { runId, plan: 'duplicate', series: 0, manifestKey: manifestKeyOf(runId), calendarVersion: 0 };
  const calendarVersion = run.calendarVersion ?? (await calendar.read()).version;

  const items: ManifestItem[] = [];
  let nextToken: string | undefined;
  do {
    const page = await registry.list({ limit: 1000, ...(nextToken !== undefined && { nextToken }) });
    for (const { team, metric } of page.items) items.push({ team, metric });
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  items.push(...(await unregistered(ports, items)));
  items.sort((a, b) => order(a.team, b.team) || order(a.metric, b.metric));

  const { manifestKey } = await forecasts.putManifest(runId, items);
  await runs.update(runId, { series: items.length, calendarVersion });
  return { runId, plan: 'planned', series: items.length, manifestKey, calendarVersion };
}

/** Series of the source that are not registered. A source that fails stops only a region that has no series yet. */
async function unregistered(
  { source, onFailure }: PlanRunPorts,
  registered: readonly ManifestItem[],
): Promise<ManifestItem[]> {
  if (source === undefined) return [];
  const known = new Set(registered.map(({ team, metric }) => `${team}/${metric}`));
  try {
    return (await source.series()).flatMap((item) => {
      if (known.has(`${item.team}/${item.metric}`)) return [];
      const read = manifestItem.safeParse(item);
      if (read.success) return [read.data];
      onFailure(new HistorySourceFailed(`${JSON.stringify(item)} names no series: ${reasonOf(read.error)}`));
      return [];
    });
  } catch (error) {
    if (registered.length === 0) throw error;
    onFailure(error as Error);
    return [];
  }
}

/** By code unit, the same on every machine. */
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
