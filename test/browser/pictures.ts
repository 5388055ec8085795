import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { chromiumOptions } from './chromium.ts';
import { startLaptop } from './laptop.ts';
import { first, loadOrders, orders } from './orders.ts';

/** Draws docs/how-to/page/*.png: each view of the page over the examples (npm run docs:page). */

const folder = resolve(import.meta.dirname, '../../docs/how-to/page');
const day = 86_400_000;
const iso = (time: number) => new Date(time).toISOString();
const match = '/?series=worldcup98/fr/requests&start=1998-07-07T00:00:00Z&end=1998-07-09T00:00:00Z';

interface Picture {
  name: string;
  path: string;
  /** What must be there, and what of it is drawn: else what a window shows. */
  there: string;
  part?: string;
  height?: number;
  width?: number;
  dark?: true;
}
const pictures: Picture[] = [
  { name: 'fleet', path: '/', there: '.fleet .peak .note', height: 640 },
  {
    name: 'series',
    path: '/?series=worldcup98/fr/requests',
    there: '.chart[data-state="drawn"]',
    part: '.chart',
  },
  {
    name: 'what-if',
    path: `${match}&move=M-1998-61=1998-07-07T19:00:00Z..1998-07-08T08:00:00Z`,
    there: '.suppose table',
    height: 1010,
  },
  {
    name: 'past',
    path: `/?series=${orders}&start=${iso(first + 65 * day)}&end=${iso(first + 72 * day)}&before=7`,
    there: '.chart[data-past="drawn"]',
    part: '.chart',
  },
  { name: 'ingredients', path: match, there: '.ingredients canvas', part: '[aria-label="Ingredients"]' },
  { name: 'peaks', path: match, there: '.peaks', part: '[aria-label="Coming events"]' },
  { name: 'changes', path: `/?series=${orders}`, there: '.changed table', part: '.changed' },
  { name: 'accuracy', path: `/?series=${orders}`, there: '.accuracy table', part: '.accuracy' },
  { name: 'calendar', path: '/?view=calendar&event=M-1998-64', there: '.editor', height: 920, dark: true },
  { name: 'phone', path: match, there: '.chart[data-state="drawn"]', width: 375, height: 700 },
];

mkdirSync(folder, { recursive: true });
const laptop = await startLaptop();
const browser = await chromium.launch(chromiumOptions);
try {
  await loadOrders(laptop.url);
  for (const { name, path, there, part, width = 1120, height = 900, dark } of pictures) {
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark === true ? 'dark' : 'light',
    });
    await page.goto(`${laptop.url}${path}`);
    await page.waitForSelector(there);
    // What comes after the first picture comes soon.
    await page.waitForTimeout(1500);
    const file = { path: join(folder, `${name}.png`) };
    await (part === undefined ? page.screenshot(file) : page.locator(part).first().screenshot(file));
    await page.close();
  }
} finally {
  await browser.close();
  await laptop.stop();
}
