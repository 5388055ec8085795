import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { api, first, loadOrders, orders } from './orders.ts';
import { results, startPerson } from './person.ts';

const day = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();

interface Series {
  seriesId: string;
  team: string;
  forecast: {
    status: string;
    cutoff: string;
    runId: string;
    accuracy?: { wape: number; naiveWape: number };
    recent?: { wape: number; naiveWape: number };
  };
}
interface Scores {
  wape?: number;
}
interface Accuracy {
  bands: { band: string; grain: string; model: Scores; naive: Scores }[];
  words: string[];
}
interface Changes {
  before: number[];
  after: number[];
  words: string[];
}
interface Peaks {
  quantiles: Record<string, number[]>;
  time: string[];
}

const { open, drawn, inPage, read, shown, laptop, complaints } = startPerson();
/** The runs that saw 60, then 69 days of the history. */
const runs: string[] = [];

beforeAll(async () => {
  runs.push(...(await loadOrders(laptop.url)));
}, 150_000);

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds of serious level, and where. */
async function findings(page: Page): Promise<string[]> {
  await inPage(page, axe);
  const { violations } = await inPage<{
    violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
  }>(page, "axe.run(document, { resultTypes: ['violations'] })");
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
    );
}

/** What a button downloads, as rows. */
async function download(page: Page, button: string): Promise<string[][]> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

