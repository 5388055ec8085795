import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '..');

/** Synthesizes the app with one region, `bench`, as `npm start` does. @returns the path of its assembly */
export async function synthesize(dir: string): Promise<string> {
  const configuration = join(dir, 'cloudtune.json');
  const region = { id: 'bench', awsRegion: 'us-east-1', timeZone: 'Europe/Paris', country: 'FR' };
  const document = { name: 'bench', regions: [region], limits: { batchSize: 4 } };
  writeFileSync(configuration, JSON.stringify(document));
  const assembly = join(dir, 'cdk.out');
  await promisify(execFile)(process.execPath, ['bin/app.ts'], {
    cwd: root,
    env: { ...process.env, CLOUDTUNE_CONFIG: configuration, CDK_OUTDIR: assembly, CDK_VALIDATION: 'false' },
  });
  return assembly;
}
