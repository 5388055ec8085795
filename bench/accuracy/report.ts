import { type Compared, comparedScores, type PeerScores } from './peers.ts';
import type { Scores } from './score.ts';

export interface Result {
  task: string;
  family: string;
  seconds: number;
  ours: Scores;
  peers: Map<string, PeerScores>;
}

/** Geometric mean; NaN of nothing. */
export const geometricMean = (ratios: readonly number[]) =>
  Math.exp(ratios.reduce((sum, r) => sum + Math.log(r), 0) / ratios.length);

const naive = (peers: Map<string, PeerScores>, metric: Compared) =>
  peers.get('snaive_week')?.[metric] ?? peers.get('snaive_year')?.[metric];

/** A peer that failed is charged with the weekly seasonal naive: its user would be left with that. */
const charged = (peers: Map<string, PeerScores>, peer: string, metric: Compared) =>
  peers.get(peer)?.[metric] ?? naive(peers, metric);

const best = (peers: Map<string, PeerScores>, metric: Compared) => {
  let least: number | undefined;
  for (const scores of peers.values()) {
    const value = scores[metric];
    if (value !== undefined && (least === undefined || value < least)) least = value;
  }
  return least;
};

export type Against = 'naive' | 'single' | 'best';

/** The one peer with the least geometric mean of WAPE over all tasks. */
export function bestSingle(results: readonly Result[]): string {
  const names = new Set(results.flatMap(({ peers }) => [...peers.keys()]));
  const mean = (peer: string) =>
    geometricMean(
      results.flatMap(({ peers }) => {
        const value = charged(peers, peer, 'wape');
        const base = naive(peers, 'wape');
        return value === undefined || base === undefined ? [] : [value / base];
      }),
    );
  return [...names].reduce((a, b) => (mean(b) < mean(a) ? b : a));
}

/** Ours over theirs on one task; undefined where the metric has no meaning. */
export function ratio(
  result: Result,
  metric: Compared,
  against: Against,
  single: string,
): number | undefined {
  const ours = comparedScores(result.task, result.ours)[metric];
  const theirs =
    against === 'best'
      ? best(result.peers, metric)
      : charged(result.peers, against === 'single' ? single : 'snaive_week', metric);
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

const ratios = (results: readonly Result[], metric: Compared, against: Against, single: string) =>
  results.flatMap((result) => ratio(result, metric, against, single) ?? []);

const fixed = (x: number | undefined, digits = 2) =>
  (x === undefined || Number.isNaN(x) ? '–' : x.toFixed(digits)).padStart(7);

function line(name: string, results: readonly Result[], single: string): string {
  const mean = (metric: Compared, against: Against) =>
    fixed(geometricMean(ratios(results, metric, against, single)), 3);
  const covers = results.map(({ ours }) => ours.cover);
  const average = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
  return `${name.padEnd(30)} ${mean('wape', 'naive')} ${mean('wape', 'single')} ${mean('wape', 'best')}   ${mean('pinball', 'best')} ${mean('dayPeak', 'best')} ${mean('eventWape', 'best')}   ${fixed(average(covers))} ${fixed(average(covers.map((c) => Math.abs(c - 0.8))), 3)} ${fixed(average(results.map(({ ours }) => ours.peakCover).filter((c) => !Number.isNaN(c))))} ${fixed(average(results.map(({ ours }) => ours.bias)))} ${fixed(
    results.reduce((s, { seconds }) => s + seconds, 0),
    1,
  )}`;
}

/** A line a task, a line a family, and all: geometric means of ratios, so below 1 is better than the peer. */
export function reportText(results: readonly Result[]): string {
  const single = bestSingle(results);
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const group = groups.get(result.family);
    if (group === undefined) groups.set(result.family, [result]);
    else group.push(result);
  }
  const head = `${''.padEnd(30)} WAPE to               pinball dayPeak eventWA   cover |c-0.8| peakcov    bias seconds\n${''.padEnd(30)}   naive  single    best      best    best    best`;
  const quiet = results.filter(({ family }) => family !== 'launch' && family !== 'steam');
  return [
    head,
    ...results.map((result) => line(result.task.slice(0, 30), [result], single)),
    '',
    `families (the best single peer is ${single})`,
    ...[...groups].map(([family, of]) => line(`${family} (${of.length})`, of, single)),
    '',
    line(`all (${results.length})`, results, single),
    line('without launch and steam', quiet, single),
  ].join('\n');
}

/** WAPE of each forecaster on each task as it is, in percent; ours first. */
export function beside(results: readonly Result[]): string {
  const names = [...new Set(results.flatMap(({ peers }) => [...peers.keys()]))];
  const percent = (x: number | undefined) => (x === undefined ? '–' : (100 * x).toFixed(1)).padStart(12);
  const row = (name: string, cells: readonly string[]) => `${name.padEnd(24)}${cells.join('')}`;
  return [
    row(
      'WAPE, %',
      ['cloudtune', ...names].map((name) => name.padStart(12)),
    ),
    ...results.map(({ task, ours, peers }) =>
      row(
        task,
        [comparedScores(task, ours).wape, ...names.map((name) => peers.get(name)?.wape)].map(percent),
      ),
    ),
  ].join('\n');
}
