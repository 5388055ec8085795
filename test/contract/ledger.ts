import { describe, expect, it } from 'vitest';
import { newTally, type Tally } from '../../lib/engine/index.ts';
import type { LedgerState } from '../../lib/service/contracts/accuracy.ts';
import type { Ledger, LedgerRow } from '../../lib/service/ports.ts';

const day = (date: string) => Date.parse(date) / 86_400_000;

function tally(seed: number): Tally {
  const made = newTally(3);
  for (const name of Object.keys(made) as (keyof Tally)[]) {
    const value = made[name];
    if (typeof value === 'number') (made[name] as number) = seed + name.length / 7;
    else for (let k = 0; k < value.length; k++) value[k] = seed * k + 0.1;
  }
  // Of these the ledger keeps nothing: they need the history before each forecast.
  made.scaled = 0;
  made.scaledSteps = 0;
  return made;
}

const row = (date: string, band: string, change: Partial<LedgerRow> = {}): LedgerRow => ({
  day: day(date),
  band,
  grain: 'step',
  actuals: `of-${date}`,
  model: tally(1),
  // What a naive's intervals would have held is not kept.
  naive: { ...tally(2), within: newTally(3).within },
  ...change,
});

/** What every Ledger promises. `open` answers an empty one. */
export function ledgerContract(name: string, open: () => Promise<Ledger>) {
  describe(`${name} keeps the ledger's promises`, () => {
    const series = { team: 'shop', region: 'eu', metric: 'requests' };
    const other = { ...series, metric: 'orders' };

    it('answers the rows of the months asked for as they were put last, of that series alone', async () => {
      const ledger = await open();
      const march = [row('2026-03-01', '1d'), row('2026-03-31', '7d', { event: 'finale', grain: 'hour' })];
      const april = [row('2026-04-01', '1d')];
      expect(await ledger.read(series, ['2026-03'])).toEqual([]);
      await ledger.replace(series, '2026-03', [row('2026-03-02', '1y')]);
      await ledger.replace(series, '2026-03', march);
      await ledger.replace(series, '2026-04', april);
      expect(await ledger.read(series, ['2026-02', '2026-03', '2026-04'])).toEqual([...march, ...april]);
      expect(await ledger.read(series, ['2026-04'])).toEqual(april);
      expect(await ledger.read(other, ['2026-03', '2026-04'])).toEqual([]);
    });

    it('answers a month without rows as one that has none', async () => {
      const ledger = await open();
      await ledger.replace(series, '2026-03', []);
      expect(await ledger.read(series, ['2026-03'])).toEqual([]);
    });

    it('answers what it goes on from as it was put last', async () => {
      const ledger = await open();
      expect(await ledger.getState(series)).toBeUndefined();
      const state: LedgerState = {
        schemaVersion: 1,
        scoredThrough: day('2026-03-31'),
        editions: [
          { runId: 'eu-20260301T000000Z', modelKey: 'a', cutoff: 1 },
          { runId: 'eu-20260302T000000Z', modelKey: 'b', cutoff: 2, widths: [{ until: 7, factor: 1.2 }] },
        ],
      };
      await ledger.putState(series, { ...state, scoredThrough: 0 });
      await ledger.putState(series, state);
      expect(await ledger.getState(series)).toEqual(state);
      expect(await ledger.getState(other)).toBeUndefined();
    });
  });
}
