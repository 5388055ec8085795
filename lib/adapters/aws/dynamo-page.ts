import { z } from 'zod';
import { decodeToken, encodeToken } from '../../service/token.ts';

const lastKey = z.record(z.string(), z.string());

/** A table's paging key as a token, and back. Absent stays absent. */
export const tokenOfKey = (key: Record<string, unknown> | undefined) =>
  key === undefined ? {} : { nextToken: encodeToken(key) };

/** @param names the attributes of the table's key: a token of another list is refused */
export function keyOfToken(token: string | undefined, names: readonly string[]) {
  if (token === undefined) return {};
  const schema = lastKey.refine((key) => Object.keys(key).sort().join() === [...names].sort().join());
  return { ExclusiveStartKey: decodeToken(token, schema) };
}
