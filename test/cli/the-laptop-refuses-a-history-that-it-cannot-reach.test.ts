import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { synthesize } from '../../lib/cli/synthesize.ts';

const dir = mkdtempSync(join(tmpdir(), 'cloudtune-reach-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

it('the laptop refuses a region whose history lies in Timestream, by name, unless an endpoint is given', async () => {
  const path = join(dir, 'timestream.json');
  const history = { kind: 'timestream', database: 'metrics', table: 'load' };
  const region = { id: 'fr', awsRegion: 'eu-west-3', timeZone: 'Europe/Paris', country: 'FR', history };
  writeFileSync(path, JSON.stringify({ regions: [region] }));
  vi.stubEnv('CLOUDTUNE_CONFIG', path);
  vi.stubEnv('AWS_ENDPOINT_URL_TIMESTREAM_QUERY', undefined);
  await expect(synthesize(dir)).rejects.toThrow(
    /region fr lies in Timestream.*AWS_ENDPOINT_URL_TIMESTREAM_QUERY/,
  );
});
