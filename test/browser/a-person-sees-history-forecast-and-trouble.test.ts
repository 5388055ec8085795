import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { results, startPerson } from './person.ts';

const worldcup = 'worldcup98/fr/requests';

interface Series {
  seriesId: string;
  forecast?: { status: string; cutoff: string; accuracy: { wape: number; naiveWape: number } };
}

interface Explanation {
  time: string[];
  mean: number[];
  ingredients: { name: string; value: number[] }[];
}

interface Peaks {
  name?: string[];
  start: string[];
  end: string[];
  quantiles: Record<string, number[]>;
}

const { open, complaints, drawn, plotOf, inPage, read, label, shown } = startPerson();

const of = (id: string) => `/?series=${id}`;
const allSeries = async () => (await read<{ series: Series[] }>('/v1/series')).series;

/** How many pixels of the chart have each of the colours that lines and marks are drawn in. */
const counting = readFileSync(join(import.meta.dirname, 'pixels.js'), 'utf8');
const pixels = (page: Page) =>
  page.evaluate<Record<'history' | 'forecast' | 'event' | 'break', number>>(counting);
/** Changes what the API says of one series, as a run that failed on it would. */
const withForecast = (id: string, change: Record<string, unknown>) => (page: Page) =>
  page.route('**/v1/series', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { series: Series[] };
    for (const one of body.series) if (one.seriesId === id) Object.assign(one.forecast ?? {}, change);
    await route.fulfill({ response: answer, json: body });
  });

