import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { parseConfiguration } from '../../lib/service/contracts/configuration.ts';
import { CalendarStack, RegionStack } from '../../lib/stacks/index.ts';

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is whatever CloudFormation allows; tests look into it
  Properties: any;
  DeletionPolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

export const root = resolve(import.meta.dirname, '../..');
export const paris = { id: 'fr', awsRegion: 'eu-west-3', timeZone: 'Europe/Paris', country: 'FR' };
export const newYork = {
  id: 'us',
  awsRegion: 'us-east-1',
  timeZone: 'America/New_York',
  country: 'US',
  subdivision: 'NY',
  refresh: { schedule: 'rate(6 hours)', enabled: false },
};
/** The smallest document: everything else is a default. */
export const smallest = { regions: [paris] };

const { context } = JSON.parse(readFileSync(resolve(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>;
};

/** What the app of a document says, functions stubbed; stack name → template and more. */
export function synthesize(document: unknown) {
  const configuration = parseConfiguration(document);
  const app = new App({ context, builtinCloudFormationValidation: false });
  new CalendarStack(app, { configuration });
  for (const region of configuration.regions)
    new RegionStack(app, {
      region,
      configuration,
      codeOf: () => Code.fromInline('export const handler = 0'),
    });
  return new Map(app.synth().stacks.map((stack) => [stack.stackName, stack]));
}

let dev: ReturnType<typeof synthesize> | undefined;
/** Two regions of a development installation, synthesized once for all tests. */
export function twoRegions() {
  dev ??= synthesize({ regions: [paris, newYork], tags: { owner: 'capacity' } });
  return dev;
}
export const templateOf = (name: string, stacks = twoRegions()) => stacks.get(name)?.template as Template;

export const ofType = (template: Template, type: string) =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** A value of a template as one string: references as `<LogicalId>` and `<LogicalId.Attribute>`. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const node = value as Record<string, unknown>;
  if ('Ref' in node) return `<${node.Ref}>`;
  if ('Fn::GetAtt' in node) return `<${(node['Fn::GetAtt'] as string[]).join('.')}>`;
  if ('Fn::Join' in node) {
    const [delimiter, parts] = node['Fn::Join'] as [string, unknown[]];
    return parts.map(flat).join(delimiter);
  }
  throw new Error(`a value that this test cannot read: ${JSON.stringify(value)}`);
}
