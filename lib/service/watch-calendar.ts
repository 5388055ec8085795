import type { z } from 'zod';
import { touchesRegion } from './calendar-events.ts';
import type { watchOutput } from './contracts/notices.ts';
import type { Clock, EventCalendar, RefreshLauncher, RunStore } from './ports.ts';
import { changedEvents } from './read-calendar-changes.ts';
import { type StartRefreshPorts, startRefresh } from './start-refresh.ts';

export interface WatchCalendarPorts extends StartRefreshPorts {
  calendar: Pick<EventCalendar, 'read' | 'versions'>;
  runs: RunStore;
  launcher: RefreshLauncher;
  clock: Clock;
}

/** Changes that come within so many milliseconds of one another make one refresh; nobody waits longer than so many for it. */
const quietMs = 10_000;
const longestMs = 60_000;
/** Versions looked at for the first one that the published run has not seen. */
const recentVersions = 50;
/** Runs looked at for one that is under way, or that failed, with the version at hand. */
const recentRuns = 10;

/**
 * Starts a refresh when the calendar has confirmed changes for this region that the published run has not seen. Called by the
 * clock, it heals what an earlier call missed, and never asks twice for what failed: the next scheduled refresh does. The
 * run fits anew just what the changes touch; all other series serve on.
 */
export async function watchCalendar(ports: WatchCalendarPorts): Promise<z.infer<typeof watchOutput>> {
  const { region, calendar, runs, clock } = ports;
  const published = await runs.published();
  if (published === undefined) return { found: 'nothing published' };
  const { items: versions } = await calendar.versions({ limit: recentVersions });
  const [latest] = versions;
  const seen = (await runs.get(published.runId))?.calendarVersion ?? 0;
  if (latest === undefined || latest.version <= seen) return { found: 'nothing new' };
  const changed = changedEvents(await calendar.read({ version: seen }), latest);
  if (!changed.some((change) => touchesRegion(change, region.region))) return { found: 'nothing touched' };
  const first = versions.findLast(({ version }) => version > seen) ?? latest;
  const now = clock().getTime();
  if (now - latest.time < quietMs && now - first.time < longestMs) return { found: 'settling' };
  for (const run of (await runs.list({ limit: recentRuns })).items) {
    if (run.scheduledTime <= published.scheduledTime) break;
    // Where not even the plan was made, the run does not say with which calendar it failed, but when.
    if (run.status === 'failed' && Date.parse(run.startedAt) >= latest.time)
      return { found: 'failed before', runId: run.runId };
    if (run.status !== 'running') continue;
    const execution = await ports.launcher.describe(run.executionId);
    if (execution?.status === 'RUNNING') return { found: 'under way', runId: run.runId };
  }
  const { runId } = await startRefresh(ports, {});
  return { found: 'started', runId };
}
