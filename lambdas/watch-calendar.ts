import middy from '@middy/core';
import { documentClient, sfnClient } from '../lib/adapters/aws/clients.ts';
import { DynamoEventCalendar } from '../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { SfnRefreshLauncher } from '../lib/adapters/aws/sfn-refresh-launcher.ts';
import { observed, observer, readEnvironment, watchCounts } from '../lib/adapters/lambda/index.ts';
import { type WatchCalendarPorts, watchCalendar } from '../lib/service/watch-calendar.ts';

const environment = readEnvironment('watch-calendar');
const { region } = environment.REGION_SETTINGS;
const client = documentClient();
const ports: WatchCalendarPorts = {
  region: environment.REGION_SETTINGS,
  calendar: new DynamoEventCalendar({ client, table: environment.CALENDAR_TABLE }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  launcher: new SfnRefreshLauncher({ client: sfnClient(), stateMachine: environment.REFRESH_STATE_MACHINE }),
  clock: () => new Date(),
};

export const handler = middy()
  .use(observed(observer('watch-calendar', region), watchCounts))
  .handler(() => watchCalendar(ports));
