import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { boot, functionOf, invoke, synthesize, temporaryDirectory } from './small-app.ts';

it('gets its environment, its context and its region, and nothing of the process that runs it', async () => {
  process.env.NOT_FOR_FUNCTIONS = 'secret';
  const assembly = synthesize((stack) => {
    functionOf(
      stack,
      'Seen',
      `export const handler = async (event, context) => ({
        event, env: { ...process.env }, name: context.functionName, left: context.getRemainingTimeInMillis(),
        memory: context.memoryLimitInMB, arn: context.invokedFunctionArn, id: context.awsRequestId,
      });`,
      { environment: { COLOUR: 'blue', HERE: stack.region }, timeout: 7, memorySize: 256 },
    );
  });
  const cloud = await boot(assembly);
  const answer = await invoke(cloud, 'Seen', { a: 1 });
  expect(answer).toMatchObject({
    status: 200,
    payload: {
      event: { a: 1 },
      env: {
        COLOUR: 'blue',
        HERE: 'eu-west-3',
        AWS_REGION: 'eu-west-3',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_ENDPOINT_URL_S3: cloud.endpoints.s3,
      },
      memory: '256',
      arn: cloud.functions[0]?.arn,
      name: cloud.functions[0]?.name,
    },
  });
  const { left, env } = (answer as { payload: { left: number; env: Record<string, string> } }).payload;
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(7000);
  expect(env).not.toHaveProperty('NOT_FOR_FUNCTIONS');
  expect(env).not.toHaveProperty('PATH');
});

it('may be CommonJS below a relative folder, keeps its module between invocations, and writes to its own log', async () => {
  const dir = relative('', temporaryDirectory());
  const assembly = synthesize((stack) => {
    functionOf(
      stack,
      'Warm',
      `let count = 0; exports.handler = async () => { console.log('counted', ++count); return count; };`,
      { file: 'index.js' },
    );
  });
  const cloud = await boot(assembly, { dir });
  expect(await invoke(cloud, 'Warm', {})).toEqual({ status: 200, payload: 1 });
  expect(await invoke(cloud, 'Warm', {})).toEqual({ status: 200, payload: 2 });
  expect(readFileSync(join(dir, 'logs', `${cloud.functions[0]?.name}.log`), 'utf8')).toContain('counted 2');
});

it('reports what it throws, what it cannot load, what it exits with and what takes too long', async () => {
  const assembly = synthesize((stack) => {
    functionOf(
      stack,
      'Broken',
      `class PaperJam extends Error { name = 'PaperJam' }
       let calls = 0;
       export const handler = async ({ how }) => {
         calls += 1;
         if (how === 'throw') throw new PaperJam('tray 2');
         if (how === 'text') throw 'just text';
         if (how === 'exit') process.exit(3);
         if (how === 'stray') setTimeout(() => { throw new Error('stray') }, 1), await new Promise(() => {});
         return calls;
       };`,
      // Long enough for the slowest machine: only Endless is to run out of time.
      { timeout: 60 },
    );
    functionOf(stack, 'Endless', `export const handler = async () => { for (;;); };`, { timeout: 1 });
    functionOf(stack, 'Unloadable', `import 'no-such-package'; export const handler = async () => 1;`);
    functionOf(stack, 'Nameless', `export const other = async () => 1;`);
  });
  const cloud = await boot(assembly);
  const failure = async (name: string, how: string) => {
    const answer = await invoke(cloud, name, { how });
    return 'error' in answer ? answer.error : answer;
  };
  expect(await failure('Broken', 'throw')).toMatchObject({ errorType: 'PaperJam', errorMessage: 'tray 2' });
  expect(await failure('Broken', 'text')).toMatchObject({ errorType: 'string', errorMessage: 'just text' });
  expect(await invoke(cloud, 'Broken', {})).toEqual({ status: 200, payload: 3 });
  expect(await failure('Broken', 'exit')).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('exit status 3'),
  });
  expect(await invoke(cloud, 'Broken', {})).toEqual({ status: 200, payload: 1 });
  expect(await failure('Broken', 'stray')).toMatchObject({ errorMessage: expect.stringContaining('stray') });
  expect(await invoke(cloud, 'Broken', {})).toEqual({ status: 200, payload: 1 });
  expect(await invoke(cloud, 'Endless', {})).toMatchObject({
    error: {
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('timed out after 1.00 seconds'),
    },
  });
  expect(await failure('Unloadable', '')).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
    errorMessage: expect.stringContaining('no-such-package'),
  });
  expect(await failure('Nameless', '')).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
});

