import { HttpProblem } from './problems.ts';

/** Lambda takes no larger request; larger files go into the inbox. */
export const largestBody = 6 * 1024 * 1024;

/** The media type of a request's body, without its parameters. Throws 415 for one that is not offered. */
export function contentType<T extends string>(request: Request, offered: readonly T[]): T {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if ((offered as readonly string[]).includes(type)) return type as T;
  throw new HttpProblem(
    415,
    `The content-type is ${type === '' ? 'missing' : type.slice(0, 80)}, expected ${offered.join(' or ')}`,
    { 'accept-post': offered.join(', ') },
  );
}

/** The body's bytes. Throws 413, and 415 for a coding: API Gateway hands on text, which a compressed body does not survive. */
export async function bodyBytes(request: Request): Promise<Uint8Array> {
  const coding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity')
    throw new HttpProblem(
      415,
      `The content-encoding is ${coding.slice(0, 80)}, expected none: send the body as it is, or drop the compressed file into the inbox of the history bucket`,
      { 'accept-encoding': 'identity' },
    );
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length <= largestBody) return bytes;
  throw new HttpProblem(
    413,
    `The body has ${bytes.length} bytes, at most ${largestBody} are taken: send it in parts, or drop the file into the inbox of the history bucket`,
  );
}

/** Throws 406 unless the caller takes JSON. */
export function checkAcceptsJson(request: Request): void {
  const accept = request.headers.get('accept');
  if (accept === null || accept.trim() === '') return;
  const takes = accept.split(',').some((range) => {
    const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return !refused && ['*/*', 'application/*', 'application/json'].includes(type!);
  });
  if (!takes)
    throw new HttpProblem(406, `The answer is application/json, the accept header is ${accept.slice(0, 80)}`);
}

/** Throws 400 for what is no JSON in UTF-8. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HttpProblem(400, `The body is no JSON: ${(error as Error).message.slice(0, 120)}`);
  }
}

/** An answer that is asked for anew each time. */
export const fresh = (body: unknown, status = 200): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
