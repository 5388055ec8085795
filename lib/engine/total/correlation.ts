import type { DayErrors } from './day-errors.ts';

/** With fewer days than this, nothing can be said: half way between independence and lockstep. */
const leastDays = 14;
const unknown = 0.5;

/**
 * One correlation for all pairs of series: the one at which the spreads of the series give the spread that their sum had,
 * ρ = (Var Σe − Σ Var e) / ((Σ sd e)² − Σ Var e), within 0 and 1.
 *
 * The constant-correlation model of Elton & Gruber (1973), "Estimating the dependence structure of share prices", J. Finance 28(5);
 * as in Wickramasuriya, Athanasopoulos & Hyndman (2019), "Optimal forecast reconciliation…", JASA 114(526), §2.4, errors one
 * season ahead stand for the dependence at every horizon.
 *
 * @returns ρ in 0…1; 0.5 for fewer than 14 days with errors of two series or more
 */
export function commonCorrelation(series: readonly DayErrors[]): number {
  const sums = new Map<number, { sum: number; moved: number }>();
  let variances = 0;
  let deviations = 0;
  for (const { firstDay, everyDays, values } of series) {
    let squares = 0;
    for (const [i, error] of values.entries()) {
      if (error === 0) continue;
      squares += error * error;
      const day = firstDay + i * everyDays;
      const there = sums.get(day) ?? { sum: 0, moved: 0 };
      sums.set(day, { sum: there.sum + error, moved: there.moved + 1 });
    }
    variances += squares;
    deviations += Math.sqrt(squares);
  }
  let ofSum = 0;
  let together = 0;
  for (const { sum, moved } of sums.values()) {
    ofSum += sum * sum;
    if (moved > 1) together++;
  }
  const room = deviations * deviations - variances;
  if (together < leastDays || !(room > 0)) return unknown;
  return Math.max(0, Math.min(1, (ofSum - variances) / room));
}
