import { countsInWords, succeeded } from './await-runs.ts';
import type { Client, Run, SeriesSummary } from './client.ts';
import type { ExampleHistory } from './examples.ts';
import { type Score, score, toGrain } from './score.ts';
import { percent, table } from './table.ts';

/** What `cloudtune up --once` ends with: every series, and how its forecast did on what was held out. */
export interface Summary {
  series: (SeriesSummary & { score?: Score & { grain: string } })[];
  runs: Run[];
}

export async function summarize(
  client: Client,
  exampleOf: (seriesId: string) => Promise<ExampleHistory> | undefined,
  runs: Run[],
  onSeries: (seriesId: string) => void = () => undefined,
): Promise<Summary> {
  const series: Summary['series'] = [];
  for (const one of await client.series()) {
    onSeries(one.seriesId);
    const held = await exampleOf(one.seriesId);
    const cutoff = one.forecast?.cutoff;
    // A forecast with another cutoff has seen other data: its score would be another one than the table says.
    const comparable =
      held !== undefined && cutoff !== undefined && Date.parse(cutoff) === Date.parse(held.cutoff);
    series.push(comparable ? { ...one, score: await scoreOf(client, one, held) } : one);
  }
  return { series, runs };
}

async function scoreOf(client: Client, one: SeriesSummary, held: ExampleHistory) {
  const options = { grain: held.grain, stepSeconds: held.stepSeconds, metricKind: held.metricKind };
  const actual = toGrain(held.heldOut, options);
  const last = held.heldOut.time.at(-1) ?? Date.parse(held.cutoff);
  const end = Math.min(last + 1, Date.parse(one.forecast?.horizonEnd ?? held.cutoff));
  const window = { start: Date.parse(held.cutoff), end: stepAfter(end, held.grain), grain: held.grain };
  const found = await client.forecast(one, window, [0.5]);
  return {
    ...score({ time: found.time, value: found.quantiles[0]! }, toGrain(held.known, options), actual),
    grain: held.grain,
  };
}

const stepAfter = (time: number, grain: string) => {
  const length = grain === 'minute' ? 60_000 : 3_600_000;
  return Math.ceil(time / length) * length;
};

export const failures = ({ series, runs }: Summary) => [
  ...runs
    .filter((run) => !succeeded(run))
    .map((run) => `run ${run.runId} ended ${run.status}${run.error === undefined ? '' : `: ${run.error}`}`),
  ...series
    .filter((one) => one.forecast === undefined || one.forecast.status === 'failed')
    .map((one) => `${one.seriesId} has no forecast: ${one.forecast?.reason ?? 'no published run saw it'}`),
];

export function summaryText(summary: Summary): string {
  const rows = summary.series.map((one) => [
    one.seriesId,
    one.forecast?.status ?? 'none',
    one.forecast?.cutoff?.slice(0, 16).replace('T', ' ') ?? '–',
    one.score?.grain ?? '–',
    one.score === undefined ? '–' : String(one.score.steps),
    percent(one.score?.wape),
    percent(one.score?.naiveWape),
    one.score === undefined ? '–' : percent(1 - one.score.wape / one.score.naiveWape),
  ]);
  const runs = summary.runs.map((run) => `${run.runId} ${run.status}: ${countsInWords(run)}\n`);
  const reasons = summary.series
    .filter((one) => one.forecast?.reason !== undefined)
    .map((one) => `${one.seriesId} is ${one.forecast!.status}: ${one.forecast!.reason}\n`);
  const header = ['series', 'status', 'cutoff (UTC)', 'grain', 'steps', 'WAPE', 'naive', 'less error'];
  return [
    table(header, rows),
    '\nWAPE: error of the forecast on what was held out after the cutoff; naive: last week repeated, same steps.\n',
    ...reasons,
    ...runs,
  ].join('');
}
