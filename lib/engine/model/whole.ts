import type { DayDigest, SeriesSettings } from '../types.ts';

const daysLookedAt = 28;

/** Whether a history counts whole things: each of its last days adds up to a whole number, as sums of fractions do not. */
export function countsWhole(
  digests: readonly DayDigest[],
  settings: SeriesSettings,
  cutoffDay: number,
): boolean {
  if (settings.metricKind !== 'count') return false;
  const days = digests.filter(({ day }) => day < cutoffDay).slice(-daysLookedAt);
  return days.every(({ mean, present }) => {
    const total = mean * present;
    return Math.abs(total - Math.round(total)) <= 1e-9 * Math.max(1, total);
  });
}
