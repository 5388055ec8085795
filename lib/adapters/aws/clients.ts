import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { SFNClient, type SFNClientConfig } from '@aws-sdk/client-sfn';
import { TimestreamQueryClient, type TimestreamQueryClientConfig } from '@aws-sdk/client-timestream-query';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { asUnavailable } from './unavailable.ts';

/**
 * An endpoint that answers nothing must not hold a function until its own time limit (the API's is 29 s): a
 * connection gets one second, an answer five, and three attempts with the SDK's standard backoff.
 */
const patience = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 5000,
    throwOnRequestTimeout: true,
    socketTimeout: 10_000,
  },
};

interface Stack {
  add(
    middleware: (next: (args: never) => Promise<unknown>) => (args: never) => Promise<unknown>,
    options: { step: 'initialize'; priority: 'high'; name: string },
  ): void;
}

/** Lets every call of a client end in Unavailable when the service, and not the request, is what failed. */
function tellUnavailable<C extends { middlewareStack: unknown }>(client: C, service: string): C {
  (client.middlewareStack as Stack).add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw asUnavailable(error, service);
      }
    },
    { step: 'initialize', priority: 'high', name: 'tellUnavailable' },
  );
  return client;
}

// The endpoint of each service comes from the environment (AWS_ENDPOINT_URL_S3 and so on), as the SDK reads it.

export const s3Client = (config: S3ClientConfig = {}) =>
  tellUnavailable(new S3Client({ ...patience, ...config }), 'S3');

export const eventBridgeClient = (config: EventBridgeClientConfig = {}) =>
  tellUnavailable(new EventBridgeClient({ ...patience, ...config }), 'EventBridge');

export const sfnClient = (config: SFNClientConfig = {}) =>
  tellUnavailable(new SFNClient({ ...patience, ...config }), 'Step Functions');

export const documentClient = (config: DynamoDBClientConfig = {}) =>
  DynamoDBDocumentClient.from(tellUnavailable(new DynamoDBClient({ ...patience, ...config }), 'DynamoDB'), {
    marshallOptions: { removeUndefinedValues: true },
  });

/**
 * A query may take a minute; its throttles pass. What its errors mean, its adapter says. Timestream's clients ask for
 * the endpoint of their account first, and do so even of one that the environment names: unless they are handed it.
 */
export const timestreamClient = (config: TimestreamQueryClientConfig = {}) =>
  new TimestreamQueryClient({
    ...patience,
    maxAttempts: 6,
    requestHandler: { ...patience.requestHandler, requestTimeout: 65_000, socketTimeout: 65_000 },
    ...(process.env.AWS_ENDPOINT_URL_TIMESTREAM_QUERY !== undefined && {
      endpoint: process.env.AWS_ENDPOINT_URL_TIMESTREAM_QUERY,
    }),
    ...config,
  });
