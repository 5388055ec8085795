import { mkdirSync } from 'node:fs';
import type { Interceptor } from '../intercept.ts';
import { listen, stopListening } from '../listen.ts';
import { checkBucketName } from './buckets.ts';
import type { ObjectCreated } from './context.ts';
import { s3Server } from './server.ts';
import { Store } from './store.ts';

export interface S3Options {
  /** Where objects are kept; made when absent. One server at a time. */
  dir: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** Created when absent. */
  buckets?: string[];
  /** Told of each object that PutObject, CopyObject or CompleteMultipartUpload made, after it is stored. */
  onObjectCreated?: (event: ObjectCreated) => void;
  intercept?: Interceptor;
}

export interface LocalS3 {
  /** For `AWS_ENDPOINT_URL_S3`. Clients use path style. */
  endpoint: string;
  createBucket(name: string): void;
  /** Ends all connections and closes the files; a second call changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts the laptop's S3: what an SDK client needs of S3, kept on disk so that an acknowledged write outlives
 * `kill -9`. What it does not implement it answers with NotImplemented, by name.
 */
export async function startS3(options: S3Options): Promise<LocalS3> {
  mkdirSync(options.dir, { recursive: true });
  const store = new Store(options.dir);
  const createBucket = (name: string) => {
    checkBucketName(name);
    store.createBucket(name);
  };
  for (const bucket of options.buckets ?? []) createBucket(bucket);
  const server = s3Server({ store, onObjectCreated: options.onObjectCreated }, options.intercept);
  const endpoint = await listen(server, options.port ?? 0);
  const stop = async () => {
    await stopListening(server);
    store.close();
  };
  let stopped: Promise<void> | undefined;
  const close = () => {
    stopped ??= stop();
    return stopped;
  };
  return { endpoint, createBucket, close };
}
