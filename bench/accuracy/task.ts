import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PublicHolidays } from '../../lib/adapters/holidays.ts';
import { type Rows, readTable } from '../../lib/adapters/tabular/index.ts';
import { eventsFrom } from '../../lib/cli/forecast/events-file.ts';
import type { Holidays } from '../../lib/cli/forecast/forecast-series.ts';
import { type ForecastRequest, readInstant } from '../../lib/cli/forecast/options.ts';
import { addLocalDays, type CalendarEvent, type Observations } from '../../lib/engine/index.ts';

const stepSeconds = {
  '1min': 60,
  '5min': 300,
  '10min': 600,
  '30min': 1800,
  '1h': 3600,
  '1D': 86_400,
  '7D': 604_800,
};

const document = z.object({
  id: z.string(),
  family: z.string(),
  step: z.enum(Object.keys(stepSeconds) as [keyof typeof stepSeconds]),
  time_zone: z.string(),
  country: z.string().nullable(),
  subdivision: z.string().nullish(),
  metric_kind: z.enum(['count', 'gauge']),
  cutoff: z.string(),
  end: z.string(),
  events: z.array(z.unknown()),
});

/** What a forecaster may see, and what then happened. */
export interface Task {
  id: string;
  family: string;
  request: ForecastRequest & { cutoff: number; end: number; stepSeconds: number };
  rows: Rows;
  events: CalendarEvent[];
  holidays: Holidays;
  actual: Observations;
  /** 0 where a step is a labelled anomaly, which is not scored. */
  scored: Uint8Array;
}

export const taskIds = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

export async function readTask(folder: string, id: string): Promise<Task> {
  const path = (file: string) => join(folder, id, file);
  const said = document.parse(JSON.parse(readFileSync(path('task.json'), 'utf8')));
  const timeZone = said.time_zone;
  const read = async (file: string, valueColumn: string) => {
    const table = await readTable(createReadStream(path(file)), { timeZone, valueColumn });
    return [...table.series.values()][0]!;
  };
  const rows = await read('history.csv.gz', 'value');
  const actual = await read('actual.csv.gz', 'value');
  const score = await read('actual.csv.gz', 'score');
  const request = {
    timeZone,
    metricKind: said.metric_kind,
    valueColumn: 'value',
    quantiles: [0.1, 0.5, 0.9],
    stepSeconds: stepSeconds[said.step],
    cutoff: readInstant('cutoff', said.cutoff, timeZone),
    end: readInstant('end', said.end, timeZone),
    ...(said.country !== null && { country: said.country }),
    ...(said.subdivision != null && { subdivision: said.subdivision }),
  };
  const holidays = new PublicHolidays();
  return {
    id,
    family: said.family,
    request,
    rows,
    events: eventsFrom(said.events, path('task.json'), timeZone),
    holidays: (first, last) =>
      said.country === null
        ? []
        : holidays.holidays(
            { country: said.country, ...(said.subdivision != null && { subdivision: said.subdivision }) },
            first,
            last,
          ),
    actual,
    scored: Uint8Array.from(score.value),
  };
}

/**
 * The same series, cut `back` horizons earlier: the history's own last rows are what then happened. Undefined where less
 * than a horizon, or than two weeks (eight of days and weeks), would be left to learn from.
 */
export function earlierTask(task: Task, back: number): Task | undefined {
  const { request, rows } = task;
  const { timeZone, cutoff, end, stepSeconds: step } = request;
  const days = Math.round((end - cutoff) / 86_400_000);
  const from = addLocalDays(timeZone, cutoff, -days * back);
  const until = addLocalDays(timeZone, cutoff, -days * (back - 1));
  const first = rows.time.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  if ((from - first) / 86_400_000 < Math.max(days, step >= 86_400 ? 56 : 14)) return undefined;
  const before = (i: number) => rows.time[i]! < from;
  const after = (i: number) => rows.time[i]! >= from && rows.time[i]! < until;
  const time = rows.time.filter((_, i) => after(i));
  if (time.length < 2) return undefined;
  return {
    ...task,
    id: `${task.id}~${back}`,
    request: { ...request, cutoff: from, end: until },
    rows: {
      time: rows.time.filter((_, i) => before(i)),
      value: rows.value.filter((_, i) => before(i)),
      line: rows.line.filter((_, i) => before(i)),
    },
    actual: { time, value: rows.value.filter((_, i) => after(i)) },
    scored: new Uint8Array(time.length).fill(1),
  };
}
