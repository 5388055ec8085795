import { describe, expect, it } from 'vitest';
import type { Observations } from '../../lib/engine/index.ts';
import type { SeriesKey } from '../../lib/service/contracts/series.ts';
import type { HistoryStore } from '../../lib/service/ports.ts';

const minute = 60_000;
const always = { start: Date.UTC(2025, 0), end: Date.UTC(2027, 0) };
const newYear = Date.UTC(2026, 0, 1);

const rows = (pairs: [time: number, value: number][]): Observations => ({
  time: Float64Array.from(pairs, ([time]) => time),
  value: Float64Array.from(pairs, ([, value]) => value),
});
const pairs = ({ time, value }: Observations) => Array.from(time, (at, i) => [at, value[i]]);
/** Three hours of minutes around a change of month. */
const around: [number, number][] = Array.from({ length: 180 }, (_, i) => [
  newYear + (i - 90) * minute,
  i * 1.5,
]);

/** What every HistoryStore promises. `open` answers a store in which the series of each call is new. */
export function historyStoreContract(name: string, open: () => Promise<HistoryStore>) {
  describe(`${name} keeps the history's promises`, () => {
    let series = 0;
    const fresh = async () => {
      const key: SeriesKey = { team: 'checkout', region: 'eu-west', metric: `requests-${series++}` };
      return { store: await open(), key };
    };

    it('reads nothing where nothing was written', async () => {
      const { store, key } = await fresh();
      expect(pairs(await store.read(key, always))).toEqual([]);
    });

    it('reads what was written, across months, ascending', async () => {
      const { store, key } = await fresh();
      const revisions = await store.write(key, rows(around));
      expect(Object.keys(revisions).sort()).toEqual(['2025-12', '2026-01']);
      expect(pairs(await store.read(key, always))).toEqual(around);
    });

    it('reads a half-open window', async () => {
      const { store, key } = await fresh();
      await store.write(key, rows(around));
      const window = { start: newYear - 2 * minute, end: newYear + 3 * minute };
      expect(pairs(await store.read(key, window))).toEqual(around.slice(88, 93));
      expect(pairs(await store.read(key, { start: newYear, end: newYear }))).toEqual([]);
    });

    it('ends in the same history and revisions in whatever order and however often rows arrive', async () => {
      const once = await fresh();
      const expected = await once.store.write(once.key, rows(around));
      const { store, key } = await fresh();
      const shuffled = around.toReversed();
      await store.write(key, rows(shuffled.slice(0, 120)));
      await store.write(key, rows([...shuffled.slice(60), ...shuffled.slice(0, 10)]));
      expect(await store.write(key, rows(around))).toEqual(expected);
      expect(pairs(await store.read(key, always))).toEqual(around);
    });

    it('replaces the row of the same time, in one write the last one', async () => {
      const { store, key } = await fresh();
      const before = await store.write(key, rows(around));
      const after = await store.write(
        key,
        rows([
          [newYear, 1],
          [newYear, 2],
        ]),
      );
      expect(after['2026-01']).not.toEqual(before['2026-01']);
      expect(Object.keys(after)).toEqual(['2026-01']);
      expect(pairs(await store.read(key, { start: newYear, end: newYear + minute }))).toEqual([[newYear, 2]]);
    });

    it('keeps the revision when nothing changes and changes it when a row does', async () => {
      const { store, key } = await fresh();
      const first = await store.write(key, rows(around));
      expect(await store.write(key, rows(around.slice(0, 5)))).toEqual({ '2025-12': first['2025-12'] });
      const later = await store.write(key, rows([[newYear + 200 * minute, 7]]));
      expect(later['2026-01']).not.toEqual(first['2026-01']);
    });

    it('keeps every number exactly', async () => {
      const { store, key } = await fresh();
      const values = [0, -0, 1e-300, -1e300, 0.1, Number.MAX_SAFE_INTEGER, 1 / 3, Number.MIN_VALUE];
      const written = values.map((value, i): [number, number] => [newYear + i * minute, value]);
      await store.write(key, rows(written));
      const read = await store.read(key, always);
      expect([...read.value].every((value, i) => Object.is(value, values[i]))).toBe(true);
    });

    it('keeps times before 1970 and steps of any length', async () => {
      const { store, key } = await fresh();
      const written: [number, number][] = [
        [Date.UTC(1969, 6, 20), 1],
        [Date.UTC(1969, 6, 20, 0, 0, 0, 1), 2],
        [Date.UTC(2044, 1, 29), 3],
      ];
      await store.write(key, rows(written));
      const window = { start: Date.UTC(1969, 0), end: Date.UTC(2045, 0) };
      expect(pairs(await store.read(key, window))).toEqual(written);
    });

    it('refuses a value that is not finite, and a time that is no whole millisecond', async () => {
      const { store, key } = await fresh();
      await expect(store.write(key, rows([[newYear, Number.NaN]]))).rejects.toThrow(/finite/);
      await expect(store.write(key, rows([[newYear + 0.5, 1]]))).rejects.toThrow(/whole milliseconds/);
      expect(pairs(await store.read(key, always))).toEqual([]);
    });

    it('loses no row of writers at the same time', async () => {
      const { store, key } = await fresh();
      const writers = Array.from({ length: 6 }, (_, w) => around.filter((_row, i) => i % 6 === w));
      await Promise.all(writers.map((written) => store.write(key, rows(written))));
      expect(pairs(await store.read(key, always))).toEqual(around);
    });

    it('keeps series apart', async () => {
      const { store, key } = await fresh();
      await store.write(key, rows(around));
      await store.write({ ...key, metric: `${key.metric}-more` }, rows([[newYear, 42]]));
      expect(pairs(await store.read(key, always))).toEqual(around);
    });
  });
}
