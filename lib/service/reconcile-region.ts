import type { z } from 'zod';
import {
  forecastBatchOutput,
  type ManifestItem,
  type reconcileInput,
  type reconcileOutput,
  type SeriesStatus,
} from './contracts/refresh.ts';
import type { RegionSettings } from './contracts/series.ts';
import { keepForecast } from './keep-forecast.ts';
import type { ForecastIndex, ForecastStore, RunStore } from './ports.ts';
import { totalsOf } from './total-series.ts';

export interface ReconcileRegionPorts {
  region: RegionSettings;
  forecasts: ForecastStore;
  index: ForecastIndex;
  runs: RunStore;
  maxStaleDays: number;
}

/**
 * Settles every series of the manifest, whatever became of its batch: one without an entry in the run's index
 * keeps its last published forecast as stale, or is marked failed, with the reason that its batch gave. Then says what the
 * region's totals are made of.
 */
export async function reconcileRegion(
  ports: ReconcileRegionPorts,
  { runId, manifestKey, results }: z.infer<typeof reconcileInput>,
): Promise<z.infer<typeof reconcileOutput>> {
  const { region, forecasts, index, runs, maxStaleDays } = ports;
  const items = await forecasts.getManifest(manifestKey);
  const keys = items.map((item) => ({ ...item, region: region.region }));
  const entries = await index.getMany(keys, runId);
  const counts: Record<SeriesStatus, number> = { ok: 0, stale: 0, fallback: 0, failed: 0 };
  for (const entry of entries) if (entry !== undefined) counts[entry.status]++;

  const settled = entries.filter((entry) => entry !== undefined);
  const lost = keys.filter((_, i) => entries[i] === undefined);
  if (lost.length > 0) {
    const reasons = reasonsOf(await forecasts.getMapOutputs(results));
    const published = await runs.published();
    const last = published === undefined ? [] : await index.getMany(lost, published.runId);
    for (const [i, series] of lost.entries()) {
      const reason = reasons.get(nameOf(series)) ?? 'its batch ended without an outcome for it';
      const entry = keepForecast({ series, runId, reason, last: last[i], maxStaleDays });
      await index.put(entry);
      counts[entry.status]++;
      settled.push(entry);
    }
  }
  await forecasts.putTotals(runId, totalsOf(settled, maxStaleDays));
  return { runId, counts };
}

const nameOf = ({ team, metric }: ManifestItem) => `${team}/${metric}`;

/** Series → why its batch left it without a forecast. */
function reasonsOf(outputs: readonly unknown[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const output of outputs)
    for (const { reason, ...item } of forecastBatchOutput.parse(output).outcomes)
      if (reason !== undefined) reasons.set(nameOf(item), reason);
  return reasons;
}
