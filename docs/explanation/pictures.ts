/**
 * Draws the pictures of how-a-forecast-is-made.md from the examples:
 *
 *     npm run docs:pictures
 *
 * The same engine and the same examples give the same files.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleTasks } from '../../bench/accuracy/examples.ts';
import type { Task } from '../../bench/accuracy/task.ts';
import {
  dayPeaks,
  digest,
  expand,
  type ForecastModel,
  fit as fitModel,
  startOfLocalDay,
} from '../../lib/engine/index.ts';
import { type Band, type Chart, chart, type Line } from './svg.ts';

const day = 86_400_000;
const hour = 3_600_000;
const folder = join(import.meta.dirname, 'pictures');
const quantiles = [0.1, 0.5, 0.9];
const colour = { seen: '#8a94a0', forecast: '#0b63ce', after: '#c2410c', third: '#15803d' };

const [load, worldCup] = [await fitted('pjme'), await fitted('worldcup')];
write('level', level(load));
write('parts', parts(load));
write('profile', profile(load));
write('match', match(worldCup));
write('peak', peak(load));

async function fitted(name: string): Promise<{ task: Task; model: ForecastModel }> {
  const [task] = await exampleTasks((id) => id.startsWith(name));
  const { timeZone, stepSeconds, metricKind, cutoff, end } = task!.request;
  const settings = { timeZone, stepSeconds, metricKind };
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  const holidays = task!.holidays(date(task!.rows.time[0]!), date(end + 40 * day));
  const calendar = { holidays, events: task!.events };
  const outcome = fitModel(digest(task!.rows, settings, calendar), settings, calendar, {
    cutoff,
    horizonEnd: end,
  });
  if (outcome.status === 'failed') throw new Error(outcome.reason);
  return { task: task!, model: outcome.model };
}

function write(name: string, picture: Chart): void {
  writeFileSync(join(folder, `${name}.svg`), chart(picture));
}

/** Means of local days. */
function byDay(time: Float64Array, value: Float64Array, timeZone: string): Line['points'] {
  const sums = new Map<number, [number, number]>();
  time.forEach((at, i) => {
    const start = startOfLocalDay(timeZone, at);
    const [sum, n] = sums.get(start) ?? [0, 0];
    sums.set(start, [sum + value[i]!, n + 1]);
  });
  return [...sums].map(([at, [sum, n]]) => [at, sum / n]);
}

/** Two years of days, the level that stage 2 carries on, and the forecast beside what came. */
function level({ task, model }: { task: Task; model: ForecastModel }): Chart {
  const { timeZone, cutoff, end } = task.request;
  const { time, quantiles: columns } = expand(model, { start: cutoff, end, stepSeconds: 86_400, quantiles });
  const points = (column: ArrayLike<number>): Line['points'] => Array.from(time, (at, i) => [at, column[i]!]);
  const recent = task.rows.time.findIndex((at) => at >= cutoff - 730 * day);
  const carried = Array.from(time, (_, d) => Math.exp(model.days.level[d]!) - model.offset);
  return {
    title: 'Daily means of the load of PJM East: two years that were seen, and 90 days forecast',
    unit: 'MW',
    ticks: 'month',
    timeZone,
    bands: [
      { name: '80 % interval', low: points(columns[0]!), high: points(columns[2]!), colour: colour.forecast },
    ],
    lines: [
      {
        name: 'history',
        points: byDay(task.rows.time.subarray(recent), task.rows.value.subarray(recent), timeZone),
        colour: colour.seen,
      },
      {
        name: 'what came',
        points: byDay(task.actual.time, task.actual.value, timeZone),
        colour: colour.after,
      },
      { name: 'median', points: points(columns[1]!), colour: colour.forecast },
      { name: 'level carried on', points: points(carried), colour: colour.third },
    ],
  };
}

/** What the year, the weekday and the holidays multiply the level by. */
function parts({ task, model }: { task: Task; model: ForecastModel }): Chart {
  const { timeZone, cutoff } = task.request;
  const of = (column: Float32Array): Line['points'] =>
    Array.from(column.subarray(0, 91), (log, d) => [
      startOfLocalDay(timeZone, cutoff + d * day + 12 * hour),
      Math.exp(log),
    ]);
  return {
    title: 'What multiplies the level of each day',
    unit: '×',
    ticks: 'month',
    timeZone,
    bands: [],
    lines: [
      { name: 'weekday', points: of(model.days.weekday), colour: colour.seen },
      { name: 'year', points: of(model.days.year), colour: colour.third },
      { name: 'holiday', points: of(model.days.holiday), colour: colour.after },
    ],
  };
}

