import { instantFromText } from '../../adapters/tabular/index.ts';
import {
  addLocalDays,
  defaultConfiguration,
  isTimeZone,
  localParts,
  localToInstant,
  type MetricKind,
  type Regressor,
  type SeasonSettings,
  type Span,
} from '../../engine/index.ts';
import { grains } from '../../service/contracts/http.ts';
import { stepSeconds as stepSchema } from '../../service/contracts/series.ts';
import { CommandFailure } from '../failure.ts';

/** Options as they are written on the command line. */
export interface WrittenOptions {
  horizon?: string;
  end?: string;
  cutoff?: string;
  step?: string;
  grain?: string;
  timeZone: string;
  country?: string;
  subdivision?: string;
  metricKind: string;
  valueColumn: string;
  seriesColumn?: string;
  events?: string;
  regressors?: string;
  breaks?: string;
  exclude: string[];
  config?: string;
  quantiles?: string;
  output?: string;
  summary?: string;
  explain?: string;
  dailyPeaks?: string;
  eventPeaks?: string;
  json?: boolean;
}

export interface ForecastRequest {
  /** Exactly one of the two is given. */
  horizon?: Horizon;
  end?: number;
  cutoff?: number;
  stepSeconds?: number;
  grainSeconds?: number;
  timeZone: string;
  country?: string;
  subdivision?: string;
  metricKind: MetricKind;
  valueColumn: string;
  seriesColumn?: string;
  quantiles: readonly number[];
  seasons?: SeasonSettings;
  /** Local dates as days since 1970-01-01. */
  breaks?: readonly number[];
  exclusions?: readonly Span[];
  regressors?: readonly Regressor[];
}

const unreadable = (message: string) => new CommandFailure(message, 2);

/** Checks every option before anything is read. Throws CommandFailure with exit code 2. */
export function readOptions(written: WrittenOptions): ForecastRequest {
  const { timeZone, metricKind } = written;
  if (!isTimeZone(timeZone))
    throw unreadable(`--time-zone ${timeZone} is no IANA time zone. Expected a name such as Europe/Paris.`);
  if (metricKind !== 'count' && metricKind !== 'gauge')
    throw unreadable(
      `--metric-kind ${metricKind}: expected count (adds up over time) or gauge (averages over time).`,
    );
  if ((written.horizon === undefined) === (written.end === undefined))
    throw unreadable(
      `${written.end === undefined ? 'How far to forecast is not given' : 'Both --horizon and --end are given'}: expected one of --horizon 90d and --end 2026-09-01.`,
    );
  if (written.subdivision !== undefined && written.country === undefined)
    throw unreadable('--subdivision needs its country: add --country, such as --country FR.');
  if (written.eventPeaks !== undefined && written.events === undefined)
    throw unreadable('--event-peaks needs a calendar of events: add --events calendar.json.');
  const grain = written.grain;
  if (grain !== undefined && !Object.hasOwn(grains, grain))
    throw unreadable(`--grain ${grain}: expected ${Object.keys(grains).join(', ')}.`);
  return {
    timeZone,
    metricKind,
    valueColumn: written.valueColumn,
    quantiles:
      written.quantiles === undefined ? defaultConfiguration.quantiles : readQuantiles(written.quantiles),
    ...(written.seriesColumn !== undefined && { seriesColumn: written.seriesColumn }),
    ...(written.exclude.length > 0 && { exclusions: readExclusions('--exclude', written.exclude, timeZone) }),
    ...(written.breaks !== undefined && { breaks: readBreaks('--breaks', written.breaks.split(',')) }),
    ...(written.country !== undefined && { country: written.country }),
    ...(written.subdivision !== undefined && { subdivision: written.subdivision }),
    ...(grain !== undefined && { grainSeconds: grains[grain as keyof typeof grains] }),
    ...(written.step !== undefined && { stepSeconds: readStep(written.step) }),
    ...(written.cutoff !== undefined && { cutoff: readInstant('--cutoff', written.cutoff, timeZone) }),
    ...(written.end !== undefined && { end: readInstant('--end', written.end, timeZone) }),
    ...(written.horizon !== undefined && { horizon: readHorizon(written.horizon) }),
  };
}

