import { createHash } from 'node:crypto';
import type { Observations } from '../../engine/index.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { HistoryStore } from '../../service/ports.ts';
import { byMonth, merged, within } from './months.ts';

/** History in memory, for tests: the same merges, the same revisions for the same rows. */
export class MemoryHistoryStore implements HistoryStore {
  private readonly months = new Map<string, Map<string, Observations>>();

  async read(series: SeriesKey, window: { start: number; end: number }): Promise<Observations> {
    const months = [...(this.months.get(seriesId(series)) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    const all = {
      time: Float64Array.from(months.flatMap(([, { time }]) => [...time])),
      value: Float64Array.from(months.flatMap(([, { value }]) => [...value])),
    };
    return within(all, window);
  }

  async write(series: SeriesKey, rows: Observations): Promise<Record<string, string>> {
    const id = seriesId(series);
    const months = this.months.get(id) ?? new Map<string, Observations>();
    this.months.set(id, months);
    const revisions: Record<string, string> = {};
    for (const [month, changes] of byMonth(rows)) {
      const none = { time: new Float64Array(0), value: new Float64Array(0) };
      const old = months.get(month) ?? none;
      const observations = merged(old, changes) ?? old;
      months.set(month, observations);
      revisions[month] = revisionOf(observations);
    }
    return revisions;
  }
}

const revisionOf = ({ time, value }: Observations) =>
  createHash('md5')
    .update(new Uint8Array(time.buffer, time.byteOffset, time.byteLength))
    .update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    .digest('hex');
