import type { Rejection, Table } from '../../adapters/tabular/index.ts';
import { localParts } from '../../engine/index.ts';
import { chart } from '../chart.ts';
import { iso, type SeriesForecast } from './forecast-series.ts';
import type { ForecastRequest } from './options.ts';

/** What was read and forecast, for people (`summaryText`) and machines (`--summary`, `--json`). */
export interface Summary {
  history: string;
  timeZone: string;
  metricKind: string;
  country?: string;
  subdivision?: string;
  timestampForm?: string;
  rows: { accepted: number; missing: number; duplicates: number; rejected: number };
  /** The first hundred. */
  rejections: Rejection[];
  series: SeriesSummary[];
}

export type SeriesSummary = { name?: string } & (
  | { status: 'failed'; reason: string }
  | {
      status: 'ok' | 'fallback';
      reason?: string;
      method: string;
      stepSeconds: number;
      grainSeconds: number;
      rows: number;
      first: string;
      last: string;
      cutoff: string;
      end: string;
      steps: number;
      accuracy: SeriesForecast['accuracy'];
    }
);

export function summaryOf(file: string, request: ForecastRequest, table: Table): Summary {
  return {
    history: file,
    timeZone: request.timeZone,
    metricKind: request.metricKind,
    ...(request.country !== undefined && { country: request.country }),
    ...(request.subdivision !== undefined && { subdivision: request.subdivision }),
    ...(table.form !== undefined && { timestampForm: table.form }),
    rows: { accepted: 0, missing: table.missing, duplicates: 0, rejected: table.rejected },
    rejections: [...table.rejections],
    series: [],
  };
}

export function addForecast(summary: Summary, name: string, forecast: SeriesForecast) {
  const { history, reason, method, stepSeconds, grainSeconds, accuracy } = forecast;
  summary.rows.accepted += forecast.accepted;
  summary.rows.duplicates += forecast.duplicates;
  summary.rows.rejected += forecast.rejected;
  summary.rejections = [...summary.rejections, ...forecast.rejections]
    .sort((a, b) => a.line - b.line)
    .slice(0, 100);
  summary.series.push({
    ...named(name),
    status: reason === undefined ? 'ok' : 'fallback',
    ...(reason !== undefined && { reason }),
    method,
    stepSeconds,
    grainSeconds,
    rows: history.time.length,
    first: iso(history.time[0]!),
    last: iso(history.time.at(-1)!),
    cutoff: iso(forecast.cutoff),
    end: iso(forecast.end),
    steps: forecast.steps,
    accuracy,
  });
}

export const addFailure = (summary: Summary, name: string, reason: string) =>
  summary.series.push({ ...named(name), status: 'failed', reason });

const named = (name: string) => (name === '' ? {} : { name });

const stepText = (seconds: number) =>
  seconds === 604_800
    ? '1 week'
    : seconds === 86_400
      ? '1 day'
      : seconds % 3600 === 0
        ? `${seconds / 3600} h`
        : `${seconds / 60} min`;
const counted = (n: number, unit: string) => `${n} ${unit}${n === 1 ? '' : 's'}`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A few lines a series. */
export function summaryText(summary: Summary): string {
  const { rows, rejections, series, timeZone } = summary;
  const lines: string[] = [];
  for (const each of series) {
    if (each.name !== undefined) lines.push(each.name);
    if (each.status === 'failed') {
      lines.push(`not forecast: ${each.reason}`, '');
      continue;
    }
    const { accuracy } = each;
    lines.push(
      `history   ${counted(each.rows, 'row')} a ${stepText(each.stepSeconds)} apart, ${each.first} to ${each.last} (${timeZone})`,
      `forecast  ${counted(each.steps, 'step')} of ${stepText(each.grainSeconds)}, from ${each.cutoff} until ${each.end}`,
      accuracy.origins === 0
        ? `method    ${each.method}${each.reason === undefined ? ' (too little history to measure its accuracy)' : `, the fallback: ${each.reason}`}`
        : `accuracy  WAPE ${percent(accuracy.wape)} (seasonal naive ${percent(accuracy.naiveWape)}), ${percent(accuracy.coverage)} inside the central 80 %, over ${accuracy.origins} past cutoffs of ${accuracy.horizonDays} days`,
      '',
    );
  }
  const counts = [
    [rows.missing, 'without a value'],
    [rows.duplicates, 'replaced by a later row of the same time'],
    [rows.rejected, 'rejected'],
  ] as const;
  for (const [count, what] of counts) if (count > 0) lines.push(`${counted(count, 'row')} ${what}`);
  for (const { line, reason } of rejections.slice(0, 5)) lines.push(`  line ${line}: ${reason}`);
  if (rejections.length > 5) lines.push('  … (all in --summary)');
  return `${lines.join('\n').trimEnd()}\n`;
}

