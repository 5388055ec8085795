import { readFileSync } from 'node:fs';
import {
  defaultConfiguration,
  defaultSeasons,
  type Period,
  type SeriesConfiguration,
} from '../../engine/index.ts';
import {
  type SeriesConfigurationDocument,
  seriesConfiguration,
} from '../../service/contracts/series-configuration.ts';
import { CommandFailure } from '../failure.ts';
import { readBreaks, readExclusions } from './options.ts';

/**
 * Reads what `--config` says of a series, with the defaults for what it does not. Throws CommandFailure (exit code 2)
 * that names the file and the key.
 */
export function readConfiguration(file: string, timeZone: string): SeriesConfiguration {
  const refuse = (what: string, cause?: unknown) => new CommandFailure(`${file}: ${what}`, 2, { cause });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(`the configuration cannot be read: ${(error as Error).message}`, error);
  }
  const read = seriesConfiguration.safeParse(json);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    throw refuse(`${path.length === 0 ? 'the configuration' : path.join('.')}: ${message}.`);
  }
  return configurationOf(read.data, file, timeZone);
}

function configurationOf(
  document: SeriesConfigurationDocument,
  file: string,
  timeZone: string,
): SeriesConfiguration {
  const { seasons, holidays, events, breaks, exclusions, quantiles } = document;
  return {
    seasons: {
      week: seasons?.week ?? defaultSeasons.week,
      year: seasons?.year ?? defaultSeasons.year,
      periods: seasons?.periods?.map(periodOf) ?? defaultSeasons.periods,
    },
    holidays: holidays ?? defaultConfiguration.holidays,
    events: events ?? defaultConfiguration.events,
    breaks: breaks === undefined ? defaultConfiguration.breaks : readBreaks(`${file}: breaks`, breaks),
    exclusions: readExclusions(`${file}: exclusions`, exclusions ?? [], timeZone),
    quantiles: quantiles ?? defaultConfiguration.quantiles,
  };
}

type PeriodDocument = NonNullable<NonNullable<SeriesConfigurationDocument['seasons']>['periods']>[number];

/** The schema has checked that there is one of the two. */
const periodOf = ({ name, daysOfMonth, everyDays, onDayOff }: PeriodDocument): Period =>
  daysOfMonth === undefined
    ? { name, everyDays: everyDays! }
    : { name, daysOfMonth, ...(onDayOff !== undefined && { onDayOff }) };
