import type { RunRecord } from '../../service/contracts/refresh.ts';
import { NotFound } from '../../service/errors.ts';
import type { Page, RunStore } from '../../service/ports.ts';
import { pageOf } from './page.ts';

/** Runs in memory, for tests. */
export class MemoryRunStore implements RunStore {
  private readonly runs = new Map<string, RunRecord>();
  private pointer: { runId: string; scheduledTime: string } | undefined;

  async begin(run: RunRecord): Promise<{ begun: boolean; run: RunRecord }> {
    const there = this.runs.get(run.runId);
    if (there !== undefined) return { begun: false, run: structuredClone(there) };
    this.runs.set(run.runId, structuredClone(run));
    return { begun: true, run };
  }

  async get(runId: string): Promise<RunRecord | undefined> {
    return structuredClone(this.runs.get(runId));
  }

  async list(options: { limit?: number; nextToken?: string }): Promise<Page<RunRecord>> {
    const latestFirst = [...this.runs.keys()].sort().reverse();
    return pageOf(
      latestFirst.map((id) => structuredClone(this.runs.get(id)!)),
      options,
    );
  }

  async update(
    runId: string,
    change: Partial<Omit<RunRecord, 'runId' | 'region' | 'schemaVersion'>>,
  ): Promise<RunRecord> {
    const run = this.runs.get(runId);
    if (run === undefined) throw new NotFound(`There is no run ${runId}`);
    const changed = { ...run, ...structuredClone(change) };
    this.runs.set(runId, changed);
    return structuredClone(changed);
  }

  async published(): Promise<{ runId: string; scheduledTime: string } | undefined> {
    return structuredClone(this.pointer);
  }

  async publish({ runId, scheduledTime }: { runId: string; scheduledTime: string }): Promise<boolean> {
    if (this.pointer === undefined || this.pointer.scheduledTime < scheduledTime)
      this.pointer = { runId, scheduledTime };
    return this.pointer.runId === runId;
  }
}