/** The end of the history and the forecast after it, as one drawing. */
export function forecastChart(
  forecast: SeriesForecast,
  { timeZone, metricKind }: ForecastRequest,
  width: number,
): string {
  const { history, grainSeconds, stepSeconds, cutoff } = forecast;
  const { time, mean, quantiles } = forecast.expansion();
  const past = atGrain(history, grainSeconds, stepSeconds, metricKind === 'count', timeZone);
  const shown = Math.min(past.time.length, Math.max(50, time.length * 2));
  const start = past.time.length - shown;
  const all = new Float64Array(shown + time.length);
  all.set(past.time.subarray(start));
  all.set(time, shown);
  const column = (before: Float64Array | undefined, after: Float64Array | undefined) => {
    const values = new Float64Array(all.length).fill(Number.NaN);
    if (before !== undefined) values.set(before.subarray(start));
    if (after !== undefined) values.set(after, shown);
    return values;
  };
  const middle = quantiles[quantiles.length >> 1];
  return chart({
    time: all,
    lines: [column(past.value, undefined), column(undefined, quantiles.length % 2 === 1 ? middle : mean)],
    ...(quantiles.length > 1 && {
      band: { lower: column(undefined, quantiles[0]), upper: column(undefined, quantiles.at(-1)) },
    }),
    mark: cutoff,
    width,
    height: 18,
    timeZone,
    unit: `${metricKind === 'count' ? 'total' : 'mean'} of ${stepText(grainSeconds)}`,
  });
}

/** History in steps of the forecast's grain, so that both are drawn on one scale; steps that are not whole are left out. */
function atGrain(
  history: SeriesForecast['history'],
  grainSeconds: number,
  stepSeconds: number,
  isCount: boolean,
  timeZone: string,
): SeriesForecast['history'] {
  if (grainSeconds === stepSeconds) return history;
  if (grainSeconds < stepSeconds)
    return {
      time: history.time,
      value: isCount ? history.value.map((y) => (y * grainSeconds) / stepSeconds) : history.value,
    };
  const sums = new Map<number, { sum: number; rows: number }>();
  for (let i = 0; i < history.time.length; i++) {
    const key = bucket(history.time[i]!, grainSeconds, timeZone);
    const entry = sums.get(key) ?? { sum: 0, rows: 0 };
    entry.sum += history.value[i]!;
    entry.rows++;
    sums.set(key, entry);
  }
  const whole = [...sums].filter(([, { rows }]) => rows >= 0.9 * (grainSeconds / stepSeconds));
  return {
    time: Float64Array.from(whole, ([ms]) => ms),
    value: Float64Array.from(whole, ([, { sum, rows }]) => (isCount ? sum : sum / rows)),
  };
}

/** Start of the step that holds `ms`, close enough to draw: the wall clock read as if it were universal time. */
function bucket(ms: number, grainSeconds: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = localParts(timeZone, ms);
  const shift = Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
  const grainMs = grainSeconds * 1000;
  const monday = grainSeconds === 604_800 ? 4 * 86_400_000 : 0;
  return Math.floor((ms + shift - monday) / grainMs) * grainMs + monday - shift;
}
