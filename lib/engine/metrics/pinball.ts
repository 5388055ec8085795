/** Mean quantile loss of a forecast of the quantile `p` (0 < p < 1). */
export function pinball(actual: ArrayLike<number>, forecast: ArrayLike<number>, p: number): number {
  let loss = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = actual[i]! - forecast[i]!;
    loss += error >= 0 ? p * error : (p - 1) * error;
  }
  return loss / actual.length;
}
