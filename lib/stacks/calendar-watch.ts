import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { calendarTableName } from './calendar-stack.ts';
import { type FunctionsProps, grantsOn, regionSettingsOf } from './functions.ts';
import { ProductFunction } from './product-function.ts';
import { refreshGrants } from './refresh.ts';

/** Looks each minute whether the calendar has changed, and starts a refresh: what one look misses, the next one sees. */
export class CalendarWatch extends Construct {
  constructor(scope: Construct, id: string, props: FunctionsProps & { stateMachine: StateMachine }) {
    super(scope, id);
    const can = grantsOn(props);
    const { lambda } = new ProductFunction(this, 'watch-calendar', {
      code: props.codeOf('watch-calendar'),
      description: 'Starts a refresh when the calendar has changed',
      environment: {
        REGION_SETTINGS: regionSettingsOf(props.region),
        RUNS_TABLE: props.tables.runs.tableName,
        CALENDAR_TABLE: calendarTableName(props.configuration),
        REFRESH_STATE_MACHINE: props.stateMachine.stateMachineArn,
      },
      // Three reads in nearly every call; 43,200 calls a month cost some two cents.
      memorySize: 256,
      timeout: Duration.seconds(30),
      retention: props.configuration.retention,
      grants: [
        can.runs('GetItem', 'PutItem', 'Query'),
        can.readCalendar('GetItem', 'Query'),
        ...refreshGrants(this, props.stateMachine),
      ],
    });
    // The next minute looks again.
    lambda.configureAsyncInvoke({ retryAttempts: 0 });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }),
    );
    // The construct's own target would grant every version of the function too.
    new CfnSchedule(this, 'Schedule', {
      description: 'Refreshes what a changed calendar touches',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: lambda.functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0 } },
    });
  }
}
