import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { InvokeResult } from '../functions/function.ts';
import type { Api, Method, Route } from './api.ts';
import { isBinaryType, type Matched, missingParameters, proxyEvent } from './proxy-event.ts';

/** Quickly: on one computer time is dearer than bytes. */
const compress = (bytes: Buffer): Promise<Buffer> => promisify(gzip)(bytes, { level: 1 });

/** Bytes of a request's body. */
const bodyLimit = 10 * 1024 * 1024;

type Invoke = (functionArn: string, payload: unknown, signal: AbortSignal) => Promise<InvokeResult>;

interface Reply {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer;
}

/**
 * The front of all REST APIs: `/<api id>/<stage>/…`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gateway(apis: Api[], invoke: Invoke) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { status, headers, body } = await answer(apis, invoke, request);
    const bodiless = status === 204 || status === 304;
    response.writeHead(
      status,
      bodiless ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    );
    response.end(bodiless || request.method === 'HEAD' ? undefined : body);
  };
}

async function answer(apis: Api[], invoke: Invoke, request: IncomingMessage): Promise<Reply> {
  const [path = '', ...rest] = (request.url ?? '/').split('?');
  const query = new URLSearchParams(rest.join('?'));
  const body = await readBody(request);
  const matched = match(apis, request.method ?? 'GET', path);
  const refuse = refusalOf(apis.find(({ id }) => id === path.split('/')[1]));
  if (body === undefined) return refuse('REQUEST_TOO_LARGE', 413, 'Request Too Long');
  if (matched === undefined)
    return refuse('MISSING_AUTHENTICATION_TOKEN', 403, 'Missing Authentication Token');
  const missing = missingParameters(matched, request, query);
  if (missing.length > 0)
    return refuse(
      'BAD_REQUEST_PARAMETERS',
      400,
      `Missing required request parameters: [${missing.join(', ')}]`,
    );
  const { integration } = matched.method;
  if (integration.kind === 'mock') return integration;
  const patience = AbortSignal.timeout(integration.timeout);
  const event = proxyEvent(matched, request, query, body);
  const result = await Promise.race([
    invoke(integration.functionArn, event, patience),
    aborted(patience),
  ]).catch((error: unknown) => {
    if (patience.aborted) return 'late' as const;
    throw error;
  });
  if (result === 'late') return refuse('INTEGRATION_TIMEOUT', 504, 'Endpoint request timed out');
  if (result.status === 413) return refuse('REQUEST_TOO_LARGE', 413, 'Request Too Long');
  if ('error' in result) return malformed;
  return fromFunction(matched.api, request, result.payload);
}

const aborted = (signal: AbortSignal): Promise<'late'> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'), { once: true }));

/** Literal parts win over parameters, parameters over `{name+}`; a method's own name wins over ANY. */
function match(apis: Api[], httpMethod: string, path: string): Matched | undefined {
  const [, id, stageName, ...parts] = path.split('/');
  const api = apis.find((candidate) => candidate.id === id);
  const stage = api?.stages.find((candidate) => candidate.name === stageName);
  if (api === undefined || stage === undefined) return undefined;
  // A slash at the end is part of the path, but not a part to match.
  if (parts.at(-1) === '') parts.pop();
  let best: { route: Route; method: Method; parameters: Record<string, string>; rank: string } | undefined;
  for (const route of api.routes) {
    const found = matchRoute(route.parts, parts);
    const method = route.methods.get(httpMethod) ?? route.methods.get('ANY');
    if (found !== undefined && method !== undefined && (best === undefined || found.rank < best.rank))
      best = { route, method, ...found };
  }
  if (best === undefined) return undefined;
  const { route, method, parameters } = best;
  return {
    api,
    stage,
    route,
    method,
    path: path.slice(`/${id}/${stageName}`.length) || '/',
    pathParameters: Object.keys(parameters).length === 0 ? null : parameters,
  };
}

/** @returns the parameters, and a rank that sorts the most literal route first */
function matchRoute(route: string[], parts: string[]) {
  const parameters: Record<string, string> = {};
  let rank = '';
  for (const [index, part] of route.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)?.[1];
    if (greedy !== undefined) {
      if (parts.length <= index) return undefined;
      parameters[greedy] = parts.slice(index).join('/');
      return { parameters, rank: `${rank}2` };
    }
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    const value = parts[index];
    if (value === undefined || value === '' || (name === undefined && value !== part)) return undefined;
    if (name !== undefined) parameters[name] = value;
    rank += name === undefined ? '0' : '1';
  }
  return route.length === parts.length ? { parameters, rank } : undefined;
}

interface ProxyAnswer {
  statusCode?: unknown;
  headers?: Record<string, unknown> | null;
  multiValueHeaders?: Record<string, unknown[]> | null;
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** What an API answers for a fault of the request or of the integration, in its own words where it has some. */
const refusalOf =
  (api: Api | undefined) =>
  (type: string, status: number, text: string): Reply => {
    const own = api?.refusals.get(type) ?? api?.refusals.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
    return {
      status: own?.status ?? status,
      headers: { 'content-type': 'application/json', ...own?.headers },
      body: own?.body ?? JSON.stringify({ message: text }),
    };
  };

const malformed: Reply = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: '{"message": "Internal server error"}',
};

/** A function's answer; one of another shape than the proxy integration's is a 502, as on AWS. */
async function fromFunction(api: Api, request: IncomingMessage, payload: unknown): Promise<Reply> {
  if (payload === null || typeof payload !== 'object') return malformed;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = payload as ProxyAnswer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return malformed;
  if (body !== undefined && body !== null && typeof body !== 'string') return malformed;
  const all: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {}))
    if (value !== null && value !== undefined) all[name.toLowerCase()] = [String(value)];
  for (const [name, values] of Object.entries(multiValueHeaders ?? {}))
    all[name.toLowerCase()] = values.map(String);
  all['content-type'] ??= ['application/json'];
  // Of a length and an encoding of transfer the front decides itself.
  delete all['content-length'];
  delete all['transfer-encoding'];
  const isBytes =
    isBase64Encoded === true &&
    [request.headers.accept?.split(',')[0], all['content-type'][0]].some((type) =>
      isBinaryType(api.binaryMediaTypes, type),
    );
  const bytes = Buffer.from(body ?? '', isBytes ? 'base64' : 'utf8');
  const compresses =
    bytes.length >= (api.minimumCompressionSize ?? Number.POSITIVE_INFINITY) &&
    all['content-encoding'] === undefined &&
    /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (!compresses) return { status, headers: all, body: bytes };
  return { status, headers: { ...all, 'content-encoding': 'gzip' }, body: await compress(bytes) };
}

/** @returns undefined for a body over the limit, which is read to its end so that the client hears the answer */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length <= bodyLimit) chunks.push(chunk as Buffer);
  }
  return length > bodyLimit ? undefined : Buffer.concat(chunks);
}
