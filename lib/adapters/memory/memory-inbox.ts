import { NotFound } from '../../service/errors.ts';
import type { Inbox } from '../../service/ports.ts';

/** Dropped files and their reports in memory, for tests. */
export class MemoryInbox implements Inbox {
  readonly files = new Map<string, Uint8Array>();
  readonly reports = new Map<string, unknown>();

  async open(key: string): Promise<AsyncIterable<Uint8Array>> {
    const bytes = this.files.get(key);
    if (bytes === undefined) throw new NotFound(`${key} was taken away before it was read`);
    return (async function* () {
      yield bytes;
    })();
  }

  async putReport(key: string, report: unknown): Promise<void> {
    this.reports.set(key, structuredClone(report));
  }
}
