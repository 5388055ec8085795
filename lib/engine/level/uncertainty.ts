import { quantile } from '../numeric/quantile.ts';

const bandCount = 6;
const origins = 60;
const to80 = 1.2816;

/** Standard deviation of the log level, h rows ahead: what days share, and what each day has of its own. */
export interface LevelUncertainty {
  own: number;
  shared: (h: number) => number;
}

/**
 * sd(h)² = a + b h through six geometric bands of the backtest's errors, unclipped, each (80 % quantile of |error| /
 * 1.2816)²; a, b ≥ 0 by weighted least squares; h counts to three times what was backtested. A slow drift of
 * 5 % a year is added. The part that a day has of its own is the spread of differences between neighbours.
 */
export function levelUncertainty(x: Float64Array, past: Float64Array, daysPerRow: number): LevelUncertainty {
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
  const line = fitLine(errors, edges);
  const differences: number[] = [];
  for (let t = 1; t < n; t++) {
    const d = Math.abs(x[t]! - x[t - 1]!);
    if (!Number.isNaN(d)) differences.push(d);
  }
  const jitter = differences.length > 2 ? quantile(differences, 0.8) / to80 / Math.SQRT2 : 0;
  const own = Math.min(jitter, Math.sqrt(line.a + line.b));
  const cap = 3 * farthest;
  return {
    own,
    shared: (h) => {
      const drift = (0.05 ** 2 * h * daysPerRow) / 365;
      return Math.sqrt(Math.max(0, line.a + line.b * Math.min(h, cap) - own * own) + drift);
    },
  };
}

function fitLine(errors: number[][], edges: number[]): { a: number; b: number } {
  let w = 0;
  let wx = 0;
  let wy = 0;
  let wxx = 0;
  let wxy = 0;
  errors.forEach((band, i) => {
    if (band.length < 3) return;
    const h = Math.sqrt(edges[i]! * edges[i + 1]!);
    const sd = quantile(band, 0.8) / to80;
    const weight = Math.sqrt(band.length) / Math.max(sd ** 4, 1e-12);
    w += weight;
    wx += weight * h;
    wy += weight * sd * sd;
    wxx += weight * h * h;
    wxy += weight * h * sd * sd;
  });
  // Hardly any past: the prior says 20 % now, and as much again each month.
  if (w === 0) return { a: 0.04, b: 0.04 / 30 };
  const determinant = w * wxx - wx * wx;
  let b = determinant > 1e-9 * w * wxx ? (w * wxy - wx * wy) / determinant : 0;
  let a = (wy - b * wx) / w;
  if (b < 0) {
    b = 0;
    a = wy / w;
  } else if (a < 0) {
    a = 0;
    b = wxy / wxx;
  }
  return { a, b };
}
