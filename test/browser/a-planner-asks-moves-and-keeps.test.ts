import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { results, startPerson } from './person.ts';

const worldcup = 'worldcup98/fr/requests';
const semifinal = 'M-1998-61';
const final = 'M-1998-64';
const path = `/?series=${worldcup}&start=1998-07-07T00:00:00.000Z&end=1998-07-09T00:00:00.000Z`;

interface Entry {
  event: { id: string; start: string; end?: string; [field: string]: unknown };
  version: number;
}
interface Peak {
  quantiles: Record<string, number>;
  time: string;
}
interface WhatIf {
  series: {
    time: string[];
    published: { mean: number[] };
    whatIf: { mean: number[] };
    peaks: { published: Peak; whatIf: Peak }[];
  }[];
}

const { open, drawn, plotOf, read, label, shown, complaints, laptop } = startPerson();

const entry = (id: string) => read<Entry>(`/v1/calendar/events/${id}`);
const put = async (event: Entry['event'], version: number) => {
  const answer = await fetch(`${laptop.url}/v1/calendar/events/${event.id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
    body: JSON.stringify(event),
  });
  expect(answer.status).toBe(200);
};
const post = (body: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
/** Numbers of the panel's rows, without the words beside them. */
const rows = (page: Page, panel: string) =>
  page.$$eval(`${panel} tbody tr`, (found) =>
    found.map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent)),
  );
/** The supposed end, once the panel tells of just that one. */
async function supposedEnd(page: Page) {
  await page.waitForSelector('.suppose:not(.reading) table');
  const move = new URL(page.url()).searchParams.get('move')!;
  return move.split('..')[1]!;
}
/** What the API answers to the same question. */
const asked = (end: string) =>
  read<WhatIf>(
    '/v1/what-if',
    post({
      series: [worldcup],
      calendar: [{ op: 'move', id: semifinal, end }],
      start: '1998-07-07T00:00:00Z',
      end: '1998-07-09T00:00:00Z',
      grain: 'minute',
    }),
  );
const quantiles = ({ quantiles: found }: Peak) => ['0.5', '0.9', '0.99'].map((p) => shown(found[p]!));

describe('a planner', () => {
  it('drags the end of an event, and sees the curve and the peaks that the API tells', async () => {
    const page = await open(path);
    await drawn(page);
    const before = await entry(semifinal);
    const plot = await plotOf(page);
    const grip = (await page.locator('[aria-label="End of Brazil–Netherlands"]').boundingBox())!;
    const at = { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 };
    await page.mouse.move(at.x, at.y);
    await page.mouse.down();
    await page.mouse.move(at.x + plot.width / 4, at.y, { steps: 8 });
    await page.mouse.up();
    const end = await supposedEnd(page);
    const later = (Date.parse(end) - Date.parse(before.event.end!)) / 3_600_000;
    expect(later).toBeGreaterThan(11);
    expect(later).toBeLessThan(13);

    const answer = (await asked(end)).series[0]!;
    const [peak] = answer.peaks;
    await expect
      .poll(async () => (await rows(page, '.suppose')).slice(0, 2))
      .toEqual([
        ['published', ...quantiles(peak!.published)],
        ['what if', ...quantiles(peak!.whatIf)],
      ]);
    const hour = Date.parse(before.event.end!) + 3 * 3_600_000;
    const i = answer.time.findIndex((time) => Date.parse(time) >= hour);
    expect(answer.whatIf.mean[i]).toBeGreaterThan(answer.published.mean[i]! * 1.5);
    await page.mouse.move(plot.x + (plot.width * (i + 0.5)) / answer.time.length, plot.y + 60);
    const said = (await page.textContent('.readout'))!;
    const told = answer.time.findIndex((time) => said.startsWith(label(time, 'Europe/Paris')));
    expect(Math.abs(told - i)).toBeLessThan(5);
    expect(said).toContain(`forecast ${shown(answer.published.mean[told]!)}`);
    expect(said).toContain(`what if ${shown(answer.whatIf.mean[told]!)}`);
    await page.screenshot({ path: join(results, 'what-if.png') });

    // What is supposed can be linked, and is nowhere stored.
    const linked = await open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await supposedEnd(linked)).toBe(end);
    await expect.poll(async () => await rows(linked, '.suppose')).toEqual(await rows(page, '.suppose'));
    await page.click('.suppose button:text("Discard")');
    expect(await page.isVisible('.suppose')).toBe(false);
    expect(new URL(page.url()).searchParams.get('move')).toBeNull();
    expect(await entry(semifinal)).toEqual(before);
  });

  it('moves an event with the keyboard, keeps it, and the refresh publishes just what was told', async () => {
    const page = await open(path);
    await drawn(page);
    const before = await entry(semifinal);
    await page.focus('[aria-label="End of Brazil–Netherlands"]');
    for (let hour = 0; hour < 3; hour++) await page.keyboard.press('Shift+ArrowRight');
    const end = await supposedEnd(page);
    expect(Date.parse(end) - Date.parse(before.event.end!)).toBe(3 * 3_600_000);
    const { peaks } = (await asked(end)).series[0]!;
    await expect
      .poll(async () => (await rows(page, '.suppose'))[1])
      .toEqual(['what if', ...quantiles(peaks[0]!.whatIf)]);
    await page.fill('[aria-label="Reason of the change"]', 'extra time');
    await page.click('.suppose button:text("Keep")');
    await page.waitForSelector('.kept');
    const kept = await entry(semifinal);
    expect([kept.event.end, kept.version]).toEqual([end, before.version + 1]);

    // The calendar is looked at each minute.
    const calendar = await open('/?view=calendar');
    await expect
      .poll(() => calendar.textContent('[aria-label="Who changed what"]'), { timeout: 10_000 })
      .toContain('extra time');
    await expect
      .poll(async () => (await read<{ notices: unknown[] }>('/v1/notices')).notices.length, {
        timeout: 150_000,
        interval: 1000,
      })
      .toBe(1);
    await calendar.reload();
    await expect
      .poll(() => calendar.textContent('[aria-label="What changes did to the peaks"]'))
      .toContain('Brazil–Netherlands');
    await page.reload();
    await page.waitForSelector('[aria-label="Coming events"]');
    expect((await rows(page, '[aria-label="Coming events"]'))[0]).toEqual([
      'Brazil–Netherlands',
      ...quantiles(peaks[0]!.whatIf),
    ]);
    await expect.poll(() => page.textContent('.changed')).toContain('by the calendar');
    await page.screenshot({ path: join(results, 'changed.png'), fullPage: true });
  }, 200_000);

  it('is shown what somebody else has put there meanwhile, on the chart and in the form', async () => {
    const page = await open(`/?view=calendar&event=${final}`);
    await page.waitForSelector('.editor');
    await page.fill('#field-scale', '1.5');
    const seen = await entry(final);
    await put({ ...seen.event, start: '1998-07-12T18:00:00Z' }, seen.version);
    await page.click('.editor button:text("Save")');
    await page.waitForSelector('.conflict');
    expect(await rows(page, '.conflict')).toEqual([
      ['start', '1998-07-12T19:00:00Z', '1998-07-12T18:00:00Z'],
      ['scale', '1.5', '–'],
    ]);
    await page.screenshot({ path: join(results, 'conflict.png'), fullPage: true });
    expect((await entry(final)).event.scale).toBeUndefined();
    await page.click('.conflict button:text("Take theirs")');
    await expect.poll(() => page.inputValue('#field-start')).toBe('1998-07-12T18:00:00Z');
    await page.fill('#field-scale', '1.5');
    await page.click('.editor button:text("Save")');
    await expect
      .poll(async () => (await entry(final)).event)
      .toMatchObject({ start: '1998-07-12T18:00:00Z', scale: 1.5 });

    const chart = await open(
      `/?series=${worldcup}&start=1998-07-11T00:00:00.000Z&end=1998-07-14T00:00:00.000Z`,
    );
    await drawn(chart);
    await chart.focus('[aria-label="Time of Brazil–France"]');
    await chart.keyboard.press('Shift+ArrowRight');
    await chart.waitForSelector('.suppose:not(.reading) table');
    const other = await entry(final);
    await put({ ...other.event, note: 'a hot evening' }, other.version);
    await chart.click('.suppose button:text("Keep")');
    await chart.waitForSelector('.conflict');
    expect(await chart.textContent('.conflict')).toContain('a hot evening');
    await chart.click('.conflict button:text("Put mine in its place")');
    await chart.waitForSelector('.kept');
    const last = (await entry(final)).event;
    expect([last.start, last.note]).toEqual(['1998-07-12T19:00:00Z', undefined]);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('412'), expect.stringContaining('412')]);
  }, 60_000);

  it('adds an event by each region’s clock, asks what if, scales, cancels and removes it', async () => {
    // The form is filled before the page's own list of series has come: what if does not depend on it.
    let held = 0;
    const page = await open('/?view=calendar', {}, (made) =>
      made.route('**/v1/series*', async (route) => {
        if (held++ === 0) await new Promise((resolve) => setTimeout(resolve, 5_000));
        await route.continue();
      }),
    );
    await page.waitForSelector('.timeline');
    await page.click('button:text("New event")');
    for (const [field, value] of Object.entries({
      id: 'fan-day',
      kind: 'match-group',
      name: 'Fan day',
      start: '1998-07-10T10:00',
      end: '1998-07-10T22:00',
    }))
      await page.fill(`#field-${field}`, value);
    await page.click('.editor button:text("What if?")');
    await page.waitForSelector('.editor ~ div table');
    const event = {
      id: 'fan-day',
      kind: 'match-group',
      name: 'Fan day',
      start: '1998-07-10T10:00',
      end: '1998-07-10T22:00',
    };
    const answer = await read<WhatIf>(
      '/v1/what-if',
      post({ series: [worldcup], calendar: [{ op: 'put', event }] }),
    );
    const told = await page.$$eval('.editor ~ div tbody tr', (found) =>
      found.map((row) => [...row.children].slice(0, 4).map((cell) => cell.textContent)),
    );
    expect(told).toContainEqual(['what if', ...quantiles(answer.series[0]!.peaks[0]!.whatIf)]);
    await page.screenshot({ path: join(results, 'calendar.png') });

    await page.fill('#field-reason', 'the mayor asked');
    await page.click('.editor button:text("Add")');
    await page.waitForSelector('.kept + .panel');
    expect((await entry('fan-day')).event).toEqual(event);
    // One wall clock, another instant in each region.
    const bars = await page.$$eval('.event-bar[aria-label^="Fan day"]', (found) =>
      found.map((bar) => bar.getAttribute('aria-label')),
    );
    expect(bars.length).toBe(4);
    for (const bar of bars) expect(bar).toContain('Fri, 10 Jul 1998, 10:00');

    await page.fill('#field-scale', '2');
    await page.fill('#field-teams', 'worldcup98, tetouan');
    // One's own change just before is no conflict: the form comes again with it.
    await page.click('.editor button:text("Save")');
    await page.click('.editor button:text("Cancel the event")');
    await expect.poll(() => page.textContent('[data-event="fan-day"] .badge')).toBe('cancelled');
    const cancelled = (await entry('fan-day')).event;
    expect(cancelled).toEqual({ ...event, scale: 2, teams: ['worldcup98', 'tetouan'], status: 'cancelled' });
    await page.click('.editor button:text("Remove")');
    await expect.poll(() => page.$('[data-event="fan-day"]')).toBeNull();
    await expect.poll(() => page.textContent('[aria-label="Who changed what"]')).toContain('removed Fan day');
  });

  it('is told what is wrong with which field, and nothing is written', async () => {
    const page = await open(`/?view=calendar&event=${semifinal}`);
    await page.waitForSelector('.editor');
    const before = await entry(semifinal);
    await page.fill('#field-end', '1998-07-01');
    await page.click('.editor button:text("Save")');
    await page.waitForSelector('.notice.failed');
    expect(await page.textContent('.notice.failed')).toMatch(/end.*expected/);
    expect(await page.evaluate('document.activeElement.id')).toBe('field-end');
    expect(await entry(semifinal)).toEqual(before);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  it('sees a calendar that is empty, that cannot be read, and one that is no longer fresh', async () => {
    let broken = true;
    const page = await open('/?view=calendar', {}, (made) =>
      made.route('**/v1/calendar/events', (route) =>
        broken
          ? route.fulfill({
              status: 503,
              json: { title: 'Unavailable', detail: 'the table does not answer' },
            })
          : route.fulfill({ json: { version: 0, events: [] } }),
      ),
    );
    await page.waitForSelector('main[data-state="failed"]');
    expect(await page.textContent('.state')).toContain('the table does not answer');
    broken = false;
    await page.click('.state button');
    await page.waitForSelector('main[data-state="drawn"]');
    expect(await page.textContent('[aria-label="Events"]')).toContain('Nothing is planned yet');
    expect(complaints.splice(0).every((text) => text.includes('503'))).toBe(true);
  });
});
