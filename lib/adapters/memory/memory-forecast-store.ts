import { type ManifestItem, manifestKeyOf } from '../../service/contracts/refresh.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { RegionTotal } from '../../service/contracts/totals.ts';
import { NotFound } from '../../service/errors.ts';
import type { ForecastStore, StoredDigests } from '../../service/ports.ts';

/** Models, digests, manifests and totals in memory, for tests. */
export class MemoryForecastStore implements ForecastStore {
  readonly models = new Map<string, Uint8Array>();
  readonly digests = new Map<string, StoredDigests>();
  /** Outputs of map runs by the key of their manifest. */
  readonly mapOutputs = new Map<string, unknown[]>();
  private readonly manifests = new Map<string, ManifestItem[]>();
  private readonly totals = new Map<string, RegionTotal[]>();

  async putModel(series: SeriesKey, runId: string, model: Uint8Array): Promise<{ modelKey: string }> {
    const modelKey = `${seriesId(series)}/${runId}`;
    this.models.set(modelKey, model);
    return { modelKey };
  }

  async getModel(modelKey: string): Promise<Uint8Array | undefined> {
    return this.models.get(modelKey);
  }

  async putDigests(series: SeriesKey, stored: StoredDigests): Promise<void> {
    this.digests.set(seriesId(series), structuredClone(stored));
  }

  async getDigests(series: SeriesKey): Promise<StoredDigests | undefined> {
    return structuredClone(this.digests.get(seriesId(series)));
  }

  async putManifest(runId: string, items: readonly ManifestItem[]): Promise<{ manifestKey: string }> {
    this.manifests.set(manifestKeyOf(runId), structuredClone([...items]));
    return { manifestKey: manifestKeyOf(runId) };
  }

  async getManifest(manifestKey: string): Promise<ManifestItem[]> {
    const items = this.manifests.get(manifestKey);
    if (items === undefined) throw new NotFound(`There is no manifest ${manifestKey}`);
    return structuredClone(items);
  }

  async putTotals(runId: string, totals: readonly RegionTotal[]): Promise<void> {
    this.totals.set(runId, structuredClone([...totals]));
  }

  async getTotals(runId: string): Promise<RegionTotal[] | undefined> {
    return structuredClone(this.totals.get(runId));
  }

  async getMapOutputs({ key }: { bucket: string; key: string }): Promise<unknown[]> {
    const outputs = this.mapOutputs.get(key);
    if (outputs === undefined) throw new NotFound(`There are no results ${key}`);
    return structuredClone(outputs);
  }
}
