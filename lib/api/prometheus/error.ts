export type ErrorType = 'bad_data' | 'execution' | 'unavailable' | 'not_found' | 'internal';

const statuses: Record<ErrorType, number> = {
  bad_data: 400,
  execution: 422,
  unavailable: 503,
  not_found: 404,
  internal: 500,
};

/** An error in the form that Prometheus's own API has. */
export class PrometheusError extends Error {
  override name = 'PrometheusError';
  type: ErrorType;
  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }
}

export const errorResponse = (type: ErrorType, error: string): Response =>
  Response.json(
    { status: 'error', errorType: type, error },
    { status: statuses[type], headers: { 'cache-control': 'no-store' } },
  );
