#!/usr/bin/env node
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import {
  bundleFunctions,
  CalendarStack,
  ConfigurationError,
  RegionStack,
  readConfiguration,
} from '../lib/stacks/index.ts';

const root = resolve(import.meta.dirname, '..');
const bundles = mkdtempSync(join(tmpdir(), 'cloudtune-bundles-'));

try {
  // The CDK command line hands cdk.json's context over; run as `node bin/app.ts` nobody does, and the feature flags
  // in it decide what the templates say.
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  const app = new App({
    context,
    outdir: process.env.CDK_OUTDIR ?? join(root, 'cdk.out'),
    // What failed half-way must not be written on the way out.
    autoSynth: false,
  });
  const path: unknown =
    app.node.tryGetContext('config') ?? process.env.CLOUDTUNE_CONFIG ?? join(root, 'cloudtune.json');
  const configuration = readConfiguration(String(path));
  const folders = bundleFunctions(root, bundles);

  const codeOf = (name: keyof typeof folders) => Code.fromAsset(folders[name]);
  const calendar = new CalendarStack(app, { configuration });
  for (const region of configuration.regions)
    new RegionStack(app, { region, configuration, codeOf }).addStackDependency(calendar);

  // Loaded only when it is asked: the laptop, which synthesizes on every start, turns validation off.
  if (process.env.CDK_VALIDATION !== 'false') {
    const { AwsSolutionsChecks } = await import('cdk-nag');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  rmSync(bundles, { recursive: true });
}
