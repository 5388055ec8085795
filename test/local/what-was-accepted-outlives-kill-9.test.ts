import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { expect, it, onTestFinished, vi } from 'vitest';
import { bootCloud } from '../../lib/local/index.ts';
import { boot, functionOf, synthesize, temporaryDirectory } from './small-app.ts';

/** An app whose functions wait for ever until a file appears. */
function stuckUntil(file: string): string {
  const stuck = `import { appendFileSync, existsSync } from 'node:fs';
    export const handler = async (event) => {
      while (!existsSync(${JSON.stringify(file)})) await new Promise((done) => setTimeout(done, 5));
      appendFileSync(${JSON.stringify(`${file}.seen`)}, (event.detail?.object.key ?? 'task') + ' ');
      return 'done';
    };`;
  return synthesize((stack) => {
    new Bucket(stack, 'Box', { bucketName: 'the-box', eventBridgeEnabled: true });
    const eager = new LambdaTarget(functionOf(stack, 'Eager', stuck, { timeout: 900 }));
    new Rule(stack, 'All', { eventPattern: { source: ['aws.s3'] }, targets: [eager] });
    new StateMachine(stack, 'Machine', {
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(
        LambdaInvoke.jsonata(stack, 'Task', {
          lambdaFunction: functionOf(stack, 'Slow', stuck, { timeout: 900 }),
        }),
      ),
    });
  });
}

async function bootElsewhere(...parameters: string[]): Promise<{ child: ChildProcess; printed: string }> {
  const script = join(import.meta.dirname, 'boot-in-a-process.ts');
  const child = spawn(process.execPath, [script, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [chunk] = await once(child.stdout!, 'data');
  return { child, printed: String(chunk).trim() };
}

it('marks the broken execution as ABORTED, keeps the object, and delivers its event', async () => {
  const dir = temporaryDirectory();
  const go = join(temporaryDirectory(), 'go');
  const assembly = stuckUntil(go);
  const { child, printed: executionArn } = await bootElsewhere(assembly, dir, 'first.csv');

  // While it runs, nobody else gets the directory.
  await expect(bootCloud({ assembly, dir })).rejects.toThrow(
    `in use by a laptop cloud that runs already (process ${child.pid})`,
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(`${go}.seen`)).toBe(false);

  const log: string[] = [];
  writeFileSync(go, '');
  const cloud = await boot(assembly, { dir, log: (line) => log.push(line) });
  const execution = await cloud.execution(executionArn);
  expect(execution).toMatchObject({
    status: 'ABORTED',
    name: 'cut-short',
    input: { n: 1 },
    error: 'LaptopCloud.Stopped',
    cause: 'The laptop cloud stopped in the middle of this execution.',
    stopDate: expect.any(Date),
  });
  expect(execution.events.map(({ type }) => type)).toContain('TaskStarted');
  expect(log).toContain('1 execution(s) that the last stop cut short are marked ABORTED');
  const kept = await fetch(`${cloud.endpoints.s3}/the-box/first.csv`);
  expect(await kept.text()).toBe('kept');
  await vi.waitFor(() => expect(readFileSync(`${go}.seen`, 'utf8')).toBe('first.csv '), {
    timeout: 5_000,
    interval: 5,
  });

  const { executionArn: next } = await cloud.stateMachines[0]!.start({}, 'the-next');
  expect(await cloud.ended(next)).toMatchObject({ status: 'SUCCEEDED' });
});

it('a close is a stop that says so and lets the directory go; after ninety days nobody remembers', async () => {
  const dir = temporaryDirectory();
  const assembly = stuckUntil(join(temporaryDirectory(), 'never'));
  const first = await boot(assembly, { dir });
  const { executionArn } = await first.stateMachines[0]!.start();
  await expect(bootCloud({ assembly, dir })).rejects.toThrow(/is in use/);
  await first.close();
  const second = await boot(assembly, { dir });
  expect(await second.execution(executionArn)).toMatchObject({
    status: 'ABORTED',
    cause: 'The laptop cloud was closed in the middle of this execution.',
  });
  await second.close();
  const quarterLater = Date.now() + 91 * 86_400_000;
  const third = await boot(assembly, { dir, clock: { now: () => quarterLater, sleep: async () => {} } });
  await expect(third.execution(executionArn)).rejects.toThrow(/Execution Does Not Exist/);
});
