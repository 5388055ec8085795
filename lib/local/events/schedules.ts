import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { DeployedStack } from '../assembly/deployment.ts';
import type { Values } from '../assembly/load.ts';
import type { Clock } from '../states/index.ts';
import type { Target } from './deliveries.ts';
import { type Rule, scheduledEvent, wholeSeconds } from './rules.ts';
import { type Firings, parseSchedule } from './schedule-expression.ts';
import { type Reach, readTarget } from './targets.ts';

/** Something that fires by the clock: an EventBridge Scheduler schedule, or a rule with a schedule. */
export interface Schedule {
  stack: string;
  arn: string;
  name: string;
  enabled: boolean;
  firings: Firings;
  /** What each target gets for a firing at that instant. */
  inputs(scheduledTime: number): { target: Target; payload: string }[];
}

/** Reads the schedules of a stack. @throws on what the laptop cloud does not have, naming the schedule */
export function readSchedules(
  stack: DeployedStack,
  rules: Rule[],
  reach: Reach,
  database: DatabaseSync,
): Schedule[] {
  const created = (arn: string) => creationTime(database, arn, reach.clock);
  const schedules = stack.resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map((resource): Schedule => {
      const { properties } = resource;
      const arn = resource.attribute('Arn');
      const target = (properties.Target ?? {}) as Values;
      const read = readTarget(resource, arn, target, reach);
      const timeZone = String(properties.ScheduleExpressionTimezone ?? 'UTC');
      const begin = properties.StartDate === undefined ? undefined : Date.parse(String(properties.StartDate));
      const end =
        properties.EndDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(String(properties.EndDate));
      const firings = named(resource.logicalId, () =>
        parseSchedule(String(properties.ScheduleExpression), timeZone, begin ?? created(arn)),
      );
      return {
        stack: stack.name,
        arn,
        name: resource.name,
        enabled: properties.State !== 'DISABLED',
        firings(after) {
          const next = firings(Math.max(after, (begin ?? 0) - 1));
          return next === undefined || next > end ? undefined : next;
        },
        inputs: (scheduledTime) => [
          { target: read, payload: fillIn(String(target.Input ?? '{}'), arn, scheduledTime) },
        ],
      };
    });
  const scheduledRules = rules
    .filter((rule) => rule.schedule !== undefined)
    .map(
      (rule): Schedule => ({
        stack: stack.name,
        arn: rule.arn,
        name: rule.name,
        enabled: rule.enabled,
        firings: named(rule.name, () => parseSchedule(rule.schedule!, 'UTC', created(rule.arn))),
        inputs: (scheduledTime) =>
          rule.targets.map(({ target, shape }) => ({
            target,
            payload: shape(scheduledEvent(rule, scheduledTime)),
          })),
      }),
    );
  return [...schedules, ...scheduledRules];
}

/** Fires schedules by the clock until the signal. What was missed while the laptop was off is not made up for. */
export async function keepSchedule(
  schedule: Schedule,
  clock: Clock,
  fire: (scheduledTime: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let after = clock.now(); ; ) {
    const next = schedule.firings(after);
    if (next === undefined) return;
    // A laptop that sleeps stops its timers but not its clock: look often, and let pass what is long over.
    while (clock.now() < next) await clock.sleep(Math.min(next - clock.now(), glance), signal);
    if (clock.now() - next < tolerance) fire(next);
    after = Math.max(next, clock.now() - tolerance);
  }
}

/** Milliseconds. */
const glance = 30_000;
const tolerance = 120_000;

/** The attributes that Scheduler puts into an input. */
function fillIn(input: string, arn: string, scheduledTime: number): string {
  const attributes: Record<string, string> = {
    'schedule-arn': arn,
    'scheduled-time': wholeSeconds(scheduledTime),
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  return input.replace(/<aws\.scheduler\.([\w-]+)>/g, (whole, name: string) => attributes[name] ?? whole);
}

/** A rate counts from when the schedule was first seen, across boots. */
function creationTime(database: DatabaseSync, arn: string, clock: Clock): number {
  database.prepare('INSERT OR IGNORE INTO schedules VALUES (?, ?)').run(arn, clock.now());
  return Number(database.prepare('SELECT created FROM schedules WHERE arn = ?').get(arn)?.created);
}

function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`Schedule ${name}: ${(error as Error).message}`, { cause: error });
  }
}
