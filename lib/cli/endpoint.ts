import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure } from './failure.ts';

/** The small file by which other commands find the laptop's API: `<dir>/endpoint.json`. */
const pathOf = (dir: string) => join(dir, 'endpoint.json');

export function writeEndpoint(dir: string, url: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(pathOf(dir), `${JSON.stringify({ url, pid: process.pid })}\n`);
}

export function removeEndpoint(dir: string): void {
  rmSync(pathOf(dir), { force: true });
}

/** The base URL to speak to: the one asked for, else the laptop's. Without a slash at the end. */
export function findEndpoint(options: { api?: string; dir: string }): string {
  if (options.api !== undefined) {
    if (!URL.canParse(options.api) || !/^https?:/.test(options.api))
      throw new CommandFailure(
        `--api: expected a URL such as http://127.0.0.1:8787, got "${options.api}"`,
        2,
      );
    return options.api.replace(/\/+$/, '');
  }
  try {
    return (JSON.parse(readFileSync(pathOf(options.dir), 'utf8')) as { url: string }).url;
  } catch (error) {
    throw new CommandFailure(
      `Nothing runs in ${options.dir}: start it with "cloudtune up" in another terminal, name its folder with --dir, or an API with --api URL.`,
      1,
      { cause: error },
    );
  }
}
