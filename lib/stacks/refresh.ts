import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  Choice,
  Condition,
  DefinitionBody,
  Errors,
  Fail,
  LogLevel,
  Pass,
  QueryLanguage,
  StateMachine,
  Succeed,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';
import { forecastSeries } from './forecast-series.ts';
import type { Functions } from './functions.ts';
import { acknowledgeWildcards, allow, type Grant } from './grant.ts';
import type { Storage } from './storage.ts';
import { task } from './task.ts';

/** To start the machine, and to ask how an execution fares. */
export const refreshGrants = (
  scope: Construct,
  { stateMachineArn, stateMachineName }: StateMachine,
): Grant[] => [
  { actions: ['states:StartExecution'], resources: [stateMachineArn] },
  {
    actions: ['states:DescribeExecution'],
    resources: [
      Stack.of(scope).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${stateMachineName}:*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    because: 'Executions of this one state machine: each is named after its run.',
  },
];

export interface RefreshProps {
  functions: Functions;
  storage: Storage;
  configuration: Configuration;
}

/**
 * The state machine `Refresh`: plan → forecast every series → reconcile → publish → notify. Input `{ scheduledTime }`.
 * Whatever fails is recorded and fails the execution; the pointer then stays where it was.
 */
export class Refresh extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: RefreshProps) {
    super(scope, id);
    const { limits, retention } = props.configuration;
    const logs = new LogGroup(this, 'Logs', {
      // Step Functions delivers to a log group under this prefix without outgrowing the account's log policy.
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-refresh`,
      retention: retention.logDays as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.role(props);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Forecasts every series of the region and publishes the run',
      queryLanguage: QueryLanguage.JSONATA,
      definitionBody: DefinitionBody.fromChainable(this.states(props, limits)),
      // The next day's run must not meet this one: half a day leaves room for tens of thousands of series.
      timeout: Duration.hours(12),
      // What CDK would add is wider than what is needed: whole buckets, and every version of a function.
      role: role.withoutPolicyUpdates(),
      tracingEnabled: true,
      logs: { destination: logs, level: LogLevel.ERROR, includeExecutionData: true },
    });
    // Its grant for the map is not attached to our role, and would only be judged.
    this.stateMachine.node.tryRemoveChild('DistributedMapPolicy');
    this.mapRuns(role);
    Validations.of(this.stateMachine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason: 'Errors are logged; all events of every batch, every day, would cost more than the forecasts.',
    });
  }

  private states({ functions, storage }: RefreshProps, limits: Configuration['limits']) {
    const failed = new Fail(this, 'RefreshFailed', {
      error: '{% $states.input.error %}',
      cause: '{% $states.input.cause %}',
    });
    const recordFailure = task(this, 'RecordFailure', {
      function: functions.recordFailure,
      payload: {
        scheduledTime: '{% $states.context.Execution.Input.scheduledTime %}',
        executionId: '{% $states.context.Execution.Id %}',
        error: '{% $states.input.error %}',
        cause: '{% $states.input.cause %}',
      },
      outputs: '{% $states.input %}',
    });
    recordFailure.next(failed);
    // A failure that cannot be recorded still fails, with the first error: that one is to be mended.
    recordFailure.addCatch(failed, { errors: [Errors.ALL], outputs: '{% $states.input %}' });
    const caught = {
      errors: [Errors.ALL],
      outputs: {
        error: '{% $states.errorOutput.Error %}',
        cause: "{% $states.errorOutput.Cause ? $states.errorOutput.Cause : 'no cause given' %}",
      },
    };
    const guarded = <T extends Pick<TaskStateBase, 'addCatch'>>(state: T): T => {
      state.addCatch(recordFailure, caught);
      return state;
    };

    const plan = guarded(
      task(this, 'PlanRun', {
        function: functions.planRun,
        payload: {
          scheduledTime: '{% $states.input.scheduledTime %}',
          executionId: '{% $states.context.Execution.Id %}',
        },
        assign: {
          runId: '{% $states.result.Payload.runId %}',
          manifestKey: '{% $states.result.Payload.manifestKey %}',
          calendarVersion: '{% $states.result.Payload.calendarVersion %}',
        },
      }),
    );
    const forecast = forecastSeries(this, { forecastBatch: functions.forecastBatch, storage, limits });
    forecast.addCatch(recordFailure, caught);
    const reconcile = guarded(
      task(this, 'ReconcileRegion', {
        function: functions.reconcileRegion,
        payload: { runId: '{% $runId %}', manifestKey: '{% $manifestKey %}', results: '{% $states.input %}' },
      }),
    );
    const publish = guarded(
      task(this, 'PublishRun', { function: functions.publishRun, payload: '{% $states.input %}' }),
    );
    // An empty region publishes an empty run: there is nothing for a map to read.
    const nothing = new Pass(this, 'NothingToForecast', {
      queryLanguage: QueryLanguage.JSONATA,
      outputs: { runId: '{% $runId %}', counts: { ok: 0, stale: 0, fallback: 0, failed: 0 } },
    });

    const found = Choice.jsonata(this, 'WhatIsPlanned')
      .when(Condition.jsonata("{% $states.input.plan = 'duplicate' %}"), new Succeed(this, 'AlreadyPlanned'))
      .when(Condition.jsonata('{% $states.input.series = 0 %}'), nothing.next(publish))
      .otherwise(forecast.next(reconcile).next(publish));
    // The run is published whatever becomes of the notices: their failure is seen in the function's own metrics and logs.
    const notify = task(this, 'NotifyTeams', {
      function: functions.notifyTeams,
      payload: '{% $states.input %}',
    });
    const refreshed = new Succeed(this, 'Refreshed');
    notify.addCatch(new Pass(this, 'TeamsNotNotified').next(refreshed), caught);
    publish.next(notify.next(refreshed));
    return plan.next(found);
  }

  private role({ functions, storage }: RefreshProps) {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    const called = [
      functions.planRun,
      functions.forecastBatch,
      functions.reconcileRegion,
      functions.publishRun,
      functions.notifyTeams,
      functions.recordFailure,
    ];
    allow(
      role,
      { actions: ['lambda:InvokeFunction'], resources: called.map(({ lambda }) => lambda.functionArn) },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        resources: [storage.forecasts.arnForObjects('runs/*')],
        because: 'The manifests and results of runs: each run has a prefix of its own.',
      },
      {
        actions: [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ],
        resources: ['*'],
        because: 'Log deliveries and X-Ray know no resource-level permissions.',
      },
    );
    return role;
  }

  /** A Distributed Map starts its children as executions of its own machine. */
  private mapRuns(role: Role) {
    const { stateMachineArn, stateMachineName } = this.stateMachine;
    const executions = [':*', '/*'].map((children) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${stateMachineName}${children}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const policy = new Policy(this, 'MapRuns', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachineArn] }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: executions,
        }),
      ],
    });
    acknowledgeWildcards(policy, executions, 'Its own children: Step Functions names them.');
  }
}
