import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../lib/service/errors.ts';
import { hours, key, memoryRegion } from './region.ts';

const teams = ['a', 'b', 'c', 'd', 'e', 'f'];

/** Six series, refreshed once and changed since; reads of the history of `silent` teams are not answered. */
async function region(silent: string[]) {
  const there = memoryRegion();
  for (const team of teams) await there.load(key(team), hours(30));
  await there.refresh('2026-12-01T03:00:00Z');
  for (const team of teams)
    await there.load(key(team), { time: Float64Array.of(Date.UTC(2026, 1, 6)), value: Float64Array.of(7) });
  const asked = new Set<string>();
  const read = there.ports.history.read.bind(there.ports.history);
  there.ports.history.read = (series, window) => {
    asked.add(series.team);
    return silent.includes(series.team)
      ? Promise.reject(new Unavailable('S3 does not answer'))
      : read(series, window);
  };
  const { runId } = await there.plan('2026-12-02T03:00:00Z');
  const batch = (names: string[]) =>
    there.batch(
      runId,
      names.map((team) => ({ team, metric: 'requests' })),
    );
  return { ...there, runId, batch, asked };
}

describe('storage that does not answer', () => {
  it('for one series makes it stale, and its neighbours go on', async () => {
    const { batch } = await region(['b']);
    const { outcomes } = await batch(teams);
    const stale = outcomes.filter(({ status }) => status === 'stale');
    expect(stale).toEqual([{ team: 'b', metric: 'requests', status: 'stale', reason: 'S3 does not answer' }]);
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(5);
  });

  it('for all of a batch ends it, and leaves no entry behind: the whole is tried again', async () => {
    const { batch, ports, runId } = await region(['a', 'b']);
    await expect(batch(['a', 'b'])).rejects.toThrow(Unavailable);
    expect(await ports.index.getMany([key('a'), key('b')], runId)).toEqual([undefined, undefined]);
  });

  it('for three in a row ends the batch there, and what was done stays done', async () => {
    const { batch, ports, runId, asked } = await region(['b', 'c', 'd', 'e', 'f']);
    await expect(batch(teams)).rejects.toThrow(/did not answer for 3 of 6 series/);
    expect([...asked]).toEqual(['a', 'b', 'c', 'd']);
    expect((await ports.index.get(key('a'), runId))?.status).toBe('ok');
  });

  it('even for the entry leaves an outcome, and ReconcileRegion settles the series', async () => {
    const there = await region([]);
    const put = there.ports.index.put.bind(there.ports.index);
    there.ports.index.put = (entry) =>
      entry.team === 'b' ? Promise.reject(new Unavailable('DynamoDB does not answer')) : put(entry);
    const { outcomes } = await there.batch(teams);
    expect(outcomes.find(({ team }) => team === 'b')).toMatchObject({ status: 'failed' });
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(5);
  });
});
