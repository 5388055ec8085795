import { randomUUID } from 'node:crypto';
import type { DeployedStack } from '../assembly/deployment.ts';
import type { Value, Values } from '../assembly/load.ts';
import type { Resource } from '../assembly/resource-types.ts';
import type { Deliveries, Target } from './deliveries.ts';
import { compilePattern } from './pattern.ts';
import { type Reach, readTarget } from './targets.ts';

/** An event as EventBridge passes it on. */
export interface CloudEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** A rule, its targets, and how each sees an event. */
export interface Rule {
  arn: string;
  name: string;
  region: string;
  account: string;
  enabled: boolean;
  matches(event: CloudEvent): boolean;
  schedule: string | undefined;
  targets: { target: Target; shape(event: CloudEvent): string }[];
}

/** Reads the EventBridge rules of a stack. @throws on what the laptop cloud does not have, naming the rule */
export function readRules(stack: DeployedStack, reach: Reach): Rule[] {
  return stack.resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .map((rule) => {
      const { properties } = rule;
      if ((properties.EventBusName ?? 'default') !== 'default')
        throw refused(rule, 'listens to a bus of its own');
      const pattern = properties.EventPattern;
      return {
        arn: rule.attribute('Arn'),
        name: rule.name,
        region: stack.region,
        account: stack.account,
        enabled: properties.State !== 'DISABLED',
        matches: pattern === undefined ? () => false : compilePattern(pattern),
        schedule: properties.ScheduleExpression as string | undefined,
        targets: ((properties.Targets ?? []) as Values[]).map((target) => ({
          target: readTarget(rule, `${rule.attribute('Arn')}/${target.Id}`, target, reach),
          shape: readShape(rule, target),
        })),
      };
    });
}

/** Hands an event to every enabled rule that it matches; it is on disk when this returns. */
export function publish(event: CloudEvent, rules: Rule[], deliveries: Deliveries): void {
  for (const rule of rules)
    if (rule.enabled && rule.region === event.region && rule.matches(event))
      for (const { target, shape } of rule.targets) deliveries.enqueue(target.id, shape(event));
}

/** The event of an object that was made, as S3 sends it to EventBridge. */
export function objectCreated(
  object: { bucket: string; key: string; size: number; etag: string },
  place: { account: string; region: string },
  now: number,
): CloudEvent {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: place.account,
    time: wholeSeconds(now),
    region: place.region,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: '0',
      bucket: { name: object.bucket },
      object: {
        key: object.key,
        size: object.size,
        etag: object.etag,
        sequencer: now.toString(16).toUpperCase().padStart(18, '0'),
      },
      'request-id': randomUUID(),
      requester: place.account,
      'source-ip-address': '127.0.0.1',
      reason: 'PutObject',
    },
  };
}

/** An event as a program puts it on a bus. */
export interface EventEntry {
  Source?: string;
  DetailType?: string;
  /** JSON. */
  Detail?: string;
  Resources?: string[];
  /** Seconds since 1970. */
  Time?: number;
}

/** The event of an entry of PutEvents. */
export const putEvent = (
  { Source = '', DetailType = '', Detail = '{}', Resources = [], Time }: EventEntry,
  place: { account: string; region: string },
  now: number,
): CloudEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': DetailType,
  source: Source,
  account: place.account,
  time: wholeSeconds(Time === undefined ? now : Time * 1000),
  region: place.region,
  resources: Resources,
  detail: JSON.parse(Detail) as Record<string, unknown>,
});

/** The event that a rule with a schedule makes. */
export const scheduledEvent = (rule: Rule, now: number): CloudEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: rule.account,
  time: wholeSeconds(now),
  region: rule.region,
  resources: [rule.arn],
  detail: {},
});

/** `2026-11-23T02:00:00Z`. */
export const wholeSeconds = (instant: number): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

/** What a target gets of an event: all of it, a part, a constant, or a text with parts put in. */
function readShape(rule: Resource, target: Values): (event: CloudEvent) => string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return () => String(Input);
  if (InputPath !== undefined) return (event) => JSON.stringify(atPath(event, InputPath, rule));
  if (InputTransformer === undefined) return (event) => JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate } = InputTransformer as {
    InputPathsMap?: Values;
    InputTemplate: string;
  };
  return (event) =>
    InputTemplate.replace(/<([\w.-]+)>/g, (whole, name: string, offset: number) => {
      const path = InputPathsMap[name];
      if (path === undefined && !name.startsWith('aws.events.')) return whole;
      const value = path === undefined ? reserved(rule, name, event) : atPath(event, path, rule);
      if (!isInsideText(InputTemplate, offset)) return JSON.stringify(value);
      return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
    });
}

/** Whether a place of a JSON template lies in a quoted text, where a value goes in without quotes of its own. */
const isInsideText = (template: string, offset: number): boolean =>
  (template.slice(0, offset).match(/(?<!\\)"/g) ?? []).length % 2 === 1;

function reserved(rule: Resource, name: string, event: CloudEvent): unknown {
  if (name === 'aws.events.rule-name') return rule.name;
  if (name === 'aws.events.rule-arn') return rule.attribute('Arn');
  if (name === 'aws.events.event.json' || name === 'aws.events.event') return event;
  if (name === 'aws.events.event.ingestion-time') return event.time;
  throw refused(rule, `puts <${name}> into an input`);
}

function atPath(event: CloudEvent, path: Value, rule: Resource): unknown {
  if (!/^\$(\.[\w-]+)*$/.test(String(path))) throw refused(rule, `reads the path ${path} of an event`);
  return String(path)
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
}

const refused = (rule: Resource, what: string) =>
  new Error(
    `Stack ${rule.stack.name}: ${rule.logicalId} (${rule.type}) ${what}: the laptop cloud does not have that.`,
  );
