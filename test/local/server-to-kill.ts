import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Starts a script that prints its endpoint on a line and serves; `kill` is `kill -9`, and waits for the end. */
export async function startServerToKill(script: string, dir: string) {
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  return {
    endpoint: String(line).trim(),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
