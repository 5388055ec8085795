import { type Backtest, type Compared, localParts, type Scores } from '../../engine/index.ts';
import { percent, table } from '../table.ts';

/** What `--json` prints; a number that has no meaning (no step, no peak) is null. */
export interface BacktestDocument {
  history: string;
  horizon: string;
  series: ({ name?: string } & (
    | { status: 'failed'; reason: string }
    | ({ status: 'ok'; stepSeconds: number } & Backtest)
  ))[];
}

/** Events that are printed, the last ones; all are in the JSON. */
const mostEvents = 30;

/** Tables for people, a block a series. */
export function reportText({ series, horizon }: BacktestDocument, timeZone: string): string {
  const blocks = series.map((each) => {
    const title = each.name === undefined ? '' : `${each.name}\n`;
    if (each.status === 'failed') return `${title}not compared: ${each.reason}\n`;
    const [first, last] = [each.origins[0]!, each.origins.at(-1)!].map(({ origin }) =>
      date(timeZone, origin),
    );
    const fallbacks = each.origins.filter(({ reason }) => reason !== undefined);
    const lines = [
      `${title}${each.origins.length} cutoffs from ${first} to ${last}, ${horizon} ahead of each.`,
      ...(fallbacks.length === 0
        ? []
        : [`At ${fallbacks.length} of them the naive stood in for the model: ${fallbacks[0]!.reason}.`]),
      '',
      scoreTable('after the cutoff', each.quantiles, [
        ...each.bands.map((band): [string, Compared] => [bandText(band.band), band]),
        ['all', each.all],
      ]),
    ];
    if (each.events.length > 0)
      lines.push(
        scoreTable(
          'event',
          each.quantiles,
          each.events.slice(-mostEvents).map((event): [string, Compared] => [event.name ?? event.id, event]),
        ),
      );
    return lines.join('\n');
  });
  return `${blocks.join('\n')}
The naive is the value of a week before. WAPE, pinball and bias are shares of what came; MASE is over the naive's own error before the cutoff; bias and peak are
signed: positive is too high. A peak is the highest hourly mean of a local day, or the highest step of an event.
`;
}

const bandText = (band: string) => (band === 'longer' ? 'longer' : `up to ${band}`);

function scoreTable(
  title: string,
  quantiles: readonly number[],
  rows: readonly [string, Compared][],
): string {
  const line = (name: string, by: string, scores: Scores) => [
    name,
    by,
    String(scores.steps),
    percent(scores.wape),
    plain(scores.mase),
    percent(scores.bias),
    ...scores.pinball.map(percent),
    percent(scores.coverage),
    percent(scores.peakBias),
    Number.isFinite(scores.peakHours) ? `${scores.peakHours.toFixed(1)} h` : '–',
  ];
  return table(
    [
      title,
      '',
      'steps',
      'WAPE',
      'MASE',
      'bias',
      ...quantiles.map((p) => `pinball ${p}`),
      `in ${percent(quantiles.at(-1)! - quantiles[0]!)}`,
      'peak',
      'its time',
    ],
    rows.flatMap(([name, { model, naive }]) => [line(name, 'model', model), line('', 'naive', naive)]),
  );
}

const plain = (x: number) => (Number.isFinite(x) ? x.toFixed(2) : '–');

function date(timeZone: string, ms: number): string {
  const { year, month, day } = localParts(timeZone, ms);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
