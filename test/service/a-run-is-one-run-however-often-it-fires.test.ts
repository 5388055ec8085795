import { describe, expect, it } from 'vitest';
import { InvalidRequest, NotFound } from '../../lib/service/errors.ts';
import { planRun } from '../../lib/service/plan-run.ts';
import { publishRun } from '../../lib/service/publish-run.ts';
import { readRun, readRuns } from '../../lib/service/read-runs.ts';
import { recordFailure } from '../../lib/service/record-failure.ts';
import { startRefresh } from '../../lib/service/start-refresh.ts';
import { hours, key, memoryRegion } from './region.ts';

const scheduledTime = '2026-12-01T03:00:00Z';
const runId = 'eu-20261201T030000Z';
const counts = { ok: 1, stale: 0, fallback: 0, failed: 0 };

describe('planning', () => {
  it('lists the series of the region in a manifest, sorted', async () => {
    const { ports, load } = memoryRegion();
    for (const team of ['zoo', 'Shop', 'ads']) await load(key(team), hours(2));
    const plan = await planRun(ports, { scheduledTime, executionId: 'one' });
    expect(plan).toMatchObject({ runId, plan: 'planned', series: 3 });
    const items = await ports.forecasts.getManifest(plan.manifestKey);
    expect(items.map(({ team }) => team)).toEqual(['Shop', 'ads', 'zoo']);
  });

  it('goes on for a retry of its own execution, and tells another one that it is a duplicate', async () => {
    const { ports } = memoryRegion();
    const plans = [];
    for (const executionId of ['one', 'one', 'two'])
      plans.push((await planRun(ports, { scheduledTime, executionId })).plan);
    expect(plans).toEqual(['planned', 'planned', 'duplicate']);
    expect((await ports.runs.get(runId))?.executionId).toBe('one');
  });

  it('gives one id to one instant, however it is written', async () => {
    const { ports } = memoryRegion();
    const plan = await planRun(ports, { scheduledTime: '2026-12-01T04:00:00+01:00', executionId: 'one' });
    expect(plan.runId).toBe(runId);
    expect((await ports.runs.get(runId))?.scheduledTime).toBe(scheduledTime);
  });
});

describe('starting', () => {
  it('answers the same run for one scheduled time, and its execution plans it', async () => {
    const { ports } = memoryRegion();
    const first = await startRefresh(ports, { scheduledTime: '2026-11-30T00:00:00Z' });
    expect(await startRefresh(ports, { scheduledTime: '2026-11-30T01:00:00+01:00' })).toEqual(first);
    expect(ports.launcher.statuses.size).toBe(1);
    expect(await readRun(ports, first.runId)).toMatchObject({ status: 'running' });
    const { scheduledTime, executionId } = first;
    expect(await planRun(ports, { scheduledTime, executionId })).toMatchObject({ plan: 'planned' });
  });

  it('refuses the future, which would keep later runs from being published, and other regions', async () => {
    const { ports } = memoryRegion();
    await expect(startRefresh(ports, { scheduledTime: '2026-12-01T04:00:00Z' })).rejects.toThrow(
      InvalidRequest,
    );
    await expect(startRefresh(ports, { region: 'us' })).rejects.toThrow(NotFound);
    expect(ports.launcher.statuses.size).toBe(0);
  });
});

describe('publishing', () => {
  it('never replaces a later run, and is the same when it is tried again', async () => {
    const { ports } = memoryRegion();
    for (const [day, executionId] of ['one', 'two'].entries())
      await planRun(ports, { scheduledTime: `2026-12-0${day + 1}T03:00:00Z`, executionId });
    const later = { runId: 'eu-20261202T030000Z', counts };
    expect((await publishRun(ports, later)).result).toBe('published');
    expect((await publishRun(ports, later)).result).toBe('published');
    expect((await publishRun(ports, { runId, counts })).result).toBe('superseded');
    expect((await ports.runs.published())?.runId).toBe(later.runId);
    expect((await ports.runs.get(runId))?.status).toBe('superseded');
  });
});

describe('a failure', () => {
  const failure = { scheduledTime, executionId: 'one', error: 'Lambda.Unknown', cause: 'x'.repeat(9000) };

  it('is recorded with its error, also when not even the planning came to an end', async () => {
    const { ports } = memoryRegion();
    await recordFailure(ports, failure);
    const run = await ports.runs.get(runId);
    expect(run).toMatchObject({ status: 'failed', error: 'Lambda.Unknown' });
    expect(run?.cause).toHaveLength(4000);
  });

  it('of a second firing leaves the run of the first as it is', async () => {
    const { ports } = memoryRegion();
    await planRun(ports, { scheduledTime, executionId: 'first' });
    await recordFailure(ports, failure);
    expect((await ports.runs.get(runId))?.status).toBe('running');
  });

  it('after the pointer moved is no failure: readers see the run', async () => {
    const { ports } = memoryRegion();
    await planRun(ports, { scheduledTime, executionId: 'one' });
    await ports.runs.publish({ runId, scheduledTime });
    await recordFailure(ports, failure);
    expect((await ports.runs.get(runId))?.status).toBe('published');
  });
});

describe('a run whose execution broke off', () => {
  it.each([
    [{ status: 'ABORTED', cause: 'somebody stopped it' }, 'somebody stopped it'],
    [{ status: 'TIMED_OUT' }, 'TIMED_OUT'],
    [undefined, 'no longer known'],
  ])('is shown as failed: %o', async (execution, cause) => {
    const { ports } = memoryRegion();
    const { executionId } = await startRefresh(ports, { scheduledTime: '2026-11-30T00:00:00Z' });
    ports.launcher.statuses.delete(executionId);
    if (execution !== undefined) ports.launcher.statuses.set(executionId, execution);
    const { runs } = await readRuns(ports, {});
    expect(runs[0]).toMatchObject({ status: 'failed', cause: expect.stringContaining(cause) });
  });

  it('is not confused with one that ended between the two questions', async () => {
    const { ports } = memoryRegion();
    const { runId: id } = await startRefresh(ports, { scheduledTime: '2026-11-30T00:00:00Z' });
    ports.launcher.describe = async () => {
      await publishRun(ports, { runId: id, counts });
      return { status: 'SUCCEEDED' };
    };
    expect(await readRun(ports, id)).toMatchObject({ status: 'published' });
  });
});
