import { Duration, type Stack } from 'aws-cdk-lib';
import { EventField, Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget, SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, Pass, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { expect, it, vi } from 'vitest';
import type { Clock, Cloud } from '../../lib/local/index.ts';
import { boot, functionOf, synthesize } from './small-app.ts';

/** Sleeps a thousand times faster than it should. */
const hurried: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds / 1000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

const machine = (stack: Stack) =>
  new StateMachine(stack, 'Machine', {
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(Pass.jsonata(stack, 'Keep')),
  });

const put = async (cloud: Cloud, key: string, bucket: string) => {
  const response = await fetch(`${cloud.endpoints.s3}/${bucket}/${key}`, { method: 'PUT', body: 'hello' });
  expect(response.status).toBe(200);
};

/** Waits for the only execution of the cloud to end. */
const execution = async (cloud: Cloud, started: string[]) => {
  await vi.waitFor(() => expect(started).toHaveLength(1), { timeout: 5_000, interval: 5 });
  return cloud.ended(started[0]!);
};
const watch = (cloud: Cloud): string[] => {
  const started: string[] = [];
  cloud.onEvent((event, arn) => {
    if (event.type === 'ExecutionStarted') started.push(arn);
  });
  return started;
};

it('tells a state machine of an object that its rule asks for, and of no other', async () => {
  const assembly = synthesize((stack) => {
    const bucket = new Bucket(stack, 'Box', { bucketName: 'the-box', eventBridgeEnabled: true });
    new Bucket(stack, 'Quiet', { bucketName: 'the-quiet-box' });
    new Rule(stack, 'Inbox', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: Match.prefix('inbox/') } },
      },
      targets: [new SfnStateMachine(machine(stack))],
    });
  });
  const cloud = await boot(assembly);
  const started = watch(cloud);
  await put(cloud, 'outbox/a', 'the-box');
  await put(cloud, 'inbox/a', 'the-quiet-box');
  await put(cloud, 'inbox/caf%C3%A9.csv', 'the-box');
  expect((await execution(cloud, started)).input).toMatchObject({
    'detail-type': 'Object Created',
    region: 'eu-west-3',
    resources: ['arn:aws:s3:::the-box'],
    detail: { bucket: { name: 'the-box' }, object: { key: 'inbox/café.csv', size: 5 } },
  });
});

it('shapes the input as the rule says', async () => {
  const assembly = synthesize((stack) => {
    new Bucket(stack, 'Box', { bucketName: 'the-box', eventBridgeEnabled: true });
    new Rule(stack, 'Shaped', {
      eventPattern: { source: ['aws.s3'] },
      targets: [
        new SfnStateMachine(machine(stack), {
          input: RuleTargetInput.fromObject({
            key: `s3://the-box/${EventField.fromPath('$.detail.object.key')}`,
            size: EventField.fromPath('$.detail.object.size'),
            constant: 1,
          }),
        }),
      ],
    });
  });
  const cloud = await boot(assembly);
  const started = watch(cloud);
  await put(cloud, 'a', 'the-box');
  expect((await execution(cloud, started)).input).toEqual({ key: 's3://the-box/a', size: 5, constant: 1 });
});

it('tries a function three times, then leaves a letter with what happened', async () => {
  const assembly = synthesize((stack) => {
    new Bucket(stack, 'Box', { bucketName: 'the-box', eventBridgeEnabled: true });
    const letters = new Queue(stack, 'Letters');
    const failing = functionOf(
      stack,
      'Failing',
      `let tried = 0; export const handler = async () => { throw new Error('attempt ' + ++tried); };`,
    );
    failing.configureAsyncInvoke({ onFailure: new SqsDestination(letters) });
    new Rule(stack, 'All', { eventPattern: { source: ['aws.s3'] }, targets: [new LambdaTarget(failing)] });
  });
  const log: string[] = [];
  const cloud = await boot(assembly, { clock: hurried, log: (line) => log.push(line) });
  await put(cloud, 'a', 'the-box');
  const [letter, ...others] = await vi.waitFor(
    () => {
      const messages = cloud.queues[0]!.messages();
      expect(messages.length).toBeGreaterThan(0);
      return messages;
    },
    { timeout: 5_000, interval: 5 },
  );
  expect(others).toEqual([]);
  expect(JSON.parse(letter!.body)).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { detail: { object: { key: 'a' } } },
    responsePayload: { errorType: 'Error', errorMessage: 'attempt 3' },
  });
  expect(log.join()).toMatch(/gave up on .*All.* after 3 attempt\(s\): Error: attempt 3/);
});

