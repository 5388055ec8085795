import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { readBuckets } from './assembly/buckets.ts';
import { type DeployedStack, deploy } from './assembly/deployment.ts';
import { type Assembly, loadAssembly } from './assembly/load.ts';
import { readTables } from './assembly/tables.ts';
import { openDatabase } from './database.ts';
import { startDynamoDb } from './dynamodb/index.ts';
import { type Events, readEvents } from './events/events.ts';
import { type QueueMessage, Queues } from './events/queues.ts';
import { statesEndpoint } from './executions/endpoint.ts';
import { Executions } from './executions/executions.ts';
import { integrations } from './executions/integrations.ts';
import { readMachines } from './executions/read-machines.ts';
import { type ExecutionStatus, ExecutionStore } from './executions/store.ts';
import type { FunctionInterceptor, InvokeResult } from './functions/function.ts';
import { Functions } from './functions/functions.ts';
import { type Endpoints, type EnvironmentOf, readFunctions } from './functions/read-functions.ts';
import { type Api, readApis } from './gateway/api.ts';
import { gateway } from './gateway/gateway.ts';
import type { Interceptor } from './intercept.ts';
import { lockDirectory } from './lock.ts';
import { startS3 } from './s3/index.ts';
import { serve } from './serve.ts';
import { systemClock } from './states/clock.ts';
import type { Clock, ExecutionEvent } from './states/index.ts';

export interface CloudOptions {
  /** Path of `cdk.out`. */
  assembly: string;
  /** Where everything is kept, from the working folder on when relative; made when absent. One cloud at a time. */
  dir: string;
  /** Invocations at a time, of all functions together (one more is kept for API calls). Default: the cores. */
  concurrency?: number;
  /** Whether schedules fire by the clock. Default: true. */
  schedules?: boolean;
  /** Of the APIs, on 127.0.0.1. Default: a free one. */
  port?: number;
  /** For stacks that are not bound to a region. Default: us-east-1. */
  region?: string;
  clock?: Clock;
  /** Hears, line by line, what people may want to know. Default: nobody. */
  log?: (line: string) => void;
  /**
   * Overrides what the laptop tells a function or a state machine, by its name, of where and as whom to call AWS: so
   * tests put another S3 and DynamoDB (moto's) in the place of its own, and a role behind each caller.
   */
  environmentOf?: EnvironmentOf;
  /** Breaks S3 and DynamoDB requests, for tests. */
  intercept?: Interceptor;
  /** Breaks invocations, for tests. */
  interceptFunction?: FunctionInterceptor;
}

/** An execution and its history. `input` and `output` are values. */
export interface CloudExecution {
  arn: string;
  name: string;
  stateMachineArn: string;
  status: ExecutionStatus;
  input: unknown;
  output?: unknown;
  error?: string;
  cause?: string;
  startDate: Date;
  stopDate?: Date;
  events: ExecutionEvent[];
}

export interface Cloud {
  /** API addresses in outputs are those of the laptop. */
  stacks: { name: string; region: string; outputs: Record<string, string> }[];
  endpoints: Endpoints;
  /** `url` is `http://127.0.0.1:PORT/<api id>/<stage>`. */
  apis: { stack: string; name: string; stage: string; url: string }[];
  stateMachines: {
    stack: string;
    name: string;
    arn: string;
    /** @param input a value, `{}` by default */
    start(input?: unknown, name?: string): Promise<{ executionArn: string }>;
  }[];
  functions: { stack: string; name: string; arn: string; invoke(payload: unknown): Promise<InvokeResult> }[];
  schedules: { stack: string; name: string; arn: string; enabled: boolean; next: Date | undefined }[];
  queues: { stack: string; name: string; arn: string; messages(): QueueMessage[] }[];
  /** What each SNS topic was sent. */
  topics: { stack: string; name: string; arn: string; messages(): QueueMessage[] }[];
  /** @throws StatesApiError ExecutionDoesNotExist */
  execution(arn: string): Promise<CloudExecution>;
  /** Waits for the end of an execution. */
  ended(arn: string): Promise<CloudExecution>;
  /** Hears of everything that executions do, the progress of Map Runs included. @returns what ends that */
  onEvent(listener: (event: ExecutionEvent, executionArn: string) => void): () => void;
  /**
   * Fires a schedule now, disabled or not, and waits for its target to take it.
   *
   * @param name its name or ARN
   * @param scheduledTime what the schedule says that the time is; now by default
   * @returns `executionArn` when the target is a state machine
   * @throws when there is no such schedule, or the target does not take it
   */
  fireSchedule(name: string, scheduledTime?: Date): Promise<{ executionArn?: string }>;
  /** Ends everything; executions that run are marked ABORTED. */
  close(): Promise<void>;
}

