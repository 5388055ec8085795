import type { z } from 'zod';
import type { recordFailureInput, recordFailureOutput } from './contracts/refresh.ts';
import type { RegionSettings } from './contracts/series.ts';
import type { Clock, RunStore } from './ports.ts';
import { canonicalInstant, runIdOf } from './run-id.ts';

export interface RecordFailurePorts {
  region: RegionSettings;
  runs: RunStore;
  clock: Clock;
}

/**
 * Writes down why a run ended. A run that another execution has, or that is published already (its last answer
 * was lost on the way), keeps its record.
 */
export async function recordFailure(
  { region, runs, clock }: RecordFailurePorts,
  { scheduledTime, executionId, error, cause }: z.infer<typeof recordFailureInput>,
): Promise<z.infer<typeof recordFailureOutput>> {
  const runId = runIdOf(region.region, scheduledTime);
  const now = clock().toISOString();
  const ending = { status: 'failed', error, cause: cause.slice(0, longestCause), endedAt: now } as const;
  const { begun, run } = await runs.begin({
    schemaVersion: 1,
    runId,
    region: region.region,
    scheduledTime: canonicalInstant(scheduledTime),
    executionId,
    startedAt: now,
    ...ending,
  });
  if (begun || run.executionId !== executionId || run.status !== 'running') return { runId };
  const published = await runs.published();
  await runs.update(runId, published?.runId === runId ? { status: 'published', endedAt: now } : ending);
  return { runId };
}

/** A cause may carry a whole stack trace; its beginning tells what a person needs. */
const longestCause = 4000;
