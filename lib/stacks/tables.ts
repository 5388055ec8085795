import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The series registry, the forecast index, and the runs with their notices. */
export class Tables extends Construct {
  readonly series: Table;
  readonly forecasts: Table;
  readonly runs: Table;

  constructor(scope: Construct, id: string, { stage }: Pick<Configuration, 'stage'>) {
    super(scope, id);

    const settings = {
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: stage === 'prod',
      removalPolicy: stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    } satisfies Partial<TableProps>;

    // Keys are led by the team, the boundary of authorization.
    this.series = new Table(this, 'Series', {
      ...settings,
      partitionKey: text('team'),
      sortKey: text('series'),
    });
    this.forecasts = new Table(this, 'Forecasts', {
      ...settings,
      partitionKey: text('team'),
      sortKey: text('entry'),
      timeToLiveAttribute: 'expiresAt',
    });
    // Runs stay; notices leave with the forecasts that they tell of.
    this.runs = new Table(this, 'Runs', {
      ...settings,
      partitionKey: text('region'),
      sortKey: text('run'),
      timeToLiveAttribute: 'expiresAt',
    });
  }
}
