import { Duration, TimeZone } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { RegionConfiguration } from '../service/contracts/configuration.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** Starts a refresh on the region's own clock: two in the morning stays two in the morning all year. */
export class RefreshSchedule extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(
    scope: Construct,
    id: string,
    { region, stateMachine }: { region: RegionConfiguration; stateMachine: StateMachine },
  ) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    new Schedule(this, 'Schedule', {
      description: `Refreshes the forecasts of ${region.id}`,
      schedule: ScheduleExpression.expression(region.refresh.schedule, TimeZone.of(region.timeZone)),
      enabled: region.refresh.enabled,
      timeWindow: TimeWindow.off(),
      target: new StepFunctionsStartExecution(stateMachine, {
        role: new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') }),
        // The scheduled time, not the clock: every attempt of one firing names the same run.
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
        // Six hours late is still the same day's forecast; later, the next firing is nearer.
        retryAttempts: 20,
        maxEventAge: Duration.hours(6),
        deadLetterQueue: this.deadLetters,
      }),
    });
  }
}
