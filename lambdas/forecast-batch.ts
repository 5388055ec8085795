import middy from '@middy/core';
import { documentClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoEventCalendar } from '../lib/adapters/aws/dynamo-event-calendar.ts';
import { DynamoForecastIndex } from '../lib/adapters/aws/dynamo-forecast-index.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { S3Ledger } from '../lib/adapters/aws/s3-ledger.ts';
import { historySourceOf } from '../lib/adapters/aws/timestream-source.ts';
import { S3HistoryStore } from '../lib/adapters/history/index.ts';
import { PublicHolidays } from '../lib/adapters/holidays.ts';
import { observed, observer, outcomeCounts, parsed, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { settle } from '../lib/adapters/tabular/index.ts';
import { forecastBatchInput } from '../lib/service/contracts/refresh.ts';
import { type ForecastBatchPorts, forecastBatch } from '../lib/service/forecast-batch.ts';

const environment = readEnvironment('forecast-batch');
const { region } = environment.REGION_SETTINGS;
const client = documentClient();
const s3 = s3Client();
const watch = observer('forecast-batch', region);
const ports: ForecastBatchPorts = {
  region: environment.REGION_SETTINGS,
  registry: new DynamoSeriesRegistry({ client, table: environment.SERIES_TABLE, region }),
  history: new S3HistoryStore({ client: s3, bucket: environment.HISTORY_BUCKET }),
  forecasts: new S3ForecastStore({ client: s3, bucket: environment.FORECAST_BUCKET }),
  calendar: new DynamoEventCalendar({ client, table: environment.CALENDAR_TABLE }),
  index: new DynamoForecastIndex({
    client,
    table: environment.FORECAST_TABLE,
    keptDays: environment.FORECAST_DAYS,
  }),
  ledger: new S3Ledger({ client: s3, bucket: environment.FORECAST_BUCKET }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  ...historySourceOf(environment.HISTORY_SOURCE),
  tables: { settle },
  clock: () => new Date(),
  holidays: new PublicHolidays(),
  maxStaleDays: environment.MAX_STALE_DAYS,
  horizonDays: environment.HORIZON_DAYS,
  onFailure: (error) => watch.logger.error('Earlier forecasts were not scored', error),
};

export const handler = middy()
  .use(observed(watch, outcomeCounts))
  .use(parsed(forecastBatchInput))
  .handler((input: Parameters<typeof forecastBatch>[1]) => forecastBatch(ports, input));