it('does not outgrow its memory, and its payloads keep to 6 MB in both directions', async () => {
  const assembly = synthesize((stack) => {
    functionOf(
      stack,
      'Big',
      `export const handler = async ({ grow, size = 0 }) => {
         const hoard = [];
         while (grow) hoard.push(new Array(100_000).fill(hoard.length));
         return 'x'.repeat(size);
       };`,
      { timeout: 60 },
    );
  });
  const cloud = await boot(assembly);
  expect(await invoke(cloud, 'Big', { grow: true })).toMatchObject({
    error: { errorType: 'Runtime.OutOfMemory' },
  });
  expect(await invoke(cloud, 'Big', { size: 5_000_000 })).toHaveProperty('payload');
  expect(await invoke(cloud, 'Big', { size: 6_300_000 })).toMatchObject({
    status: 200,
    error: { errorType: 'Function.ResponseSizeTooLarge' },
  });
  expect(await invoke(cloud, 'Big', { text: 'x'.repeat(6_300_000) })).toMatchObject({
    status: 413,
    error: { errorType: 'RequestEntityTooLargeException' },
  });
});

it('runs as many invocations at a time as the laptop, or the function, is given, and no more', async () => {
  // Waits for a companion at first, so that the test sees two at a time whenever two may run.
  const traced = (companions: number) => `import { appendFileSync, readFileSync } from 'node:fs';
    const { TRACE } = process.env;
    const pause = () => new Promise((done) => setTimeout(done, 5));
    export const handler = async () => {
      appendFileSync(TRACE, '+');
      while (!readFileSync(TRACE, 'utf8').startsWith('+'.repeat(${companions}))) await pause();
      await pause();
      appendFileSync(TRACE, '-');
    };`;
  const [pair, single] = [join(temporaryDirectory(), 'trace'), join(temporaryDirectory(), 'trace')];
  const assembly = synthesize((stack) => {
    functionOf(stack, 'Pair', traced(2), { environment: { TRACE: pair } });
    functionOf(stack, 'Single', traced(1), { environment: { TRACE: single }, reserved: 1 });
  });
  const cloud = await boot(assembly, { concurrency: 2 });
  await Promise.all([...'abcdef'].map(() => invoke(cloud, 'Pair', {})));
  await Promise.all([...'abcdef'].map(() => invoke(cloud, 'Single', {})));
  expect(most(readFileSync(pair, 'utf8'))).toBe(2);
  expect(most(readFileSync(single, 'utf8'))).toBe(1);
});

const most = (trace: string): number => {
  let running = 0;
  return Math.max(...[...trace].map((step) => (running += step === '+' ? 1 : -1)));
};

it('can be made to fail by a test: by throwing, by answering too late, by dying', async () => {
  const assembly = synthesize((stack) => {
    functionOf(stack, 'Fine', 'let runs = 0; export const handler = async () => ++runs;');
  });
  const faults = [undefined, 'throw', 'timeout', 'crash', undefined] as const;
  const cloud = await boot(assembly, { interceptFunction: (_, attempt) => faults[attempt - 1] });
  expect(await invoke(cloud, 'Fine', {})).toEqual({ status: 200, payload: 1 });
  expect(await invoke(cloud, 'Fine', {})).toMatchObject({ error: { errorType: 'InjectedFault' } });
  expect(await invoke(cloud, 'Fine', {})).toMatchObject({ error: { errorType: 'Sandbox.Timedout' } });
  expect(await invoke(cloud, 'Fine', {})).toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
  expect(await invoke(cloud, 'Fine', {})).toEqual({ status: 200, payload: 1 });
});
