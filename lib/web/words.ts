import type { Grain, Run, Series, Status } from './api.ts';

/** Numbers, times and states in plain words. */

const language = 'en-GB';

export const statusWords: Record<Status | 'none', string> = {
  ok: 'ok',
  stale: 'stale',
  fallback: 'fallback',
  failed: 'failed',
  none: 'no forecast',
};

export const statusOf = (series: Series) => series.forecast?.status ?? 'none';

export function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return value.toLocaleString(language, { maximumFractionDigits: digits });
}

export const compact = (value: number) =>
  value.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 }).replace('K', 'k');

export const percent = (share: number) =>
  `${(share * 100).toLocaleString(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} %`;

export const instant = (time: number, timeZone: string, grain: Grain = 'minute') =>
  new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(grain === 'minute' || grain === 'hour' ? { hour: '2-digit', minute: '2-digit' } : {}),
  }).format(time);

/** Where the year is plain. */
export const moment = (time: number, timeZone: string) =>
  new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(time);

export const date = (time: number, timeZone: string) =>
  new Intl.DateTimeFormat(language, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(
    time,
  );

export function ago(time: number, now: number): string {
  const minutes = Math.round((now - time) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 1440)} days ago`;
}

/** What a value of the series is at a grain: counts add up, gauges average. */
export const measure = (series: Series, grain: Grain) =>
  series.metricKind === 'count' ? `${series.metric} per ${grain}` : `${series.metric}, mean of each ${grain}`;

export function step(seconds: number): string {
  if (seconds === 604_800) return 'weekly';
  if (seconds === 86_400) return 'daily';
  if (seconds === 3600) return 'hourly';
  if (seconds === 60) return 'each minute';
  return seconds % 3600 === 0 ? `every ${seconds / 3600} h` : `every ${seconds / 60} min`;
}

/** What is wrong with a series' forecast, or undefined when nothing is. */
export function trouble(series: Series): { tone: Status | 'none'; title: string; why: string } | undefined {
  const forecast = series.forecast;
  if (forecast === undefined)
    return {
      tone: 'none',
      title: 'No forecast yet',
      why: 'No published run has seen this series. Start one with: npx cloudtune refresh',
    };
  const why = forecast.reason ?? 'the run gave no reason';
  const since =
    forecast.cutoff === undefined ? '' : ` from ${instant(Date.parse(forecast.cutoff), series.timeZone)}`;
  if (series.total)
    return forecast.reason === undefined
      ? undefined
      : {
          tone: forecast.status,
          title: 'Not every series is in this total as it should be.',
          why: forecast.reason,
        };
  if (forecast.status === 'stale')
    return {
      tone: 'stale',
      title: `This forecast is stale: it is the last good one,${since}.`,
      why: `The latest run could not renew it: ${why}`,
    };
  if (forecast.status === 'fallback')
    return {
      tone: 'fallback',
      title: 'This is a fallback: the last week seen, repeated.',
      why: `No model could be fitted: ${why}`,
    };
  if (forecast.status === 'failed')
    return {
      tone: 'failed',
      title: 'This series has no forecast.',
      why: `The latest run failed on it: ${why}`,
    };
  return undefined;
}

export function runWords(run: Run, now: number): string {
  const when = ago(Date.parse(run.endedAt ?? run.startedAt), now);
  if (run.status === 'running') return `A run is under way (started ${when})`;
  if (run.status === 'failed') return `The last run failed ${when}`;
  return `Last run ${run.status} ${when}`;
}

export const countWords = (counts: Record<Status, number>) =>
  (Object.entries(counts) as [Status, number][])
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${statusWords[status]}`)
    .join(', ');
