import type { z } from 'zod';
import type { publishInput, publishOutput } from './contracts/refresh.ts';
import type { Clock, RunStore } from './ports.ts';
import { canonicalInstant, scheduledAt } from './run-id.ts';

export interface PublishRunPorts {
  runs: RunStore;
  clock: Clock;
}

/** Makes a run's forecasts the ones that readers see, in one conditional write. A later run is never replaced. */
export async function publishRun(
  { runs, clock }: PublishRunPorts,
  { runId, counts }: z.infer<typeof publishInput>,
): Promise<z.infer<typeof publishOutput>> {
  const scheduledTime = canonicalInstant(new Date(scheduledAt(runId)));
  // Known before the pointer moves, and written down: a second attempt finds only itself there.
  const before = (await runs.published())?.runId;
  const previousRunId = before === runId ? (await runs.get(runId))?.previousRunId : before;
  if (previousRunId !== undefined && before !== runId) await runs.update(runId, { previousRunId });
  const result = (await runs.publish({ runId, scheduledTime })) ? 'published' : 'superseded';
  await runs.update(runId, {
    status: result,
    counts,
    endedAt: clock().toISOString(),
    ...(result === 'published' && { teamsTold: false }),
  });
  return { runId, result, ...(previousRunId !== undefined && { previousRunId }) };
}
