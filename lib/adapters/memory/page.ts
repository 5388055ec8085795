import { z } from 'zod';
import type { Page } from '../../service/ports.ts';
import { decodeToken, encodeToken } from '../../service/token.ts';

/** A part of a list, as a store would page it. */
export function pageOf<T>(all: readonly T[], options: { limit?: number; nextToken?: string }): Page<T> {
  const from =
    options.nextToken === undefined ? 0 : decodeToken(options.nextToken, z.object({ from: z.number() })).from;
  const end = from + (options.limit ?? all.length);
  return {
    items: all.slice(from, end),
    ...(end < all.length && { nextToken: encodeToken({ from: end }) }),
  };
}
