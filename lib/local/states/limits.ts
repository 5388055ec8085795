import { TaskFailure } from './errors.ts';

/** Step Functions quota: bytes (UTF-8) of the input or output of a state, a task or an execution. */
export const payloadLimit = 262_144;

/** Size of a JSON value in bytes, as UTF-8. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');

/**
 * The value itself when it keeps within the payload limit.
 * @throws TaskFailure States.DataLimitExceeded
 */
export function limited<T>(value: T, what: string): T {
  if (bytesOf(value) > payloadLimit)
    throw new TaskFailure(
      'States.DataLimitExceeded',
      `${what} with a size exceeding the maximum number of bytes service limit (${payloadLimit}).`,
    );
  return value;
}
