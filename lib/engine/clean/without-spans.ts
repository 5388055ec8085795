import type { DayLayout } from '../digest/layout.ts';
import { missingCode } from '../digest/shape-code.ts';
import { touchedBlocks } from '../digest/touched-blocks.ts';
import { localDay, startOfDay } from '../time/local.ts';
import type { DayDigest, FitOptions, Span } from '../types.ts';

/**
 * The digests as if nothing had been seen within the spans: each block that one touches is empty, and so are its
 * shape and its kept steps (a row of a day or a week is one block). What remains holds no trace of them.
 * Throws a RangeError for a span that does not end after its start.
 */
export function withoutSpans(
  digests: readonly DayDigest[],
  spans: readonly Span[],
  timeZone: string,
  layout: DayLayout,
): readonly DayDigest[] {
  if (spans.length === 0) return digests;
  const ofRow = new Map<number, Span[]>();
  const rowOf = new Map<number, number>();
  for (const { day } of digests) for (let d = day; d < day + layout.daysPerRow; d++) rowOf.set(d, day);
  const [first, last] = [digests[0]?.day ?? 0, (digests.at(-1)?.day ?? -1) + layout.daysPerRow - 1];
  for (const span of spans) {
    if (!(span.end > span.start))
      throw new RangeError(`An excluded span must end after its start, got ${span.start} to ${span.end}`);
    const until = Math.min(last, localDay(timeZone, span.end - 1));
    for (let day = Math.max(first, localDay(timeZone, span.start)); day <= until; day++) {
      const row = rowOf.get(day);
      if (row === undefined) continue;
      const list = ofRow.get(row) ?? [];
      if (list.at(-1) !== span) list.push(span);
      ofRow.set(row, list);
    }
  }
  return digests.map((digest) => {
    const touching = ofRow.get(digest.day);
    return touching === undefined ? digest : emptied(digest, touching, timeZone, layout);
  });
}

/** What the reason of a failure adds where spans were excluded. */
export const outsideSpans = ({ exclusions = [] }: FitOptions): string =>
  exclusions.length === 0
    ? ''
    : `, outside the ${exclusions.length === 1 ? 'span that is' : `${exclusions.length} spans that are`} excluded`;

function emptied(digest: DayDigest, spans: Span[], timeZone: string, layout: DayLayout): DayDigest {
  const blocks = digest.blocks.slice();
  const filled = digest.filled.slice();
  const shape = digest.shape.slice();
  const gone = new Set<number>();
  const { stepsPerBlock: size } = layout;
  for (const { start, end } of spans)
    if (layout.steps === 1) gone.add(0);
    else touchedBlocks(layout, digest.day, timeZone, start, end, (block) => gone.add(block));
  for (const block of gone) {
    blocks[block] = Number.NaN;
    filled[block] = 0;
    if (shape.length > 0) shape.fill(missingCode, block * size, (block + 1) * size);
  }
  const midnight = startOfDay(timeZone, digest.day);
  const kept = (step: number) => {
    const at = midnight + step * layout.stepMs;
    return !spans.some(({ start, end }) => at < end && at + layout.stepMs > start);
  };
  const rows = [...digest.eventSteps.keys()].filter((i) => kept(digest.eventSteps[i]!));
  const { present, mean } = summary(blocks, filled, size);
  return {
    ...digest,
    present,
    mean,
    blocks,
    filled,
    shape,
    eventSteps: Uint16Array.from(rows, (i) => digest.eventSteps[i]!),
    eventValues: Float32Array.from(rows, (i) => digest.eventValues[i]!),
  };
}

function summary(blocks: Float32Array, filled: Float32Array, stepsPerBlock: number) {
  let present = 0;
  let sum = 0;
  for (let b = 0; b < blocks.length; b++) {
    if (filled[b] === 0) continue;
    present += filled[b]! * stepsPerBlock;
    sum += blocks[b]! * filled[b]! * stepsPerBlock;
  }
  return { present: Math.round(present), mean: sum / present };
}
