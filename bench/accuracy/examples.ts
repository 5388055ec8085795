import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { PublicHolidays } from '../../lib/adapters/holidays.ts';
import { exampleEvents, listExamples, readExample } from '../../lib/cli/examples.ts';
import { addLocalDays } from '../../lib/engine/index.ts';
import { eventsOf } from '../../lib/service/calendar-events.ts';
import type { Task } from './task.ts';

const root = resolve(import.meta.dirname, '../..');
const longestHorizonDays = 90;
const regions = z.object({ regions: z.array(z.object({ id: z.string(), country: z.string() })) });

/** What is held out of each example, at most 90 days of it, as a task; its events are those of its calendar. */
export async function exampleTasks(wanted: (id: string) => boolean): Promise<Task[]> {
  const { regions: known } = regions.parse(JSON.parse(readFileSync(join(root, 'cloudtune.json'), 'utf8')));
  const calendar = new PublicHolidays();
  const tasks: Task[] = [];
  for (const one of listExamples()) {
    const id = `${one.team}-${one.metric}`;
    if (!wanted(id)) continue;
    const country = known.find((region) => region.id === one.region)?.country;
    const { known: history, heldOut, stepSeconds, timeZone, metricKind } = await readExample(one);
    const cutoff = Date.parse(one.cutoff);
    const last = addLocalDays(timeZone, cutoff, longestHorizonDays);
    const count = heldOut.time.filter((at) => at < last).length;
    const actual = { time: heldOut.time.subarray(0, count), value: heldOut.value.subarray(0, count) };
    tasks.push({
      id,
      family: one.file.split('-')[0]!,
      request: {
        timeZone,
        metricKind,
        valueColumn: 'value',
        quantiles: [0.1, 0.5, 0.9],
        stepSeconds,
        cutoff,
        end: actual.time[count - 1]! + stepSeconds * 1000,
        ...(country !== undefined && { country }),
      },
      rows: { ...history, line: Uint32Array.from(history.time, (_, i) => i + 2) },
      events: eventsOf({ schemaVersion: 1, events: exampleEvents([one]) }, one, timeZone),
      holidays: (first, until) => (country === undefined ? [] : calendar.holidays({ country }, first, until)),
      actual,
      scored: new Uint8Array(count).fill(1),
    });
  }
  return tasks;
}
