import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { packageRoot } from './root.ts';

/** The page's files by path, as the server at `/` sends them. */
export type Page = Map<string, { type: string; content: Uint8Array }>;

const names = ['index.html', 'page.js', 'page.css', 'icon.svg'];
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Bundles lib/web into a folder. Only in a clone: the installed package has it ready. */
export async function buildPage(folder: string): Promise<void> {
  const { build } = await import('esbuild');
  const source = join(packageRoot, 'lib/web');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: { page: join(source, 'index.ts') },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  await build({
    entryPoints: { page: join(source, 'style.css') },
    outdir: folder,
    bundle: true,
    minify: true,
    logLevel: 'error',
  });
  for (const name of ['index.html', 'icon.svg']) await copyFile(join(source, name), join(folder, name));
}

/** The page: bundled into `folder` in a clone, else as it was packed. */
export async function loadPage(folder: string): Promise<Page> {
  const packed = join(packageRoot, 'dist/web');
  const inClone = existsSync(join(packageRoot, 'lib/web/index.ts'));
  if (inClone) await buildPage(folder);
  const from = inClone ? folder : packed;
  const page: Page = new Map();
  for (const name of names)
    page.set(name === 'index.html' ? '/' : `/${name}`, {
      type: types[extname(name)] ?? 'application/octet-stream',
      content: await readFile(join(from, name)),
    });
  return page;
}
