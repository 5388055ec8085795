import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export interface Right {
  action: string;
  resource: string;
}

/** A policy that allows these rights and nothing else. */
export const policyOf = (rights: Right[]) => ({
  Version: '2012-10-17',
  Statement: rights.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource })),
});

/** moto's IAM engine, in a process of its own (see permitted.py), with Python of IAM_PYTHON. */
export function startEngine() {
  const child = spawn(process.env.IAM_PYTHON!, [resolve(import.meta.dirname, 'permitted.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting: { answer: (line: string) => void; fail: (error: Error) => void }[] = [];
  createInterface(child.stdout).on('line', (line) => waiting.shift()?.answer(line));
  child.once('exit', (code) => {
    for (const { fail } of waiting) fail(new Error(`moto's IAM engine stopped with ${code}`));
  });
  return {
    /** Which of the calls pass with these rights alone. */
    async permits(rights: Right[], calls: Right[]): Promise<boolean[]> {
      const policy = policyOf(rights);
      const line = await new Promise<string>((answer, fail) => {
        waiting.push({ answer, fail });
        child.stdin.write(`${JSON.stringify(calls.map((call) => ({ policy, ...call })))}\n`);
      });
      return JSON.parse(line);
    },
    stop: () => child.kill(),
  };
}
