import { type BlockRows, follows } from './expected.ts';
import { longestOutage } from './level-path.ts';
import type { OddSpan } from './spans.ts';

/** By chance alone less than one such run would be seen in ten thousand histories. */
const chance = 1e-4;
const leastRun = 4;
const leastHours = 2;

/**
 * Runs of blocks that repeat one value (no zero) exactly, longer than chance allows
 * (but not four weeks: that is what the series has come to): each block has a share of days on which it
 * equals the one before, and a run is as likely as the product of its blocks'. [first, until) in rows × blocks.
 */
export function stuckSpans(rows: BlockRows): OddSpan[] {
  const { day, blocks, value } = rows;
  const n = day.length;
  const same = new Float64Array(blocks);
  const pairs = new Float64Array(blocks);
  const equals = (t: number) =>
    value[t] !== 0 && Math.abs(value[t]! - value[t - 1]!) <= 1e-6 * Math.abs(value[t]!);
  const runs: OddSpan[] = [];
  const least = Math.max(leastRun, Math.ceil((leastHours * blocks) / 24));
  const most = (longestOutage * blocks) / rows.daysPerRow;
  for (let t = 1; t < value.length; t++) {
    if (Number.isNaN(value[t]! - value[t - 1]!) || !follows(rows, t)) continue;
    const b = t % blocks;
    pairs[b]!++;
    if (!equals(t)) continue;
    same[b]!++;
    const last = runs.at(-1);
    if (last !== undefined && last.until === t) last.until = t + 1;
    else runs.push({ first: t - 1, until: t + 1, side: 'stuck', peak: 1 });
  }
  return runs.filter(({ first, until }) => {
    if (until - first < least || until - first > most) return false;
    // The run itself tells nothing of how usual it is.
    let log = Math.log(n);
    const own = new Float64Array(blocks);
    for (let t = first + 1; t < until; t++) own[t % blocks]!++;
    for (let t = first + 1; t < until; t++) {
      const b = t % blocks;
      log += Math.log((same[b]! - own[b]! + 1) / (pairs[b]! - own[b]! + 1));
    }
    return log < Math.log(chance);
  });
}