/** One day of the working week and one of the weekend, at the beginning and at the end of the forecast. */
function profile({ task, model }: { task: Task; model: ForecastModel }): Chart {
  const { timeZone, cutoff, end } = task.request;
  const dayAt = (at: number, name: string, stroke: string): Line => {
    const start = startOfLocalDay(timeZone, at);
    const { time, mean } = expand(model, { start, end: start + day, stepSeconds: 3600, quantiles: [] });
    const average = mean.reduce((a, b) => a + b, 0) / mean.length;
    return { name, colour: stroke, points: Array.from(time, (t, i) => [t - start, mean[i]! / average]) };
  };
  // The cutoff is a Saturday.
  return {
    title: 'Hours of a day over the mean of the day',
    unit: '×',
    ticks: 'hour',
    timeZone: 'UTC',
    bands: [],
    lines: [
      dayAt(cutoff + 3.5 * day, 'a Tuesday in May', colour.seen),
      dayAt(cutoff + 1.5 * day, 'a Sunday in May', colour.third),
      dayAt(end - 4 * day, 'a day of the week in July', colour.forecast),
    ],
  };
}

/** Minutes of an evening with a match, of which the days before tell how visitors come and go. */
function match({ task, model }: { task: Task; model: ForecastModel }): Chart {
  const { timeZone, cutoff } = task.request;
  const event = task.events.find(({ start }) => start >= cutoff)!;
  const [start, end] = [event.start - 4 * hour, event.end! + 4 * hour];
  const { time, quantiles: columns } = expand(model, { start, end, stepSeconds: 300, quantiles });
  const perMinute = (column: Float64Array): Line['points'] =>
    Array.from(time, (at, i) => [at, column[i]! / 5]);
  const came: Line['points'] = Array.from(time, (at) => {
    const from = task.actual.time.findIndex((t) => t >= at);
    return [at, task.actual.value.subarray(from, from + 5).reduce((a, b) => a + b, 0) / 5];
  });
  const band: Band = {
    name: '80 % interval',
    low: perMinute(columns[0]!),
    high: perMinute(columns[2]!),
    colour: colour.forecast,
  };
  return {
    title: `Requests each minute around ${event.name ?? event.id}, in means of five minutes`,
    unit: 'requests',
    ticks: 'hour',
    timeZone,
    bands: [band],
    spans: [[event.start, event.end!]],
    lines: [
      { name: 'what came', points: came, colour: colour.after },
      { name: 'median', points: perMinute(columns[1]!), colour: colour.forecast },
    ],
  };
}

/** The hours of a week, and how high each of its days gets. */
function peak({ task, model }: { task: Task; model: ForecastModel }): Chart {
  const { timeZone, cutoff } = task.request;
  const start = startOfLocalDay(timeZone, cutoff + 60.5 * day);
  const window = { start, end: start + 7 * day };
  const { time, quantiles: columns } = expand(model, { ...window, stepSeconds: 3600, quantiles });
  const points = (column: Float64Array): Line['points'] => Array.from(time, (at, i) => [at, column[i]!]);
  const highest = dayPeaks(model, window, quantiles);
  const flat = (column: Float64Array): Line['points'] =>
    Array.from(highest.day).flatMap((at, i) => [
      [at + 2 * hour, column[i]!] as const,
      [at + 22 * hour, column[i]!] as const,
      [at + 23 * hour, Number.NaN] as const,
    ]);
  return {
    title: 'A week of hours two months ahead, and the highest hour of each day',
    unit: 'MW',
    ticks: 'day',
    timeZone,
    bands: [
      {
        name: '80 % interval of each hour',
        low: points(columns[0]!),
        high: points(columns[2]!),
        colour: colour.forecast,
      },
      {
        name: '80 % interval of the highest hour',
        low: flat(highest.quantiles[0]!),
        high: flat(highest.quantiles[2]!),
        colour: colour.after,
      },
    ],
    lines: [
      { name: 'median of each hour', points: points(columns[1]!), colour: colour.forecast },
      { name: 'median of the highest hour', points: flat(highest.quantiles[1]!), colour: colour.after },
    ],
  };
}
