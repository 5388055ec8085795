import type { RefreshLauncher } from '../../service/ports.ts';

/** Remembers what was started, for tests; `statuses` says how each execution is. */
export class MemoryRefreshLauncher implements RefreshLauncher {
  readonly statuses = new Map<string, { status: string; cause?: string }>();

  async start(runId: string, _scheduledTime: string): Promise<{ executionId: string }> {
    const executionId = `execution:${runId}`;
    if (!this.statuses.has(executionId)) this.statuses.set(executionId, { status: 'RUNNING' });
    return { executionId };
  }

  async describe(executionId: string): Promise<{ status: string; cause?: string } | undefined> {
    return this.statuses.get(executionId);
  }
}
