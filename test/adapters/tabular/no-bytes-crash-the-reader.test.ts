import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeObservations } from '../../../lib/adapters/history/observations-file.ts';
import { readColumns, settle, type Table, TabularError } from '../../../lib/adapters/tabular/index.ts';
import { csv, gz, read, zst } from './reading.ts';

const minutes = Array.from({ length: 60 }, (_, i) => Date.UTC(2026, 2, 29) + i * 60_000);
const text = csv(...minutes.map((ms, i) => `${new Date(ms).toISOString()},${i}`));
const seeds: Record<string, Uint8Array> = {
  csv: Buffer.from(text),
  local: Buffer.from(text.replaceAll(/T(\d\d:\d\d).*?,/g, ' $1,')),
  gzip: gz(text),
  zstd: zst(text),
  parquet: encodeObservations({
    time: Float64Array.from(minutes),
    value: Float64Array.from(minutes, (_, i) => i / 7),
  }),
};

/** A report that adds up, or a TabularError that says something: nothing else may come out. */
async function readsOrSays(bytes: Uint8Array) {
  let table: Table;
  try {
    table = await read(bytes, { timeZone: 'Europe/Paris' });
  } catch (error) {
    expect(error).toBeInstanceOf(TabularError);
    expect((error as Error).message.length).toBeGreaterThan(10);
    expect((error as Error).message.length).toBeLessThan(3000);
    return;
  }
  expect(table.rejections.length).toBe(Math.min(100, table.rejected));
  for (const rows of table.series.values()) {
    expect(rows.time.every(Number.isFinite) && rows.value.every(Number.isFinite)).toBe(true);
    try {
      const { time } = settle(rows, { timeZone: 'Europe/Paris' }).observations;
      expect(time.every((ms, i) => i === 0 || ms > time[i - 1]!)).toBe(true);
    } catch (error) {
      expect(error).toBeInstanceOf(TabularError);
    }
  }
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  how: fc.constantFrom('overwrite', 'insert', 'cut', 'drop'),
});

function changed(
  seed: Uint8Array,
  { at, bytes, how }: { at: number; bytes: Uint8Array; how: string },
): Uint8Array {
  const from = Math.floor(at * seed.length);
  if (how === 'cut') return seed.slice(0, from);
  const skipped = how === 'insert' ? 0 : bytes.length;
  const put = how === 'drop' ? new Uint8Array(0) : bytes;
  return Buffer.concat([seed.subarray(0, from), put, seed.subarray(from + skipped)]);
}

describe('no bytes crash the reader', () => {
  it.each(Object.keys(seeds))('%s with bytes changed, 200 times', async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) =>
        readsOrSays(changes.reduce(changed, seeds[name]!)),
      ),
      { numRuns: 200 },
    );
  });

  it('any bytes, also after the marks of each format', async () => {
    const marks = [
      [],
      [0x1f, 0x8b, 8],
      [0x28, 0xb5, 0x2f, 0xfd],
      [...Buffer.from('PAR1')],
      [...Buffer.from('timestamp,value\n')],
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...marks), fc.uint8Array({ maxLength: 300 }), (mark, bytes) =>
        readsOrSays(Buffer.concat([Buffer.from(mark), bytes])),
      ),
      { numRuns: 400 },
    );
  });

  it('any cells of JSON columns', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), fc.jsonValue())), (cells) => {
        try {
          const table = readColumns(
            cells.map(([time]) => time),
            cells.map(([, value]) => value),
            { timeZone: 'UTC' },
          );
          const kept = [...table.series.values()].reduce((sum, { time }) => sum + time.length, 0);
          expect(kept + table.missing + table.rejected).toBe(cells.length);
        } catch (error) {
          expect(error).toBeInstanceOf(TabularError);
        }
      }),
    );
  });
});
