/** Half-lives, in rows, among which a backtest chooses how long the level remembers. */
const halfLives = [1.5, 3, 7, 14, 28, 56, 112, 224];
const sharpness = 0.025;
const mostOrigins = 60;
const lookBack = 800;

/** The level carried on from a history of adjusted levels, as means of different memory and how to mix them. */
export interface CarriedLevel {
  /** Horizons in rows at which mixes were chosen, ascending. */
  bands: number[];
  /** Mixed level at the end of the history for each band. */
  level: Float64Array;
  /** Mixed level as it stood after each row, by the middle band: what backtests start from. */
  past: Float64Array;
}

/**
 * Stage 2: recency-weighted means of the adjusted level x (NaN where missing), whose half-lives are weighed by
 * their errors at up to 60 origins of the past, separately for near and far horizons (a longer horizon
 * therefore starts with the shorter one). Weights ∝ exp(−(err/min err − 1)/0.025).
 */
export function carryLevel(x: Float64Array): CarriedLevel {
  const n = x.length;
  const means = halfLives.map((halfLife) => runningMean(x, halfLife));
  const farthest = Math.max(7, Math.floor(0.15 * n));
  const bands: number[] = [];
  for (let band = 7; band < farthest; band *= 2) bands.push(band);
  bands.push(farthest);
  const mixes = bands.map((band) => mixFor(x, means, band));
  const mixAt = (t: number, mix: Float64Array) => {
    let level = 0;
    for (let k = 0; k < means.length; k++) level += mix[k]! * means[k]![t]!;
    return level;
  };
  const middle = mixes[mixes.length >> 1]!;
  return {
    bands,
    level: Float64Array.from(mixes, (mix) => mixAt(n - 1, mix)),
    past: Float64Array.from(x, (_, t) => mixAt(t, middle)),
  };
}

/** Level for horizon h (rows): linear in ln h between the bands. */
export function levelAt({ bands, level }: CarriedLevel, h: number): number {
  let b = 0;
  while (b < bands.length && bands[b]! < h) b++;
  if (b === 0) return level[0]!;
  if (b === bands.length) return level[b - 1]!;
  const w = Math.log(h / bands[b - 1]!) / Math.log(bands[b]! / bands[b - 1]!);
  return level[b - 1]! + w * (level[b]! - level[b - 1]!);
}

function runningMean(x: Float64Array, halfLife: number): Float64Array {
  const decay = 0.5 ** (1 / halfLife);
  const mean = new Float64Array(x.length);
  let sum = 0;
  let weight = 0;
  for (let t = 0; t < x.length; t++) {
    sum *= decay;
    weight *= decay;
    if (!Number.isNaN(x[t]!)) {
      sum += x[t]!;
      weight++;
    }
    mean[t] = weight > 0 ? sum / weight : 0;
  }
  return mean;
}

function mixFor(x: Float64Array, means: Float64Array[], horizon: number): Float64Array {
  const n = x.length;
  const first = Math.max(Math.floor(0.3 * n), n - lookBack, 2);
  const last = n - 2;
  const count = Math.min(mostOrigins, last - first + 1);
  const error = new Float64Array(means.length);
  let seen = 0;
  for (let o = 0; o < count; o++) {
    const t = count === 1 ? first : Math.round(first + ((last - first) * o) / (count - 1));
    const until = Math.min(n - 1, t + horizon);
    // Origins near the end see less of the horizon and count for as much as they see.
    for (let u = t + 1; u <= until; u++) {
      const y = x[u]!;
      if (Number.isNaN(y)) continue;
      seen++;
      for (let k = 0; k < means.length; k++) error[k]! += Math.abs(y - means[k]![t]!);
    }
  }
  const mix = new Float64Array(means.length);
  if (seen < 4) {
    mix[2] = 1;
    return mix;
  }
  const least = Math.max(Math.min(...error), 1e-12 * seen);
  let total = 0;
  for (let k = 0; k < mix.length; k++) {
    mix[k] = Math.exp(-(error[k]! / least - 1) / sharpness);
    total += mix[k]!;
  }
  for (let k = 0; k < mix.length; k++) mix[k]! /= total || 1;
  if (!(total > 0)) mix[error.indexOf(Math.min(...error))] = 1;
  return mix;
}
