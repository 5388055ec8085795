import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { type ManifestItem, manifestItem, manifestKeyOf } from '../../service/contracts/refresh.ts';
import type { SeriesKey } from '../../service/contracts/series.ts';
import { type RegionTotal, runTotals, totalsKeyOf } from '../../service/contracts/totals.ts';
import { NotFound } from '../../service/errors.ts';
import type { ForecastStore, StoredDigests } from '../../service/ports.ts';
import { packDigests, unpackDigests } from '../stored-digests.ts';
import { getBytes, putBytes } from './s3-object.ts';

/** The ResultWriter's manifest, and a file of it with one record a child. */
const resultManifest = z.object({
  ResultFiles: z.object({ SUCCEEDED: z.array(z.object({ Key: z.string() })).default([]) }),
});
const resultFile = z.array(z.object({ Output: z.string() }));

/**
 * Models, digests, manifests and totals on S3, in Hive-style keys: `forecasts/team=T/region=R/metric=M/run=ID/model.bin`,
 * `digests/team=T/region=R/metric=M/digests.bin`, `runs/ID/manifest.json`, `runs/ID/totals.json`.
 */
export class S3ForecastStore implements ForecastStore {
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor({ client, bucket }: { client: S3Client; bucket: string }) {
    this.client = client;
    this.bucket = bucket;
  }

  async putModel(series: SeriesKey, runId: string, model: Uint8Array): Promise<{ modelKey: string }> {
    const modelKey = `forecasts/${pathOf(series)}/run=${runId}/model.bin`;
    await this.put(modelKey, model, binary);
    return { modelKey };
  }

  getModel(modelKey: string): Promise<Uint8Array | undefined> {
    return getBytes(this.client, this.bucket, modelKey);
  }

  async putDigests(series: SeriesKey, stored: StoredDigests): Promise<void> {
    await this.put(digestsKey(series), packDigests(stored), binary);
  }

  async getDigests(series: SeriesKey): Promise<StoredDigests | undefined> {
    const bytes = await getBytes(this.client, this.bucket, digestsKey(series));
    return bytes === undefined ? undefined : unpackDigests(bytes);
  }

  async putManifest(runId: string, items: readonly ManifestItem[]): Promise<{ manifestKey: string }> {
    const manifestKey = manifestKeyOf(runId);
    await this.put(manifestKey, JSON.stringify(items), 'application/json');
    return { manifestKey };
  }

  async getManifest(manifestKey: string): Promise<ManifestItem[]> {
    return z.array(manifestItem).parse(await this.getJson(this.bucket, manifestKey));
  }

  async putTotals(runId: string, totals: readonly RegionTotal[]): Promise<void> {
    await this.put(totalsKeyOf(runId), JSON.stringify({ schemaVersion: 1, totals }), 'application/json');
  }

  async getTotals(runId: string): Promise<RegionTotal[] | undefined> {
    const bytes = await getBytes(this.client, this.bucket, totalsKeyOf(runId));
    return bytes === undefined
      ? undefined
      : runTotals.parse(JSON.parse(Buffer.from(bytes).toString())).totals;
  }

  async getMapOutputs(results: { bucket: string; key: string }): Promise<unknown[]> {
    const { ResultFiles } = resultManifest.parse(await this.getJson(results.bucket, results.key));
    const outputs: unknown[] = [];
    for (const { Key } of ResultFiles.SUCCEEDED)
      for (const { Output } of resultFile.parse(await this.getJson(results.bucket, Key)))
        outputs.push(JSON.parse(Output));
    return outputs;
  }

  private put(key: string, body: Uint8Array | string, contentType: string): Promise<void> {
    return putBytes(this.client, { bucket: this.bucket, key, body, contentType });
  }

  private async getJson(bucket: string, key: string): Promise<unknown> {
    const bytes = await getBytes(this.client, bucket, key);
    if (bytes === undefined) throw new NotFound(`There is no object ${key} in the bucket ${bucket}`);
    return JSON.parse(Buffer.from(bytes).toString());
  }
}

const binary = 'application/octet-stream';
const pathOf = ({ team, region, metric }: SeriesKey) => `team=${team}/region=${region}/metric=${metric}`;
const digestsKey = (series: SeriesKey) => `digests/${pathOf(series)}/digests.bin`;
