import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Observations } from '../engine/index.ts';
import { type CalendarEntry, calendarDocument } from '../service/contracts/calendar.ts';
import { grain } from '../service/contracts/http.ts';
import { metricKind, seriesId, seriesKey } from '../service/contracts/series.ts';
import { packageRoot } from './root.ts';
import { readHistoryFile } from './upload.ts';

export const example = seriesKey.extend({
  file: z.string(),
  metricKind,
  unit: z.string(),
  timeZone: z.string(),
  /** What lies at or after it is held out, to measure the forecasts. */
  cutoff: z.iso.datetime(),
  /** Ends the comparison before the history ends. */
  until: z.iso.datetime().optional(),
  /** File of the events that moved it. */
  calendar: z.string().optional(),
  /** Spacing at which forecasts and held-out values are compared. */
  grain,
});
export type Example = z.infer<typeof example>;

export interface ExampleHistory extends Example {
  stepSeconds: number;
  /** Before the cutoff. */
  known: Observations;
  /** From the cutoff on, before `until`. */
  heldOut: Observations;
}

const folder = join(packageRoot, 'examples');

export function listExamples(): Example[] {
  return z.array(example).parse(JSON.parse(readFileSync(join(folder, 'examples.json'), 'utf8')));
}

/** The events of all examples, as they were planned. */
export function exampleEvents(examples: readonly Example[]): CalendarEntry[] {
  return examples.flatMap(({ calendar }) =>
    calendar === undefined
      ? []
      : calendarDocument.parse(JSON.parse(readFileSync(join(folder, calendar), 'utf8'))).events,
  );
}

export async function readExample(one: Example): Promise<ExampleHistory> {
  const { observations, stepSeconds } = await readHistoryFile(join(folder, one.file), {
    timeZone: one.timeZone,
  });
  const part = (from: number, to: number) => {
    const at = (instant: number) => {
      const found = observations.time.findIndex((time) => time >= instant);
      return found < 0 ? observations.time.length : found;
    };
    const [first, last] = [at(from), at(to)];
    return {
      time: observations.time.subarray(first, last),
      value: observations.value.subarray(first, last),
    };
  };
  const cutoff = Date.parse(one.cutoff);
  const until = one.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(one.until);
  return { ...one, stepSeconds, known: part(Number.NEGATIVE_INFINITY, cutoff), heldOut: part(cutoff, until) };
}

/** Reads each example at most once, when it is first needed. */
export function exampleReader(examples: readonly Example[]) {
  const read = new Map<string, Promise<ExampleHistory>>();
  return (id: string): Promise<ExampleHistory> | undefined => {
    const one = examples.find((each) => seriesId(each) === id);
    if (one !== undefined && !read.has(id)) read.set(id, readExample(one));
    return read.get(id);
  };
}
