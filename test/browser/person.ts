import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { chromiumOptions } from './chromium.ts';
import { startLaptop } from './laptop.ts';

export const results = resolve(import.meta.dirname, '../../test-results');

/** A laptop of one's own and a browser before it, for the tests of a file. */
export function startPerson() {
  let running: Awaited<ReturnType<typeof startLaptop>>;
  let browser: Browser;
  /** What pages said on their consoles. */
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(results, { recursive: true });
    running = await startLaptop();
    browser = await chromium.launch(chromiumOptions);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  const laptop = {
    get url() {
      return running.url;
    },
  };

  /** A fresh page at a path. What it says on its console is a failure of the test. */
  async function open(
    path: string,
    options: BrowserContextOptions = {},
    prepare?: (page: Page) => Promise<unknown>,
  ) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 960 }, ...options });
    // Sooner than the test itself is timed out, so that the failure names what was waited for.
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await prepare?.(page);
    await page.goto(`${laptop.url}${path}`);
    return page;
  }

  /** Where the chart is drawn. It is drawn anew when more has come: an element that was found may be gone. */
  async function plotOf(page: Page) {
    for (;;) {
      const box = await page.locator('.u-over').first().boundingBox();
      if (box !== null) return box;
    }
  }

  return {
    laptop,
    complaints,
    open,
    plotOf,
    drawn: (page: Page) => page.waitForSelector('.chart[data-state="drawn"]:not(.reading) canvas'),
    inPage: <T>(page: Page, expression: string) => page.evaluate<T>(expression),
    read: async <T>(path: string, init?: RequestInit) =>
      (await (await fetch(`${laptop.url}${path}`, init)).json()) as T,
    /** An instant and a number as the page writes them. */
    label: (time: string, timeZone: string) =>
      new Intl.DateTimeFormat('en-GB', {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }).format(Date.parse(time)),
    shown: (value: number) =>
      value.toLocaleString('en-GB', {
        maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 2,
      }),
  };
}
