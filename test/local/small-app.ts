import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { onTestFinished } from 'vitest';
import { bootCloud, type Cloud, type CloudOptions } from '../../lib/local/index.ts';

/** A directory of its own, gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'laptop-cloud-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An app that synthesizes in a moment. */
export const quietApp = (outdir: string): App =>
  new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: false });

/** Synthesizes an app of one stack. @returns the path of its assembly */
export function synthesize(build: (stack: Stack) => void, region: string | null = 'eu-west-3'): string {
  const outdir = temporaryDirectory();
  const app = quietApp(outdir);
  build(new Stack(app, 'Small', region === null ? {} : { env: { region } }));
  app.synth();
  return outdir;
}

/** A function from the text of its module, packed as a directory asset the way a bundler leaves it. */
export function functionOf(
  stack: Stack,
  id: string,
  source: string,
  options: {
    file?: string;
    timeout?: number;
    memorySize?: number;
    environment?: Record<string, string>;
    reserved?: number;
  } = {},
): LambdaFunction {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, options.file ?? 'index.mjs'), source);
  return new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(directory),
    timeout: Duration.seconds(options.timeout ?? 10),
    memorySize: options.memorySize ?? 128,
    environment: options.environment ?? {},
    ...(options.reserved === undefined ? {} : { reservedConcurrentExecutions: options.reserved }),
  });
}

/** Boots an assembly for one test, quietly and without schedules. */
export async function boot(assembly: string, options: Partial<CloudOptions> = {}): Promise<Cloud> {
  const cloud = await bootCloud({ assembly, dir: temporaryDirectory(), schedules: false, ...options });
  onTestFinished(() => cloud.close());
  return cloud;
}

/** Invokes a function by a part of its name. */
export function invoke(cloud: Cloud, name: string, payload: unknown) {
  const found = cloud.functions.find((each) => each.name.includes(name));
  if (found === undefined)
    throw new Error(`no function ${name} among ${cloud.functions.map((each) => each.name).join(', ')}`);
  return found.invoke(payload);
}
