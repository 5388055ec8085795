import type { Right } from './engine.ts';

/** A request to AWS as it goes over the wire. */
export interface Wire {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** As whom a request is signed, and for what service and region: `Credential=KEY/date/region/service/aws4_request`. */
export function signedFor({ headers, url }: Wire): { caller: string; region: string; service: string } {
  // A presigned URL has it in its query.
  const signature = headers.authorization ?? decodeURIComponent(url);
  const [, caller, region, service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(String(signature)) ?? [];
  if (caller === undefined || region === undefined || service === undefined)
    throw new Error(`A request without a signature: ${url}`);
  return { caller, region, service };
}

/** What a request asks of IAM, from AWS's "Actions, resources, and condition keys" of each service. */
export function rightsFor(wire: Wire, account: string): Right[] {
  const { region, service } = signedFor(wire);
  if (service === 's3') return objectRights(wire);
  const operation = String(wire.headers['x-amz-target']).split('.').at(-1);
  const body = JSON.parse(wire.body.toString()) as Record<string, unknown>;
  if (service === 'dynamodb') {
    const tables = body.TableName === undefined ? Object.keys(body.RequestItems as object) : [body.TableName];
    const within = body.IndexName === undefined ? '' : `/index/${body.IndexName}`;
    return tables.map((table) => ({
      action: `dynamodb:${operation}`,
      resource: `arn:aws:dynamodb:${region}:${account}:table/${table}${within}`,
    }));
  }
  if (service === 'states')
    return [{ action: `states:${operation}`, resource: String(body.executionArn ?? body.stateMachineArn) }];
  if (service === 'events') {
    const buses = (body.Entries as { EventBusName?: string }[]).map(
      ({ EventBusName = 'default' }) => EventBusName,
    );
    return buses.map((bus) => ({
      action: `events:${operation}`,
      resource: `arn:aws:events:${region}:${account}:event-bus/${bus}`,
    }));
  }
  throw new Error(`The gate knows nothing of ${service}:${operation}: teach it.`);
}

function objectRights({ method, url, headers }: Wire): Right[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket, ...key] = decodeURIComponent(pathname).split('/');
  const object = `arn:aws:s3:::${bucket}/${key.join('/')}`;
  const only = (action: string, resource = object) => [{ action: `s3:${action}`, resource }];
  if (key.join('') === '' && method === 'GET') return only('ListBucket', `arn:aws:s3:::${bucket}`);
  if (method === 'GET' || method === 'HEAD') return only('GetObject');
  if (method === 'DELETE')
    return only(searchParams.has('uploadId') ? 'AbortMultipartUpload' : 'DeleteObject');
  // "To perform conditional writes" (S3's guide): If-Match reads the ETag of the object that lies there.
  if (method === 'PUT' || method === 'POST')
    return [...only('PutObject'), ...(headers['if-match'] === undefined ? [] : only('GetObject'))];
  throw new Error(`The gate knows nothing of s3 ${method} ${url}: teach it.`);
}

/** How each service says no. */
export function refusal(service: string, { action, resource }: Right) {
  const message = `User is not authorized to perform: ${action} on resource: ${resource}`;
  return service === 's3'
    ? { status: 403, body: `<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>` }
    : { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', message }) };
}
