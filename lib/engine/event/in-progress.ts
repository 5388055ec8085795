import { type Edition, leadMinutes, tailMinutes } from './edition.ts';

const memory = 120;
const wander = 0.15;
const leastSd = 0.05;

/**
 * The rest of an event that is going on: what was seen of it so far over what was expected, as a weighted mean of
 * logarithms (weights fall by e in two hours), moves the rest of its curve and fades over its two hours after.
 * It counts by sd² / (sd² + 0.15²/hours seen), with sd what editions leave unsure; that share of the variance is gone.
 */
export function continued(
  { log, seen, minutes }: Edition,
  expected: Float64Array,
  sd: number,
): { log: Float64Array; sd: number } {
  let sum = 0;
  let weights = 0;
  for (let m = leadMinutes; m < seen; m++) {
    const weight = Math.exp((m - seen) / memory);
    sum += weight * (log[m]! - expected[m]!);
    weights += weight;
  }
  if (weights === 0) return { log: expected, sd };
  const believed = sd ** 2 / (sd ** 2 + (60 * wander ** 2) / weights);
  const moved = (believed * sum) / weights;
  const end = leadMinutes + minutes;
  return {
    log: expected.map((value, m) => value + moved * (m < end ? 1 : 1 - (m - end) / tailMinutes)),
    sd: Math.hypot(sd * Math.sqrt(1 - believed), leastSd),
  };
}
