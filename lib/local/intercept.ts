import type { IncomingMessage } from 'node:http';

/** What an endpoint is about to serve. `target` is `bucket/key` (or `bucket`) for S3, the table for DynamoDB. */
export interface InterceptedRequest {
  service: 's3' | 'dynamodb';
  operation: string;
  target: string;
}

/**
 * What to do instead of serving: answer with an error in the service's own wire form, never answer, or reset the
 * connection. `undefined` serves the request.
 */
export type Fault = { status: number; code: string; message?: string } | 'hang' | 'reset';

/** Called before each request is served. It lets a test break an endpoint the way AWS breaks. */
export type Interceptor = (request: InterceptedRequest) => Fault | undefined | Promise<Fault | undefined>;

/** Carries out the two faults that have no answer. True when the request has been dealt with. */
export function silence(fault: Fault, request: IncomingMessage): fault is 'hang' | 'reset' {
  if (fault === 'reset') request.socket.resetAndDestroy();
  return fault === 'reset' || fault === 'hang';
}
