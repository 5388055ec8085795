import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** `cloudtune up` with the examples, in a process and a folder of its own, once it says that it is ready. */
export async function startLaptop(): Promise<{ url: string; stop(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'cloudtune-browser-'));
  const child = spawn(process.execPath, [join(root, 'bin/cloudtune.js'), 'up', '--port', '0', '--dir', dir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  let said = '';
  try {
    const url = await new Promise<string>((ready, fail) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /Ready at (http:\S+)\//.exec(said)?.[1];
        if (found !== undefined) ready(found);
      });
      void ended.then(() => fail(new Error(`cloudtune up ended before it was ready:\n${said}`)));
    });
    return {
      url,
      async stop() {
        child.kill('SIGTERM');
        await ended;
        rmSync(dir, { recursive: true });
      },
    };
  } catch (error) {
    rmSync(dir, { recursive: true });
    throw error;
  }
}
