import { createReadStream, statSync } from 'node:fs';
import { readTable, type Table, TabularError } from '../../adapters/tabular/index.ts';
import { type CalendarEvent, defaultConfiguration } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { readConfiguration } from './configuration-file.ts';
import { readEvents } from './events-file.ts';
import { checkExclusions } from './exclusions.ts';
import type { Holidays } from './forecast-series.ts';
import type { ForecastRequest, WrittenOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { readRegressors } from './regressors-file.ts';

/** All that a command reads before it computes. */
export interface Inputs {
  table: Table;
  request: ForecastRequest;
  events: readonly CalendarEvent[];
  holidays: Holidays;
}

/** Reads every file that the options name. Throws CommandFailure (exit code 2) that names the file. */
export async function readInputs(
  file: string,
  options: ForecastRequest,
  written: WrittenOptions,
  terminal: Terminal,
  progress: Progress,
): Promise<Inputs> {
  const { timeZone } = options;
  const configuration =
    written.config === undefined ? defaultConfiguration : readConfiguration(written.config, timeZone);
  const events = written.events === undefined ? [] : readEvents(written.events, timeZone);
  progress.show(`reading ${file}`);
  const regressors =
    written.regressors === undefined ? undefined : await readRegressors(written.regressors, timeZone);
  const request: ForecastRequest = {
    ...options,
    seasons: configuration.seasons,
    breaks: [...configuration.breaks, ...(options.breaks ?? [])],
    exclusions: [...configuration.exclusions, ...(options.exclusions ?? [])],
    quantiles: written.quantiles === undefined ? configuration.quantiles : options.quantiles,
    ...(regressors !== undefined && { regressors }),
  };
  const table = await readHistory(file, request);
  if (table.series.size === 0) throw new CommandFailure(`${file}: ${noRows(table)}`, 2);
  checkExclusions(options.exclusions ?? [], table, file);
  const holidays = await holidaysOf(request, terminal);
  return {
    table,
    request,
    events: configuration.events ? events : [],
    holidays: configuration.holidays ? holidays : () => [],
  };
}

async function readHistory(file: string, request: ForecastRequest): Promise<Table> {
  const { timeZone, valueColumn, seriesColumn } = request;
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there === undefined)
      throw new CommandFailure(`There is no file ${file}. Expected the path of a CSV or Parquet file.`, 2);
    if (!there.isFile())
      throw new CommandFailure(
        `${file} is ${there.isDirectory() ? 'a folder' : 'no plain file'}. Expected the path of a CSV or Parquet file.`,
        2,
      );
    return await readTable(createReadStream(file, { highWaterMark: 1 << 18 }), {
      timeZone,
      valueColumn,
      ...(seriesColumn !== undefined && { seriesColumn }),
    });
  } catch (error) {
    if (error instanceof TabularError)
      throw new CommandFailure(`${file}: ${error.message}`, 2, { cause: error });
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`, 2, { cause: error });
    throw error;
  }
}

/** The calendar of holidays is large: it is loaded when a country is asked for. */
async function holidaysOf(request: ForecastRequest, terminal: Terminal): Promise<Holidays> {
  if (request.country === undefined) return () => [];
  const { PublicHolidays, UnknownPlace } = await import('../../adapters/holidays.ts');
  const calendar = new PublicHolidays();
  try {
    calendar.holidays(request, '2000-01-01', '2000-01-01');
  } catch (error) {
    if (error instanceof UnknownPlace) throw new CommandFailure(error.message, 2, { cause: error });
    throw error;
  }
  const { country, subdivision } = request;
  if (subdivision !== undefined && !calendar.listsSubdivision(request))
    terminal.err(
      `The calendar knows no holidays of ${country}-${subdivision} itself: those of ${country} are kept.\n`,
    );
  return (first, last) => calendar.holidays(request, first, last);
}

const noRows = ({ rejected, missing, rejections }: Table) =>
  rejected > 0
    ? `not one row could be read. Line ${rejections[0]?.line}: ${rejections[0]?.reason}.`
    : missing > 0
      ? 'not one row has a value.'
      : 'there are no rows below the header.';
