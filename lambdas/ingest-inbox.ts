import middy from '@middy/core';
import { documentClient, s3Client } from '../lib/adapters/aws/clients.ts';
import { DynamoSeriesRegistry } from '../lib/adapters/aws/dynamo-series-registry.ts';
import { S3Inbox } from '../lib/adapters/aws/s3-inbox.ts';
import { S3HistoryStore } from '../lib/adapters/history/index.ts';
import { inboxCounts, observed, observer, parsed, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { readTable, settle } from '../lib/adapters/tabular/index.ts';
import { type ObjectCreated, objectCreated } from '../lib/service/contracts/inbox.ts';
import { type IngestInboxPorts, ingestInbox } from '../lib/service/ingest-inbox.ts';

const environment = readEnvironment('ingest-inbox');
const { region } = environment.REGION_SETTINGS;
const s3 = s3Client();
const ports: IngestInboxPorts = {
  region: environment.REGION_SETTINGS,
  registry: new DynamoSeriesRegistry({ client: documentClient(), table: environment.SERIES_TABLE, region }),
  history: new S3HistoryStore({ client: s3, bucket: environment.HISTORY_BUCKET }),
  inbox: new S3Inbox({ client: s3, bucket: environment.HISTORY_BUCKET }),
  tables: { readTable, settle },
  clock: () => new Date(),
};

export const handler = middy()
  .use(observed(observer('ingest-inbox', region), inboxCounts))
  .use(parsed(objectCreated))
  .handler((event: ObjectCreated) => ingestInbox(ports, event.detail.object.key));