export function readInstant(option: string, text: string, timeZone: string): number {
  const instant = instantFromText(text, timeZone);
  if (instant === undefined)
    throw unreadable(
      `${option} ${text} is no time. Expected one such as 2026-09-01T00:00:00Z, 2026-09-01 06:00 (in ${timeZone}) or 2026-09-01.`,
    );
  return instant;
}

/**
 * Reads `FROM/TO` again and again: half-open, each with an offset, local, or a bare date (local midnight).
 */
export function readExclusions(option: string, texts: readonly string[], timeZone: string): Span[] {
  return texts.map((text) => {
    const [from, to, ...more] = text.split('/').map((part) => part.trim());
    if (!from || !to || more.length > 0)
      throw unreadable(
        `${option} ${text}: expected FROM/TO, such as 2026-03-01/2026-03-03 (two whole days) or 2026-03-01T08:00/2026-03-01T11:30.`,
      );
    const start = readInstant(option, from, timeZone);
    const end = readInstant(option, to, timeZone);
    if (end <= start)
      throw unreadable(
        `${option} ${text}: ${to} is not after ${from}. TO is the first instant that counts again: for one day, give the date of the next.`,
      );
    return { start, end };
  });
}

const unitSeconds: Record<string, number> = { m: 60, min: 60, h: 3600, d: 86_400, w: 604_800 };

function readStep(text: string): number {
  const match = /^(\d{1,6})(min|m|h|d|w)$/.exec(text);
  const seconds = stepSchema.safeParse(Number(match?.[1]) * (unitSeconds[match?.[2] ?? ''] ?? 0));
  if (!seconds.success)
    throw unreadable(
      `--step ${text}: expected a step that divides the day, such as 1m, 5m, 10m, 30m or 1h, or 1d or 1w.`,
    );
  return seconds.data;
}

function readQuantiles(text: string): number[] {
  const quantiles = text.split(',').map((part) => (/^\s*0?\.\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (quantiles.some((p, i) => !(p > (quantiles[i - 1] ?? 0) && p < 1)))
    throw unreadable(
      `--quantiles ${text}: expected probabilities between 0 and 1 in ascending order, such as 0.1,0.5,0.9.`,
    );
  return quantiles;
}

export function readBreaks(option: string, dates: readonly string[]): number[] {
  return dates.map((date) => {
    const day = Date.parse(`${date.trim()}T00:00Z`) / 86_400_000;
    if (!Number.isInteger(day) || !/^\d{4}-\d{2}-\d{2}$/.test(date.trim()))
      throw unreadable(`${option} ${date}: expected local dates such as 2026-03-01,2026-05-11.`);
    return day;
  });
}

export interface Horizon {
  count: number;
  unit: 'm' | 'min' | 'h' | 'd' | 'w' | 'mo' | 'y';
}

const daysOf = { m: 1 / 1440, min: 1 / 1440, h: 1 / 24, d: 1, w: 7, mo: 30, y: 365 };
const mostDays = 36_525;

function readHorizon(text: string): Horizon {
  const match = /^(\d{1,6})(min|mo|m|h|d|w|y)$/.exec(text);
  const count = Number(match?.[1]);
  if (match === null || count === 0)
    throw unreadable(
      `--horizon ${text}: expected a length of time such as 90d, 12w, 36h, 90min, 6mo or 2y (days, weeks, hours, minutes, months, years).`,
    );
  const unit = match[2] as Horizon['unit'];
  if (count * daysOf[unit] > mostDays)
    throw unreadable(`--horizon ${text}: expected at most a hundred years.`);
  return { count, unit };
}

/** The instant that lies a horizon after the cutoff: days, weeks, months and years are those of the local calendar. */
export function horizonEnd(cutoff: number, { count, unit }: Horizon, timeZone: string): number {
  if (unit === 'm' || unit === 'min' || unit === 'h') return cutoff + count * unitSeconds[unit]! * 1000;
  if (unit === 'd' || unit === 'w') return addLocalDays(timeZone, cutoff, unit === 'd' ? count : count * 7);
  const { year, month, day, hour, minute, second } = localParts(timeZone, cutoff);
  const months = unit === 'mo' ? count : count * 12;
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return localToInstant(timeZone, year, month + months, Math.min(day, lastOfMonth), hour, minute, second);
}
