import { localParts } from '../../engine/index.ts';
import type { SeriesForecast } from './forecast-series.ts';

/** Texts of ascending times: bare local dates, or instants with Z. */
export function timeTexts(timeZone: string, bareDates: boolean): (ms: number) => string {
  const two = (n: number) => String(n).padStart(2, '0');
  if (bareDates)
    return (ms) => {
      const { year, month, day } = localParts(timeZone, ms);
      return `${year}-${two(month)}-${two(day)}`;
    };
  const day = 86_400_000;
  let midnight = Number.NaN;
  let date = '';
  return (ms) => {
    if (!(ms >= midnight && ms < midnight + day)) {
      midnight = Math.floor(ms / day) * day;
      date = new Date(midnight).toISOString().slice(0, 11);
    }
    const second = Math.floor((ms - midnight) / 1000);
    const fraction = ms % 1000 === 0 ? '' : `.${String(ms - midnight - second * 1000).padStart(3, '0')}`;
    return `${date}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}${fraction}Z`;
  };
}

/**
 * Decimals that leave six digits of the largest number of a series, and never fewer than three. A count is smaller in
 * finer steps, so those get more: minutes still add up to their hours.
 */
export function rounding({ history, metricKind, grainSeconds, stepSeconds }: SeriesForecast) {
  let largest = 0;
  for (const y of history.value) if (Math.abs(y) > largest) largest = Math.abs(y);
  if (metricKind === 'count') largest *= Math.min(1, grainSeconds / stepSeconds);
  const decimals = Math.min(300, Math.max(3, 6 - Math.ceil(Math.log10(largest || 1))));
  const scale = 10 ** decimals;
  return (value: number) =>
    (Math.abs(value) * scale < 2 ** 53 ? Math.round(value * scale) / scale : value) + 0;
}

export const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
