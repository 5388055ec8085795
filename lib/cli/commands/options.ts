import { InvalidArgumentError, Option } from 'commander';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { Client, SeriesSummary } from '../client.ts';
import { CommandFailure } from '../failure.ts';

/** Options that several commands have, each said once. */

export interface ApiOptions {
  api?: string;
  dir: string;
}

export const dirOption = () =>
  new Option('--dir <folder>', 'where the laptop cloud keeps everything').default('.cloudtune');
export const apiOption = () => new Option('--api <url>', "base URL of the API (default: the laptop's)");
export const jsonOption = () => new Option('--json', 'print JSON, for machines');

export function wholeNumber(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
    return value;
  };
}

export function instant(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time) || !/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text))
    throw new InvalidArgumentError('Expected an instant such as 1998-07-05T22:00:00Z.');
  return time;
}

/** `team/region/metric`. */
export function parseSeries(text: string): SeriesKey {
  const [team, region, metric, more] = text.split('/');
  if (!team || !region || !metric || more !== undefined)
    throw new CommandFailure(
      `Expected a series as team/region/metric, got "${text}": "cloudtune series" lists them`,
      2,
    );
  return { team, region, metric };
}

/** The series of that name, `team/region/metric`. Throws CommandFailure where there is none. */
export async function findSeries(api: Client, name: string): Promise<SeriesSummary> {
  const key = parseSeries(name);
  const series = (await api.series()).find((one) => one.seriesId === seriesId(key));
  if (series === undefined)
    throw new CommandFailure(`There is no series ${name}: "cloudtune series" lists what there is`);
  return series;
}
