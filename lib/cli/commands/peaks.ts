import { Command, Option } from 'commander';
import { type Client, client, type Peaks, type SeriesSummary } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { localText, number, percent, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, findSeries, instant, jsonOption } from './options.ts';

interface PeaksOptions extends ApiOptions {
  by: 'day' | 'event' | 'window';
  start?: number;
  end?: number;
  quantiles: string;
  threshold?: string;
  json?: true;
}

const day = 86_400_000;
/** Days listed when no end is asked for. */
const daysListed = 14;

export function peaksCommand(terminal: Terminal): Command {
  return new Command('peaks')
    .description('say how high a series gets, and when')
    .argument('<series>', 'as team/region/metric')
    .addOption(
      new Option('--by <what>', 'a peak for each day, for each event, or for the whole window')
        .choices(['day', 'event', 'window'])
        .default('day'),
    )
    .option('--start <instant>', 'first instant (default: where the forecast starts)', instant)
    .option(
      '--end <instant>',
      'first instant no longer looked at (default: with days two weeks later, else where the forecast ends)',
      instant,
    )
    .option('--quantiles <list>', 'probabilities', '0.5,0.9,0.99')
    .option('--threshold <value>', 'adds the probability that the peak lies above it')
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune peaks worldcup98/fr/requests --by event\n  $ cloudtune peaks pjme/us/load --by window --threshold 45000',
    )
    .action(async (name: string, options: PeaksOptions) => {
      const api = client(findEndpoint(options));
      const series = await findSeries(api, name);
      const peaks = await read(api, series, options);
      terminal.out(options.json ? `${JSON.stringify(peaks, null, 2)}\n` : shown(series, peaks));
    });
}

function read(api: Client, series: SeriesSummary, options: PeaksOptions): Promise<Peaks> {
  const { by, start, quantiles, threshold } = options;
  const from = start ?? Date.parse(series.forecast?.cutoff ?? series.lastTime);
  const end = options.end ?? (by === 'day' ? from + daysListed * day : undefined);
  return api.peaks(series, {
    by,
    quantiles,
    threshold,
    start: start === undefined ? undefined : new Date(start).toISOString(),
    end: end === undefined ? undefined : new Date(end).toISOString(),
  });
}

function shown(series: SeriesSummary, peaks: Peaks): string {
  const { by, timeZone } = peaks;
  if (peaks.start.length === 0)
    return `No event of the calendar touches ${series.seriesId} in this window: "cloudtune calendar list" lists them.\n`;
  const quantiles = Object.keys(peaks.quantiles).sort((a, b) => Number(a) - Number(b));
  const local = (text: string) => localText(Date.parse(text), timeZone);
  const rows = peaks.start.map((start, i) => [
    by === 'day' ? local(start).slice(0, 10) : local(start),
    ...(by === 'day' ? [] : [local(peaks.end[i]!)]),
    ...(by === 'event' ? [peaks.name![i]!] : []),
    ...quantiles.map((quantile) => number(peaks.quantiles[quantile]![i]!)),
    local(peaks.time[i]!),
    ...(peaks.passing === undefined ? [] : [percent(peaks.passing[i])]),
  ]);
  const lead = { day: ['day'], event: ['start', 'end', 'event'], window: ['start', 'end'] }[by];
  const head = [...lead, ...quantiles, 'most likely', ...(peaks.passing === undefined ? [] : ['passing'])];
  const of = peaks.of === 'step' || series.stepSeconds >= 3600 ? 'step' : 'hourly mean';
  return `${table(head, rows)}${series.metric}: highest ${of}, in the unit of a step; times of ${timeZone}.\n`;
}
