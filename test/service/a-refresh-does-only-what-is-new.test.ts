import { describe, expect, it } from 'vitest';
import { hours, key, memoryRegion } from './region.ts';

const first = '2026-12-01T03:00:00Z';
const second = '2026-12-02T03:00:00Z';

/** A region with one series of 90 days, refreshed once, that remembers what is read from then on. */
async function refreshed() {
  const region = memoryRegion();
  await region.load(key('shop'), hours(90));
  await region.refresh(first);
  const windows: [string, string][] = [];
  const read = region.ports.history.read.bind(region.ports.history);
  region.ports.history.read = (series, window) => {
    windows.push([new Date(window.start).toISOString(), new Date(window.end).toISOString()]);
    return read(series, window);
  };
  return { ...region, windows };
}
const row = (time: number, value: number) => ({ time: Float64Array.of(time), value: Float64Array.of(value) });

describe('a refresh', () => {
  it('of an unchanged series reads nothing, fits nothing and keeps its model, which is still ok', async () => {
    const { ports, refresh, windows } = await refreshed();
    const models = ports.forecasts.models.size;
    const { runId, outcomes } = await refresh(second);
    expect(outcomes).toEqual([{ team: 'shop', metric: 'requests', status: 'ok' }]);
    expect(windows).toEqual([]);
    expect(ports.forecasts.models.size).toBe(models);
    expect(await ports.index.get(key('shop'), runId)).toMatchObject({
      status: 'ok',
      runId,
      modelRunId: 'eu-20261201T030000Z',
    });
  });

  it('fits an unchanged series anew after a week, from its digests alone', async () => {
    const { ports, refresh, windows } = await refreshed();
    const { runId } = await refresh('2026-12-09T03:00:00Z');
    expect(windows).toEqual([]);
    expect(await ports.index.get(key('shop'), runId)).toMatchObject({ status: 'ok', modelRunId: runId });
  });

  it('reads only the months that changed, widened to whole local days', async () => {
    const { refresh, load, windows } = await refreshed();
    await load(key('shop'), row(Date.UTC(2026, 1, 10, 5), 1));
    await refresh(second);
    expect(windows).toEqual([['2026-01-31T23:00:00.000Z', '2026-03-01T23:00:00.000Z']]);
  });

  it('ends in the same digests as a first refresh of the whole', async () => {
    const late = row(Date.UTC(2026, 0, 31, 23, 0), 12_345);
    const { ports, refresh, load } = await refreshed();
    await load(key('shop'), late);
    await refresh(second);
    const whole = memoryRegion();
    await whole.load(key('shop'), hours(90));
    await whole.load(key('shop'), late);
    await whole.refresh(second);
    expect(await ports.forecasts.getDigests(key('shop'))).toEqual(
      await whole.ports.forecasts.getDigests(key('shop')),
    );
  });

  it('reads everything anew when the region keeps another time', async () => {
    const { ports, refresh, windows } = await refreshed();
    ports.region.timeZone = 'America/New_York';
    await refresh(second);
    expect(windows).toEqual([['2025-12-31T05:00:00.000Z', '2026-05-01T04:00:00.000Z']]);
  });

  it('repeats nothing that an earlier attempt of its batch finished', async () => {
    const { ports, plan, batch, load, windows } = await refreshed();
    await load(key('shop'), row(Date.UTC(2026, 1, 10, 5), 1));
    const { runId } = await plan(second);
    const items = [{ team: 'shop', metric: 'requests' }];
    const before = await batch(runId, items);
    const reads = windows.length;
    const entry = await ports.index.get(key('shop'), runId);
    expect(await batch(runId, items)).toEqual(before);
    expect(windows).toHaveLength(reads);
    expect(await ports.index.get(key('shop'), runId)).toEqual(entry);
  });
});
