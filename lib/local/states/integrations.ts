import { TaskFailure } from './errors.ts';

/** One object of a listing, as `s3:listObjectsV2` tells of it. */
export interface ListedObject {
  Etag: string;
  Key: string;
  /** Seconds since 1970. */
  LastModified: number;
  Size: number;
  StorageClass: string;
}

/** What a state machine may reach. Errors other than TaskFailure count as the client's (Lambda.SdkClientException). */
export interface Integrations {
  /**
   * Calls a function by its name or ARN (a qualifier follows after a colon).
   * @throws TaskFailure with the error's type, or a service error such as Lambda.TooManyRequestsException
   */
  invokeFunction(functionName: string, payload: unknown, signal: AbortSignal): Promise<{ payload: unknown }>;
  getObject(bucket: string, key: string): Promise<Uint8Array>;
  putObject(bucket: string, key: string, body: Uint8Array): Promise<void>;
  listObjects?(bucket: string, prefix: string): Promise<ListedObject[]>;
}

/** Turns what an integration threw into a failure with the name that the States Language has for it. */
export function asFailure(thrown: unknown, error: string, what: string): TaskFailure {
  if (thrown instanceof TaskFailure && (error.startsWith('Lambda.') || thrown.error === error)) return thrown;
  return new TaskFailure(error, `${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}
