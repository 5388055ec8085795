import { describe, expect, it } from 'vitest';
import { reconcileRegion } from '../../lib/service/reconcile-region.ts';
import { hours, key, memoryRegion } from './region.ts';

describe('ReconcileRegion', () => {
  it('keeps the last forecast of a series whose batch was lost, with the reason that is known', async () => {
    const { ports, load, plan, batch, refresh } = memoryRegion();
    for (const team of ['a', 'b', 'c']) await load(key(team), hours(30));
    await refresh('2026-12-01T03:00:00Z');
    await load(key('d'), hours(30));
    const { runId, manifestKey } = await plan('2026-12-02T03:00:00Z');
    await batch(runId, [{ team: 'a', metric: 'requests' }]);
    const failed = { team: 'b', metric: 'requests', status: 'failed', reason: 'Sandbox.Timedout' };
    ports.forecasts.mapOutputs.set('results', [{ outcomes: [failed] }]);
    const { counts } = await reconcileRegion(ports, {
      runId,
      manifestKey,
      results: { bucket: 'forecasts', key: 'results' },
    });
    expect(counts).toEqual({ ok: 1, stale: 2, fallback: 0, failed: 1 });
    const [, b, c, d] = await ports.index.getMany(
      ['a', 'b', 'c', 'd'].map((team) => key(team)),
      runId,
    );
    expect(b).toMatchObject({
      status: 'stale',
      reason: 'Sandbox.Timedout',
      modelRunId: 'eu-20261201T030000Z',
    });
    expect(c).toMatchObject({ status: 'stale', reason: 'its batch ended without an outcome for it' });
    expect(d).toMatchObject({ status: 'failed' });
    expect(d?.modelKey).toBeUndefined();
  });

  it('answers the same when it is tried again', async () => {
    const { ports, load, plan } = memoryRegion();
    await load(key('a'), hours(30));
    const { runId, manifestKey } = await plan('2026-12-02T03:00:00Z');
    ports.forecasts.mapOutputs.set('results', []);
    const input = { runId, manifestKey, results: { bucket: 'forecasts', key: 'results' } };
    expect(await reconcileRegion(ports, input)).toEqual(await reconcileRegion(ports, input));
  });
});
