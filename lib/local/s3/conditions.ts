import type { IncomingHttpHeaders } from 'node:http';
import { noSuchKey, preconditionFailed, S3Error } from './errors.ts';
import type { StoredObject } from './store.ts';

const matches = (list: string, etag: string) =>
  list.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^(W\/)?"?|"$/g, '') === etag);

/** Last-Modified has whole seconds, so conditions on it are in whole seconds. */
const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

/**
 * Conditions on what is read: of GetObject and HeadObject (`prefix` '') or of CopyObject's source.
 * RFC 9110 section 13.2.2: If-Match is stronger than If-Unmodified-Since, If-None-Match than If-Modified-Since.
 *
 * @returns 'not modified' where a reader's copy is still good
 * @throws S3Error 412
 */
export function checkRead(
  headers: IncomingHttpHeaders,
  object: StoredObject,
  prefix: '' | 'x-amz-copy-source-' = '',
): 'read' | 'not modified' {
  const value = (name: string) => headers[prefix + name] as string | undefined;
  const ifMatch = value('if-match');
  const unmodified = value('if-unmodified-since');
  const ifNoneMatch = value('if-none-match');
  const modified = value('if-modified-since');
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, object.etag)) throw preconditionFailed(`${prefix}If-Match`);
  } else if (unmodified !== undefined && seconds(object.modified) > seconds(Date.parse(unmodified)))
    throw preconditionFailed(`${prefix}If-Unmodified-Since`);
  const unchanged =
    ifNoneMatch !== undefined
      ? matches(ifNoneMatch, object.etag)
      : modified !== undefined && seconds(object.modified) <= seconds(Date.parse(modified));
  return unchanged ? 'not modified' : 'read';
}

/**
 * Conditions of a write, to be checked in the transaction that makes it visible.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @param before whether the key had an object when the request came
 * @throws S3Error PreconditionFailed, NoSuchKey, ConditionalRequestConflict
 */
export function checkWrite(
  headers: IncomingHttpHeaders,
  key: string,
  before: boolean,
  current: { etag: string } | undefined,
): void {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  if (before && current === undefined)
    throw new S3Error(
      409,
      'ConditionalRequestConflict',
      'The conditional request cannot succeed due to a conflicting operation against this resource.',
      { Condition: ifMatch === undefined ? 'If-None-Match' : 'If-Match', Key: key },
    );
  if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (current === undefined) throw noSuchKey(key);
  if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
}

/** @throws S3Error when both conditions are given, or If-None-Match is not `*` */
export function checkWriteConditions(headers: IncomingHttpHeaders): void {
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || headers['if-match'] !== undefined))
    throw new S3Error(
      501,
      'NotImplemented',
      'A header you provided implies functionality that is not implemented: If-None-Match of a write takes * only, and no If-Match beside it',
      { Header: 'If-None-Match' },
    );
}
