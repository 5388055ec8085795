import type { LevelHistory } from '../level/history.ts';
import type { Profile } from '../model/types.ts';
import { cholesky, choleskySolve } from '../numeric/cholesky.ts';
import { sortedQuantile } from '../numeric/quantile.ts';
import { weekdayOf } from '../time/local.ts';
import type { SeasonSettings } from '../types.ts';
import { profilePrior, profileRow, profileTerms } from './design.ts';

const longest = 800;
const halfLife = 365;
const yearlyFrom = 200;
const weekdayMemory = 12;
const huberRounds = 2;
const huberWidth = 1.25;
/** Rows enough to know a median by. */
const mostSampled = 200;

/** Days as rows: their terms, and their blocks over their level with holes filled. */
interface Rows {
  n: number;
  blocks: number;
  count: Int32Array;
  position: Int32Array;
  value: Float64Array;
  ratio: Float64Array;
  weight: Float64Array;
}

/**
 * One ridge a block, all with the same design (weekday, weekend, recency, year), so that one Cholesky factor serves
 * every block. Days that fit badly count less; single cells are pulled to the fit ± 1.25 MAD of their block
 * (Huber's pseudo-values).
 */
export function fitProfile(
  history: LevelHistory,
  blocks: number,
  dayOff: (day: number) => boolean,
  seasons: Pick<SeasonSettings, 'week' | 'year'>,
): Profile {
  const lastDay = history.day.at(-1)!;
  const profile: Profile = { blocks, lastDay, coefficients: new Float32Array(profileTerms * blocks) };
  if (blocks === 1) {
    profile.coefficients[0] = 1;
    return profile;
  }
  const rows = profileRows(history, blocks, dayOff, seasons);
  if (rows.n === 0) {
    profile.coefficients.set(history.typical);
    return profile;
  }
  const fitted = new Float64Array(rows.n * blocks);
  const target = rows.ratio.slice();
  let spread = medianSpread(rows, weekdayMeans(rows, history.typical));
  let sigma = penaltyScale(spread);
  let factor = factorise(rows, sigma);
  let beta = solve(rows, target, factor, sigma);
  predict(rows, beta, fitted);
  reweigh(rows, fitted);
  factor = factorise(rows, sigma);
  beta = solve(rows, target, factor, sigma);
  predict(rows, beta, fitted);
  spread = medianSpread(rows, fitted);
  sigma = penaltyScale(spread);
  factor = factorise(rows, sigma);
  for (let round = 0; round < huberRounds; round++) {
    for (let i = 0, at = 0; i < rows.n; i++)
      for (let b = 0; b < blocks; b++, at++) {
        const width = huberWidth * spread[b]!;
        const f = fitted[at]!;
        const y = rows.ratio[at]!;
        target[at] = y > f + width ? f + width : y < f - width ? f - width : y;
      }
    beta = solve(rows, target, factor, sigma);
    if (round < huberRounds - 1) predict(rows, beta, fitted);
  }
  profile.coefficients.set(beta);
  return profile;
}

