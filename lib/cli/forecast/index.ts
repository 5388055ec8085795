import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { CommandFailure } from '../failure.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { type Explained, writeExplanations } from './explanation-file.ts';
import { ForecastFile } from './forecast-file.ts';
import { forecastSeries, type SeriesForecast } from './forecast-series.ts';
import { historyOptions } from './history-options.ts';
import { type Inputs, readInputs } from './inputs.ts';
import { type ForecastRequest, readOptions, type WrittenOptions } from './options.ts';
import { DayPeaksFile, EventPeaksFile } from './peaks-file.ts';
import { type Progress, progressOn } from './progress.ts';
import { addFailure, addForecast, forecastChart, type Summary, summaryOf, summaryText } from './summary.ts';
import { placeOf, WholeFile } from './whole-file.ts';

/** `cloudtune forecast`: a file in, a forecast out, no cloud at all. */
export function forecastCommand(terminal: Terminal = processTerminal): Command {
  return historyOptions(new Command('forecast'))
    .description('Forecast a file of history, with no cloud at all.')
    .option('--end <time>', 'the first instant no longer forecast, instead of --horizon')
    .option('--grain <grain>', "the forecast's step: minute, hour, day or week (default: the history's own)")
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
  const progress = progressOn(terminal);
  try {
    const inputs = await readInputs(file, options, written, terminal, progress);
    await forecastTable(file, { ...inputs, written, terminal, progress });
  } finally {
    progress.end();
  }
}

interface Work extends Inputs {
  written: WrittenOptions;
  terminal: Terminal;
  progress: Progress;
}

async function forecastTable(file: string, work: Work) {
  const { table, request, events, holidays, terminal, progress } = work;
  const { output, summary: summaryFile, explain, dailyPeaks, eventPeaks, json } = work.written;
  const summary = summaryOf(file, request, table);
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
      progress.show(several ? `forecasting ${name} (${left--} left)` : 'forecasting');
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

const reasons = (failed: Summary['series']) =>
  failed
    .slice(0, 5)
    .map((each) => `${each.name === undefined ? '' : `${each.name}: `}${'reason' in each ? each.reason : ''}`)
    .join('\n');
