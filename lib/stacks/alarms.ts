import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Configuration, RegionConfiguration } from '../service/contracts/configuration.ts';
import type { FunctionName } from '../service/contracts/environment.ts';
import type { Functions } from './functions.ts';

export interface AlarmsProps {
  region: RegionConfiguration;
  configuration: Configuration;
  functions: Functions;
  stateMachine: StateMachine;
  api: RestApi;
  deadLetters: readonly Queue[];
}

interface Watched {
  /** Also the heading of its section in docs/runbook.md. */
  name: string;
  title: string;
  metric: IMetric;
  threshold: number;
  /** Default: above the threshold. */
  below?: true;
  /** In a row. Default: 1. */
  periods?: number;
  /** Default: silence is good news. */
  missing?: TreatMissingData;
}

const hour = Duration.hours(1);
const day = Duration.days(1);

/** Alarms of a region, each with a section of the runbook, and a dashboard that shows what they watch. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { region, configuration } = props;
    const { hoursWithoutPublication, topicArn } = configuration.alarms;
    const topic = topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', topicArn);
    const watched = watchedOf(props, hoursWithoutPublication);
    const name = `${configuration.name}-${region.id}`;
    for (const { name: what, title, metric, threshold, below, periods = 1, missing } of watched) {
      const alarm = new Alarm(this, what, {
        alarmName: `${name}-${what}`,
        alarmDescription: `${title} (region ${region.id}). What to do: docs/runbook.md#${what}`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator:
          below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
      });
      if (topic !== undefined) {
        alarm.addAlarmAction(new SnsAction(topic));
        alarm.addOkAction(new SnsAction(topic));
      }
    }
    new Dashboard(this, 'Dashboard', {
      dashboardName: name,
      widgets: inRows(
        watched.map(({ title, metric }) => new GraphWidget({ title, left: [metric], width: 8 })),
      ),
    });
  }
}

/** What a function of ours counts. */
const ours =
  (region: RegionConfiguration, service: FunctionName) =>
  (metricName: string, period = hour) =>
    new Metric({
      namespace: 'CloudTune',
      metricName,
      dimensionsMap: { service, region: region.id },
      statistic: 'Sum',
      period,
    });

function watchedOf(props: AlarmsProps, hours: number): Watched[] {
  const { region, functions, stateMachine, api, deadLetters } = props;
  const series = ours(region, 'forecast-batch');
  const rows = ours(region, 'ingest-inbox');
  return [
    {
      name: 'no-publication',
      title: `No run was published for ${hours} hours`,
      metric: ours(region, 'publish-run')('RunsPublished'),
      threshold: 1,
      below: true,
      periods: hours,
      missing: TreatMissingData.BREACHING,
    },
    {
      name: 'failed-execution',
      title: 'A refresh failed, or ran out of time',
      metric: new MathExpression({
        expression: 'failed + late',
        usingMetrics: {
          failed: stateMachine.metricFailed({ period: hour }),
          late: stateMachine.metricTimedOut({ period: hour }),
        },
        period: hour,
        label: 'executions',
      }),
      threshold: 0,
    },
    {
      name: 'unforecast-series',
      title: 'More than one series in twenty has no new forecast',
      metric: new MathExpression({
        expression: '100 * (stale + fallback + failed) / (ok + stale + fallback + failed)',
        usingMetrics: {
          ok: series('SeriesForecast'),
          stale: series('SeriesStale'),
          fallback: series('SeriesFallback'),
          failed: series('SeriesFailed'),
        },
        period: hour,
        label: 'percent',
      }),
      threshold: 5,
    },
    ...(
      [
        ['worse-than-naive', 'are forecast worse than the seasonal naive would', 'SeriesWorseThanNaive'],
        ['off-coverage', 'have intervals that hold too little or too much', 'SeriesOffCoverage'],
      ] as const
    ).map(([name, what, counted]) => ({
      name,
      title: `More than one series in ten ${what}, over a week`,
      metric: new MathExpression({
        expression: '100 * amiss / (ok + stale + fallback + failed)',
        usingMetrics: {
          amiss: series(counted, day),
          ok: series('SeriesForecast', day),
          stale: series('SeriesStale', day),
          fallback: series('SeriesFallback', day),
          failed: series('SeriesFailed', day),
        },
        period: day,
        label: 'percent',
      }),
      threshold: 10,
    })),
    {
      name: 'dead-letters',
      title: 'An event could not be delivered',
      metric: new MathExpression({
        expression: deadLetters.map((_, i) => `queue${i}`).join(' + '),
        usingMetrics: Object.fromEntries(
          deadLetters.map((queue, i) => [
            `queue${i}`,
            queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
          ]),
        ),
        label: 'letters',
      }),
      threshold: 0,
    },
    {
      name: 'api-errors',
      title: 'The API fails',
      metric: api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: 5,
      periods: 2,
    },
    {
      name: 'api-latency',
      title: 'One answer of the API in a hundred takes more than five seconds',
      metric: api.metricLatency({ statistic: 'p99', period: Duration.minutes(5) }),
      threshold: 5000,
      periods: 3,
    },
    {
      name: 'rejected-rows',
      title: 'More than one row in ten of the inbox is rejected',
      metric: new MathExpression({
        expression: '100 * rejected / (accepted + rejected)',
        usingMetrics: { accepted: rows('RowsAccepted'), rejected: rows('RowsRejected') },
        period: hour,
        label: 'percent',
      }),
      threshold: 10,
    },
    {
      name: 'untold-teams',
      title: 'Teams were not told what a changed calendar does',
      metric: functions.notifyTeams.lambda.metricErrors({ period: hour }),
      threshold: 3,
    },
  ];
}

const inRows = <T>(widgets: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(widgets.length / 3) }, (_, row) => widgets.slice(3 * row, 3 * row + 3));
