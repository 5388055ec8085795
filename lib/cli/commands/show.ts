import { Command, Option } from 'commander';
import type { Grain } from '../../service/contracts/http.ts';
import { chart } from '../chart.ts';
import { type Client, client, type GrainWindow, type SeriesSummary } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { percent } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, findSeries, instant, jsonOption } from './options.ts';
import { wantingWords } from './totals.ts';

interface ShowOptions extends ApiOptions {
  grain: Grain;
  start?: number;
  end?: number;
  json?: true;
}

const day = 86_400_000;
/** Days shown before and after the cutoff when no window is asked for. */
const aroundCutoff: Record<Grain, number> = { minute: 1, hour: 7, day: 60, week: 365 };

export function showCommand(terminal: Terminal): Command {
  return new Command('show')
    .description('draw history and forecast of a series in the terminal')
    .argument('<series>', 'as team/region/metric, or region/metric for the total of a region')
    .addOption(
      new Option('--grain <grain>', 'spacing of what is drawn')
        .choices(['minute', 'hour', 'day', 'week'])
        .default('hour'),
    )
    .option('--start <instant>', 'first instant (default: a stretch before the cutoff)', instant)
    .option('--end <instant>', 'first instant no longer shown', instant)
    .addOption(apiOption())
    .addOption(dirOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  $ cloudtune show worldcup98/fr/requests\n  $ cloudtune show us/load\n  $ cloudtune show pjme/us/load --grain day --start 2018-01-01T00:00:00Z --end 2018-09-01T00:00:00Z',
    )
    .action((name: string, options: ShowOptions) => show(name, options, terminal));
}

async function show(name: string, options: ShowOptions, terminal: Terminal): Promise<void> {
  const api = client(findEndpoint(options));
  const [region, metric, ...more] = name.split('/');
  if (region && metric && more.length === 0) return showTotal(api, { region, metric }, options, terminal);
  const series = await findSeries(api, name);
  const window = windowOf(Date.parse(series.forecast?.cutoff ?? series.lastTime), options);
  const data = await read(api, series, window);
  if (options.json) return terminal.out(`${JSON.stringify({ series, ...data }, null, 2)}\n`);
  const time = [...new Set([...data.history.time, ...data.forecast.time])].sort((a, b) => a - b);
  const place = new Map(time.map((at, i) => [at, i]));
  const column = (times: readonly number[], values: readonly (number | null)[] = []) => {
    const made = new Float64Array(time.length).fill(Number.NaN);
    times.forEach((at, i) => {
      made[place.get(at)!] = values[i] ?? Number.NaN;
    });
    return made;
  };
  const { history, forecast } = data;
  const cutoff = series.forecast?.cutoff;
  terminal.out(
    `${chart({
      time,
      lines: [column(history.time, history.value), column(forecast.time, forecast.mean)],
      band: {
        lower: column(forecast.time, forecast.quantiles[0]),
        upper: column(forecast.time, forecast.quantiles[1]),
      },
      ...(cutoff !== undefined && { mark: Date.parse(cutoff) }),
      width: Math.min(terminal.width, 160),
      height: 24,
      timeZone: series.timeZone,
      unit: unitOf(series, window.grain),
    })}\n${words(series)}\n`,
  );
}

async function showTotal(
  api: Client,
  { region, metric }: { region: string; metric: string },
  options: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  if (!(await api.regions()).some((one) => one.region === region))
    throw new CommandFailure(
      `Expected a series as team/region/metric or a total as region/metric, got "${region}/${metric}", and there is no region ${region}`,
      2,
    );
  const totals = await api.totals(region);
  const total = totals.find((one) => one.metric === metric);
  if (total === undefined)
    throw new CommandFailure(
      `There is no total ${region}/${metric}: "cloudtune totals" lists what there is, series are named team/region/metric`,
    );
  const cutoff = Date.parse(total.cutoff);
  const window = windowOf(cutoff, { ...options, start: Math.max(options.start ?? cutoff, cutoff) });
  const ahead = { ...window, end: Math.min(window.end, Date.parse(total.horizonEnd)) };
  const forecast = await api.total(region, metric, ahead, [0.1, 0.9]);
  if (options.json) return terminal.out(`${JSON.stringify({ total, forecast }, null, 2)}\n`);
  const [lower, upper] = forecast.quantiles.map((column) => Float64Array.from(column));
  const { ok, stale, fallback, missing } = total.series;
  terminal.out(
    `${chart({
      time: forecast.time,
      lines: [Float64Array.from(forecast.mean)],
      band: { lower: lower!, upper: upper! },
      width: Math.min(terminal.width, 160),
      height: 24,
      timeZone: total.timeZone,
      unit: unitOf(total, window.grain),
    })}\n${region}/${metric}: total of ${ok + stale + fallback} series${missing > 0 ? `, ${missing} missing` : ''}, times of ${total.timeZone}\nforecast from ${total.cutoff}, band: central 80 %\n${wantingWords(total)}`,
  );
}

const unitOf = ({ metric, metricKind }: Pick<SeriesSummary, 'metric' | 'metricKind'>, grain: Grain) =>
  metricKind === 'count' ? `${metric} per ${grain}` : `${metric}, mean of each ${grain}`;

/** What was asked for, or else a stretch around the cutoff. */
function windowOf(cutoff: number, { grain, start, end }: ShowOptions): GrainWindow {
  const window = {
    grain,
    start: start ?? cutoff - aroundCutoff[grain] * day,
    end: end ?? cutoff + aroundCutoff[grain] * day,
  };
  if (window.end <= window.start)
    throw new CommandFailure(
      `--end: expected an instant after the start ${new Date(window.start).toISOString()}, got ${new Date(window.end).toISOString()}`,
      2,
    );
  return window;
}

/** History up to its end, and the forecast from its cutoff to its horizon: what lies outside is not asked for. */
async function read(api: Client, series: SeriesSummary, window: GrainWindow) {
  const { cutoff, horizonEnd } = series.forecast ?? {};
  const seen = {
    ...window,
    end: Math.min(window.end, Date.parse(series.lastTime) + series.stepSeconds * 1000),
  };
  const ahead = {
    ...window,
    start: Math.max(window.start, cutoff === undefined ? Number.POSITIVE_INFINITY : Date.parse(cutoff)),
    end: Math.min(window.end, horizonEnd === undefined ? Number.POSITIVE_INFINITY : Date.parse(horizonEnd)),
  };
  const [history, forecast] = await Promise.all([
    seen.start < seen.end ? api.observations(series, seen) : { time: [], value: [] },
    ahead.start < ahead.end
      ? api.forecast(series, ahead, [0.1, 0.9])
      : { time: [], mean: [], quantiles: [[], []] },
  ]);
  return { history, forecast };
}

function words({ seriesId: id, timeZone, forecast }: SeriesSummary): string {
  if (forecast === undefined) return `${id}: no forecast yet, "cloudtune refresh --wait" makes one`;
  const { accuracy, cutoff, reason, status } = forecast;
  return [
    `${id}: ${status}${reason === undefined ? '' : ` (${reason})`}, times of ${timeZone}`,
    cutoff === undefined ? '' : `forecast from ${cutoff}, band: central 80 %`,
    accuracy === undefined
      ? ''
      : `backtests: WAPE ${percent(accuracy.wape)}, seasonal naive ${percent(accuracy.naiveWape)}, inside the band ${percent(accuracy.coverage)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}
