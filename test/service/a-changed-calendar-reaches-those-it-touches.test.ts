import { describe, expect, it } from 'vitest';
import type { CalendarEntry } from '../../lib/service/contracts/calendar.ts';
import { noticesPage } from '../../lib/service/contracts/notices.ts';
import { watchCalendar } from '../../lib/service/watch-calendar.ts';
import { hours, key, memoryRegion } from './region.ts';

const saleStarts = [20, 40, 60].map((day) => Date.UTC(2026, 0, 1 + day, 9));
const sale = (id: string, start: number, more: Partial<CalendarEntry> = {}): CalendarEntry => ({
  ...{ id, kind: 'sale', start: instant(start), end: instant(start + 4 * 3_600_000), teams: ['shop'] },
  ...more,
});
const instant = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const coming = Date.UTC(2026, 3, 20, 9);
const past = saleStarts.map((start, i) => sale(`past${i}`, start));

/** Two teams, one of which has sales; a published run that knows the past ones. */
async function published() {
  const region = memoryRegion();
  const rows = hours(90);
  for (const start of saleStarts) {
    const from = rows.time.indexOf(start);
    for (let h = from; h < from + 4; h++) rows.value[h]! *= 3;
  }
  await region.load(key('shop'), rows);
  await region.load(key('search'), hours(90));
  await region.planEvents(...past);
  await region.refresh('2026-12-01T02:00:00Z');
  const watch = async (afterMs = 60_000) => {
    region.now.ms += afterMs;
    return watchCalendar(region.ports);
  };
  const notices = async (query = '') =>
    noticesPage.parse(await (await region.api(new Request(`http://api/v1/notices${query}`))).json()).notices;
  return { ...region, watch, notices };
}

describe('a watched calendar', () => {
  it('starts one refresh for several changes, once they have settled', async () => {
    const { watch, planEvents } = await published();
    expect(await watch()).toEqual({ found: 'nothing new' });
    await planEvents(...past, sale('next', coming));
    await planEvents(...past, sale('next', coming + 3_600_000));
    expect((await watch(5000)).found).toBe('settling');
    const started = await watch(6000);
    expect(started.found).toBe('started');
    expect(await watch()).toEqual({ found: 'under way', runId: started.runId });
  });

  it('leaves alone what is of another region, or not confirmed, or only for people', async () => {
    const { watch, planEvents } = await published();
    await planEvents(
      ...past.map((event) => ({ ...event, note: 'went well', name: event.id })),
      sale('draft', coming, { status: 'draft' }),
      sale('theirs', coming, { regions: ['us'] }),
    );
    expect(await watch()).toEqual({ found: 'nothing touched' });
  });

  it('is not asked again and again for what failed', async () => {
    const { watch, planEvents, plan, ports, now } = await published();
    await planEvents(...past, sale('next', coming));
    now.ms += 60_000;
    const { runId } = await plan('2026-12-01T03:10:00Z');
    // As a plan that failed leaves it.
    await ports.runs.update(runId, { status: 'failed' });
    expect(await watch()).toEqual({ found: 'failed before', runId });
  });

  it('does not wait for ever where somebody changes it again and again', async () => {
    const { watch, planEvents } = await published();
    const found: string[] = [];
    for (let i = 0; i < 14; i++) {
      await planEvents(...past, sale('next', coming + i * 3_600_000));
      found.push((await watch(5000)).found);
    }
    expect(found.slice(0, 12)).toEqual(Array(12).fill('settling'));
    expect(found[12]).toBe('started');
  });

  it('waits for a first run', async () => {
    expect(await watchCalendar(memoryRegion().ports)).toEqual({ found: 'nothing published' });
  });
});

describe('a notice', () => {
  it('tells the touched team, and no other, who changed what and why, and the peak before and after', async () => {
    const { planEvents, refresh, notices, api } = await published();
    await planEvents(...past, sale('next', coming, { name: 'Spring sale' }));
    const { runId } = await refresh('2026-12-02T02:00:00Z');
    const [told, ...others] = await notices();
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      ...{ team: 'shop', region: 'eu', runId, more: 0 },
      changes: [{ version: 2, author: 'planner' }],
      events: [{ id: 'next' }],
    });
    const [{ before, after, seriesId } = {}] = told!.peaks;
    expect(seriesId).toBe('shop/eu/requests');
    expect(after!.quantiles['0.5']! / before!.quantiles['0.5']!).toBeGreaterThan(1.8);
    expect(Date.parse(after!.time)).toBeGreaterThanOrEqual(coming);
    expect(Date.parse(after!.time)).toBeLessThan(coming + 4 * 3_600_000);
    expect(told!.words[0]).toMatch(
      /^Spring sale \("next"\) is new: .*the peak of shop\/eu\/requests goes from .* to .* \(\+\d+ %\)/,
    );
    expect(await notices('?team=search')).toEqual([]);
    const own = await api(new Request('http://api/v1/teams/shop/notices'));
    expect(noticesPage.parse(await own.json()).notices).toEqual([told]);
  });

  it('says what moved, and what was removed', async () => {
    const { planEvents, refresh, notices } = await published();
    await planEvents(...past, sale('next', coming));
    await refresh('2026-12-02T02:00:00Z');
    await planEvents(...past, sale('next', coming + 86_400_000));
    await refresh('2026-12-03T02:00:00Z');
    await planEvents(...past);
    await refresh('2026-12-04T02:00:00Z');
    const [removed, moved] = await notices();
    expect(moved!.words[0]).toContain('changed: start 2026-04-20T09:00:00Z → 2026-04-21T09:00:00Z');
    expect(moved!.peaks[0]!.before!.start).toBe('2026-04-20T09:00:00Z');
    expect(moved!.peaks[0]!.after!.start).toBe('2026-04-21T09:00:00Z');
    expect(removed!.words[0]).toMatch(/"next" was removed.*\(−\d+ %\)/);
  });

  it('is none for a run without a change, and one however often the run is told', async () => {
    const { refresh, notices, planEvents, ports } = await published();
    await refresh('2026-12-02T02:00:00Z');
    expect(await notices()).toEqual([]);
    await planEvents(...past, sale('next', coming));
    const { runId } = await refresh('2026-12-03T02:00:00Z');
    const { notifyTeams } = await import('../../lib/service/notify-teams.ts');
    const again = { runId, result: 'published', previousRunId: 'eu-20261202T020000Z' };
    expect(await notifyTeams(ports, again)).toEqual({ runId, notices: 1 });
    expect(await notices()).toHaveLength(1);
    expect(await notifyTeams(ports, { ...again, result: 'superseded' })).toEqual({ runId, notices: 0 });
  });
});

describe('a run', () => {
  it('stands on one version of the calendar, whatever is changed in the middle of it', async () => {
    const { planEvents, plan, batch, ports, notices } = await published();
    const { runId, manifestKey, calendarVersion } = await plan('2026-12-02T02:00:00Z');
    await planEvents(...past, sale('next', coming));
    await batch(runId, await ports.forecasts.getManifest(manifestKey));
    const entry = await ports.index.get(key('shop'), runId);
    expect([calendarVersion, entry!.modelRunId]).toEqual([1, 'eu-20261201T020000Z']);
    expect(await notices()).toEqual([]);
  });
});