/**
 * Boots an assembly on this computer.
 *
 * @throws when a resource, state or setting of the app is not implemented, naming it; when `dir` is in use; when the
 *   port is taken
 */
export async function bootCloud(options: CloudOptions): Promise<Cloud> {
  const assembly = loadAssembly(options.assembly, options.region ?? 'us-east-1');
  const stacks = deploy(assembly);
  mkdirSync(options.dir, { recursive: true });
  // What was opened is closed in the opposite order, also when a later step of the boot fails.
  const closing: (() => unknown)[] = [lockDirectory(options.dir)];
  const close = async () => {
    for (let step = closing.pop(); step !== undefined; step = closing.pop()) await step();
  };
  try {
    return await boot(options, assembly, stacks, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function boot(
  options: CloudOptions,
  assembly: Assembly,
  stacks: DeployedStack[],
  closing: (() => unknown)[],
  close: () => Promise<void>,
): Promise<Cloud> {
  const { clock = systemClock, log = () => {}, environmentOf = (): Record<string, string> => ({}) } = options;
  const dir = resolve(options.dir);
  const database = openDatabase(join(dir, 'cloud.sqlite'));
  closing.push(() => database.close());
  const store = new ExecutionStore(database);
  store.forget(clock.now());
  const orphans = store.abortOrphans(clock.now());
  if (orphans > 0) log(`${orphans} execution(s) that the last stop cut short are marked ABORTED`);

  const buckets = readBuckets(stacks);
  // The parts refer to one another in a circle; requests come only when all of it stands.
  let events: Events | undefined;
  const broken = options.intercept === undefined ? {} : { intercept: options.intercept };
  const s3 = await startS3({
    dir: join(dir, 's3'),
    buckets: buckets.map(({ name }) => name),
    onObjectCreated: (object) => events?.objectCreated(object),
    ...broken,
  });
  closing.push(() => s3.close());
  const dynamodb = await startDynamoDb({ dir: join(dir, 'dynamodb'), tables: readTables(stacks), ...broken });
  closing.push(() => dynamodb.close());
  let handleStates: ReturnType<typeof statesEndpoint> | undefined;
  const states = await serve(0, async (request, response) => handleStates?.(request, response), log);
  closing.push(() => states.close());
  const endpoints: Endpoints = { s3: s3.endpoint, dynamodb: dynamodb.endpoint, states: states.url };

  const definitions = readFunctions(
    stacks,
    assembly,
    { code: join(dir, 'functions'), logs: join(dir, 'logs') },
    endpoints,
    environmentOf,
  );
  const functions = new Functions(
    definitions,
    options.concurrency ?? availableParallelism(),
    options.interceptFunction,
  );
  closing.push(() => functions.close());
  const executions = new Executions({
    machines: readMachines(stacks, assembly),
    store,
    integrations: ({ name, arn }) => {
      const { AWS_ENDPOINT_URL_S3: endpoint = s3.endpoint, AWS_ACCESS_KEY_ID: accessKeyId = 'LAPTOP' } =
        environmentOf(name, endpoints);
      return integrations(functions, { endpoint, accessKeyId }, arn.split(':')[3] ?? '');
    },
    clock,
  });
  closing.push(() => executions.close());
  handleStates = statesEndpoint(executions, (entries, region) => events?.put(entries, region) ?? []);
  const queueResources = stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type }) => type === 'AWS::SQS::Queue');
  const topicResources = stacks
    .flatMap((stack) => stack.resources)
    .filter(({ type }) => type === 'AWS::SNS::Topic');
  // Nobody subscribes on the laptop: a topic keeps what it was sent, as a queue does.
  const queues = new Queues(database, [
    ...queueResources.map((queue) => queue.attribute('Arn')),
    ...topicResources.map((topic) => topic.ref),
  ]);
  events = readEvents({ stacks, buckets, functions, executions, queues, database, clock, log });
  const running = events;
  closing.push(() => running.close());

  const apis = stacks.flatMap(readApis);
  const front = await serve(
    options.port ?? 0,
    gateway(apis, (arn, payload, signal) => {
      const found = functions.find(arn);
      if (found === undefined) throw new Error(`An API calls ${arn}, which no stack contains.`);
      return found.invoke(payload, { signal, ahead: true });
    }),
    log,
  );
  closing.push(() => front.close());
  running.start(options.schedules ?? true);

  const describe = (arn: string): CloudExecution => {
    const { name, machine, status, input, output, error, cause, started, stopped } = executions.get(arn);
    return {
      arn,
      name,
      stateMachineArn: machine,
      status,
      input: JSON.parse(input),
      ...(output === null ? {} : { output: JSON.parse(output) }),
      ...(error === null ? {} : { error }),
      ...(cause === null ? {} : { cause }),
      startDate: new Date(started),
      ...(stopped === null ? {} : { stopDate: new Date(stopped) }),
      events: executions.events(arn),
    };
  };
  return {
    stacks: stacks.map(({ name, region, outputs }) => ({
      name,
      region,
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([key, value]) => [key, withLocalUrls(String(value), apis, front.url)]),
      ),
    })),
    endpoints,
    apis: apis.flatMap((api) =>
      api.stages.map((stage) => ({
        stack: api.stack,
        name: api.name,
        stage: stage.name,
        url: `${front.url}/${api.id}/${stage.name}`,
      })),
    ),
    stateMachines: executions.machines().map(({ stack, name, arn }) => ({
      stack,
      name,
      arn,
      start: async (input = {}, executionName) => ({
        executionArn: executions.start(arn, JSON.stringify(input), executionName).arn,
      }),
    })),
    functions: functions.list().map(({ stack, name, arn }) => ({
      stack,
      name,
      arn,
      invoke: (payload) => functions.find(arn)!.invoke(payload),
    })),
    schedules: running.schedules.map((schedule) => {
      const next = schedule.firings(clock.now());
      const { stack, name, arn, enabled } = schedule;
      return { stack, name, arn, enabled, next: next === undefined ? undefined : new Date(next) };
    }),
    queues: queueResources.map((queue) => ({
      stack: queue.stack.name,
      name: queue.name,
      arn: queue.attribute('Arn'),
      messages: () => queues.messages(queue.attribute('Arn')),
    })),
    topics: topicResources.map((topic) => ({
      stack: topic.stack.name,
      name: topic.name,
      arn: topic.ref,
      messages: () => queues.messages(topic.ref),
    })),
    execution: async (arn) => describe(arn),
    ended: async (arn) => {
      await executions.ended(arn);
      return describe(arn);
    },
    onEvent: (listener) => executions.onEvent(listener),
    async fireSchedule(name, scheduledTime = new Date(clock.now())) {
      const schedule = running.schedules.find((each) => each.name === name || each.arn === name);
      if (schedule === undefined)
        throw new Error(
          `There is no schedule ${name}; there are ${running.schedules.map((each) => each.name).join(', ') || 'none'}.`,
        );
      const [first] = await running.fire(schedule, scheduledTime.getTime());
      if (first?.delivered === false) throw first.failure;
      return (first?.result ?? {}) as { executionArn?: string };
    },
    close,
  };
}

/** An output that tells an API's address on AWS tells the laptop's instead. */
function withLocalUrls(text: string, apis: Api[], url: string): string {
  return apis.reduce(
    (whole, api) =>
      whole.replaceAll(`https://${api.id}.execute-api.${api.region}.amazonaws.com`, `${url}/${api.id}`),
    text,
  );
}
