import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Configuration } from '../service/contracts/configuration.ts';
import { exportDays } from '../service/contracts/exports.ts';

/** The region's buckets: history (minutes of the past, the inbox) and forecasts (models, digests, manifests). */
export class Storage extends Construct {
  readonly history: Bucket;
  readonly forecasts: Bucket;

  constructor(
    scope: Construct,
    id: string,
    { stage, retention }: Pick<Configuration, 'stage' | 'retention'>,
  ) {
    super(scope, id);

    const secure = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    } satisfies BucketProps;

    // Its own access is not logged: a log of the log would feed itself.
    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...secure,
      lifecycleRules: [
        { id: 'ExpireAccessLogs', expiration: Duration.days(retention.accessLogDays) },
        abortStaleUploads,
      ],
    });

    this.history = new Bucket(this, 'History', {
      ...secure,
      // A correction replaces a whole month's object: its former version is the way back.
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'history/',
      lifecycleRules: [
        {
          id: 'ExpireFormerVersions',
          noncurrentVersionExpiration: Duration.days(retention.historyVersionDays),
        },
        { id: 'ExpireInbox', prefix: 'inbox/', expiration: Duration.days(retention.inboxDays) },
        {
          id: 'ExpireInboxReports',
          prefix: 'inbox-reports/',
          expiration: Duration.days(retention.inboxDays),
        },
        abortStaleUploads,
      ],
    });
    // Set here and not by `eventBridgeEnabled`, which would add a custom resource to do the same.
    (this.history.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };

    this.forecasts = new Bucket(this, 'Forecasts', {
      ...secure,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'forecasts/',
      // Digests have no expiry: they are the memory that makes a refresh cheap.
      lifecycleRules: [
        { id: 'ExpireForecasts', prefix: 'forecasts/', expiration: Duration.days(retention.forecastDays) },
        { id: 'ExpireRuns', prefix: 'runs/', expiration: Duration.days(retention.forecastDays) },
        { id: 'ExpireExports', prefix: 'exports/', expiration: Duration.days(exportDays) },
        abortStaleUploads,
      ],
    });
  }
}

const abortStaleUploads = { id: 'AbortStaleUploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };
