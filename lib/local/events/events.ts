import type { DatabaseSync } from 'node:sqlite';
import type { Bucket } from '../assembly/buckets.ts';
import type { DeployedStack } from '../assembly/deployment.ts';
import type { Values } from '../assembly/load.ts';
import type { Executions } from '../executions/executions.ts';
import type { Functions } from '../functions/functions.ts';
import type { Clock } from '../states/index.ts';
import { Deliveries, type DeliveryResult } from './deliveries.ts';
import type { Queues } from './queues.ts';
import { type EventEntry, objectCreated, publish, putEvent, readRules } from './rules.ts';
import { keepSchedule, readSchedules, type Schedule } from './schedules.ts';
import type { Reach } from './targets.ts';

export interface Events {
  schedules: Schedule[];
  /** Tells of an object; what follows from it is on disk when this returns. */
  objectCreated(object: { bucket: string; key: string; size: number; etag: string }): void;
  /** Puts events on the default bus of a region: their ids. What follows from them is on disk when this returns. */
  put(entries: readonly EventEntry[], region: string): string[];
  /** Fires a schedule as its time would; waits until each target has had it. */
  fire(schedule: Schedule, scheduledTime: number): Promise<DeliveryResult[]>;
  /** Takes up what an earlier process left, and keeps the schedules from now on. */
  start(keepSchedules: boolean): void;
  close(): Promise<void>;
}

/** EventBridge and its Scheduler: rules, schedules and what they deliver. */
export function readEvents(options: {
  stacks: DeployedStack[];
  buckets: Bucket[];
  functions: Functions;
  executions: Executions;
  queues: Queues;
  database: DatabaseSync;
  clock: Clock;
  log: (line: string) => void;
}): Events {
  const { stacks, buckets, functions, executions, queues, database, clock, log } = options;
  const ofType = (type: string) =>
    stacks.flatMap((stack) => stack.resources).filter((resource) => resource.type === type);
  const deadLetters = new Map(
    ofType('AWS::Lambda::Function').map((resource) => [
      resource.attribute('Arn'),
      (resource.property('DeadLetterConfig') as Values | undefined)?.TargetArn,
    ]),
  );
  const configs = new Map(
    ofType('AWS::Lambda::EventInvokeConfig').map((resource) => [
      functions.find(String(resource.properties.FunctionName), resource.stack.region)?.definition.arn,
      resource.properties,
    ]),
  );
  const reach: Reach = {
    executions,
    queues,
    clock,
    findFunction: (arn) => functions.find(arn),
    invokeConfig: (arn) => configs.get(arn) ?? {},
    functionDeadLetterQueue: (arn) => {
      const queue = deadLetters.get(arn);
      return queue === undefined ? undefined : String(queue);
    },
  };
  const rulesOf = new Map(stacks.map((stack) => [stack, readRules(stack, reach)]));
  const rules = [...rulesOf.values()].flat();
  const schedules = stacks.flatMap((stack) =>
    readSchedules(stack, rulesOf.get(stack) ?? [], reach, database),
  );
  const targets = [
    ...rules.flatMap((rule) => rule.targets.map(({ target }) => target)),
    ...schedules.flatMap((schedule) => schedule.inputs(0).map(({ target }) => target)),
  ];
  const deliveries = new Deliveries({ database, targets, queues, clock, log });
  const telling = new Map(buckets.filter(({ tells }) => tells).map((bucket) => [bucket.name, bucket]));
  const stop = new AbortController();

  const fire = (schedule: Schedule, scheduledTime: number) =>
    Promise.all(
      schedule.inputs(scheduledTime).map(({ target, payload }) => deliveries.accept(target.id, payload)),
    );
  return {
    schedules,
    fire,
    objectCreated(object) {
      const bucket = telling.get(object.bucket);
      if (bucket !== undefined) publish(objectCreated(object, bucket, clock.now()), rules, deliveries);
    },
    put(entries, region) {
      const account = stacks.find((stack) => stack.region === region)?.account ?? '';
      return entries.map((entry) => {
        const event = putEvent(entry, { account, region }, clock.now());
        publish(event, rules, deliveries);
        return event.id;
      });
    },
    start(keepSchedules) {
      deliveries.resume();
      if (!keepSchedules) return;
      for (const schedule of schedules.filter(({ enabled }) => enabled)) {
        const fireNow = (scheduledTime: number) => {
          log(`schedule ${schedule.name} fires for ${new Date(scheduledTime).toISOString()}`);
          ignoreOnceStopped(fire(schedule, scheduledTime), stop.signal);
        };
        ignoreOnceStopped(keepSchedule(schedule, clock, fireNow, stop.signal), stop.signal);
      }
    },
    async close() {
      stop.abort();
      await deliveries.close();
    },
  };
}

/** Work in the background ends by rejecting when the cloud closes; any other failure of it is a defect. */
function ignoreOnceStopped(work: Promise<unknown>, stopped: AbortSignal): void {
  work.catch((error: unknown) => {
    if (!stopped.aborted) throw error;
  });
}
