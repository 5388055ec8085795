import { HttpProblem } from './problems.ts';

// Asked for anew each time: what is planned may change at any moment.
export const calendarHeaders = (version: number) => ({
  etag: `"${version}"`,
  'cache-control': 'private, no-cache',
  vary: 'accept, authorization',
});

/**
 * Who makes a change: whom API Gateway has seen sign it, else (on a laptop, where nobody signs) whom the caller says it
 * is. Never both: what a deployed caller says of itself counts for nothing.
 */
export function authorOf(request: Request): string {
  const caller = request.headers.get('cloudtune-caller') ?? request.headers.get('cloudtune-author');
  if (caller === null || caller.trim() === '') return 'unknown';
  try {
    return decodeURIComponent(caller).slice(0, 200);
  } catch {
    throw new HttpProblem(400, `The cloudtune-author header is ${caller}: expected a name, percent-encoded`);
  }
}
