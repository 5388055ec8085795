import { createReadStream, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { readTable, type Table, TabularError } from '../../adapters/tabular/index.ts';
import type { CalendarEvent } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { readEvents } from './events-file.ts';
import { type Explained, writeExplanations } from './explanation-file.ts';
import { ForecastFile } from './forecast-file.ts';
import { forecastSeries, type Holidays, type SeriesForecast } from './forecast-series.ts';
import { type ForecastRequest, readOptions, type WrittenOptions } from './options.ts';
import { DayPeaksFile, EventPeaksFile } from './peaks-file.ts';
import { readRegressors } from './regressors-file.ts';
import { addFailure, addForecast, forecastChart, type Summary, summaryOf, summaryText } from './summary.ts';

import { placeOf, WholeFile } from './whole-file.ts';

/** `cloudtune forecast`: a file in, a forecast out, no cloud at all. */
export function forecastCommand(terminal: Terminal = processTerminal): Command {
  return new Command('forecast')
    .description('Forecast a file of history, with no cloud at all.')
    .argument(
      '<history>',
      'CSV (also .gz or .zst) or Parquet with a header and the columns timestamp and value',
    )
    .option('--horizon <length>', 'how far: 90min, 36h, 90d, 12w, 6mo, 2y (local days, weeks, months, years)')
    .option('--end <time>', 'the first instant no longer forecast, instead of --horizon')
    .option(
      '--cutoff <time>',
      'the first instant forecast; nothing from it on is seen (default: one step after the last row)',
    )
    .option('--step <step>', "the history's step: 1m, 5m, 10m, 30m, 1h, 1d, 1w (default: found)")
    .option('--grain <grain>', "the forecast's step: minute, hour, day or week (default: the history's own)")
    .option('--time-zone <zone>', 'where days begin, and how times without an offset are read', 'UTC')
    .option('--country <code>', 'keep the public holidays of a country, such as FR')
    .option('--subdivision <code>', 'and those of a part of it, such as 67 of FR-67')
    .option('--metric-kind <kind>', 'count (adds up over time) or gauge (averages over time)', 'gauge')
    .option('--value-column <name>', 'the column to forecast', 'value')
    .option('--series-column <name>', 'the column that names the series, for several in one file')
    .option('--events <file>', 'JSON list of { id, kind, name?, start, end? }')
    .option('--regressors <file>', 'CSV with timestamp and one column each, over history and horizon')
    .option('--breaks <dates>', 'local dates on which the level or its growth changed, such as 2026-03-01')
    .option('--quantiles <list>', 'probabilities, ascending', '0.1,0.5,0.9')
    .option('--output <file>', 'write the forecast as CSV (default: draw it here)')
    .option('--daily-peaks <file>', "write each local day's highest hourly mean (or step, if longer) as CSV")
    .option('--event-peaks <file>', "write each event's highest step as CSV")
    .option('--summary <file>', 'write what was read and how accurate it is as JSON')
    .option('--explain <file>', 'write what each ingredient adds to the mean, step by step, as CSV')
    .option('--json', 'print that summary as JSON')
    .addHelpText(
      'after',
      `
A timestamp has Z or an offset, or is local wall-clock time, or is a bare date (a local day, answered with bare dates),
or counts seconds (10 digits) or milliseconds (13 digits) since 1970. Missing steps and empty values are holes, not
zeros. Exit code 2: what was asked for cannot be read, nothing is written. 1: some of several series were not forecast.

Examples:
  $ cloudtune forecast requests.csv.gz --horizon 90d --time-zone Europe/Paris --country FR --metric-kind count
  $ cloudtune forecast load.parquet --value-column mw --end 2027-01-01 --grain hour --output forecast.csv`,
    )
    .action(async (file: string, written: WrittenOptions) => forecastFile(file, written, terminal));
}

async function forecastFile(file: string, written: WrittenOptions, terminal: Terminal): Promise<void> {
  const options = readOptions(written);
  const targets = [written.output, written.summary, written.explain, written.dailyPeaks, written.eventPeaks];
  checkTargets([file, written.events, written.regressors, ...targets], targets);
  const events = written.events === undefined ? [] : readEvents(written.events, options.timeZone);
  const progress = progressOn(terminal);
  try {
    await progress.show(`reading ${file}`);
    const regressors =
      written.regressors === undefined
        ? undefined
        : await readRegressors(written.regressors, options.timeZone);
    const request = { ...options, ...(regressors !== undefined && { regressors }) };
    const table = await readHistory(file, request);
    const holidays = await holidaysOf(request, terminal);
    await forecastTable(file, table, { request, events, holidays, written, terminal, progress });
  } finally {
    progress.end();
  }
}

interface Work {
  request: ForecastRequest;
  events: readonly CalendarEvent[];
  holidays: Holidays;
  written: WrittenOptions;
  terminal: Terminal;
  progress: Progress;
}

async function forecastTable(file: string, table: Table, work: Work) {
  const { request, events, holidays, terminal, progress } = work;
  const { output, summary: summaryFile, explain, dailyPeaks, eventPeaks, json } = work.written;
  const summary = summaryOf(file, request, table);
  if (table.series.size === 0) throw new CommandFailure(`${file}: ${noRows(table)}`, 2);
  const several = request.seriesColumn !== undefined;
  const drawings: string[] = [];
  const explained: Explained[] = [];
  const targets: { commit(): void; abandon(): void }[] = [];
  const open = <T extends (typeof targets)[number]>(target: T): T => {
    targets.push(target);
    return target;
  };
  let document = '';
  try {
    const rowTargets = [
      ...(output === undefined ? [] : [open(new ForecastFile(output, request))]),
      ...(dailyPeaks === undefined ? [] : [open(new DayPeaksFile(dailyPeaks, request))]),
      ...(eventPeaks === undefined ? [] : [open(new EventPeaksFile(eventPeaks, request, events))]),
    ];
    const summaryTarget = summaryFile === undefined ? undefined : open(new WholeFile(summaryFile));
    const explainTarget = explain === undefined ? undefined : open(new WholeFile(explain));
    let left = table.series.size;
    for (const [name, rows] of table.series) {
      await progress.show(several ? `forecasting ${name} (${left--} left)` : 'forecasting');
      const forecast = attempt(summary, name, () => forecastSeries(rows, request, events, holidays));
      if (forecast === undefined) continue;
      addForecast(summary, name, forecast);
      const bareDates = table.form === 'date' && forecast.grainSeconds >= 86_400;
      if (explainTarget !== undefined) explained.push({ series: name, forecast, bareDates });
      for (const target of rowTargets)
        target.write(forecast, { bareDates, ...(several && { series: name }) });
      if (output === undefined && json !== true) drawings.push(drawing(name, forecast, request, terminal));
    }
    const failed = summary.series.filter(({ status }) => status === 'failed');
    if (failed.length === summary.series.length) throw new CommandFailure(`${file}: ${reasons(failed)}`, 2);
    document = `${JSON.stringify(summary, undefined, 2)}\n`;
    summaryTarget?.write(document);
    if (explainTarget !== undefined) writeExplanations(explainTarget, explained, request);
    for (const target of targets) target.commit();
  } catch (error) {
    for (const target of targets) target.abandon();
    throw error;
  }
  progress.end();
  if (json === true) terminal.out(document);
  else if (output === undefined) terminal.out(`${drawings.join('\n')}\n${summaryText(summary)}`);
  else terminal.err(`${summaryText(summary)}\nWritten to ${output}.\n`);
  const failed = summary.series.filter(({ status }) => status === 'failed');
  if (failed.length > 0)
    throw new CommandFailure(
      `${failed.length} of ${summary.series.length} series were not forecast. ${reasons(failed)}`,
      1,
    );
}

/** The forecast of one series of several; one that cannot be forecast is noted and leaves the others alone. */
function attempt(summary: Summary, name: string, forecast: () => SeriesForecast): SeriesForecast | undefined {
  try {
    return forecast();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    addFailure(summary, name, error.message);
    return undefined;
  }
}

function drawing(name: string, forecast: SeriesForecast, request: ForecastRequest, terminal: Terminal) {
  const title =
    name === ''
      ? ''
      : `${name}
`;
  return `${title}${forecastChart(forecast, request, Math.min(120, terminal.width))}
`;
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

/** Before anything is computed: whether the files can be written, and none over another that is read or written. */
function checkTargets(all: (string | undefined)[], targets: (string | undefined)[]) {
  const paths = all.filter((path) => path !== undefined).map(placeOf);
  for (const path of targets) {
    if (path === undefined) continue;
    const refuse = (reason: string) => new CommandFailure(`${path} cannot be written: ${reason}.`, 2);
    const folder = dirname(placeOf(path));
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
      throw refuse(`there is no folder ${folder}`);
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile())
      throw refuse(
        there.isDirectory()
          ? 'it is a folder'
          : 'it is no plain file (without --output the forecast is drawn)',
      );
    if (paths.filter((other) => other === placeOf(path)).length > 1)
      throw refuse('it is also another file of this command: give each its own');
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

const reasons = (failed: Summary['series']) =>
  failed
    .slice(0, 5)
    .map((each) => `${each.name === undefined ? '' : `${each.name}: `}${'reason' in each ? each.reason : ''}`)
    .join('\n');

interface Progress {
  show(words: string): Promise<void>;
  end(): void;
}

/** One line on a screen that is overwritten, and only when the work takes over a second. */
function progressOn(terminal: Terminal): Progress {
  const begun = performance.now();
  let shown = false;
  let words = '';
  const draw = () => {
    shown = true;
    terminal.err(`\r\x1b[2K${words.slice(0, terminal.width - 2)} …`);
  };
  const timer = terminal.interactive ? setTimeout(draw, 1000) : undefined;
  return {
    async show(next) {
      words = next;
      if (terminal.interactive && performance.now() - begun > 1000) draw();
    },
    end() {
      clearTimeout(timer);
      if (shown) terminal.err('\r\x1b[2K');
      shown = false;
    },
  };
}
