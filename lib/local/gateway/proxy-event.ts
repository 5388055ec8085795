import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { userInfo } from 'node:os';
import type { Api, Method, Route } from './api.ts';

/** A request that found its method. */
export interface Matched {
  api: Api;
  stage: Api['stages'][number];
  route: Route;
  method: Method;
  /** Below the stage, as it was sent: still percent-encoded. */
  path: string;
  pathParameters: Record<string, string> | null;
}

/** Names of the request parameters that the method requires and the request lacks. */
export function missingParameters(
  matched: Matched,
  request: IncomingMessage,
  query: URLSearchParams,
): string[] {
  return matched.method.required
    .map((name) => name.split('.').slice(2))
    .filter(([place, ...name]) => {
      const parameter = name.join('.');
      if (place === 'querystring') return !query.has(parameter);
      if (place === 'header') return request.headers[parameter.toLowerCase()] === undefined;
      return matched.pathParameters?.[parameter] === undefined;
    })
    .map(([, ...name]) => name.join('.'));
}

/**
 * The event of a Lambda proxy integration (format 1.0). Paths and their parameters stay percent-encoded, query
 * strings are decoded, a name that comes twice keeps its last value in the single-valued maps: as API Gateway has it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(matched: Matched, request: IncomingMessage, query: URLSearchParams, body: Buffer) {
  const { api, stage, route, method, path } = matched;
  const headers = requestHeaders(request);
  const queryValues = multiValues([...query]);
  const isBinary = isBinaryType(api.binaryMediaTypes, request.headers['content-type']);
  const now = new Date();
  const requestId = randomUUID();
  const signed = method.authorization === 'AWS_IAM';
  const resource = `/${route.parts.join('/')}`;
  return {
    resource,
    path,
    httpMethod: request.method ?? 'GET',
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: query.size === 0 ? null : lastValues(queryValues),
    multiValueQueryStringParameters: query.size === 0 ? null : queryValues,
    pathParameters: matched.pathParameters,
    stageVariables: stage.variables,
    requestContext: {
      accountId: api.account,
      apiId: api.id,
      authorizer: null,
      domainName: request.headers.host ?? '',
      domainPrefix: api.id,
      extendedRequestId: requestId,
      httpMethod: request.method ?? 'GET',
      identity: {
        accessKey: signed ? 'LAPTOP' : null,
        accountId: signed ? api.account : null,
        apiKey: null,
        apiKeyId: null,
        caller: signed ? 'LAPTOP' : null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        user: signed ? 'LAPTOP' : null,
        userAgent: request.headers['user-agent'] ?? null,
        userArn: signed ? `arn:aws:iam::${api.account}:user/${userInfo().username}` : null,
      },
      path: `/${stage.name}${path}`,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: commonLogTime(now),
      requestTimeEpoch: now.getTime(),
      resourceId: method.resourceId,
      resourcePath: resource,
      stage: stage.name,
    },
    body: body.length === 0 ? null : body.toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary && body.length > 0,
  };
}

/** Whether a media type is among an API's binary ones (which may be `image/*`, or all of them). */
export function isBinaryType(binaryMediaTypes: string[], type: string | undefined): boolean {
  const [kind = '', detail = ''] = (type ?? '').split(';')[0]!.trim().toLowerCase().split('/');
  return binaryMediaTypes.some((binary) => {
    const [binaryKind, binaryDetail] = binary.toLowerCase().split('/');
    return (
      (binaryKind === '*' && binaryDetail === '*') ||
      (binaryKind === kind && (binaryDetail === '*' || binaryDetail === detail))
    );
  });
}

/** Header names as the client wrote them. */
function requestHeaders(request: IncomingMessage): Record<string, string[]> {
  const raw = request.rawHeaders;
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2)
    if (!/^(connection|transfer-encoding)$/i.test(raw[index]!)) pairs.push([raw[index]!, raw[index + 1]!]);
  pairs.push(
    ['X-Forwarded-For', request.socket.remoteAddress ?? '127.0.0.1'],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  );
  return multiValues(pairs);
}

function multiValues(pairs: [string, string][]): Record<string, string[]> {
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) {
    values[name] ??= [];
    values[name].push(value);
  }
  return values;
}

const lastValues = (values: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)!]));

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `09/Apr/2026:12:34:56 +0000`. */
function commonLogTime(instant: Date): string {
  const [date = '', time = ''] = instant.toISOString().split('T');
  const [year, month, day] = date.split('-');
  return `${day}/${months[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}
