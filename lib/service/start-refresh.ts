import type { z } from 'zod';
import type { refreshAnswer, refreshBody } from './contracts/http.ts';
import type { RegionSettings } from './contracts/series.ts';
import { InvalidRequest, NotFound } from './errors.ts';
import type { Clock, RefreshLauncher, RunStore } from './ports.ts';
import { canonicalInstant, runIdOf } from './run-id.ts';

export interface StartRefreshPorts {
  region: RegionSettings;
  launcher: RefreshLauncher;
  runs: RunStore;
  clock: Clock;
}

/** Clocks differ a little; a run scheduled further ahead would keep every run until then from being published. */
const aheadMs = 60_000;

/** Starts a run, by default of this very second. Asked twice for one scheduled time, it answers the same run. */
export async function startRefresh(
  { region, launcher, runs, clock }: StartRefreshPorts,
  input: z.infer<typeof refreshBody>,
): Promise<z.infer<typeof refreshAnswer>> {
  if (input.region !== undefined && input.region !== region.region)
    throw new NotFound(`There is no region ${input.region} here: this API serves ${region.region}`);
  const now = clock();
  const scheduledTime = canonicalInstant(input.scheduledTime ?? now);
  if (Date.parse(scheduledTime) > now.getTime() + aheadMs)
    throw new InvalidRequest('A run cannot be scheduled ahead of time', [
      {
        at: 'scheduledTime',
        got: scheduledTime,
        expected: `an instant that is not after ${canonicalInstant(now)}`,
      },
    ]);
  const runId = runIdOf(region.region, scheduledTime);
  const known = await runs.get(runId);
  if (known !== undefined)
    return { runId, region: region.region, scheduledTime, executionId: known.executionId };
  const { executionId } = await launcher.start(runId, scheduledTime);
  // The record is there from this answer on; PlanRun finds its own execution in it and goes on.
  const { run } = await runs.begin({
    schemaVersion: 1,
    runId,
    region: region.region,
    scheduledTime,
    executionId,
    status: 'running',
    startedAt: now.toISOString(),
  });
  return { runId, region: region.region, scheduledTime, executionId: run.executionId };
}
