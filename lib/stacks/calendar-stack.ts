import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';

/** The AWS region in which the calendar is changed: that of the first region of the configuration. */
export const primaryRegion = ({ regions }: Configuration): string => regions[0]!.awsRegion;

export const calendarTableName = ({ name }: Pick<Configuration, 'name'>): string => `${name}-calendar`;

/** The calendar's table as a region's stack names it: by its name, for stacks of other regions export nothing. */
export const calendarTableArn = (stack: Stack, configuration: Configuration, region: string): string =>
  stack.formatArn({
    service: 'dynamodb',
    region,
    resource: 'table',
    resourceName: calendarTableName(configuration),
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });

/**
 * The event calendar of all regions: one table, with a replica in every AWS region that hosts one. Changes go to the
 * primary, reads stay local.
 */
export class CalendarStack extends Stack {
  constructor(scope: Construct, { configuration }: { configuration: Configuration }) {
    const primary = primaryRegion(configuration);
    super(scope, calendarTableName(configuration), {
      env: { region: primary },
      description: `CloudTune’s event calendar, for all regions of ${configuration.name}`,
      terminationProtection: configuration.stage === 'prod',
      tags: {
        ...configuration.tags,
        'cloudtune:installation': configuration.name,
        'cloudtune:stage': configuration.stage,
      },
    });
    const isProd = configuration.stage === 'prod';
    const others = new Set(configuration.regions.map(({ awsRegion }) => awsRegion));
    others.delete(primary);
    new TableV2(this, 'Calendar', {
      tableName: calendarTableName(configuration),
      partitionKey: { name: 'calendar', type: AttributeType.STRING },
      sortKey: { name: 'version', type: AttributeType.NUMBER },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: isProd,
      removalPolicy: isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      replicas: [...others].map((region) => ({ region, deletionProtection: isProd })),
    });
  }
}