describe('a team', () => {
  it('sees the fleet: how fresh, how high next, how far off beside the naive, as the API tells', async () => {
    // Peaks are read of what is in sight.
    const page = await open('/', { viewport: { width: 1280, height: 2000 } });
    await page.waitForSelector('.fleet');
    const { series } = await read<{ series: Series[] }>('/v1/series');
    await expect.poll(() => page.locator('.fleet .peak', { hasText: '…' }).count()).toBe(0);
    for (const { seriesId, forecast } of series) {
      const text = (await page.textContent(`[data-row="${seriesId}"]`))!;
      const error = forecast.recent ?? forecast.accuracy!;
      expect(text).toContain(forecast.status);
      expect(text).toContain(percent(error.wape));
      expect(text).toContain(`naive ${percent(error.naiveWape)}`);
    }
    const { cutoff } = series.find(({ seriesId }) => seriesId === orders)!.forecast;
    const peaks = await read<Peaks>(
      `${api}/peaks?by=window&quantiles=0.5,0.9&start=${cutoff}&end=${iso(Date.parse(cutoff) + 7 * day)}`,
    );
    const peak = await page.textContent(`[data-row="${orders}"] .peak`);
    expect(peak).toContain(shown(peaks.quantiles['0.5']![0]!));
    expect(peak).toContain(shown(peaks.quantiles['0.9']![0]!));
    await page.click(`[data-row="${orders}"] a`);
    await drawn(page);
    expect(await page.textContent('h1')).toContain('shop');
    await page.goBack();
    await page.waitForSelector('.fleet');
  });

  it('says in the fleet why a forecast is not fresh', async () => {
    const reason = 'the history has a hole of 40 days before the cutoff';
    const page = await open('/', {}, (made) =>
      made.route('**/v1/series', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.json()) as { series: Series[] };
        for (const one of body.series)
          if (one.seriesId === orders) Object.assign(one.forecast, { status: 'stale', reason });
        await route.fulfill({ response: answer, json: body });
      }),
    );
    await page.waitForSelector('.fleet');
    // What needs a look comes first.
    expect(await page.textContent('.fleet tbody tr:first-child')).toContain(reason);
    expect(await page.textContent('.heading')).toContain('1 stale');
  });

  it('sees a forecast as it was seen 7 days before, over what came', async () => {
    const from = first + 66 * day;
    const until = first + 70 * day;
    const page = await open(`/?series=${orders}&start=${iso(from)}&end=${iso(until)}`);
    await drawn(page);
    await page.click('button:text("7 d")');
    await page.waitForSelector('.chart[data-past="drawn"]');
    expect(new URL(page.url()).searchParams.get('before')).toBe('7');
    const rows = await download(page, '.toolbar .csv');
    const old = await read<{ time: string[]; mean: number[]; quantiles: Record<string, number[]> }>(
      `${api}/forecast?run=${runs[0]}&grain=hour&quantiles=0.1,0.9&start=${iso(first + 67 * day)}&end=${iso(until)}`,
    );
    const seen = await read<{ time: string[]; value: number[] }>(
      `${api}/observations?grain=hour&start=${iso(from)}&end=${iso(first + 69 * day)}`,
    );
    const column = (name: string) => rows[0]!.indexOf(name);
    const past = rows.slice(1).filter((row) => row[column('seen before')] !== '');
    expect(past.map((row) => [row[0], Number(row[column('seen before')])])).toEqual(
      old.time.map((time, i) => [new Date(time).toISOString(), old.mean[i]]),
    );
    expect(past.map((row) => Number(row[column('seen before P90')]))).toEqual(old.quantiles['0.9']);
    const observed = rows.slice(1).filter((row) => row[column('observed')] !== '');
    expect(observed.map((row) => Number(row[column('observed')]))).toEqual(seen.value);
    await page.screenshot({ path: join(results, 'past.png') });

    await page.click('button:text("90 d")');
    await page.waitForSelector('.chart[data-past="empty"]');
    expect(await page.textContent('.caption')).toMatch(/as seen 90 days before: from \d/);
    // The run of the examples, before there was this series.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('404')]);
  });

  it('reads what changed since the last run, and because of what', async () => {
    const page = await open(`/?series=${orders}`);
    await page.waitForSelector('.changed table');
    const { before, after, words } = await read<Changes>(`${api}/changes`);
    const text = (await page.textContent('.changed'))!;
    const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(text).toContain(`before${shown(mean(before))}`);
    expect(text).toContain(`now${shown(mean(after))}`);
    for (const sentence of words) expect(text).toContain(sentence);
    expect(text).toContain(runs[0]);
  });

  it('reads how right it was by how long before, beside the naive', async () => {
    const page = await open(`/?series=${orders}`);
    await page.waitForSelector('.accuracy table');
    const { bands, words } = await read<Accuracy>(`${api}/accuracy`);
    for (const sentence of words) expect(await page.textContent('.accuracy')).toContain(sentence);
    const grains = await page.$$eval('.accuracy [data-grain]', (buttons) =>
      buttons.map((button) => button.getAttribute('data-grain')),
    );
    expect(grains).toEqual([...new Set(bands.map(({ grain }) => grain))]);
    for (const grain of grains) {
      await page.click(`.accuracy [data-grain="${grain}"]`);
      const told = await page.$$eval('.accuracy tbody tr', (rows) =>
        rows.map((row) => [...row.children].slice(1, 3).map((cell) => cell.textContent)),
      );
      expect(told).toEqual(
        bands
          .filter((one) => one.grain === grain)
          .map(({ model, naive }) =>
            [model, naive].map(({ wape }) => (wape === undefined ? '–' : percent(wape))),
          ),
      );
    }
    await page.locator('.accuracy').screenshot({ path: join(results, 'accuracy.png') });
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['phone', { viewport: { width: 375, height: 740 }, hasTouch: true }],
  ] as const)(
    'finds nothing serious in any view with axe-core: %s',
    async (name, options) => {
      const match = '/?series=worldcup98/fr/requests';
      const views: [path: string, there: string, scroll?: true][] = [
        ['/', '.fleet .peak .note'],
        ['/?view=calendar', '.events'],
        ['/?view=calendar&event=M-1998-64', '.editor'],
        [`/?series=${orders}`, '.accuracy table'],
        [
          `${match}&start=1998-07-07T00:00:00.000Z&end=1998-07-09T00:00:00.000Z&move=M-1998-61=1998-07-07T19:00:00Z..1998-07-08T06:00:00Z`,
          '.suppose table',
        ],
        ['/?series=no/such/one', '.blank'],
      ];
      for (const [path, there] of views) {
        const page = await open(path, options);
        await page.waitForSelector(there);
        if (path.includes('move=')) await drawn(page);
        expect([path, await findings(page)]).toEqual([path, []]);
        // Nothing makes a phone scroll sideways.
        expect(await inPage(page, 'document.documentElement.scrollWidth')).toBe(page.viewportSize()!.width);
        await page.screenshot({
          path: join(results, `${name}-${there.replaceAll(/[^a-z]+/g, '-').slice(1)}.png`),
          fullPage: true,
        });
      }
    },
    90_000,
  );

  it('sees the first picture soon: how soon is written down', async () => {
    const times: Record<string, number> = {};
    for (const [name, path, there] of [
      ['fleet', '/', '.fleet'],
      ['series', `/?series=${orders}`, '.chart[data-state="drawn"]'],
      ['calendar', '/?view=calendar', '.timeline .region-row'],
    ] as const) {
      const page = await open(path, {}, (made) =>
        made.addInitScript(`
          new MutationObserver((_, watcher) => {
            if (document.querySelector('${there}') === null) return;
            watcher.disconnect();
            requestAnimationFrame(() => {
              window.firstPicture = performance.now() - performance.getEntriesByType('navigation')[0].responseStart;
            });
          }).observe(document, { subtree: true, childList: true, attributes: true });
        `),
      );
      await expect.poll(() => inPage(page, 'window.firstPicture ?? 0')).toBeGreaterThan(0);
      times[name] = Math.round(await inPage<number>(page, 'window.firstPicture'));
    }
    expect(Object.values(times).every((time) => time > 0)).toBe(true);
    writeFileSync(join(results, 'first-picture.json'), `${JSON.stringify(times)}\n`);
  });
});
