import { createHash } from 'node:crypto';
import { HttpProblem } from './problems.ts';

const tagsOf = (header: string | null): string[] =>
  (header ?? '')
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

/** Whether If-None-Match names the tag: the caller has it already. Weak comparison, as RFC 9110 has it. */
export const matchesNone = (request: Request, etag: string): boolean =>
  tagsOf(request.headers.get('if-none-match')).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag);

/** The versions that If-Match names, '*' for any. Throws 428 without the header: nobody overwrites unseen. */
export function seenVersions(request: Request): string[] {
  const tags = tagsOf(request.headers.get('if-match'));
  if (tags.length === 0)
    throw new HttpProblem(
      428,
      'The if-match header is missing: send the ETag that GET answered, so that nobody else’s change is lost',
    );
  return tags.map((tag) => tag.replace(/^"(.*)"$/, '$1'));
}

/**
 * An answer from a run, with a tag that names it: 304 where the caller has it already, and nothing is computed.
 * Strong: the version says which numbers, the path and query say which of them.
 *
 * @param version what the answer depends on: the run, and whatever else may change
 */
export async function tagged(
  { request, url }: { request: Request; url: URL },
  version: string,
  body: () => Promise<unknown>,
): Promise<Response> {
  const question = createHash('sha256').update(url.pathname).update(url.search).digest('base64url');
  const headers = {
    etag: `"${version}.${question.slice(0, 8)}"`,
    'cache-control': 'private, max-age=60',
    vary: 'accept, authorization',
  };
  return matchesNone(request, headers.etag)
    ? new Response(null, { status: 304, headers })
    : Response.json(await body(), { headers });
}
