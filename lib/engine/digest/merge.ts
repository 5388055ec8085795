import type { DayDigest } from '../types.ts';

/** The shape inside blocks is kept for this many days before the last. */
export const shapeDays = 120;

/** Joins digests by day: a fresher day replaces the older one whole. Ascending; old shapes are dropped. */
export function mergeDigests(older: readonly DayDigest[], fresher: readonly DayDigest[]): DayDigest[] {
  const byDay = new Map<number, DayDigest>();
  for (const one of older) byDay.set(one.day, one);
  for (const one of fresher) byDay.set(one.day, one);
  const merged = [...byDay.values()].sort((a, b) => a.day - b.day);
  const oldest = (merged.at(-1)?.day ?? 0) - shapeDays;
  return merged.map((one) =>
    one.day <= oldest && one.shape.length > 0 ? { ...one, shape: new Uint8Array(0) } : one,
  );
}
