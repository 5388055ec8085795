import { readHeader, writeHeader } from '../binary/header.ts';
import type { DayDigest } from '../types.ts';

const mark = 'CTDG';
/** Counted up when digests of the same day differ, or their bytes do: what is stored is then made again. */
export const digestVersion = 1;

/** Digests as bytes: about 400 a day of minutes, and 1,440 more for each of the last 120 days. */
export function encodeDigests(digests: readonly DayDigest[]): Uint8Array {
  const writer = writeHeader(mark, digestVersion);
  writer.u32(digests.length);
  for (const one of digests) {
    writer.i32(one.day);
    writer.u32(one.present);
    writer.u32(one.expected);
    writer.f64(one.mean);
    writer.array(one.blocks);
    const full = one.filled.every((share) => share === 1);
    writer.u8(full ? 1 : 0);
    if (!full) writer.array(one.filled);
    writer.array(one.shape);
    writer.array(one.eventSteps);
    writer.array(one.eventValues);
  }
  return writer.finish();
}

/** Reads what `encodeDigests` wrote. Throws a RangeError for other bytes, another version, or a truncated document. */
export function decodeDigests(bytes: Uint8Array): DayDigest[] {
  const reader = readHeader(bytes, 'a document of digests', mark, digestVersion);
  const digests: DayDigest[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const day = reader.i32();
    const present = reader.u32();
    const expected = reader.u32();
    const mean = reader.f64();
    const blocks = reader.float32();
    const filled = reader.u8() === 1 ? new Float32Array(blocks.length).fill(1) : reader.float32();
    const shape = reader.uint8();
    const eventSteps = reader.uint16();
    const eventValues = reader.float32();
    digests.push({ day, present, expected, mean, blocks, filled, shape, eventSteps, eventValues });
  }
  reader.finish();
  return digests;
}
