import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Observations } from '../engine/index.ts';
import { grain } from '../service/contracts/http.ts';
import { metricKind, seriesKey } from '../service/contracts/series.ts';
import { packageRoot } from './root.ts';
import { readHistoryFile } from './upload.ts';

export const example = seriesKey.extend({
  file: z.string(),
  metricKind,
  unit: z.string(),
  timeZone: z.string(),
  /** What lies at or after it is held out, to measure the forecasts. */
  cutoff: z.iso.datetime(),
  /** Spacing at which forecasts and held-out values are compared. */
  grain,
});
export type Example = z.infer<typeof example>;

export interface ExampleHistory extends Example {
  stepSeconds: number;
  /** Before the cutoff. */
  known: Observations;
  /** From the cutoff on. */
  heldOut: Observations;
}

const folder = join(packageRoot, 'examples');

export function listExamples(): Example[] {
  return z.array(example).parse(JSON.parse(readFileSync(join(folder, 'examples.json'), 'utf8')));
}

export async function readExample(one: Example): Promise<ExampleHistory> {
  const { observations, stepSeconds } = await readHistoryFile(join(folder, one.file), {
    timeZone: one.timeZone,
  });
  const cutoff = Date.parse(one.cutoff);
  const at = observations.time.findIndex((time: number) => time >= cutoff);
  const split = at < 0 ? observations.time.length : at;
  const part = (from: number, to?: number) => ({
    time: observations.time.subarray(from, to),
    value: observations.value.subarray(from, to),
  });
  return { ...one, stepSeconds, known: part(0, split), heldOut: part(split) };
}
