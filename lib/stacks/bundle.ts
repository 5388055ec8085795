import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { environments, type FunctionName } from '../service/contracts/environment.ts';

export const functionNames = Object.keys(environments) as FunctionName[];

/**
 * Bundles every function in one esbuild run (a process for each, as NodejsFunction does it, takes seconds).
 * @param root the project's root, where `lambdas/` lies
 * @param outdir gets a folder for each function with its `index.cjs`
 * @returns function name → its folder
 * @throws when a handler file is missing, naming it
 */
export function bundleFunctions(root: string, outdir: string): Record<FunctionName, string> {
  const missing = functionNames
    .map((name) => `lambdas/${name}.ts`)
    .filter((file) => !existsSync(join(root, file)));
  if (missing.length > 0)
    throw new Error(
      `${missing.join(', ')}: not found. Each function of lib/service/contracts/environment.ts needs its handler ` +
        'file, exporting `handler`. Write it, or take the name out of the contract.',
    );
  buildSync({
    absWorkingDir: root,
    entryPoints: functionNames.map((name) => ({ in: `lambdas/${name}.ts`, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    // An ES module that imports node:http makes Node load all of it, its WebSocket and fetch too: a fifth of a cold start.
    format: 'cjs',
    mainFields: ['module', 'main'],
    // Not minified: a stack trace in the logs reads as it stands, and Node parses these files in milliseconds.
    legalComments: 'none',
    logLevel: 'silent',
  });
  return Object.fromEntries(functionNames.map((name) => [name, join(outdir, name)])) as Record<
    FunctionName,
    string
  >;
}
