import middy from '@middy/core';
import { documentClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoEventCalendar } from '../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { historySourceOf } from '../lib/adapters/aws/timestream-source.ts';
import { observed, observer, parsed, plannedCounts, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { planRunInput } from '../lib/service/contracts/refresh.ts';
import { type PlanRunPorts, planRun } from '../lib/service/plan-run.ts';

const environment = readEnvironment('plan-run');
const { region } = environment.REGION_SETTINGS;
const seen = observer('plan-run', region);
const client = documentClient();
const ports: PlanRunPorts = {
  region: environment.REGION_SETTINGS,
  registry: new DynamoSeriesRegistry({ client, table: environment.SERIES_TABLE, region }),
  forecasts: new S3ForecastStore({ client: s3Client(), bucket: environment.FORECAST_BUCKET }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  calendar: new DynamoEventCalendar({ client, table: environment.CALENDAR_TABLE }),
  clock: () => new Date(),
  ...historySourceOf(environment.HISTORY_SOURCE),
  onFailure: (error) => seen.logger.warn(error.message, error),
};

export const handler = middy()
  .use(observed(seen, plannedCounts))
  .use(parsed(planRunInput))
  .handler((input: Parameters<typeof planRun>[1]) => planRun(ports, input));
