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
