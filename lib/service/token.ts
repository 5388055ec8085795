import { z } from 'zod';
import { InvalidRequest } from './errors.ts';

/** Paging tokens: opaque to the caller, JSON in base64url to us. */
export const encodeToken = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

/** Reads a token back. Throws InvalidRequest for anything that this API did not hand out. */
export function decodeToken<T extends z.ZodType>(token: string, schema: T): z.infer<T> {
  const refuse = () =>
    new InvalidRequest('The nextToken is not one that this API handed out', [
      { at: 'nextToken', got: token.slice(0, 80), expected: 'the nextToken of the page before, as it was' },
    ]);
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw refuse();
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw refuse();
  return parsed.data;
}

/** An instant inside a token: milliseconds since 1970, within the years that RFC 3339 can write. */
export const tokenInstant = z
  .number()
  .int()
  .min(Date.UTC(0))
  .max(Date.UTC(9999, 11, 31));
