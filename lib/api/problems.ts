import type { Problem } from '../service/contracts/http.ts';
import { type Complaint, InvalidRequest, reasonOf, VersionConflict } from '../service/errors.ts';

/** Statuses of the API's problems, each with its title. The type is a URN: it names, it is not fetched. */
const titles = {
  400: 'Invalid request',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition failed',
  413: 'Too large',
  415: 'Unsupported media type',
  428: 'Precondition required',
  500: 'Internal error',
  503: 'Unavailable',
} as const;
export type ProblemStatus = keyof typeof titles;

/** An answer that no use case throws: a matter of HTTP alone. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  status: ProblemStatus;
  headers: Record<string, string>;
  constructor(status: ProblemStatus, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** RFC 9457. */
export function problemResponse(
  status: ProblemStatus,
  detail: string,
  options: { errors?: readonly Complaint[]; current?: unknown; headers?: Record<string, string> } = {},
): Response {
  const title = titles[status];
  const body: Problem = {
    type: `urn:cloudtune:problem:${title.toLowerCase().replaceAll(' ', '-')}`,
    title,
    status,
    detail,
    ...(options.errors !== undefined && options.errors.length > 0 && { errors: [...options.errors] }),
    ...(options.current !== undefined && { current: options.current }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...options.headers,
    },
  });
}

/** What the use cases throw, by name (a reader of files is wired in, so its class is not known here). */
const statuses: Record<string, ProblemStatus> = {
  InvalidRequest: 400,
  TabularError: 400,
  NotFound: 404,
  SettingsConflict: 409,
  Gone: 410,
  VersionConflict: 412,
  Unavailable: 503,
};

/**
 * Any error as a problem. What nobody expected is 500 and says nothing of the inside: `onFailure` gets it whole.
 */
export function problemOf(error: unknown, onFailure: (error: Error) => void): Response {
  if (error instanceof HttpProblem)
    return problemResponse(error.status, error.message, { headers: error.headers });
  const status = error instanceof Error ? statuses[error.name] : undefined;
  if (status === undefined || status === 503)
    onFailure(error instanceof Error ? error : new Error(String(error)));
  if (status === undefined)
    return problemResponse(500, 'Something failed here that should not have: it is logged');
  if (status === 503)
    return problemResponse(503, 'Storage does not answer now: try again shortly', {
      headers: { 'retry-after': '5' },
    });
  return problemResponse(status, reasonOf(error), {
    ...(error instanceof InvalidRequest && { errors: error.errors }),
    ...(error instanceof VersionConflict && {
      current: error.current,
      ...(error.version !== undefined && { headers: { etag: `"${error.version}"` } }),
    }),
  });
}
