import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { asUnavailable } from './unavailable.ts';

/** An object's bytes; undefined when it is not there. */
export async function getBytes(
  client: S3Client,
  bucket: string,
  key: string,
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body!.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    // The body may break off long after the answer began, beyond the client's own watch.
    throw asUnavailable(error, 'S3');
  }
}

export async function putBytes(
  client: S3Client,
  object: { bucket: string; key: string; body: Uint8Array | string; contentType: string },
): Promise<void> {
  await client.send(
    new PutObjectCommand({
      Bucket: object.bucket,
      Key: object.key,
      Body: object.body,
      ContentType: object.contentType,
    }),
  );
}
