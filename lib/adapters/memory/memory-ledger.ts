import type { LedgerState } from '../../service/contracts/accuracy.ts';
import { type SeriesKey, seriesId } from '../../service/contracts/series.ts';
import type { Ledger, LedgerRow } from '../../service/ports.ts';

/** The ledger in memory, for tests. */
export class MemoryLedger implements Ledger {
  private readonly states = new Map<string, LedgerState>();
  private readonly months = new Map<string, LedgerRow[]>();
  /** Months that were put, for tests that count them. */
  replaced = 0;

  async getState(series: SeriesKey): Promise<LedgerState | undefined> {
    return structuredClone(this.states.get(seriesId(series)));
  }

  async putState(series: SeriesKey, state: LedgerState): Promise<void> {
    this.states.set(seriesId(series), structuredClone(state));
  }

  async read(series: SeriesKey, months: readonly string[]): Promise<LedgerRow[]> {
    return months.flatMap((month) => structuredClone(this.months.get(`${seriesId(series)} ${month}`)) ?? []);
  }

  async replace(series: SeriesKey, month: string, rows: readonly LedgerRow[]): Promise<void> {
    this.replaced++;
    this.months.set(`${seriesId(series)} ${month}`, structuredClone([...rows]));
  }
}
