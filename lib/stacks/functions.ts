import { Duration, Stack } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Configuration, RegionConfiguration } from '../service/contracts/configuration.ts';
import type { FunctionName } from '../service/contracts/environment.ts';
import type { RegionSettings } from '../service/contracts/series.ts';
import { calendarTableArn, calendarTableName, primaryRegion } from './calendar-stack.ts';
import type { Grant } from './grant.ts';
import { ProductFunction } from './product-function.ts';
import type { Storage } from './storage.ts';
import type { Tables } from './tables.ts';
import { eventSourceOf } from './team-topics.ts';

/** Where a function's code lies: bundles for a deployment, a stub for a test. */
export type CodeOf = (name: FunctionName) => Code;

export interface FunctionsProps {
  region: RegionConfiguration;
  configuration: Configuration;
  codeOf: CodeOf;
  storage: Storage;
  tables: Tables;
}

/** The settings that every function of a region gets, as JSON. */
export const regionSettingsOf = ({ id, timeZone, country, subdivision }: RegionConfiguration) =>
  JSON.stringify({ region: id, timeZone, country, subdivision } satisfies RegionSettings);

/** What each function may touch: exact actions on exact tables and prefixes. */
export function grantsOn({ storage, tables, configuration, region }: Omit<FunctionsProps, 'codeOf'>) {
  const objects =
    (bucket: 'history' | 'forecasts', actions: string[]) =>
    (...prefixes: string[]): Grant => ({
      actions,
      resources: prefixes.map((prefix) => storage[bucket].arnForObjects(`${prefix}/*`)),
      because: 'One prefix of one bucket: keys below it are named after series and runs, which come and go.',
    });
  const items =
    (table: 'series' | 'forecasts' | 'runs') =>
    (...actions: string[]): Grant => ({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [tables[table].tableArn],
    });
  const calendar =
    (awsRegion: string) =>
    (...actions: string[]): Grant => ({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [calendarTableArn(Stack.of(tables), configuration, awsRegion)],
    });
  return {
    readHistory: objects('history', ['s3:GetObject']),
    writeHistory: objects('history', ['s3:PutObject']),
    readForecasts: objects('forecasts', ['s3:GetObject']),
    writeForecasts: objects('forecasts', ['s3:PutObject']),
    // Without it, S3 answers 403 instead of 404 for a key that is not there.
    seeHistory: { actions: ['s3:ListBucket'], resources: [storage.history.bucketArn] } satisfies Grant,
    seeForecasts: { actions: ['s3:ListBucket'], resources: [storage.forecasts.bucketArn] } satisfies Grant,
    readCalendar: calendar(region.awsRegion),
    changeCalendar: calendar(primaryRegion(configuration)),
    series: items('series'),
    forecasts: items('forecasts'),
    runs: items('runs'),
  };
}

/** What reading the history from elsewhere takes; nothing where it is not configured. */
function pullGrants(scope: Construct, history: RegionConfiguration['history']): Grant[] {
  if (history.kind === 's3') return [];
  const table = Stack.of(scope).formatArn({
    service: 'timestream',
    resource: 'database',
    resourceName: `${history.database}/table/${history.table}`,
  });
  return [
    { actions: ['timestream:Select'], resources: [table] },
    {
      actions: ['timestream:DescribeEndpoints'],
      resources: ['*'],
      because: 'Every Timestream client asks for its endpoint first; the action knows no resource.',
    },
  ];
}

/** The functions that the state machine and the inbox call. The API's function stands in api.ts. */
export class Functions extends Construct {
  readonly planRun: ProductFunction<'plan-run'>;
  readonly forecastBatch: ProductFunction<'forecast-batch'>;
  readonly reconcileRegion: ProductFunction<'reconcile-region'>;
  readonly publishRun: ProductFunction<'publish-run'>;
  readonly notifyTeams: ProductFunction<'notify-teams'>;
  readonly recordFailure: ProductFunction<'record-failure'>;
  readonly ingestInbox: ProductFunction<'ingest-inbox'>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { storage, tables, codeOf, configuration } = props;
    const { limits, retention } = configuration;
    const can = grantsOn(props);
    const region = { REGION_SETTINGS: regionSettingsOf(props.region) };
    const history = { HISTORY_BUCKET: storage.history.bucketName };
    const source = { HISTORY_SOURCE: JSON.stringify(props.region.history) };
    const pull = pullGrants(this, props.region.history);
    const forecasts = { FORECAST_BUCKET: storage.forecasts.bucketName };
    const registry = { SERIES_TABLE: tables.series.tableName };
    const index = {
      FORECAST_TABLE: tables.forecasts.tableName,
      FORECAST_DAYS: String(retention.forecastDays),
    };
    const calendar = { CALENDAR_TABLE: calendarTableName(configuration) };
    const runs = { RUNS_TABLE: tables.runs.tableName };

