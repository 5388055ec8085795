import { Command } from 'commander';
import { type Backtest, backtest, type CalendarEvent } from '../../engine/index.ts';
import { CommandFailure } from '../failure.ts';
import { declaredOf, type Holidays, holidaysOver, refusing, settled } from '../forecast/forecast-series.ts';
import { historyOptions } from '../forecast/history-options.ts';
import { readInputs } from '../forecast/inputs.ts';
import { type ForecastRequest, horizonEnd, readOptions, type WrittenOptions } from '../forecast/options.ts';
import { progressOn } from '../forecast/progress.ts';
import { processTerminal, type Terminal } from '../terminal.ts';
import { type BacktestDocument, reportText } from './report.ts';

interface WrittenBacktest extends WrittenOptions {
  origins: string;
}

/** `cloudtune backtest`: how well the forecasts of a file's own past would have done. */
export function backtestCommand(terminal: Terminal = processTerminal): Command {
  return historyOptions(new Command('backtest'))
    .description('Forecast a history from cutoffs in its own past, and compare with what came.')
    .option('--origins <count>', 'how many cutoffs', '8')
    .option('--json', 'print every table as JSON')
    .addHelpText(
      'after',
      `
At each cutoff the model is fitted anew to what lay before it, with the calendar as it was known then: an event with
"announced" is not known before that time. The seasonal naive of one week stands beside it in every table.

Examples:
  $ cloudtune backtest requests.csv.gz --horizon 90d --time-zone Europe/Paris --country FR --metric-kind count
  $ cloudtune backtest load.parquet --value-column mw --horizon 1w --origins 20 --json`,
    )
    .action(async (file: string, written: WrittenBacktest) => backtestFile(file, written, terminal));
}

async function backtestFile(file: string, written: WrittenBacktest, terminal: Terminal): Promise<void> {
  const options = readOptions(written);
  const origins = readOrigins(written.origins);
  const progress = progressOn(terminal);
  const document: BacktestDocument = { history: file, horizon: written.horizon!, series: [] };
  try {
    const { table, request, events, holidays } = await readInputs(file, options, written, terminal, progress);
    for (const [name, rows] of table.series) {
      const named = name === '' ? {} : { name };
      const of = name === '' ? '' : ` of ${name}`;
      try {
        const { observations, stepSeconds } = settled(rows, request);
        const say = (done: number, all: number) => progress.show(`cutoff ${done + 1} of ${all}${of}`);
        const report = refusing(() =>
          backtestSeries(observations, stepSeconds, request, events, holidays, origins, say),
        );
        document.series.push({ ...named, status: 'ok', stepSeconds, ...report });
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        document.series.push({ ...named, status: 'failed', reason: error.message });
      }
    }
  } finally {
    progress.end();
  }
  const failed = document.series.flatMap((each) =>
    each.status === 'failed' ? [`${each.name === undefined ? '' : `${each.name}: `}${each.reason}`] : [],
  );
  if (failed.length === document.series.length)
    throw new CommandFailure(`${file}: ${failed.slice(0, 5).join('\n')}`, 2);
  terminal.out(
    written.json === true
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : reportText(document, options.timeZone),
  );
  if (failed.length > 0)
    throw new CommandFailure(
      `${failed.length} of ${document.series.length} series could not be compared. ${failed.slice(0, 5).join('\n')}`,
      1,
    );
}

function backtestSeries(
  { time, value }: { time: Float64Array; value: Float64Array },
  stepSeconds: number,
  request: ForecastRequest,
  events: readonly CalendarEvent[],
  holidays: Holidays,
  origins: number,
  progress: (done: number, of: number) => void,
): Backtest {
  const { timeZone, metricKind, quantiles, horizon, cutoff } = request;
  const kept = cutoff === undefined ? time.length : time.findLastIndex((at) => at < cutoff) + 1;
  const calendar = {
    holidays: holidaysOver(holidays, time[0]!, horizonEnd(time.at(-1)!, horizon!, timeZone)),
    events,
  };
  return backtest(
    { time: time.subarray(0, kept), value: value.subarray(0, kept) },
    { timeZone, stepSeconds, metricKind },
    calendar,
    {
      origins,
      horizonEnd: (origin) => horizonEnd(origin, horizon!, timeZone),
      quantiles: quantiles.includes(0.5) ? quantiles : [...quantiles, 0.5].sort((a, b) => a - b),
      progress,
      ...declaredOf(request),
    },
  );
}

function readOrigins(text: string): number {
  const count = Number(text);
  if (!/^\d{1,4}$/.test(text) || count === 0)
    throw new CommandFailure(`--origins ${text}: expected how many cutoffs, from 1 to 9999.`, 2);
  return count;
}
