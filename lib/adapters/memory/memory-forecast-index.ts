import type { ForecastEntry } from '../../service/contracts/refresh.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { ForecastIndex } from '../../service/ports.ts';
import { scheduledAt } from '../../service/run-id.ts';

/** The index in memory, for tests. */
export class MemoryForecastIndex implements ForecastIndex {
  private readonly entries = new Map<string, ForecastEntry>();

  async put(entry: ForecastEntry): Promise<void> {
    this.entries.set(`${seriesId(entry)} ${entry.runId}`, structuredClone(entry));
  }

  async get(series: SeriesKey, runId: string): Promise<ForecastEntry | undefined> {
    return structuredClone(this.entries.get(`${seriesId(series)} ${runId}`));
  }

  async list(series: SeriesKey, { from, until }: { from: number; until: number }): Promise<ForecastEntry[]> {
    const found = [...this.entries.values()].filter(
      (entry) =>
        seriesId(entry) === seriesId(series) &&
        scheduledAt(entry.runId) >= from &&
        scheduledAt(entry.runId) <= until,
    );
    return structuredClone(found.sort((a, b) => scheduledAt(a.runId) - scheduledAt(b.runId)));
  }

  getMany(series: readonly SeriesKey[], runId: string): Promise<(ForecastEntry | undefined)[]> {
    return Promise.all(series.map((one) => this.get(one, runId)));
  }
}
