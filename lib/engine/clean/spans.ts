import type { Deviations } from './deviations.ts';
import { type BlockRows, follows } from './expected.ts';

/** Less than twice, or more than a third, of what was expected may be nature. */
const leastHigh = Math.log(1.95);
const leastLow = Math.log(2.72);
const scales = 6;
/** A span goes on while blocks lie half as far off as it took to begin it. */
const goesOn = 0.5;
/** A quiet stretch of at most two hours within a span belongs to it. */
const bridgedShare = 2 / 24;

/** A run of blocks that lie off on one side: [first, until) in rows × blocks. */
export interface OddSpan {
  first: number;
  until: number;
  side: 'high' | 'low' | 'stuck';
  /** Largest deviation in logarithms, over what it took to begin; 1 for stuck values. */
  peak: number;
}

/** Runs of blocks that lie six usual sizes, and at least a factor of two (or of three below), off what was expected. */
export function oddSpans(rows: BlockRows, off: Deviations): OddSpan[] {
  return [...spansOn('high', rows, off), ...spansOn('low', rows, off)];
}

function spansOn(side: 'high' | 'low', rows: BlockRows, off: Deviations): OddSpan[] {
  const { blocks } = rows;
  const { unexplained, scale } = off;
  const sign = side === 'high' ? 1 : -1;
  const least = side === 'high' ? leastHigh : leastLow;
  const bridged = Math.floor(bridgedShare * blocks);
  const total = unexplained.length;
  const spans: OddSpan[] = [];
  const strength = (t: number) => (sign * unexplained[t]!) / Math.max(least, scales * scale[t % blocks]!);
  for (let t = 0; t < total; t++) {
    if (!(strength(t) >= 1)) continue;
    const last = spans.at(-1);
    let first = t;
    const floor = last?.until ?? 0;
    while (first > floor && follows(rows, first) && strength(first - 1) >= goesOn) first--;
    let until = t + 1;
    let peak = strength(t);
    while (until < total && follows(rows, until) && strength(until) >= goesOn)
      peak = Math.max(peak, strength(until++));
    if (last !== undefined && first - last.until <= bridged) {
      last.until = until;
      last.peak = Math.max(last.peak, peak);
    } else spans.push({ first, until, side, peak });
    t = until - 1;
  }
  return spans;
}
