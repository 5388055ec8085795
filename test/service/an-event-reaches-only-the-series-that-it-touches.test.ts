import { describe, expect, it } from 'vitest';
import { eventsOf, instantOf } from '../../lib/service/calendar-events.ts';
import type { CalendarEntry } from '../../lib/service/contracts/calendar.ts';
import { hours, key, memoryRegion } from './region.ts';

const entry = (more: Partial<CalendarEntry>): CalendarEntry => ({
  id: 'e',
  kind: 'sale',
  start: '2026-02-10T08:00',
  end: '2026-02-10T12:00',
  ...more,
});

/** A region with two series of 90 days, refreshed once, that remembers which months are read from then on. */
async function refreshed() {
  const region = memoryRegion();
  for (const team of ['shop', 'search']) await region.load(key(team), hours(90));
  await region.refresh('2026-12-01T03:00:00Z');
  const reads: string[] = [];
  const read = region.ports.history.read.bind(region.ports.history);
  region.ports.history.read = (series, window) => {
    reads.push(`${series.team} ${new Date(window.start).toISOString().slice(0, 10)}`);
    return read(series, window);
  };
  const change = region.planEvents;
  const modelRuns = async (runId: string) =>
    (await region.ports.index.getMany([key('shop'), key('search')], runId)).map((one) => one?.modelRunId);
  return { ...region, reads, change, modelRuns };
}

describe('a changed calendar', () => {
  it('renews the forecast of the series that the event touches, from the month that it touches', async () => {
    const { change, refresh, reads, modelRuns } = await refreshed();
    await change(entry({ teams: ['shop'] }));
    const { runId } = await refresh('2026-12-02T03:00:00Z');
    expect(await modelRuns(runId)).toEqual([runId, 'eu-20261201T030000Z']);
    expect(reads).toEqual(['shop 2026-01-31']);
  });

  it('renews it again when the event moves or goes, and the digests end as if it had never been', async () => {
    const { change, refresh, modelRuns, ports } = await refreshed();
    const before = await ports.forecasts.getDigests(key('shop'));
    await change(entry({ teams: ['shop'] }));
    await refresh('2026-12-02T03:00:00Z');
    expect(await ports.forecasts.getDigests(key('shop'))).not.toEqual(before);
    await change();
    const { runId } = await refresh('2026-12-03T03:00:00Z');
    expect(await modelRuns(runId)).toEqual([runId, 'eu-20261201T030000Z']);
    expect(await ports.forecasts.getDigests(key('shop'))).toEqual(before);
  });

  it('reads no history for an event that is still to come', async () => {
    const { change, refresh, reads, modelRuns } = await refreshed();
    await change(entry({ start: '2026-06-10T08:00', end: '2026-06-10T12:00' }));
    const { runId } = await refresh('2026-12-02T03:00:00Z');
    expect(await modelRuns(runId)).toEqual([runId, runId]);
    expect(reads).toEqual([]);
  });

  it('changes nothing for events of other regions, teams and metrics, nor by the order of its events', async () => {
    const { change, refresh, modelRuns } = await refreshed();
    const [a, b] = [entry({ id: 'a' }), entry({ id: 'b', start: '2026-02-09' })];
    await change(a, b);
    const { runId: first } = await refresh('2026-12-02T03:00:00Z');
    const elsewhere = [{ regions: ['us'] }, { teams: ['pay'] }, { metrics: ['orders'] }];
    await change(b, a, ...elsewhere.map((whom, i) => entry({ id: `x${i}`, ...whom })));
    const { runId } = await refresh('2026-12-03T03:00:00Z');
    expect(await modelRuns(runId)).toEqual([first, first]);
  });

  it('lifts the forecast inside a coming edition of a kind that has past ones', async () => {
    const region = memoryRegion();
    const { time, value } = hours(90);
    const days = [10, 24, 38, 52, 66, 80];
    const start = (day: number) => time[0]! + (day * 24 + 9) * 3_600_000;
    for (const day of days) for (let h = 9; h < 13; h++) value[day * 24 + h]! *= 3;
    await region.load(key('shop'), { time, value });
    const events = [...days, 94].map((day) =>
      entry({
        id: `sale-${day}`,
        start: new Date(start(day)).toISOString().replace('.000Z', 'Z'),
        end: new Date(start(day) + 4 * 3_600_000).toISOString().replace('.000Z', 'Z'),
      }),
    );
    const mean = async () => {
      const answer = await region.api(
        new Request(
          `http://api/v1/teams/shop/regions/eu/metrics/requests/forecast?start=${events.at(-1)!.start}&end=${events.at(-1)!.end}`,
        ),
      );
      const { mean } = (await answer.json()) as { mean: number[] };
      return mean.reduce((a, b) => a + b, 0);
    };
    await region.refresh('2026-12-01T03:00:00Z');
    const without = await mean();
    await region.planEvents(...events);
    await region.refresh('2026-12-02T03:00:00Z');
    const lift = (await mean()) / without;
    expect(lift).toBeGreaterThan(1.8);
    expect(lift).toBeLessThan(4);
  });
});

describe('a time of the calendar', () => {
  it.each([
    ['2026-11-24', 'Europe/Paris', '2026-11-23T23:00:00Z'],
    ['2026-11-24', 'America/New_York', '2026-11-24T05:00:00Z'],
    ['2026-11-24T24:00', 'Europe/Paris', '2026-11-24T23:00:00Z'],
    ['2026-07-01 08:30', 'Europe/Paris', '2026-07-01T06:30:00Z'],
    ['2026-11-24T00:00:00Z', 'America/New_York', '2026-11-24T00:00:00Z'],
    ['2026-11-24T00:00+05:30', 'Europe/Paris', '2026-11-23T18:30:00Z'],
    ['2026-03-29T02:30', 'Europe/Paris', '2026-03-29T01:30:00Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(new Date(instantOf(text, zone)).toISOString()).toBe(instant.replace('Z', '.000Z'));
  });

  it('is another instant in each region when it is local', () => {
    const document = {
      schemaVersion: 1 as const,
      events: [entry({ start: '2026-11-24', end: '2026-11-25' })],
    };
    const [paris] = eventsOf(document, key('shop'), 'Europe/Paris');
    const [newYork] = eventsOf(document, key('shop'), 'America/New_York');
    expect(newYork!.start - paris!.start).toBe(6 * 3_600_000);
    expect(paris).not.toHaveProperty('teams');
  });
});