    this.planRun = new ProductFunction(this, 'plan-run', {
      code: codeOf('plan-run'),
      description: 'Names the run, and writes the manifest of its series',
      environment: { ...region, ...source, ...forecasts, ...registry, ...runs, ...calendar },
      // Pages through the registry: 100,000 series are some 60 MB and 100 queries.
      memorySize: 512,
      timeout: Duration.minutes(2),
      retention,
      grants: [
        can.series('Scan'),
        can.runs('GetItem', 'PutItem', 'UpdateItem'),
        can.writeForecasts('runs'),
        can.readCalendar('Query'),
        ...pull,
      ],
    });

    this.forecastBatch = new ProductFunction(this, 'forecast-batch', {
      code: codeOf('forecast-batch'),
      description: 'Digests, fits and stores the forecasts of a batch of series',
      environment: {
        ...region,
        ...source,
        ...history,
        ...forecasts,
        ...registry,
        ...index,
        ...runs,
        ...calendar,
        MAX_STALE_DAYS: String(limits.maxStaleDays),
        HORIZON_DAYS: String(limits.horizonDays),
      },
      // One whole vCPU: fitting uses one thread, so more memory would only idle.
      memorySize: 1769,
      // A hundred first fits of years of minutes take about a minute; the rest is for slow storage.
      timeout: Duration.minutes(5),
      retention,
      grants: [
        can.seeHistory,
        can.readHistory('history'),
        can.seeForecasts,
        can.readForecasts('digests', 'forecasts', 'ledger', 'ledger-state'),
        can.writeForecasts('forecasts', 'digests', 'ledger', 'ledger-state'),
        can.series('GetItem'),
        can.forecasts('BatchGetItem', 'PutItem', 'Query'),
        can.runs('GetItem'),
        can.readCalendar('GetItem'),
        ...(pull.length > 0 ? [can.writeHistory('history'), can.series('PutItem'), ...pull] : []),
      ],
    });

    this.reconcileRegion = new ProductFunction(this, 'reconcile-region', {
      code: codeOf('reconcile-region'),
      description: 'Settles every series of the manifest, and says what the totals are made of',
      environment: {
        ...region,
        ...forecasts,
        ...index,
        ...runs,
        MAX_STALE_DAYS: String(limits.maxStaleDays),
      },
      // Holds the manifest and the outcomes of a whole region at once.
      memorySize: 1024,
      timeout: Duration.minutes(5),
      retention,
      grants: [
        can.readForecasts('runs'),
        can.writeForecasts('runs'),
        can.forecasts('BatchGetItem', 'PutItem'),
        can.runs('GetItem'),
      ],
    });

    this.publishRun = new ProductFunction(this, 'publish-run', {
      code: codeOf('publish-run'),
      description: 'Moves the pointer of the region to this run, in one conditional write',
      environment: { ...region, ...runs },
      // Two writes: as small as still starts quickly.
      memorySize: 256,
      timeout: Duration.seconds(30),
      retention,
      grants: [can.runs('GetItem', 'PutItem', 'UpdateItem')],
    });

    this.notifyTeams = new ProductFunction(this, 'notify-teams', {
      code: codeOf('notify-teams'),
      description: 'Tells teams what a changed calendar does to their peaks',
      environment: {
        ...region,
        ...forecasts,
        ...registry,
        ...index,
        ...runs,
        ...calendar,
        EVENT_SOURCE: eventSourceOf(configuration),
      },
      // Draws scenarios from the models of the series that it tells of.
      memorySize: 1769,
      timeout: Duration.minutes(5),
      retention,
      grants: [
        can.seeForecasts,
        can.readForecasts('forecasts'),
        can.series('Scan'),
        can.forecasts('GetItem'),
        can.runs('GetItem', 'PutItem', 'UpdateItem'),
        can.readCalendar('GetItem', 'Query'),
        {
          actions: ['events:PutEvents'],
          resources: [
            Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' }),
          ],
        },
      ],
    });

    this.recordFailure = new ProductFunction(this, 'record-failure', {
      code: codeOf('record-failure'),
      description: 'Writes into the run record why the run failed',
      environment: { ...region, ...runs },
      memorySize: 256,
      timeout: Duration.seconds(30),
      retention,
      grants: [can.runs('GetItem', 'PutItem', 'UpdateItem')],
    });

    this.ingestInbox = new ProductFunction(this, 'ingest-inbox', {
      code: codeOf('ingest-inbox'),
      description: 'Merges a file dropped under inbox/ into the history',
      environment: { ...region, ...history, ...registry },
      // A file's columns are held, its rows are not: the 15 million rows that one may have take up to 1.3 GB.
      memorySize: 1769,
      timeout: Duration.minutes(15),
      retention,
      grants: [
        can.seeHistory,
        can.readHistory('inbox', 'history'),
        can.writeHistory('history', 'inbox-reports'),
        can.series('GetItem', 'PutItem'),
      ],
    });
  }
}
