import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { asUnavailable } from './unavailable.ts';

interface ObjectToPut {
  bucket: string;
  key: string;
  body: Uint8Array | string;
  contentType: string;
}

/** An object's bytes; undefined when it is not there. */
export async function getBytes(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<Uint8Array | undefined> {
  return (await getRevision(client, bucket, key))?.bytes;
}

/** An object's bytes and its revision, the ETag; undefined when it is not there. */
export async function getRevision(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<{ bytes: Uint8Array; revision: string } | undefined> {
  try {
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return { bytes: await Body!.transformToByteArray(), revision: ETag! };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    // The body may break off long after the answer began, beyond the client's own watch.
    throw asUnavailable(error, 'S3');
  }
}

const putOf = ({ bucket, key, body, contentType }: ObjectToPut) => ({
  Bucket: bucket,
  Key: key,
  Body: body,
  ContentType: contentType,
});

export async function putBytes(client: S3Client, object: ObjectToPut): Promise<void> {
  await client.send(new PutObjectCommand(putOf(object)));
}

/** Puts the object if it is still of this revision (or still absent): its new revision, undefined when it is not. */
export async function putRevision(
  client: S3Client,
  object: ObjectToPut,
  revision: string | undefined,
): Promise<string | undefined> {
  try {
    const condition = revision === undefined ? { IfNoneMatch: '*' } : { IfMatch: revision };
    const put = await client.send(new PutObjectCommand({ ...putOf(object), ...condition }));
    return put.ETag!;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    // 404: the object was deleted after it was read.
    if (status === 412 || status === 409 || status === 404) return undefined;
    throw asUnavailable(error, 'S3');
  }
}
