const windows = [28, 90, 365, 730];
const dampings = [60, 180, 720];
const origins = 24;
const sharpness = 0.1;
const preferNone = 30;
/** Bound of the log level that a trend adds or takes, however far ahead: it comes near a factor of 3.3. */
const most = 1.2;

/** What the trend adds to the level h rows ahead. */
export type Trend = (h: number) => number;

/**
 * Damped trend c · slope · D · (1 − exp(−h/D)) over windows W and dampings D, weighed by backtest against none
 * (Gardner & McKenzie 1985 damp an exponential smoothing likewise). Only windows with n > 1.25 W; c = 0.5 below a year.
 * All of it is bounded softly, by a hyperbolic tangent: what grows fast grows for a time.
 * `past` is the carried level after each row; rows of weeks shorten the windows by `daysPerRow`.
 */
export function chooseTrend(x: Float64Array, past: Float64Array, daysPerRow: number): Trend {
  const n = x.length;
  const filled = fillHoles(x);
  const slopes = windows
    .map((w) => Math.round(w / daysPerRow))
    .filter((w) => w >= 4 && n > 1.25 * w)
    .map((w) => ({ w, share: w * daysPerRow < 365 ? 0.5 : 1, slope: slopeBefore(filled, w) }));
  const candidates = slopes.flatMap((s) => dampings.map((d) => ({ ...s, damping: d / daysPerRow })));
  if (candidates.length === 0) return () => 0;
  const horizon = Math.max(Math.round(30 / daysPerRow), Math.floor(n / 3));
  const error = new Float64Array(candidates.length + 1);
  const first = Math.max(Math.floor(0.3 * n), Math.min(...slopes.map(({ w }) => w)));
  const last = n - 1 - Math.max(1, Math.min(7, n >> 3));
  const growth = candidates.map(({ damping, share }) =>
    Float64Array.from({ length: horizon + 1 }, (_, h) => share * damping * (1 - Math.exp(-h / damping))),
  );
  for (let o = 0; o < origins; o++) {
    const t = Math.round(first + ((last - first) * o) / (origins - 1));
    const until = Math.min(n - 1, t + horizon);
    for (let u = t + 1; u <= until; u++) {
      const y = x[u]! - past[t]!;
      if (Number.isNaN(y)) continue;
      error[0]! += Math.abs(y);
      for (let k = 0; k < candidates.length; k++) {
        const { slope, w } = candidates[k]!;
        const s = t >= w - 1 ? slope[t]! : 0;
        error[k + 1]! += Math.abs(y - s * growth[k]![u - t]!);
      }
    }
  }
  const least = Math.max(Math.min(...error), 1e-9);
  let total = 0;
  const weight = error.map((e, k) => Math.exp(-(e / least - 1) / sharpness) * (k === 0 ? preferNone : 1));
  for (const w of weight) total += w;
  const parts = candidates.map(({ slope, share, damping }, k) => ({
    rise: (weight[k + 1]! / total) * share * damping * slope[n - 1]! || 0,
    damping,
  }));
  return (h) => {
    let sum = 0;
    for (const { rise, damping } of parts) sum += rise * (1 - Math.exp(-h / damping));
    return most * Math.tanh(sum / most);
  };
}

function fillHoles(x: Float64Array): Float64Array {
  const filled = x.slice();
  let before = -1;
  for (let t = 0; t < x.length; t++) {
    if (Number.isNaN(x[t]!)) continue;
    for (let u = before + 1; u < t; u++)
      filled[u] = before < 0 ? x[t]! : x[before]! + ((x[t]! - x[before]!) * (u - before)) / (t - before);
    before = t;
  }
  for (let u = before + 1; u < x.length; u++) filled[u] = before < 0 ? 0 : x[before]!;
  return filled;
}

/** Least-squares slope over the last w rows up to each row, from running sums. */
function slopeBefore(x: Float64Array, w: number): Float64Array {
  const slope = new Float64Array(x.length);
  const spread = (w * (w * w - 1)) / 12;
  let sum = 0;
  let moment = 0;
  for (let t = 0; t < x.length; t++) {
    // moment = Σ (position within the window) · x; dropping the oldest moves every position down by one.
    if (t >= w) {
      moment -= sum - x[t - w]!;
      sum -= x[t - w]!;
      moment += (w - 1) * x[t]!;
    } else moment += t * x[t]!;
    sum += x[t]!;
    if (t >= w - 1) slope[t] = (moment - ((w - 1) / 2) * sum) / spread;
  }
  return slope;
}
