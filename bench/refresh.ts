import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PublicHolidays } from '../lib/adapters/holidays.ts';
import { readTable, settle } from '../lib/adapters/tabular/index.ts';
import {
  addLocalDays,
  type Calendar,
  digest,
  expand,
  type FitOutcome,
  type ForecastModel,
  fit as fitModel,
  type Observations,
  type SeriesSettings,
  startOfLocalDay,
} from '../lib/engine/index.ts';
import { atMost, type Measure } from './measure.ts';

const folder = resolve(import.meta.dirname, '../examples');
const days = 28;

/**
 * What is lost by refreshing day by day instead of fitting anew each day: over the examples, four weeks of daily
 * forecasts of the four weeks after, total absolute error of the one over that of the other.
 */
export async function benchRefresh(): Promise<Measure[]> {
  const measures: Measure[] = [];
  const examples = [
    ['pjm-pjme-load', 'gauge', 'America/New_York', 'US'],
    ['pjm-dom-load', 'gauge', 'America/New_York', 'US'],
    ['tetouan-zone1-power', 'gauge', 'Africa/Casablanca', 'MA'],
    ['worldcup98-requests', 'count', 'Europe/Paris', 'FR'],
    ['online-retail-orders', 'count', 'Europe/London', 'GB'],
  ] as const;
  for (const [file, metricKind, timeZone, country] of examples) {
    const table = await readTable(readFileSync(join(folder, `${file}.csv.gz`)), { timeZone });
    const { observations, stepSeconds } = settle([...table.series.values()][0]!, { timeZone });
    const ratio = month(observations, { timeZone, stepSeconds, metricKind }, country);
    measures.push(atMost(`refresh by days: error to fits anew, ${file}`, ratio, 1.005, 'times'));
  }
  return measures;
}

function month(observations: Observations, settings: SeriesSettings, country: string): number {
  const { timeZone } = settings;
  const end = startOfLocalDay(timeZone, observations.time.at(-1)!);
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);
  const last = end + 2 * days * 86_400_000;
  const holidays = new PublicHolidays().holidays({ country }, date(observations.time[0]!), date(last));
  const calendar: Calendar = { holidays, events: [] };
  const digests = digest(observations, settings, calendar);
  let refreshed = 0;
  let anew = 0;
  let previous: ForecastModel | undefined;
  for (let d = -2 * days; d < -days; d++) {
    const cutoff = addLocalDays(timeZone, end, d);
    const horizonEnd = addLocalDays(timeZone, cutoff, days);
    const options = { cutoff, horizonEnd };
    const carried = modelOf(
      fitModel(digests, settings, calendar, { ...options, ...(previous !== undefined && { previous }) }),
    );
    refreshed += errorOf(carried, observations, horizonEnd);
    anew += errorOf(modelOf(fitModel(digests, settings, calendar, options)), observations, horizonEnd);
    previous = carried;
  }
  return refreshed / anew;
}

/** Sum of absolute errors of the median. */
function errorOf(model: ForecastModel, { time, value }: Observations, end: number): number {
  const { cutoff: start, settings } = model;
  const forecast = expand(model, { start, end, stepSeconds: settings.stepSeconds, quantiles: [0.5] });
  const median = forecast.quantiles[0]!;
  let row = time.findIndex((at) => at >= start);
  let error = 0;
  for (let i = 0; i < forecast.time.length && row < time.length; i++)
    if (time[row] === forecast.time[i]) error += Math.abs(value[row++]! - median[i]!);
  return error;
}

function modelOf(outcome: FitOutcome): ForecastModel {
  if (outcome.status === 'failed') throw new Error(outcome.reason);
  return outcome.model;
}
