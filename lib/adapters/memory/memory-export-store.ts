import type { ExportRecord } from '../../service/contracts/exports.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { ExportStore } from '../../service/ports.ts';

/** Exports in memory, for tests: links are data URLs. */
export class MemoryExportStore implements ExportStore {
  private readonly exports = new Map<string, { record: ExportRecord; bytes: Uint8Array }>();

  async put(series: SeriesKey, record: ExportRecord, bytes: Uint8Array): Promise<void> {
    this.exports.set(`${seriesId(series)} ${record.exportId}`, { record: structuredClone(record), bytes });
  }

  async get(series: SeriesKey, exportId: string): Promise<ExportRecord | undefined> {
    return structuredClone(this.exports.get(`${seriesId(series)} ${exportId}`)?.record);
  }

  async link(
    series: SeriesKey,
    { exportId }: Pick<ExportRecord, 'exportId'>,
  ): Promise<{ url: string; expires: number }> {
    const { bytes } = this.exports.get(`${seriesId(series)} ${exportId}`)!;
    const url = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    return { url, expires: Date.now() + 3_600_000 };
  }
}
