import { quantile } from '../numeric/quantile.ts';

const bandCount = 6;
const origins = 60;
const to80 = 1.2816;
/** Windows of a backtest that the prior is worth. */
const priorWindows = 10;
/** A scale that is itself estimated has wider tails than the normal has: Student's t with 8 degrees, at 80 %. */
const widening = 1.2;
/** A year that was not seen may bring a season of this log amplitude; one of several that were seen, a share of this. */
const unseenSeasonSd = 0.4;
const learntSeasonSd = 0.1;
const yearSeen = 1.1;
/** Most jitter that is expected of a level before it is seen, and how many rows of a series' own outweigh what is expected. */
const mostUsualJitter = 0.1;
const usualJitterRows = 5;
const leastVariance = 1e-4;

/** Standard deviation of the log level, h rows ahead: what days share, and what each day has of its own. */
export interface LevelUncertainty {
  own: number;
  shared: (h: number) => number;
}

/**
 * What the leads of a backtest show, held together with what is known of levels in general. In each of six geometric
 * bands of leads, v = (80 % quantile of |error| / 1.2816)² counts as many times as windows of that lead fit into the
 * backtest side by side, and the prior counts ten times: a level wanders in measure of its jitter J from row to row,
 * J² (2 + √days / 4), and the year may bring another season than the one that was learnt, or not seen yet. Variances go
 * linearly in ln h from band to band; beyond the last they grow half as the prior does. A day's own part is the jitter.
 * (Shrinkage of variances: Gelman et al., Bayesian Data Analysis, 3rd ed., § 2.6 and § 5.4.)
 */
export function levelUncertainty(
  x: Float64Array,
  past: Float64Array,
  daysPerRow: number,
  usualJitter: number,
): LevelUncertainty {
  const jitter = jitterOf(x, usualJitter);
  const years = (x.length * daysPerRow) / 365;
  const seasonSd = years < yearSeen ? unseenSeasonSd : learntSeasonSd / years;
  const prior = (h: number) => {
    const days = h * daysPerRow;
    const season = seasonSd * Math.sin((Math.PI * Math.min(days, 182)) / 365);
    return (jitter * jitter + leastVariance) * (2 + Math.sqrt(days) / 4) + season * season;
  };
  const bands = backtestBands(x, past);
  const leads = bands.map(({ lead }) => Math.log(lead));
  const variances = bands.map(
    ({ lead, variance, windows }) =>
      (windows * variance + priorWindows * prior(lead)) / (windows + priorWindows),
  );
  const between = (h: number) => {
    const log = Math.log(h);
    const i = leads.findIndex((lead) => log <= lead);
    if (i === 0) return variances[0]!;
    if (i < 0) {
      const last = bands.at(-1);
      return last === undefined ? prior(h) : (variances.at(-1)! * (1 + prior(h) / prior(last.lead))) / 2;
    }
    const w = (log - leads[i - 1]!) / (leads[i]! - leads[i - 1]!);
    return variances[i - 1]! + w * (variances[i]! - variances[i - 1]!);
  };
  const variance = (h: number) => widening * between(h);
  const own = Math.min(jitter, Math.sqrt(variance(1)));
  return { own, shared: (h) => Math.sqrt(Math.max(0, variance(h) - own * own)) };
}

interface Band {
  /** Geometric mean of its leads, in rows. */
  lead: number;
  variance: number;
  /** Windows of that lead in the backtest, without overlap. */
  windows: number;
}

function backtestBands(x: Float64Array, past: Float64Array): Band[] {
  const n = x.length;
  const farthest = Math.max(1, Math.floor(0.4 * n));
  const edges = Array.from({ length: bandCount + 1 }, (_, i) => farthest ** (i / bandCount));
  const errors: number[][] = edges.slice(1).map(() => []);
  const first = Math.min(n - 2, Math.max(1, Math.floor(0.3 * n)));
  const count = Math.min(origins, n - 1 - first);
  for (let o = 0; o < count; o++) {
    const t = count === 1 ? first : Math.round(first + ((n - 2 - first) * o) / (count - 1));
    for (let u = t + 1; u <= Math.min(n - 1, t + farthest); u++) {
      if (Number.isNaN(x[u]!)) continue;
      let band = 0;
      while (band < bandCount - 1 && u - t > edges[band + 1]!) band++;
      errors[band]!.push(Math.abs(x[u]! - past[t]!));
    }
  }
  return errors.flatMap((band, i) => {
    if (band.length < 3) return [];
    const lead = Math.sqrt(edges[i]! * edges[i + 1]!);
    const sd = quantile(band, 0.8) / to80;
    return [{ lead, variance: sd * sd, windows: Math.min(band.length, (n - first) / lead) }];
  });
}

/** Spread of differences between neighbouring rows, as a standard deviation of one row, drawn to what is usual. */
function jitterOf(x: Float64Array, usualJitter: number): number {
  const differences: number[] = [];
  for (let t = 1; t < x.length; t++) {
    const d = Math.abs(x[t]! - x[t - 1]!);
    if (!Number.isNaN(d)) differences.push(d);
  }
  const rows = differences.length > 2 ? differences.length : 0;
  const variance = rows > 0 ? (quantile(differences, 0.8) / to80) ** 2 / 2 : 0;
  return Math.sqrt((rows * variance + usualJitterRows * usualJitter ** 2) / (rows + usualJitterRows));
}

/**
 * Jitter to expect of a level that was hardly seen: twice what the hours of its days differ from those of the day before, each
 * relative to its day's mean; never more than is usual of loads. `blocks` has shape (n, blocks a day).
 */
export function expectedJitter(blocks: Float64Array, level: Float64Array): number {
  const n = level.length;
  const count = blocks.length / n;
  if (count === 1) return mostUsualJitter;
  const differences: number[] = [];
  for (let i = Math.max(1, n - 28); i < n; i++)
    for (let b = 0; b < count; b++) {
      const d = Math.abs(
        Math.log(((blocks[i * count + b]! / blocks[(i - 1) * count + b]!) * level[i - 1]!) / level[i]!),
      );
      if (Number.isFinite(d)) differences.push(d);
    }
  if (differences.length === 0) return mostUsualJitter;
  return Math.min(mostUsualJitter, (2 * quantile(differences, 0.5)) / 0.6745 / Math.SQRT2);
}
