import type { EditionFinding } from '../types.ts';
import { type Edition, leadMinutes } from './edition.ts';
import { expectedLog } from './expectation.ts';
import { extra, growthOf } from './growth.ts';
import { transferredOnce } from './phase.ts';

/**
 * How well each past edition would have been foretold by the others: of its kind, or of all kinds where it is the only
 * one. Its base is the model's for hours outside events, so errors are those of the lift alone. The latest
 * edition of a kind is foretold with the growth of those before it. One in progress is left out.
 */
export function leaveOneEditionOut(editions: readonly Edition[]): EditionFinding[] {
  const whole = editions.filter(({ log, seen }) => seen === log.length);
  const transfer = transferredOnce();
  return whole.map((edition) => {
    const { id, kind, start, end, minutes } = edition;
    const found: EditionFinding = { id, kind, start, end, lift: 1 + extra(edition, minutes) };
    const own = whole.filter((e) => e !== edition && e.kind === kind);
    const others = whole.filter((e) => e.kind !== kind);
    if (own.length + others.length === 0) return found;
    const latest = own.every((e) => e.start < start);
    const expected = expectedLog(edition, { own, others }, latest ? growthOf(own) : undefined, transfer);
    return { ...found, foretold: { editions: own.length, ...errors(edition, expected) } };
  });
}

function errors({ log, base, minutes }: Edition, expected: Float64Array) {
  let observed = 0;
  let foretold = 0;
  let bases = 0;
  let error = 0;
  let highest = 0;
  let highestForetold = 0;
  for (let m = leadMinutes; m < leadMinutes + minutes; m++) {
    const y = base[m]! * Math.exp(log[m]!);
    const f = base[m]! * Math.exp(expected[m]!);
    observed += y;
    foretold += f;
    bases += base[m]!;
    error += Math.abs(f - y);
    highest = Math.max(highest, y);
    highestForetold = Math.max(highestForetold, f);
  }
  return { lift: foretold / bases, wape: error / observed, peakError: highestForetold / highest - 1 };
}

const unknownSd = 0.5;
const firstSd = 0.2;

/**
 * Standard deviation of the logarithm of a kind's lift: the errors of its editions, each foretold by the others, held to
 * 0.2 by one edition's worth; 0.5 for a kind without editions.
 */
export function liftSd(findings: readonly EditionFinding[], kind: string): number {
  const own = findings.filter((finding) => finding.kind === kind);
  if (own.length === 0) return unknownSd;
  let sum = firstSd ** 2;
  let n = 1;
  for (const { lift, foretold } of own) {
    if (foretold === undefined || foretold.editions === 0) continue;
    sum += Math.log(foretold.lift / lift) ** 2;
    n++;
  }
  return Math.sqrt(sum / n);
}
