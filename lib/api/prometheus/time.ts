import { PrometheusError } from './error.ts';

/** Seconds of Prometheus's units of time. */
const units: Record<string, number> = {
  ...{ ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 },
};

/** A Unix time in seconds, or an RFC 3339 instant, in milliseconds. */
export function timeOf(name: string, text: string): number {
  const ms = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Math.round(Number(text) * 1000) : Date.parse(text);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8e15 || (Number.isNaN(Number(text)) && !/T/.test(text)))
    throw new PrometheusError(
      'bad_data',
      `invalid parameter "${name}": cannot parse ${JSON.stringify(text.slice(0, 80))} to a valid timestamp`,
    );
  return ms;
}

/** A number of seconds, or a duration such as 1h30m, in milliseconds; above 0. */
export function durationOf(name: string, text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  const seconds = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : parts.map(([whole]) => whole).join('') === text && parts.length > 0
      ? parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0)
      : Number.NaN;
  if (!Number.isFinite(seconds) || seconds <= 0)
    throw new PrometheusError(
      'bad_data',
      `invalid parameter "${name}": expected seconds above 0 or a duration such as 5m, got ${JSON.stringify(text.slice(0, 80))}`,
    );
  return seconds * 1000;
}
