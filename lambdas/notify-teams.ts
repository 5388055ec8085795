import middy from '@middy/core';
import { documentClient, eventBridgeClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoEventCalendar } from '../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoForecastIndex } from '../lib/adapters/aws/dynamo-forecast-index.ts';
import { DynamoNoticeStore } from '../lib/adapters/aws/dynamo-notice-store.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { EventBridgeMessages } from '../lib/adapters/aws/event-bridge-messages.ts';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { noticeCounts, observed, observer, parsed, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { notifyInput } from '../lib/service/contracts/notices.ts';
import { ModelCache } from '../lib/service/model-cache.ts';
import { type NotifyTeamsPorts, notifyTeams } from '../lib/service/notify-teams.ts';

const environment = readEnvironment('notify-teams');
const { region } = environment.REGION_SETTINGS;
const client = documentClient();
const keptDays = environment.FORECAST_DAYS;
const ports: NotifyTeamsPorts = {
  region: environment.REGION_SETTINGS,
  registry: new DynamoSeriesRegistry({ client, table: environment.SERIES_TABLE, region }),
  index: new DynamoForecastIndex({ client, table: environment.FORECAST_TABLE, keptDays }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  models: new ModelCache(new S3ForecastStore({ client: s3Client(), bucket: environment.FORECAST_BUCKET })),
  calendar: new DynamoEventCalendar({ client, table: environment.CALENDAR_TABLE }),
  notices: new DynamoNoticeStore({ client, table: environment.RUNS_TABLE, region, keptDays }),
  messages: new EventBridgeMessages({ client: eventBridgeClient(), source: environment.EVENT_SOURCE }),
  clock: () => new Date(),
};

export const handler = middy()
  .use(observed(observer('notify-teams', region), noticeCounts))
  .use(parsed(notifyInput))
  .handler((input: Parameters<typeof notifyTeams>[1]) => notifyTeams(ports, input));
