import { Unavailable } from '../../service/errors.ts';

const throttles = new Set([
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'TooManyRequestsException',
  'RequestTimeout',
  'TimeoutError',
]);

/** An error that trying later may mend becomes Unavailable; any other stays what it is. */
export const asUnavailable = (error: unknown, service: string): unknown =>
  isTransient(error)
    ? new Unavailable(`${service} does not answer: ${describe(error)}`, { cause: error })
    : error;

/** Still failing after the client's own retries: throttled, a fault of the service, or no answer at all. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode;
  return (
    throttles.has(name) ||
    (status !== undefined && status >= 500) ||
    /^(ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|EHOSTUNREACH|ENETUNREACH)/.test(code ?? '')
  );
}

const describe = (error: unknown) => {
  const { name, message } = error as Error;
  return `${name}${message === '' || message === name ? '' : `: ${message}`}`;
};