describe('the page', () => {
  it('lists every series with the state of its forecast', async () => {
    const page = await open('/');
    await page.waitForSelector('.entry');
    const shown = await page.$$eval('.entry', (entries) =>
      entries.map((one) => [one.getAttribute('data-series'), one.querySelector('.badge')?.textContent]),
    );
    const series = await allSeries();
    const isTotal = ([id]: (string | null | undefined)[]) => id?.startsWith('_region/');
    const listed = shown.filter((one) => !isTotal(one));
    expect(listed.length).toBe(13);
    expect(listed.sort()).toEqual(series.map((one) => [one.seriesId, one.forecast?.status]).sort());
    // A total of one series would only repeat it.
    expect(shown.filter(isTotal)).toEqual([['_region/us/load', 'ok']]);
    await page.fill('#filter', 'tetouan');
    expect(await page.$$eval('.entry', (entries) => entries.length)).toBe(1);
  });

  it('draws the total of a region, without a history', async () => {
    const page = await open(of('_region/us/load'));
    await drawn(page);
    expect(await page.textContent('h1')).toContain('all 10 series');
    expect(await page.textContent('.heading')).toContain('total of the region');
    expect(await page.$('.learned > *')).toBeNull();
  });

  it('draws history and forecast', async () => {
    const page = await open(of(worldcup));
    await drawn(page);
    const { history, forecast } = await pixels(page);
    expect(history).toBeGreaterThan(300);
    expect(forecast).toBeGreaterThan(300);
    await page.screenshot({ path: join(results, 'page.png') });
  });

  it('says the same numbers as the API', async () => {
    const page = await open(of('pjme/us/load'));
    await drawn(page);
    const { accuracy } = (await allSeries()).find((one) => one.seriesId === 'pjme/us/load')!.forecast!;
    const words = await page.textContent('.tiles');
    for (const share of [accuracy.wape, accuracy.naiveWape])
      expect(words).toContain(`${(share * 100).toFixed(1)} %`);

    const plot = await plotOf(page);
    await page.mouse.move(plot.x + plot.width * 0.25, plot.y + plot.height / 2);
    const said = (await page.textContent('.readout'))!;
    await page.screenshot({ path: join(results, 'numbers.png') });
    const urls = await inPage<string[]>(
      page,
      "performance.getEntriesByType('resource').map((entry) => entry.name)",
    );
    const asked = new URL(urls.filter((name) => name.includes('/observations?')).at(-1)!);
    const history = await read<{ time: string[]; value: number[] }>(asked.pathname + asked.search);
    const at = history.time.findIndex((time) => said.startsWith(label(time, 'America/New_York')));
    expect(at).toBeGreaterThan(0);
    expect(said).toContain(
      `observed ${history.value[at]!.toLocaleString('en-GB', { maximumFractionDigits: 0 })}`,
    );
  });

  it('shades events by name, and takes the step under the pointer apart as the API does', async () => {
    const window = 'start=1998-07-07T00:00:00.000Z&end=1998-07-08T00:00:00.000Z';
    const page = await open(`${of(worldcup)}&${window}`);
    await drawn(page);
    expect((await pixels(page)).event).toBeGreaterThan(20);
    expect(await page.textContent('.caption')).toContain('event');
    const series = '/v1/teams/worldcup98/regions/fr/metrics/requests';
    const explained = await read<Explanation>(`${series}/explanation?${window}&grain=minute`);
    const plot = await plotOf(page);
    await page.mouse.move(plot.x + plot.width * (20.2 / 24), plot.y + plot.height / 2);
    expect(await page.textContent('.readout')).toContain('Brazil–Netherlands');
    const when = (await page.textContent('.sums .when'))!;
    const at = explained.time.findIndex((time) => label(time, 'Europe/Paris') === when);
    expect(at).toBeGreaterThan(20 * 60);
    const said = await page.$$eval('.sums tr', (rows) =>
      rows.map((row) => [row.querySelector('th')?.textContent, row.querySelector('td')?.textContent]),
    );
    const signed = (value: number) => {
      const text = shown(Math.abs(value));
      return text === '0' ? text : `${value < 0 ? '−' : '+'} ${text}`;
    };
    const expected = explained.ingredients
      .filter(({ value }) => value.some((x) => x !== 0))
      .map(({ name, value }) => [name.replace('event ', ''), signed(value[at]!)]);
    expect(said).toEqual([...expected, ['forecast (mean)', shown(explained.mean[at]!)]]);
    await page.screenshot({ path: join(results, 'ingredients.png'), fullPage: true });
    await page.mouse.move(0, 0);
    expect(await page.textContent('.sums .when')).toContain('mean minute');
  });

  it('tells the peaks of coming events and of the highest days as the API does, and shows them', async () => {
    const page = await open(of(worldcup));
    await drawn(page);
    await page.waitForSelector('.peaks');
    const query = 'quantiles=0.5,0.9,0.99';
    const peaks = await read<Peaks>(
      `/v1/teams/worldcup98/regions/fr/metrics/requests/peaks?by=event&${query}`,
    );
    const cells = (name: string) =>
      page.$$eval(`[aria-label="${name}"] tbody tr`, (rows) =>
        rows.map((row) => [...row.children].map((cell) => cell.textContent)),
      );
    expect((await cells('Coming events')).map((row) => row.slice(0, 4))).toEqual(
      peaks.name!.map((name, i) => [
        name,
        ...['0.5', '0.9', '0.99'].map((quantile) => shown(peaks.quantiles[quantile]![i]!)),
      ]),
    );
    const days = await read<Peaks>(
      `/v1/teams/worldcup98/regions/fr/metrics/requests/peaks?by=day&${query}&end=1998-10-03T22:00:00Z`,
    );
    const highest = [...days.quantiles['0.5']!].sort((a, b) => b - a).slice(0, 6);
    expect((await cells('Highest days')).map((row) => row[1])).toEqual(highest.map(shown));

    await page.click('[aria-label="Coming events"] tbody button');
    await page.waitForURL(/start=1998-07-0/);
    await drawn(page);
    const { start, end } = Object.fromEntries(new URL(page.url()).searchParams) as Record<string, string>;
    expect(Date.parse(start!)).toBeLessThan(Date.parse(peaks.start[0]!));
    expect(Date.parse(end!)).toBeGreaterThan(Date.parse(peaks.end[0]!));
  });

  it('marks what was found in the history, and says it in words', async () => {
    const findings = {
      exclusions: [
        { start: '1998-06-29T08:00:00Z', end: '1998-06-29T16:00:00Z', reason: 'outage', size: 0.021 },
      ],
      breaks: [{ date: '1998-06-25', kind: 'level', size: 1.313, declared: false }],
    };
    const page = await open(of(worldcup), {}, (made) =>
      made.route('**/explanation*', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, json: { ...(await answer.json()), findings } });
      }),
    );
    await drawn(page);
    await page.waitForSelector('[aria-label="Found in the history"]');
    const words = await page.textContent('[aria-label="Found in the history"]');
    expect(words).toContain('Mon, 29 Jun 1998, 10:00 to Mon, 29 Jun 1998, 18:00: left out, outage, × 0.021');
    expect(words).toContain('Thu, 25 Jun 1998: level × 1.31');
    await expect.poll(async () => (await pixels(page)).break).toBeGreaterThan(20);
    await page.screenshot({ path: join(results, 'found.png') });
  });

  it.each([
    ['stale', 'This forecast is stale'],
    ['fallback', 'This is a fallback'],
    ['failed', 'This series has no forecast'],
  ])('says plainly that a forecast is %s, and why', async (status, words) => {
    const reason = 'the history has a hole of 40 days before the cutoff';
    const gone = status === 'failed' ? { cutoff: undefined, horizonEnd: undefined, accuracy: undefined } : {};
    const page = await open(of(worldcup), {}, withForecast(worldcup, { status, reason, ...gone }));
    await drawn(page);
    const notice = await page.textContent(`.notice.${status}`);
    expect(notice).toContain(words);
    expect(notice).toContain(reason);
    expect(await page.textContent(`[data-series="${worldcup}"] .badge`)).toBe(status);
    if (status === 'stale') await page.screenshot({ path: join(results, 'stale.png') });
  });

  it('keeps series and window in the address', async () => {
    const page = await open(of(worldcup));
    await drawn(page);
    await page.click('[data-series="tetouan/ma/zone1-power"]');
    await drawn(page);
    expect(new URL(page.url()).searchParams.get('series')).toBe('tetouan/ma/zone1-power');
    const plot = await plotOf(page);
    await page.mouse.move(plot.x + plot.width * 0.4, plot.y + 50);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL(/start=.*end=/);
    await drawn(page);
    const { start, end } = Object.fromEntries(new URL(page.url()).searchParams) as {
      start: string;
      end: string;
    };
    expect((Date.parse(end) - Date.parse(start)) / 86_400_000).toBeCloseTo(28 * 0.2, 0);
    const before = await page.screenshot({ clip: plot });
    await page.reload();
    await drawn(page);
    expect(new URL(page.url()).searchParams.get('start')).toBe(start);
    await page.mouse.move(0, 0);
    expect((await page.screenshot({ clip: plot })).length).toBeGreaterThan(before.length / 2);
    await page.goBack();
    await drawn(page);
    expect(await page.textContent('h1')).toContain('worldcup98');
  });

  it('shows minutes when a person looks closely', async () => {
    const page = await open(`${of(worldcup)}&start=1998-07-04T22:00:00.000Z&end=1998-07-06T22:00:00.000Z`);
    await drawn(page);
    expect(await page.textContent('.caption')).toContain('requests per minute');
    const { history, forecast } = await pixels(page);
    expect(Math.min(history, forecast)).toBeGreaterThan(300);
  });

  it('fits a phone, with the list behind a button', async () => {
    const page = await open(of(worldcup), { viewport: { width: 375, height: 740 }, hasTouch: true });
    await drawn(page);
    expect(await inPage(page, 'document.documentElement.scrollWidth')).toBe(375);
    expect(await page.isVisible('#side')).toBe(false);
    await page.screenshot({ path: join(results, 'phone.png') });
    await page.tap('#choose');
    await page.tap('[data-series="pjme/us/load"]');
    await drawn(page);
    expect(await page.textContent('h1')).toContain('pjme');
    expect(await page.isVisible('#side')).toBe(false);
  });

  it('is dark where the person likes it dark', async () => {
    const page = await open(of(worldcup), { colorScheme: 'dark' });
    await drawn(page);
    const { history, forecast } = await pixels(page);
    expect(Math.min(history, forecast)).toBeGreaterThan(300);
    const background = await inPage<string>(page, 'getComputedStyle(document.body).backgroundColor');
    expect(Math.max(...background.match(/\d+/g)!.map(Number))).toBeLessThan(60);
    await page.screenshot({ path: join(results, 'dark.png') });
  });

  it('says what to do when there is no series', async () => {
    const page = await open('/', {}, (made) =>
      made.route('**/v1/series', (route) => route.fulfill({ json: { series: [] } })),
    );
    await page.waitForSelector('.blank');
    expect(await page.textContent('.blank')).toContain('cloudtune load');
  });

  it('says what failed, and tries again when asked', async () => {
    let broken = true;
    const page = await open(of(worldcup), {}, (made) =>
      made.route('**/observations?*', (route) =>
        broken
          ? route.fulfill({
              status: 503,
              json: { title: 'Unavailable', detail: 'the history does not answer' },
            })
          : route.continue(),
      ),
    );
    await page.waitForSelector('.overlay button');
    expect(await page.textContent('.overlay')).toContain('the history does not answer');
    broken = false;
    await page.click('.overlay button');
    await drawn(page);
    expect(complaints.splice(0)).toEqual([expect.stringContaining('503')]);
  });

  it('finds no series that is not there', async () => {
    const page = await open(of('no/such/series'));
    await page.waitForSelector('.blank');
    expect(await page.textContent('.blank')).toContain('no/such/series');
  });
});
