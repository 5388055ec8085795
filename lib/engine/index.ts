/**
 * The forecasting engine: history in, forecast out. Pure functions over typed arrays and plain records.
 *
 * digest → mergeDigests → fit (or fitSeasonalNaive) → expand, peaks, dayPeaks.
 */
export { type Backtest, type BacktestOptions, backtest, type Compared } from './backtest/backtest.ts';
export { bands } from './backtest/bands.ts';
export {
  type DayScores,
  type DayToScore,
  type Edition,
  type ScoredGrain,
  scoreDay,
} from './backtest/score-day.ts';
export {
  addTally,
  newTally,
  type Scores,
  scoresOf,
  stretches,
  type Tally,
} from './backtest/scores.ts';
export { defaultConfiguration, defaultSeasons, type SeriesConfiguration } from './configuration.ts';
export { digest } from './digest/digest.ts';
export { decodeDigests, digestVersion, encodeDigests } from './digest/encode.ts';
export { mergeDigests } from './digest/merge.ts';
export { expand } from './expand/expand.ts';
export { type Explanation, explain, type Ingredient } from './explain/explain.ts';
export { type Lesson, learned } from './explain/learned.ts';
export type { IngredientKind } from './explain/stages.ts';
export { type Cause, type Changes, type ForecastCase, whatChanged } from './explain/what-changed.ts';
export { type FitOutcome, fit } from './fit.ts';
export { coverage } from './metrics/coverage.ts';
export { mase } from './metrics/mase.ts';
export { pinball } from './metrics/pinball.ts';
export { wape } from './metrics/wape.ts';
export { decodeModel, encodeModel } from './model/encode.ts';
export type { ForecastModel } from './model/types.ts';
export { fitSeasonalNaive } from './naive.ts';
export { learntWidth, widthAt } from './noise/widen.ts';
export { type DayPeaks, dayPeaks } from './peak/day-peaks.ts';
export type { PeakOf } from './peak/hours.ts';
export { type PeakOptions, type Peaks, peaks } from './peak/peaks.ts';
export type { RefreshOptions } from './refresh.ts';
export {
  addLocalDays,
  type LocalParts,
  localDay,
  localParts,
  localToInstant,
  startOfDay,
  startOfLocalDay,
} from './time/local.ts';
export { steps } from './time/steps.ts';
export { isTimeZone } from './time/zone.ts';
export { commonCorrelation } from './total/correlation.ts';
export { type DayErrors, dayErrors } from './total/day-errors.ts';
export { addMember, newTotal, type Total, totalOf } from './total/total.ts';
export type * from './types.ts';
export { engineVersion } from './version.ts';
