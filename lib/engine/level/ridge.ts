import { cholesky, choleskySolve, inverseDiagonal } from '../numeric/cholesky.ts';
import { median } from '../numeric/quantile.ts';
import type { LevelDesign } from './design.ts';

/** Rows of a design that are mostly zeros, one after another. */
interface SparseRows {
  start: Int32Array;
  position: Int32Array;
  value: Float64Array;
}

const degrees = 3;
const rounds = 3;
/** Pseudo-observations that hold a group's variance to its prior. */
const held = 30;
const leastSigma = 0.003;

/**
 * Bayesian ridge z = Xβ + noise, β ~ N(0, v), with Student-t noise (ν = 3) by reweighting and the variances of
 * groups learnt by EM. Each round solves (XᵀWX/σ² + diag 1/v) β = XᵀWz/σ²; w = (ν + 1)/(ν + (r/σ)²), at least 0.3 on days
 * of the calendar (`special`), which are few and must be learnt from. Returns β.
 */
export function fitRidge(
  design: LevelDesign,
  day: Int32Array,
  z: Float64Array,
  special: (day: number) => boolean,
): Float64Array {
  const n = day.length;
  const p = design.columns;
  const rows = sparseRows(design, day);
  const weight = new Float64Array(n).fill(1);
  const floor = Float64Array.from(day, (d) => (special(d) ? 0.3 : 0));
  const prior = design.priorSd.map((sd) => sd * sd);
  const scale = new Float64Array(design.groups).fill(1);
  const a = new Float64Array(p * p);
  const inverse = new Float64Array(p * p);
  const beta = new Float64Array(p);
  const residual = new Float64Array(n);
  let variance = firstVariance(day, z);
  for (let round = 0; round < rounds; round++) {
    a.fill(0);
    beta.fill(0);
    for (let i = 0; i < n; i++) {
      const w = weight[i]! / variance;
      const end = rows.start[i + 1]!;
      for (let k = rows.start[i]!; k < end; k++) {
        const pk = rows.position[k]!;
        const x = w * rows.value[k]!;
        beta[pk]! += x * z[i]!;
        const at = pk * p;
        // Positions ascend within a row: this fills the lower triangle.
        for (let j = rows.start[i]!; j <= k; j++) a[at + rows.position[j]!]! += x * rows.value[j]!;
      }
    }
    for (const [from, until] of design.running) sumColumns(a, beta, p, from, until);
    for (let k = 0; k < p; k++) a[k * p + k]! += 1 / (prior[k]! * scale[design.group[k]!]!);
    cholesky(a, p);
    choleskySolve(a, p, beta, 1);
    if (round === rounds - 1) break;
    const uncertainty = inverseDiagonal(a, p, inverse);
    let square = 0;
    // What a row's entry at j is worth: the sum of the coefficients whose columns it runs on into.
    const worth = beta.slice();
    for (const [from, until] of design.running)
      for (let k = until - 2; k >= from; k--) worth[k]! += worth[k + 1]!;
    for (let i = 0; i < n; i++) {
      let fitted = 0;
      for (let k = rows.start[i]!; k < rows.start[i + 1]!; k++)
        fitted += rows.value[k]! * worth[rows.position[k]!]!;
      residual[i] = z[i]! - fitted;
    }
    let dof = p;
    for (let k = 0; k < p; k++) dof -= uncertainty[k]! / (prior[k]! * scale[design.group[k]!]!);
    for (let i = 0; i < n; i++) {
      square += weight[i]! * residual[i]! * residual[i]!;
      weight[i] = Math.max(floor[i]!, (degrees + 1) / (degrees + (residual[i]! * residual[i]!) / variance));
    }
    variance = Math.max(leastSigma * leastSigma, square / Math.max(n - dof, 0.2 * n));
    learnScales(design, beta, uncertainty, prior, scale);
  }
  return beta;
}

/**
 * Turns XᵀWX (lower triangle) and XᵀWz of columns [from, until) into those of their running sums: the walk's columns are
 * ones nearly everywhere, and summing them up once is cheaper than in every row.
 */
function sumColumns(a: Float64Array, b: Float64Array, p: number, from: number, until: number): void {
  for (let k = from; k < until; k++) for (let j = from; j < k; j++) a[j * p + k] = a[k * p + j]!;
  for (let k = from + 1; k < until; k++) {
    b[k]! += b[k - 1]!;
    for (let j = 0; j < until; j++) a[k * p + j]! += a[(k - 1) * p + j]!;
  }
  for (let i = from; i < p; i++) {
    const row = i * p;
    for (let k = from + 1; k < until; k++) a[row + k]! += a[row + k - 1]!;
  }
}

function sparseRows(design: LevelDesign, day: Int32Array): SparseRows {
  const n = day.length;
  const start = new Int32Array(n + 1);
  let position = new Int32Array(n * 80 + design.columns);
  let value = new Float64Array(position.length);
  const p = new Int32Array(design.columns * 2);
  const v = new Float64Array(design.columns * 2);
  for (let i = 0; i < n; i++) {
    const count = design.row(day[i]!, p, v);
    const at = start[i]!;
    if (at + count > position.length) {
      const more = new Int32Array(position.length * 2 + count);
      more.set(position);
      position = more;
      const moreValues = new Float64Array(more.length);
      moreValues.set(value);
      value = moreValues;
    }
    // Insertion keeps positions ascending: rows are short and nearly in order.
    let end = at;
    for (let k = 0; k < count; k++) {
      const pk = p[k]!;
      let j = end;
      while (j > at && position[j - 1]! > pk) j--;
      // Two days of one week may be of one kind: a position appears once in a row.
      if (j > at && position[j - 1] === pk) {
        value[j - 1]! += v[k]!;
        continue;
      }
      for (let m = end++; m > j; m--) {
        position[m] = position[m - 1]!;
        value[m] = value[m - 1]!;
      }
      position[j] = pk;
      value[j] = v[k]!;
    }
    start[i + 1] = end;
  }
  return { start, position, value };
}

/** Of errors that are mostly none, as between days of zero: the least that the median may be of the mean. */
const leastOfMean = 0.25;

/** Half the squared spread of differences over a week (or a row, where weeks are few). */
function firstVariance(day: Int32Array, z: Float64Array): number {
  const at = new Map<number, number>();
  day.forEach((d, i) => {
    at.set(d, z[i]!);
  });
  const differences: number[] = [];
  for (let i = 1; i < day.length; i++) {
    const before = at.get(day[i]! - 7) ?? z[i - 1]!;
    differences.push(Math.abs(z[i]! - before));
  }
  const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
  const spread = differences.length > 0 ? Math.max(median(differences) / 0.6745, leastOfMean * mean) : 0.1;
  return Math.max(leastSigma * leastSigma, (spread * spread) / 2);
}

/** v ← v₀ (30 + Σ(β² + V)/v₀) / (30 + size), group by group. */
function learnScales(
  design: LevelDesign,
  beta: Float64Array,
  uncertainty: Float64Array,
  prior: Float64Array,
  scale: Float64Array,
): void {
  const sum = new Float64Array(design.groups);
  const size = new Float64Array(design.groups);
  for (let k = 0; k < beta.length; k++) {
    const g = design.group[k]!;
    sum[g]! += (beta[k]! * beta[k]! + uncertainty[k]!) / prior[k]!;
    size[g]!++;
  }
  for (let g = 0; g < design.groups; g++)
    if (design.learns[g]) scale[g] = (held + sum[g]!) / (held + size[g]!);
}
