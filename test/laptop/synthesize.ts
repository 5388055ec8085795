import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The synthesized app of two regions, `north` and `south`. */
    assembly: string;
  }
}

/** Small batches, so that a handful of series makes several. */
const configuration = {
  name: 'test',
  regions: [
    { id: 'north', awsRegion: 'eu-central-1', timeZone: 'Europe/Berlin', country: 'DE' },
    { id: 'south', awsRegion: 'sa-east-1', timeZone: 'America/Santiago', country: 'CL' },
  ],
  teams: ['ants'],
  limits: { batchSize: 2, maxConcurrency: 2 },
};

/** Synthesizes the app as `npm start` does, in a process of its own. */
export default async function synthesize(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'cloudtune-assembly-'));
  const document = join(dir, 'cloudtune.json');
  await writeFile(document, JSON.stringify(configuration));
  await promisify(execFile)(process.execPath, ['bin/app.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      CLOUDTUNE_CONFIG: document,
      CDK_OUTDIR: join(dir, 'cdk.out'),
      CDK_VALIDATION: 'false',
    },
  });
  project.provide('assembly', join(dir, 'cdk.out'));
  return () => rm(dir, { recursive: true });
}
