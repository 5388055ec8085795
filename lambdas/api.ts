import middy from '@middy/core';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { documentClient, s3Client, sfnClient } from '../lib/adapters/aws/clients.ts';
import { DynamoEventCalendar } from '../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoForecastIndex } from '../lib/adapters/aws/dynamo-forecast-index.ts';
import { DynamoNoticeStore } from '../lib/adapters/aws/dynamo-notice-store.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { S3ExportStore } from '../lib/adapters/aws/s3-export-store.ts';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { S3Ledger } from '../lib/adapters/aws/s3-ledger.ts';
import { SfnRefreshLauncher } from '../lib/adapters/aws/sfn-refresh-launcher.ts';
import { S3HistoryStore } from '../lib/adapters/history/index.ts';
import {
  ingestCounts,
  observed,
  observer,
  readEnvironment,
  requestOf,
  resultOf,
} from '../lib/adapters/lambda/index.ts';
import { readColumns, readTable, settle, writeColumns } from '../lib/adapters/tabular/index.ts';
import { createApi } from '../lib/api/index.ts';
import { ModelCache } from '../lib/service/model-cache.ts';

const environment = readEnvironment('api');
const { region } = environment.REGION_SETTINGS;
const client = documentClient();
const s3 = s3Client();
const forecasts = new S3ForecastStore({ client: s3, bucket: environment.FORECAST_BUCKET });
const watch = observer('api', region);
const api = createApi({
  region: environment.REGION_SETTINGS,
  registry: new DynamoSeriesRegistry({ client, table: environment.SERIES_TABLE, region }),
  history: new S3HistoryStore({ client: s3, bucket: environment.HISTORY_BUCKET }),
  index: new DynamoForecastIndex({
    client,
    table: environment.FORECAST_TABLE,
    keptDays: environment.FORECAST_DAYS,
  }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  launcher: new SfnRefreshLauncher({ client: sfnClient(), stateMachine: environment.REFRESH_STATE_MACHINE }),
  calendar: new DynamoEventCalendar({
    client,
    primary: documentClient({ region: environment.CALENDAR_REGION }),
    table: environment.CALENDAR_TABLE,
  }),
  notices: new DynamoNoticeStore({
    client,
    table: environment.RUNS_TABLE,
    region,
    keptDays: environment.FORECAST_DAYS,
  }),
  models: new ModelCache(forecasts),
  totals: forecasts,
  exports: new S3ExportStore({ client: s3, bucket: environment.FORECAST_BUCKET }),
  writeFile: writeColumns,
  ledger: new S3Ledger({ client: s3, bucket: environment.FORECAST_BUCKET }),
  digests: forecasts,
  // Loaded by who asks for it: most requests do not need the holidays of the world.
  loadHolidays: async () => new (await import('../lib/adapters/holidays.ts')).PublicHolidays(),
  tables: { readColumns, readTable, settle },
  regionIds: environment.REGION_IDS,
  clock: () => new Date(),
  onFailure: (error, { method, path }) => watch.logger.error(`${method} ${path} failed`, error),
  onIngested: (report) => watch.count(ingestCounts(report)),
});

export const handler = middy<APIGatewayProxyEvent>()
  .use(observed(watch))
  .handler(async (event: APIGatewayProxyEvent) => resultOf(await api(requestOf(event))));
