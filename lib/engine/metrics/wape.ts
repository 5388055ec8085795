/** Weighted absolute percentage error: Σ|actual − forecast| / Σ|actual|. */
export function wape(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  let error = 0;
  let size = 0;
  for (let i = 0; i < actual.length; i++) {
    error += Math.abs(actual[i]! - forecast[i]!);
    size += Math.abs(actual[i]!);
  }
  return error / size;
}
