import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLaptop } from './laptop.ts';

const results = resolve(import.meta.dirname, '../../test-results');
const worldcup = 'worldcup98/fr/requests';

interface Series {
  seriesId: string;
  forecast?: { status: string; cutoff: string; accuracy: { wape: number; naiveWape: number } };
}

let laptop: Awaited<ReturnType<typeof startLaptop>>;
let browser: Browser;
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(results, { recursive: true });
  laptop = await startLaptop();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});
afterAll(async () => {
  await browser?.close();
  await laptop?.stop();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

/** A fresh page at a path. What it says on its console is a failure of the test. */
async function open(
  path: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 960 }, ...options });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await prepare?.(page);
  await page.goto(`${laptop.url}${path}`);
  return page;
}

const drawn = (page: Page) => page.waitForSelector('.chart[data-state="drawn"]:not(.reading) canvas');
const of = (id: string) => `/?series=${id}`;
const read = async <T>(path: string) => (await (await fetch(`${laptop.url}${path}`)).json()) as T;
const allSeries = async () => (await read<{ series: Series[] }>('/v1/series')).series;

/** How many pixels of the chart have each of the colours that history and forecast are drawn in. */
const counting = readFileSync(join(import.meta.dirname, 'pixels.js'), 'utf8');
const pixels = (page: Page) => page.evaluate<{ history: number; forecast: number }>(counting);
const inPage = <T>(page: Page, expression: string) => page.evaluate<T>(expression);

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
    expect(shown.length).toBe(13);
    expect(shown.sort()).toEqual(series.map((one) => [one.seriesId, one.forecast?.status]).sort());
    await page.fill('#filter', 'tetouan');
    expect(await page.$$eval('.entry', (entries) => entries.length)).toBe(1);
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

    const plot = (await (await page.$('.u-over'))!.boundingBox())!;
    await page.mouse.move(plot.x + plot.width * 0.25, plot.y + plot.height / 2);
    const said = (await page.textContent('.readout'))!;
    await page.screenshot({ path: join(results, 'numbers.png') });
    const urls = await inPage<string[]>(
      page,
      "performance.getEntriesByType('resource').map((entry) => entry.name)",
    );
    const asked = new URL(urls.filter((name) => name.includes('/observations?')).at(-1)!);
    const history = await read<{ time: string[]; value: number[] }>(asked.pathname + asked.search);
    const label = (time: string) =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone: 'America/New_York',
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }).format(Date.parse(time));
    const at = history.time.findIndex((time) => said.startsWith(label(time)));
    expect(at).toBeGreaterThan(0);
    expect(said).toContain(
      `observed ${history.value[at]!.toLocaleString('en-GB', { maximumFractionDigits: 0 })}`,
    );
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
    const plot = (await (await page.$('.u-over'))!.boundingBox())!;
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
