import { parseDay } from '../time/local.ts';
import type { Holiday, HolidayFinding } from '../types.ts';

/**
 * What the coming editions of each holiday are expected to do, as the mean of exp(effect) over them, and from which days
 * of the history it was learnt. `effect`: the holidays' part of the logarithm of the level, from `firstDay` on.
 */
export function holidayFindings(
  holidays: readonly Holiday[],
  effect: Float32Array,
  firstDay: number,
  seen: Int32Array,
): HolidayFinding[] {
  const history = new Set(seen);
  const byName = new Map<string, { past: number[]; factors: number[] }>();
  for (const { date, name } of holidays) {
    const day = parseDay(date);
    if (Number.isNaN(day)) continue;
    const found = byName.get(name) ?? { past: [], factors: [] };
    byName.set(name, found);
    const d = day - firstDay;
    if (history.has(day)) found.past.push(day);
    else if (d >= 0 && d < effect.length) found.factors.push(Math.exp(effect[d]!));
  }
  const findings: HolidayFinding[] = [];
  for (const [name, { past, factors }] of byName) {
    if (factors.length === 0) continue;
    const size = factors.reduce((sum, x) => sum + x, 0) / factors.length;
    findings.push({ name, size, editions: past.sort((a, b) => a - b) });
  }
  return findings;
}