function profileRows(
  history: LevelHistory,
  blocks: number,
  dayOff: (day: number) => boolean,
  { week, year }: Pick<SeasonSettings, 'week' | 'year'>,
): Rows {
  const lastDay = history.day.at(-1)!;
  const used: number[] = [];
  for (let i = 0; i < history.day.length; i++)
    if (history.day[i]! > lastDay - longest && history.level[i]! > 0) used.push(i);
  const n = used.length;
  const long = n > 0 && lastDay - history.day[used[0]!]! >= yearlyFrom;
  const terms = { weekly: week, yearly: year === 'auto' ? long : year };
  const rows: Rows = {
    n,
    blocks,
    count: new Int32Array(n),
    position: new Int32Array(n * profileTerms),
    value: new Float64Array(n * profileTerms),
    ratio: new Float64Array(n * blocks),
    weight: new Float64Array(n),
  };
  const recentOf: number[][] = Array.from({ length: 7 }, () => []);
  used.forEach((i, r) => {
    const day = history.day[i]!;
    const at = r * profileTerms;
    rows.count[r] = profileRow(
      day,
      dayOff(day),
      lastDay,
      terms,
      rows.position.subarray(at, at + profileTerms),
      rows.value.subarray(at, at + profileTerms),
    );
    rows.weight[r] = 0.5 ** ((lastDay - day) / halfLife);
    const scale = 1 / history.level[i]!;
    const recent = recentOf[weekdayOf(day)]!;
    for (let b = 0; b < blocks; b++) {
      const y = history.blocks[i * blocks + b]!;
      rows.ratio[r * blocks + b] = Number.isNaN(y) ? fill(rows, recent, b, history.typical[b]!) : y * scale;
    }
    recent.push(r);
    if (recent.length > weekdayMemory) recent.shift();
  });
  return rows;
}

/** A hole takes the mean of its weekday's last twelve, or the typical day's. */
function fill(rows: Rows, recent: number[], block: number, typical: number): number {
  if (recent.length === 0) return typical;
  let sum = 0;
  for (const r of recent) sum += rows.ratio[r * rows.blocks + block]!;
  return sum / recent.length;
}

/** A first fit to measure spreads by: each weekday-or-weekend's mean, where there are enough days. */
function weekdayMeans(rows: Rows, typical: Float64Array): Float64Array {
  const { n, blocks } = rows;
  const sum = new Float64Array(2 * blocks);
  const size = new Float64Array(2);
  const isWeekend = (r: number) => (rows.position[r * profileTerms + 1] === 1 ? 1 : 0);
  for (let r = 0; r < n; r++) {
    const w = isWeekend(r);
    size[w]!++;
    for (let b = 0; b < blocks; b++) sum[w * blocks + b]! += rows.ratio[r * blocks + b]!;
  }
  const fitted = new Float64Array(n * blocks);
  for (let r = 0; r < n; r++) {
    const w = isWeekend(r);
    for (let b = 0; b < blocks; b++)
      fitted[r * blocks + b] = size[w]! > 2 ? sum[w * blocks + b]! / size[w]! : typical[b]!;
  }
  return fitted;
}

/** Median absolute residual of each block. */
function medianSpread(rows: Rows, fitted: Float64Array): Float64Array {
  const stride = Math.ceil(rows.n / mostSampled);
  const column = new Float64Array(Math.ceil(rows.n / stride));
  const spread = new Float64Array(rows.blocks);
  for (let b = 0; b < rows.blocks; b++) {
    // Counted from the newest row, so that an older history changes nothing but its own part.
    for (let i = 0, r = rows.n - 1; i < column.length; i++, r -= stride) {
      const at = r * rows.blocks + b;
      column[i] = Math.abs(rows.ratio[at]! - fitted[at]!);
    }
    column.sort();
    spread[b] = sortedQuantile(column, 0.5);
  }
  return spread;
}

/** A block's errors hang together from day to day: eight times their spread keeps the ridge from believing them. */
function penaltyScale(spread: Float64Array): number {
  const middle = sortedQuantile(spread.slice().sort(), 0.5);
  return Math.min(1, Math.max(0.04, (8 * middle) / 0.6745));
}

function factorise(rows: Rows, sigma: number): Float64Array {
  const p = profileTerms;
  const a = new Float64Array(p * p);
  for (let r = 0; r < rows.n; r++) {
    const at = r * p;
    const w = rows.weight[r]! / (sigma * sigma);
    for (let k = 0; k < rows.count[r]!; k++) {
      const pk = rows.position[at + k]!;
      const x = w * rows.value[at + k]!;
      // Positions of a row do not all ascend: keep to the lower triangle by comparing.
      for (let j = 0; j <= k; j++) {
        const pj = rows.position[at + j]!;
        a[pk > pj ? pk * p + pj : pj * p + pk]! += x * rows.value[at + j]!;
      }
    }
  }
  for (let k = 0; k < p; k++) a[k * p + k]! += 1 / (profilePrior[k]! * profilePrior[k]!);
  cholesky(a, p);
  return a;
}

