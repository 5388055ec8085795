import middy from '@middy/core';
import { documentClient } from '../lib/adapters/aws/clients.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import { failureCounts, observed, observer, parsed, readEnvironment } from '../lib/adapters/lambda/index.ts';
import { recordFailureInput } from '../lib/service/contracts/refresh.ts';
import { type RecordFailurePorts, recordFailure } from '../lib/service/record-failure.ts';

const environment = readEnvironment('record-failure');
const { region } = environment.REGION_SETTINGS;
const ports: RecordFailurePorts = {
  region: environment.REGION_SETTINGS,
  runs: new DynamoRunStore({ client: documentClient(), table: environment.RUNS_TABLE, region }),
  clock: () => new Date(),
};

export const handler = middy()
  .use(observed(observer('record-failure', region), failureCounts))
  .use(parsed(recordFailureInput))
  .handler((input: Parameters<typeof recordFailure>[1]) => recordFailure(ports, input));
