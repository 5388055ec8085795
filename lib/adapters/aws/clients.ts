import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { asUnavailable } from './unavailable.ts';

/**
 * An endpoint that answers nothing must not hold a function until its own time limit: a connection gets one second,
 * an answer ten, and three attempts with the SDK's standard backoff.
 */
const patience = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

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
export const s3Client = () => tellUnavailable(new S3Client(patience), 'S3');
export const sfnClient = () => tellUnavailable(new SFNClient(patience), 'Step Functions');
export const documentClient = () =>
  DynamoDBDocumentClient.from(tellUnavailable(new DynamoDBClient(patience), 'DynamoDB'), {
    marshallOptions: { removeUndefinedValues: true },
  });