function solve(rows: Rows, target: Float64Array, factor: Float64Array, sigma: number): Float64Array {
  const { blocks } = rows;
  const beta = new Float64Array(profileTerms * blocks);
  for (let r = 0; r < rows.n; r++) {
    const w = rows.weight[r]! / (sigma * sigma);
    const from = r * blocks;
    const at = r * profileTerms;
    const count = rows.count[r]!;
    let k = 0;
    // Four terms at once: this loop is where a fit spends its time, and memory is what it waits for.
    for (; k + 3 < count; k += 4) {
      const x0 = w * rows.value[at + k]!;
      const x1 = w * rows.value[at + k + 1]!;
      const x2 = w * rows.value[at + k + 2]!;
      const x3 = w * rows.value[at + k + 3]!;
      const to0 = rows.position[at + k]! * blocks;
      const to1 = rows.position[at + k + 1]! * blocks;
      const to2 = rows.position[at + k + 2]! * blocks;
      const to3 = rows.position[at + k + 3]! * blocks;
      for (let b = 0; b < blocks; b++) {
        const y = target[from + b]!;
        beta[to0 + b]! += x0 * y;
        beta[to1 + b]! += x1 * y;
        beta[to2 + b]! += x2 * y;
        beta[to3 + b]! += x3 * y;
      }
    }
    for (; k < count; k++) {
      const x = w * rows.value[at + k]!;
      const to = rows.position[at + k]! * blocks;
      for (let b = 0; b < blocks; b++) beta[to + b]! += x * target[from + b]!;
    }
  }
  choleskySolve(factor, profileTerms, beta, blocks);
  return beta;
}

function predict(rows: Rows, beta: Float64Array, fitted: Float64Array): void {
  const { blocks } = rows;
  fitted.fill(0);
  for (let r = 0; r < rows.n; r++) {
    const to = r * blocks;
    const at = r * profileTerms;
    const count = rows.count[r]!;
    let k = 0;
    for (; k + 3 < count; k += 4) {
      const x0 = rows.value[at + k]!;
      const x1 = rows.value[at + k + 1]!;
      const x2 = rows.value[at + k + 2]!;
      const x3 = rows.value[at + k + 3]!;
      const from0 = rows.position[at + k]! * blocks;
      const from1 = rows.position[at + k + 1]! * blocks;
      const from2 = rows.position[at + k + 2]! * blocks;
      const from3 = rows.position[at + k + 3]! * blocks;
      for (let b = 0; b < blocks; b++)
        fitted[to + b]! +=
          x0 * beta[from0 + b]! + x1 * beta[from1 + b]! + x2 * beta[from2 + b]! + x3 * beta[from3 + b]!;
    }
    for (; k < count; k++) {
      const x = rows.value[at + k]!;
      const from = rows.position[at + k]! * blocks;
      for (let b = 0; b < blocks; b++) fitted[to + b]! += x * beta[from + b]!;
    }
  }
}

/** Days weigh by 1/(1 + (e/2.5 median e)²), e being a day's mean absolute residual. */
function reweigh(rows: Rows, fitted: Float64Array): void {
  const { n, blocks } = rows;
  const error = new Float64Array(n);
  for (let r = 0; r < n; r++) {
    let sum = 0;
    for (let b = 0; b < blocks; b++) sum += Math.abs(rows.ratio[r * blocks + b]! - fitted[r * blocks + b]!);
    error[r] = sum;
  }
  const usual = 2.5 * sortedQuantile(error.slice().sort(), 0.5);
  if (usual > 0) for (let r = 0; r < n; r++) rows.weight[r]! /= 1 + (error[r]! / usual) ** 2;
}
