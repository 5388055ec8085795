import { describe, expect, it } from 'vitest';
import { hours, key, memoryRegion } from './region.ts';

const monday = '2026-12-01T03:00:00Z';
const tuesday = '2026-12-02T03:00:00Z';

/** A region of three series whose middle one has a history that cannot be read from now on. */
async function poisoned() {
  const region = memoryRegion();
  for (const team of ['a', 'b', 'c']) await region.load(key(team), hours(60));
  await region.refresh(monday);
  for (const team of ['a', 'b', 'c'])
    await region.load(key(team), { time: Float64Array.of(Date.UTC(2026, 2, 6)), value: Float64Array.of(7) });
  const read = region.ports.history.read.bind(region.ports.history);
  const poison = { team: 'b' };
  region.ports.history.read = async (series, window) => {
    if (series.team === poison.team) throw new Error('the file is damaged');
    return read(series, window);
  };
  return { ...region, poison };
}

describe('a series that fails', () => {
  it('is stale with the reason, and takes no neighbour along', async () => {
    const region = await poisoned();
    const { runId, outcomes } = await region.refresh(tuesday);
    expect(outcomes).toEqual([
      { team: 'a', metric: 'requests', status: 'ok' },
      { team: 'b', metric: 'requests', status: 'stale', reason: 'the file is damaged' },
      { team: 'c', metric: 'requests', status: 'ok' },
    ]);
    const entry = await region.ports.index.get(key('b'), runId);
    expect(entry).toMatchObject({ status: 'stale', modelRunId: 'eu-20261201T030000Z' });
    expect((await region.ports.runs.get(runId))?.counts).toEqual({ ok: 2, stale: 1, fallback: 0, failed: 0 });
    const answer = await region.api(
      new Request('http://api/v1/teams/b/regions/eu/metrics/requests/forecast?grain=day'),
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ status: 'stale', reason: 'the file is damaged', runId });
  });

  it('stays stale over several runs, from the model that was last made', async () => {
    const region = await poisoned();
    await region.refresh(tuesday);
    const { runId } = await region.refresh('2026-12-03T03:00:00Z');
    expect(await region.ports.index.get(key('b'), runId)).toMatchObject({
      status: 'stale',
      modelRunId: 'eu-20261201T030000Z',
    });
  });

  it('is failed once its last forecast is too old to be kept', async () => {
    const region = await poisoned();
    const { runId } = await region.refresh('2027-02-01T03:00:00Z');
    const entry = await region.ports.index.get(key('b'), runId);
    expect(entry).toMatchObject({ status: 'failed' });
    expect(entry?.modelKey).toBeUndefined();
    expect(entry?.reason).toContain('the file is damaged; the last forecast is 62 days old, older than 30');
    const answer = await region.api(
      new Request('http://api/v1/teams/b/regions/eu/metrics/requests/forecast'),
    );
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('the file is damaged');
  });

  it('is forecast again as soon as it can be', async () => {
    const region = await poisoned();
    await region.refresh(tuesday);
    region.poison.team = 'none';
    const { outcomes } = await region.refresh('2026-12-03T03:00:00Z');
    expect(outcomes.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });
});

describe('a series too short to be fitted', () => {
  it('gets the seasonal naive, marked as fallback with the reason, anew in each run', async () => {
    const region = memoryRegion();
    const { time, value } = hours(1);
    const load = (n: number) =>
      region.load(key('new'), { time: time.slice(n, n + 3), value: value.slice(n, n + 3) });
    await load(0);
    const first = await region.refresh(monday);
    expect(first.outcomes[0]).toMatchObject({ status: 'fallback', reason: expect.stringMatching(/enough/) });
    await load(3);
    const second = await region.refresh(tuesday);
    expect(second.outcomes[0]?.status).toBe('fallback');
    expect(await region.ports.index.get(key('new'), second.runId)).toMatchObject({
      modelRunId: second.runId,
    });
  });
});
