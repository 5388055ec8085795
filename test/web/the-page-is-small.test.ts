import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildPage } from '../../lib/cli/page.ts';

it('the page has less than 250 KB of script, as it is sent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudtune-page-'));
  try {
    await buildPage(folder);
    const { length } = readFileSync(join(folder, 'page.js'));
    expect(length).toBeGreaterThan(50_000);
    expect(length).toBeLessThan(250_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
