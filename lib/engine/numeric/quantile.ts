/** The p-quantile of ascending values by linear interpolation ("R-7", Hyndman & Fan 1996); NaN for none. */
export function sortedQuantile(ascending: ArrayLike<number>, p: number): number {
  const n = ascending.length;
  if (n === 0) return Number.NaN;
  const at = (n - 1) * p;
  const low = Math.floor(at);
  const high = Math.min(n - 1, low + 1);
  return ascending[low]! + (at - low) * (ascending[high]! - ascending[low]!);
}

/** The p-quantile of the values that are not NaN. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const seen = Float64Array.from(values).filter((x) => !Number.isNaN(x));
  return sortedQuantile(seen.sort(), p);
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5);
