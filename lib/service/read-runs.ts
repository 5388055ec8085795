import type { z } from 'zod';
import type { runAnswer, runsPage } from './contracts/http.ts';
import type { RunRecord } from './contracts/refresh.ts';
import { NotFound } from './errors.ts';
import type { RefreshLauncher, RunStore } from './ports.ts';

export interface ReadRunsPorts {
  runs: RunStore;
  launcher: Pick<RefreshLauncher, 'describe'>;
}

/** One run. Throws NotFound. */
export async function readRun(ports: ReadRunsPorts, runId: string): Promise<z.infer<typeof runAnswer>> {
  const run = await ports.runs.get(runId);
  if (run === undefined)
    throw new NotFound(`There is no run ${runId}: GET /v1/runs lists those that there are`);
  return asItEnded(ports, run);
}

/** Runs of the region, latest first. */
export async function readRuns(
  ports: ReadRunsPorts,
  options: { limit?: number; nextToken?: string },
): Promise<z.infer<typeof runsPage>> {
  const { items, nextToken } = await ports.runs.list(options);
  const runs = await Promise.all(items.map((run) => asItEnded(ports, run)));
  return { runs, ...(nextToken !== undefined && { nextToken }) };
}

/**
 * A record says `running` until the run's own last steps change it. Where the execution was stopped or lost its
 * machine, nothing did, so the execution itself is asked.
 */
async function asItEnded(
  { runs, launcher }: ReadRunsPorts,
  recorded: RunRecord,
): Promise<z.infer<typeof runAnswer>> {
  if (recorded.status !== 'running') return answerOf(recorded);
  const execution = await launcher.describe(recorded.executionId);
  if (execution?.status === 'RUNNING' || execution?.status === 'PENDING_REDRIVE') return answerOf(recorded);
  // The run may have ended, with a record, between the two questions.
  const latest = (await runs.get(recorded.runId)) ?? recorded;
  if (latest.status !== 'running') return answerOf(latest);
  return answerOf({
    ...latest,
    status: 'failed',
    error: `Execution${execution === undefined ? 'Lost' : ` ${execution.status}`}`,
    cause:
      execution === undefined
        ? 'The execution is no longer known: it was stopped before it could say why'
        : (execution.cause ?? `The execution ended as ${execution.status} without recording why`),
  });
}

function answerOf({ schemaVersion: _, ...run }: RunRecord): z.infer<typeof runAnswer> {
  return run;
}