const scheduled = (stack: Stack, id: string, expression: string, input: string, state?: string) => {
  const letters = (stack.node.tryFindChild('Letters') ?? new Queue(stack, 'Letters')) as Queue;
  const target = (stack.node.tryFindChild('Machine') ?? machine(stack)) as StateMachine;
  return new CfnSchedule(stack, id, {
    name: id,
    flexibleTimeWindow: { mode: 'OFF' },
    scheduleExpression: expression,
    scheduleExpressionTimezone: 'Europe/Paris',
    ...(state === undefined ? {} : { state }),
    target: {
      arn: target.stateMachineArn,
      roleArn: 'arn:aws:iam::000000000000:role/scheduler',
      input,
      deadLetterConfig: { arn: letters.queueArn },
      retryPolicy: { maximumRetryAttempts: 2 },
    },
  });
};

it('fires a schedule on demand with its scheduled time, and buries an input that no execution takes', async () => {
  const assembly = synthesize((stack) => {
    scheduled(
      stack,
      'nightly',
      'cron(0 4 * * ? *)',
      '{"at":"<aws.scheduler.scheduled-time>","n":1}',
      'DISABLED',
    );
    scheduled(stack, 'broken', 'rate(1 day)', 'not JSON');
  });
  const cloud = await boot(assembly, { clock: hurried });
  expect(cloud.schedules.map(({ name, enabled }) => [name, enabled])).toEqual([
    ['nightly', false],
    ['broken', true],
  ]);
  const { executionArn } = await cloud.fireSchedule('nightly', new Date('2026-11-23T03:00:00.123Z'));
  expect(await cloud.ended(executionArn!)).toMatchObject({
    status: 'SUCCEEDED',
    input: { at: '2026-11-23T03:00:00Z', n: 1 },
  });
  await expect(cloud.fireSchedule('broken')).rejects.toThrow(/Invalid State Machine Execution Input/);
  expect(cloud.queues[0]!.messages()).toMatchObject([
    { body: 'not JSON', attributes: { ERROR_CODE: 'InvalidExecutionInput' } },
  ]);
  await expect(cloud.fireSchedule('weekly')).rejects.toThrow(/no schedule weekly; there are nightly, broken/);
});

it('fires by the clock what is enabled, rules with a schedule too, and does not make up for the past', async () => {
  const start = Date.parse('2026-11-23T02:58:00Z');
  let now = start;
  const jumping: Clock = {
    now: () => now,
    // Each sleep is over at once, and the clock has moved by as much; at half past it stands still.
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (now > start + 32 * 60_000) return;
        setImmediate(() => {
          now += milliseconds;
          resolve();
        });
      }),
  };
  const assembly = synthesize((stack) => {
    scheduled(stack, 'nightly', 'cron(0 4 * * ? *)', '{"at":"<aws.scheduler.scheduled-time>"}');
    scheduled(stack, 'disabled', 'cron(1 4 * * ? *)', '{"at":"never"}', 'DISABLED');
    new Rule(stack, 'Hourly', {
      schedule: Schedule.rate(Duration.minutes(20)),
      targets: [new SfnStateMachine(stack.node.findChild('Machine') as StateMachine)],
    });
  });
  const cloud = await boot(assembly, { clock: jumping, schedules: true });
  const started = watch(cloud);
  await vi.waitFor(() => expect(started).toHaveLength(2), { timeout: 5_000, interval: 5 });
  const inputs = await Promise.all(started.map(async (arn) => (await cloud.ended(arn)).input));
  expect(inputs).toContainEqual({ at: '2026-11-23T03:00:00Z' });
  expect(inputs).toContainEqual(
    expect.objectContaining({ 'detail-type': 'Scheduled Event', time: '2026-11-23T03:18:00Z' }),
  );
});
