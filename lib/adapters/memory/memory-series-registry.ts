import { type SeriesKey, type SeriesRecord, seriesId } from '../../service/contracts/series.ts';
import { mergeHistory } from '../../service/merge-history.ts';
import type { Page, SeriesRegistry } from '../../service/ports.ts';
import { pageOf } from './page.ts';

/** The registry in memory, for tests. */
export class MemorySeriesRegistry implements SeriesRegistry {
  private readonly records = new Map<string, SeriesRecord>();

  async get(series: SeriesKey): Promise<SeriesRecord | undefined> {
    return structuredClone(this.records.get(seriesId(series)));
  }

  async list(options: { team?: string; limit?: number; nextToken?: string }): Promise<Page<SeriesRecord>> {
    const ids = [...this.records.keys()].sort();
    const records = ids.map((id) => structuredClone(this.records.get(id)!));
    return pageOf(
      records.filter(({ team }) => options.team === undefined || team === options.team),
      options,
    );
  }

  async recordHistory(
    series: SeriesKey,
    change: Pick<SeriesRecord, 'metricKind' | 'stepSeconds' | 'firstTime' | 'lastTime' | 'revisions'>,
  ): Promise<SeriesRecord> {
    const record = mergeHistory(series, this.records.get(seriesId(series)), change, new Date());
    this.records.set(seriesId(series), record);
    return structuredClone(record);
  }
}
