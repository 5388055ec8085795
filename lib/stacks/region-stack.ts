import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Configuration, RegionConfiguration } from '../service/contracts/configuration.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { CalendarWatch } from './calendar-watch.ts';
import { Callers } from './callers.ts';
import { type CodeOf, Functions } from './functions.ts';
import { Inbox } from './inbox.ts';
import { Refresh } from './refresh.ts';
import { RefreshSchedule } from './schedule.ts';
import { Storage } from './storage.ts';
import { Tables } from './tables.ts';
import { TeamTopics } from './team-topics.ts';

export interface RegionStackProps {
  region: RegionConfiguration;
  configuration: Configuration;
  codeOf: CodeOf;
}

/** Everything of one region (a market): its data, its refresh and its API, and nothing of any other region. */
export class RegionStack extends Stack {
  constructor(scope: Construct, { region, configuration, codeOf }: RegionStackProps) {
    super(scope, `${configuration.name}-${region.id}`, {
      env: { region: region.awsRegion },
      description: `CloudTune forecasts for the region ${region.id} (${region.timeZone})`,
      terminationProtection: configuration.stage === 'prod',
      tags: {
        ...configuration.tags,
        'cloudtune:installation': configuration.name,
        'cloudtune:region': region.id,
        'cloudtune:stage': configuration.stage,
      },
    });
    const storage = new Storage(this, 'Storage', configuration);
    const tables = new Tables(this, 'Tables', configuration);
    const common = { region, configuration, codeOf, storage, tables };
    const functions = new Functions(this, 'Functions', common);
    const { stateMachine } = new Refresh(this, 'Refresh', { functions, storage, configuration });
    const schedule = new RefreshSchedule(this, 'RefreshSchedule', { region, stateMachine });
    new CalendarWatch(this, 'CalendarWatch', { ...common, stateMachine });
    const inbox = new Inbox(this, 'Inbox', { bucket: storage.history, ingest: functions.ingestInbox });
    const api = new Api(this, 'Api', { ...common, stateMachine });
    const topics = new TeamTopics(this, 'TeamTopics', { region, configuration });
    new Alarms(this, 'Alarms', {
      ...{ region, configuration, functions, stateMachine },
      api: api.rest,
      deadLetters: [schedule.deadLetters, inbox.deadLetters, topics.deadLetters],
    });
    new Callers(this, 'Callers', { api: api.rest, configuration });

    const outputs = {
      ApiUrl: api.url,
      RegionId: region.id,
      HistoryBucket: storage.history.bucketName,
      ForecastBucket: storage.forecasts.bucketName,
      RefreshStateMachineArn: stateMachine.stateMachineArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
