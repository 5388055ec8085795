/**
 * Mean absolute scaled error: the forecast's MAE over the in-sample MAE of the seasonal naive with `season`
 * steps (Hyndman & Koehler 2006). `history` are the steps before the forecast.
 */
export function mase(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  history: ArrayLike<number>,
  season: number,
): number {
  let error = 0;
  for (let i = 0; i < actual.length; i++) error += Math.abs(actual[i]! - forecast[i]!);
  let naive = 0;
  for (let i = season; i < history.length; i++) naive += Math.abs(history[i]! - history[i - season]!);
  return error / actual.length / (naive / (history.length - season));
}
