import type { DeployedStack } from './deployment.ts';
import type { Values } from './load.ts';
import type { Resource } from './resource-types.ts';

export interface Bucket {
  name: string;
  region: string;
  account: string;
  /** Its objects are told to EventBridge. */
  tells: boolean;
}

/** Reads the buckets of all stacks. @throws on a notification other than to EventBridge, and on a name that comes twice */
export function readBuckets(stacks: DeployedStack[]): Bucket[] {
  const resources = stacks.flatMap((stack) => stack.resources);
  const telling = new Set<string>();
  for (const resource of resources) {
    const notifies = resource.type === 'AWS::S3::Bucket' || resource.type === 'Custom::S3BucketNotifications';
    if (!notifies || resource.property('NotificationConfiguration') === undefined) continue;
    const configuration = resource.property('NotificationConfiguration') as Values;
    const other = Object.keys(configuration).find((name) => name !== 'EventBridgeConfiguration');
    if (other !== undefined)
      throw new Error(
        `Stack ${resource.stack.name}: ${resource.logicalId} notifies by ${other}: the laptop cloud tells of objects through EventBridge only (eventBridgeEnabled, and a rule).`,
      );
    const { EventBridgeEnabled = true } = (configuration.EventBridgeConfiguration ?? {}) as Values;
    if (configuration.EventBridgeConfiguration !== undefined && EventBridgeEnabled !== false)
      telling.add(
        resource.type === 'AWS::S3::Bucket' ? resource.name : String(resource.property('BucketName')),
      );
  }
  const buckets = resources.filter(({ type }) => type === 'AWS::S3::Bucket');
  refuseTwins(buckets);
  return buckets.map(({ name, stack }) => ({
    name,
    region: stack.region,
    account: stack.account,
    tells: telling.has(name),
  }));
}

/** One endpoint serves all stacks, so a name can stand for one thing only. @throws naming both */
export function refuseTwins(resources: Resource[]): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const twin = seen.get(resource.name);
    if (twin !== undefined)
      throw new Error(
        `The name ${resource.name} is taken twice, by ${twin.stack.name}/${twin.logicalId} and by ${resource.stack.name}/${resource.logicalId}. Leave the name to be generated, or put the region into it.`,
      );
    seen.set(resource.name, resource);
  }
}
