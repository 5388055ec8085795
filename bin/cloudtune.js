#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read: it finds one that runs the command, and runs it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const needed = 24;
const folder = dirname(fileURLToPath(import.meta.url));

/** The Node that comes as the npm package `node`, for machines whose own is older. */
function packagedNode() {
  let home;
  try {
    home = dirname(createRequire(import.meta.url).resolve('node/package.json'));
  } catch {
    return undefined;
  }
  const binary = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(binary) ? binary : undefined;
}

function runWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`cloudtune: ${node} could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

if (Number(process.versions.node.split('.')[0]) >= needed) {
  // A clone has the source; the installed package has it bundled, since Node strips no types under node_modules.
  const source = join(folder, 'cloudtune.ts');
  await import(pathToFileURL(existsSync(source) ? source : join(folder, '..', 'dist', 'cloudtune.mjs')).href);
} else {
  const node = packagedNode();
  if (node !== undefined) runWith(node);
  else {
    console.error(
      `cloudtune: needs Node ${needed} or later, and this is ${process.version}. The npm package "node", which brings one ` +
        'along, is not there: install again without --ignore-scripts and --omit=optional, or install Node 24.',
    );
    process.exitCode = 1;
  }
}
