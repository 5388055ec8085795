import { z } from 'zod';
import { decodeToken, encodeToken } from '../../service/token.ts';

/** A table's paging key as a token, and back. Absent stays absent. */
export const tokenOfKey = (key: Record<string, unknown> | undefined) =>
  key === undefined ? {} : { nextToken: encodeToken(key) };

/** @param key the attributes of the table's key: a token of another list is refused */
export function keyOfToken(token: string | undefined, key: z.ZodRawShape) {
  if (token === undefined) return {};
  return { ExclusiveStartKey: decodeToken(token, z.strictObject(key)) };
}

/** A key of two texts. */
export const textKey = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, z.string()])) satisfies z.ZodRawShape;
