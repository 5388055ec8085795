import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionNames } from '../../lib/stacks/bundle.ts';
import { bundleFunctions } from '../../lib/stacks/index.ts';
import { root } from './assembly.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtune-app-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('an unusable configuration ends the app with exit code 2 and a message, without a stack trace or an assembly', () => {
  const config = join(folder, 'wrong.json');
  writeFileSync(
    config,
    '{ "regions": [{ "id": "fr", "awsRegion": "eu-west-3", "timeZone": "Mars", "country": "FR" }] }',
  );
  const outdir = join(folder, 'out');
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: root,
    env: { ...process.env, CLOUDTUNE_CONFIG: config, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('regions[0].timeZone');
  expect(stderr).toContain('got       "Mars"');
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(outdir, 'manifest.json'))).toBe(false);
});

describe('the bundler', () => {
  it('makes each handler a module of its own, CommonJS packages and all', async () => {
    const project = join(folder, 'project');
    mkdirSync(join(project, 'lambdas'), { recursive: true });
    writeFileSync(join(project, 'path.cjs'), "module.exports = require('node:path').posix.sep;");
    for (const name of functionNames)
      writeFileSync(
        join(project, `lambdas/${name}.ts`),
        `import sep from '../path.cjs';\nexport const handler = (): string => '${name}' + sep;`,
      );
    const folders = bundleFunctions(project, join(project, 'bundles'));
    expect(Object.keys(folders)).toEqual(functionNames);
    for (const name of functionNames) {
      const { handler } = await import(join(folders[name], 'index.cjs'));
      expect(handler()).toBe(`${name}/`);
    }
  });

  it('names every handler file that is missing', () => {
    expect(() => bundleFunctions(folder, join(folder, 'bundles'))).toThrow(
      /lambdas\/plan-run\.ts, .*lambdas\/api\.ts: not found/,
    );
  });
});
