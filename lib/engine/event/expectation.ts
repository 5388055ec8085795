import { type Edition, leadMinutes, tailMinutes } from './edition.ts';
import { type Growth, growthOver } from './growth.ts';
import { type Transfer, transferred } from './phase.ts';

const fade = 10;
const otherWeekday = 0.15;
/** Weight of all other kinds together, and of no effect at all, beside editions of its own kind of 1 each. */
const otherKinds = 0.05;
const doubt = 0.05;
const fewOthers = 6;
const shortest = 1e-3;

/** What is to be expected of an event, and from what it is to be learnt. */
export type Occasion = Pick<Edition, 'minutes' | 'clock' | 'change' | 'weekend'>;

/** Editions that teach: of the event's own kind (or of the kind that stands in for it), ascending; and of others. */
export interface Lessons {
  own: readonly Edition[];
  others: readonly Edition[];
}

/**
 * Expected ln lift by the minutes of an event, from an hour before its start to two hours after its end: the weighted
 * mean of what editions say at the same phase, shrunk towards other kinds and towards nothing. Weights halve every ten
 * editions, × 0.15 where one falls on a weekend and the other does not. `growth` brings each edition of its own
 * kind to the next one's size first; without it editions count as they were.
 */
export function expectedLog(
  event: Occasion,
  { own, others }: Lessons,
  growth?: Growth,
  transfer: Transfer = transferred,
): Float64Array {
  const sum = new Float64Array(Math.ceil(leadMinutes + event.minutes + tailMinutes));
  const weights = new Float64Array(sum.length);
  let strength = 0;
  const add = (edition: Edition, weight: number, grown: number) => {
    const { log, trust } = transfer(edition, event);
    for (let m = 0; m < sum.length; m++) {
      const w = weight * trust[m]!;
      sum[m]! += w * (log[m]! > 0 && grown !== 1 ? Math.log1p(grown * Math.expm1(log[m]!)) : log[m]!);
      weights[m]! += w;
    }
  };
  own.forEach((edition, i) => {
    const ago = own.length - 1 - i;
    const weight = 0.5 ** (ago / fade);
    if (weight < shortest) return;
    strength += weight;
    const grown = growth === undefined ? 1 : Math.exp(growthOver(growth, ago, 1));
    add(edition, weight * (edition.weekend === event.weekend ? 1 : otherWeekday), grown);
  });
  const near = others.slice(-fewOthers);
  for (const edition of near) add(edition, otherKinds / near.length, 1);
  if (near.length > 0) strength += otherKinds;
  const shrink = strength / (strength + doubt);
  for (let m = 0; m < sum.length; m++) sum[m] = weights[m]! > 0 ? (sum[m]! / weights[m]!) * shrink : 0;
  return sum;
}
