import { S3Error } from './errors.ts';
import type { Listed, Store } from './store.ts';

/** The first byte string behind all that start with `prefix`; undefined when there is none. */
function behind(prefix: Buffer): Buffer | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    if ((prefix[i] as number) === 255) continue;
    const successor = Buffer.from(prefix.subarray(0, i + 1));
    successor[i] = (successor[i] as number) + 1;
    return successor;
  }
  return undefined;
}

/** The byte string next to `key`. */
const next = (key: Buffer) => Buffer.concat([key, Buffer.of(0)]);
const later = (a: Buffer, b: Buffer) => (Buffer.compare(a, b) >= 0 ? a : b);

export interface Page {
  objects: Listed[];
  prefixes: string[];
  /** Where the next page starts: opaque to clients. */
  continuation: string | undefined;
}

export interface ListRequest {
  prefix: string;
  delimiter: string;
  startAfter: string;
  continuation: string | undefined;
  maxKeys: number;
}

/**
 * One page of a bucket, in order of the keys' UTF-8 bytes. With a delimiter a whole common prefix is leapt over by one
 * seek, so the cost is that of the page, not of the bucket.
 */
export function listPage(store: Store, bucket: string, request: ListRequest): Page {
  const prefix = Buffer.from(request.prefix);
  const delimiter = Buffer.from(request.delimiter);
  const until = behind(prefix);
  const page: Page = { objects: [], prefixes: [], continuation: undefined };
  if (request.maxKeys === 0) return page;
  let from = later(prefix, firstAfter(request, prefix, delimiter));
  for (;;) {
    const room = request.maxKeys - page.objects.length - page.prefixes.length;
    const rows = store.range(bucket, from, until, room + 1);
    let leapt = false;
    for (const row of rows) {
      if (page.objects.length + page.prefixes.length === request.maxKeys) {
        page.continuation = from.toString('base64url');
        return page;
      }
      const cut = delimiter.length === 0 ? -1 : row.key.indexOf(delimiter, prefix.length);
      if (cut === -1) {
        page.objects.push(row);
        from = next(row.key);
        continue;
      }
      const common = row.key.subarray(0, cut + delimiter.length);
      page.prefixes.push(common.toString());
      const leap = behind(common);
      if (leap === undefined) return page;
      from = leap;
      leapt = true;
      break;
    }
    if (!leapt) return page;
  }
}

/** Where to begin: behind the continuation or `start-after`; a common prefix that holds `start-after` is passed. */
function firstAfter(request: ListRequest, prefix: Buffer, delimiter: Buffer): Buffer {
  if (request.continuation !== undefined) {
    const token = Buffer.from(request.continuation, 'base64url');
    if (request.continuation === '' || token.toString('base64url') !== request.continuation)
      throw new S3Error(400, 'InvalidArgument', 'The continuation token provided is incorrect', {
        ArgumentName: 'continuation-token',
      });
    return token;
  }
  const start = Buffer.from(request.startAfter);
  if (start.length === 0) return start;
  const inPrefix = start.subarray(0, prefix.length).equals(prefix);
  const cut = delimiter.length === 0 || !inPrefix ? -1 : start.indexOf(delimiter, prefix.length);
  return cut === -1 ? next(start) : (behind(start.subarray(0, cut + delimiter.length)) ?? next(start));
}
