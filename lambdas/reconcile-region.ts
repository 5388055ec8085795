import middy from '@middy/core';
import { documentClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoForecastIndex } from '../lib/adapters/aws/dynamo-forecast-index.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { S3ForecastStore } from '../lib/adapters/aws/s3-forecast-store.ts';
import { observed, observer, parsed, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { reconcileInput } from '../lib/service/contracts/refresh.ts';
import { type ReconcileRegionPorts, reconcileRegion } from '../lib/service/reconcile-region.ts';

const environment = readEnvironment('reconcile-region');
const { region } = environment.REGION_SETTINGS;
const client = documentClient();
const ports: ReconcileRegionPorts = {
  region: environment.REGION_SETTINGS,
  forecasts: new S3ForecastStore({ client: s3Client(), bucket: environment.FORECAST_BUCKET }),
  index: new DynamoForecastIndex({
    client,
    table: environment.FORECAST_TABLE,
    keptDays: environment.FORECAST_DAYS,
  }),
  runs: new DynamoRunStore({ client, table: environment.RUNS_TABLE, region }),
  maxStaleDays: environment.MAX_STALE_DAYS,
};

export const handler = middy()
  .use(observed(observer('reconcile-region', region)))
  .use(parsed(reconcileInput))
  .handler((input: Parameters<typeof reconcileRegion>[1]) => reconcileRegion(ports, input));
