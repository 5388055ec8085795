import type { S3Client } from '@aws-sdk/client-s3';
import type { Functions } from '../functions/functions.ts';
import { type Integrations, type ListedObject, TaskFailure } from '../states/index.ts';

/** What the state machines of one region reach: functions, and objects through an S3 endpoint like everybody. */
export function integrations(
  functions: Functions,
  { endpoint, accessKeyId }: { endpoint: string; accessKeyId: string },
  region: string,
): Integrations {
  let client: Promise<S3Client> | undefined;
  const s3 = async () => {
    // Loading the SDK takes a while, and only Distributed Maps need it.
    const sdk = await import('@aws-sdk/client-s3');
    client ??= Promise.resolve(
      new sdk.S3Client({
        endpoint,
        region,
        forcePathStyle: true,
        credentials: { accessKeyId, secretAccessKey: 'LAPTOP' },
      }),
    );
    return { sdk, client: await client };
  };
  return {
    async invokeFunction(functionName, payload, signal) {
      const found = functions.find(functionName, region);
      if (found === undefined)
        throw new TaskFailure('Lambda.ResourceNotFoundException', `Function not found: ${functionName}`);
      const answer = await found.invoke(payload, { signal });
      if (!('error' in answer)) return { payload: answer.payload };
      // What Lambda's API refuses has its prefix; what the function itself says goes by its own name.
      const refusedByLambda = /(TooManyRequests|RequestEntityTooLarge)Exception$/.test(
        answer.error.errorType,
      );
      throw refusedByLambda
        ? new TaskFailure(`Lambda.${answer.error.errorType}`, answer.error.errorMessage)
        : new TaskFailure(answer.error.errorType, JSON.stringify(answer.error));
    },
    async getObject(bucket, key) {
      const { sdk, client } = await s3();
      const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
      return Body!.transformToByteArray();
    },
    async putObject(bucket, key, body) {
      const { sdk, client } = await s3();
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    },
    async listObjects(bucket, prefix) {
      const { sdk, client } = await s3();
      const listed: ListedObject[] = [];
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
        for (const { Key, ETag, LastModified, Size, StorageClass } of page.Contents ?? [])
          listed.push({
            Key: Key ?? '',
            Etag: ETag ?? '',
            LastModified: (LastModified?.getTime() ?? 0) / 1000,
            Size: Size ?? 0,
            StorageClass: StorageClass ?? 'STANDARD',
          });
      return listed;
    },
  };
}
