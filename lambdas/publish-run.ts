import middy from '@middy/core';
import { documentClient } from '../lib/adapters/aws/clients.ts';
import { DynamoRunStore } from '../lib/adapters/aws/dynamo-run-store.ts';
import {
  observed,
  observer,
  parsed,
  publicationCounts,
  readEnvironment,
} from '../lib/adapters/lambda/index.ts';
import { publishInput } from '../lib/service/contracts/refresh.ts';
import { type PublishRunPorts, publishRun } from '../lib/service/publish-run.ts';

const environment = readEnvironment('publish-run');
const { region } = environment.REGION_SETTINGS;
const ports: PublishRunPorts = {
  runs: new DynamoRunStore({ client: documentClient(), table: environment.RUNS_TABLE, region }),
  clock: () => new Date(),
};

export const handler = middy()
  .use(observed(observer('publish-run', region), publicationCounts))
  .use(parsed(publishInput))
  .handler((input: Parameters<typeof publishRun>[1]) => publishRun(ports, input));
