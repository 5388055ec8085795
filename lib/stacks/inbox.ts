import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { allow } from './grant.ts';
import type { ProductFunction } from './product-function.ts';

/** A file dropped under inbox/ of the history bucket is ingested; one that cannot be is kept for a person. */
export class Inbox extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(
    scope: Construct,
    id: string,
    { bucket, ingest }: { bucket: Bucket; ingest: ProductFunction<'ingest-inbox'> },
  ) {
    super(scope, id);
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters');
    this.deadLetters = deadLetterQueue;
    // Events that could not be handed to Lambda end in the queue by the rule, those that the function failed
    // on by its destination, with the reason.
    new Rule(this, 'Rule', {
      description: 'Objects created under inbox/',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: 'inbox/' }] } },
      },
      targets: [
        new LambdaFunction(ingest.lambda, {
          deadLetterQueue,
          retryAttempts: 20,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
    allow(ingest.role, { actions: ['sqs:SendMessage'], resources: [deadLetterQueue.queueArn] });
    ingest.lambda.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // The construct's own destination would grant its attributes too, which nobody reads.
      onFailure: { bind: () => ({ destination: deadLetterQueue.queueArn }) },
    });
  }
}
