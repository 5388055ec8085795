import { type Problem, refreshBody } from '../service/contracts/http.ts';

/** The API of one region: its base URL up to and including the stage, without a slash at the end. */
export interface RegionApi {
  region: string;
  url: string;
}

/** The regions' APIs as the outputs of an installation's stacks name them. */
export const regionApis = (stacks: readonly { outputs: Record<string, string> }[]): RegionApi[] =>
  stacks.flatMap(({ outputs: { RegionId: region, ApiUrl: url } }) =>
    region === undefined || url === undefined ? [] : [{ region, url }],
  );

type Fetch = (request: Request) => Promise<Response>;

/** Where a list goes on: the region, and that region's own token (absent: from its beginning). */
interface Place {
  region: string;
  token?: string;
}

type ListName = 'series' | 'regions' | 'runs' | 'notices';
const lists: Record<string, ListName> = {
  '/v1/series': 'series',
  '/v1/regions': 'regions',
  '/v1/runs': 'runs',
  '/v1/notices': 'notices',
};

/**
 * One origin over the APIs of several regions. A path that names a region, or a run, whose id names one, goes to
 * that region as it is; the lists are concatenated, region after region, under one `nextToken`; `POST /v1/refresh`
 * without a region asks all of them and answers `{ runs: [refreshAnswer…] }`. The calendar is one for all: the
 * first region answers for it. Errors are application/problem+json:
 * 404 for an unknown region, 502 for one that cannot be reached.
 */
export function fleet(apis: readonly RegionApi[], fetch: Fetch = globalThis.fetch): Fetch {
  const known = apis.map((api) => api.region).join(', ');
  const find = (region: string) => apis.find((api) => api.region === region);
  const unknown = (region: string) =>
    problem(404, 'Unknown region', `no region "${region}" here; the known ones are: ${known}`);

  const forward = async (
    api: RegionApi,
    request: Request,
    path: string,
    body?: string,
    type: string | null = 'application/json',
  ) => {
    const headers = new Headers(request.headers);
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding']) headers.delete(name);
    // fetch would ask for gzip, and undo it at once.
    headers.set('accept-encoding', 'identity');
    if (body !== undefined && type !== null) headers.set('content-type', type);
    const content = body ?? (hasBody(request) ? await request.arrayBuffer() : undefined);
    try {
      const answer = await fetch(
        new Request(api.url + path, { method: request.method, headers, body: content ?? null }),
      );
      return plain(answer);
    } catch (error) {
      return problem(
        502,
        'Region unreachable',
        `the API of region ${api.region} did not answer: ${reasonOf(error)}`,
      );
    }
  };

  const list = async (name: ListName, request: Request, url: URL) => {
    const place = placeOf(url.searchParams.get('nextToken'));
    if (place === undefined)
      return problem(400, 'Bad nextToken', 'nextToken is not one that this list gave out: leave it out');
    const start = place.region === '' ? 0 : apis.findIndex((api) => api.region === place.region);
    if (start < 0) return unknown(place.region);
    const limit = url.searchParams.get('limit');
    let left = limit === null ? Number.POSITIVE_INFINITY : Number(limit);
    const items: unknown[] = [];
    let token = place.token;
    for (const api of apis.slice(start)) {
      // Asked in turn, not at once: a page that is full ends the list before the next region is bothered.
      if (items.length > 0 && left <= 0) return page(name, items, { region: api.region });
      const query = new URLSearchParams(url.searchParams);
      query.delete('nextToken');
      if (token !== undefined) query.set('nextToken', token);
      if (limit !== null) query.set('limit', Number.isFinite(left) ? String(left) : limit);
      const text = query.toString();
      const answer = await forward(api, request, url.pathname + (text === '' ? '' : `?${text}`));
      if (!answer.ok) return answer;
      const body = (await answer.json()) as Record<string, unknown> & { nextToken?: string };
      const found = body[name] as unknown[];
      items.push(...found);
      left -= found.length;
      token = undefined;
      if (body.nextToken !== undefined)
        return page(name, items, { region: api.region, token: body.nextToken });
    }
    return page(name, items);
  };

  const refresh = async (request: Request, url: URL) => {
    const text = await request.text();
    const body = bodyOf(text);
    if (body === undefined)
      return problem(400, 'Bad body', `expected JSON such as {"region":"${apis[0]?.region}"}, or no body`);
    if (body.region !== undefined) {
      const api = find(body.region);
      return api === undefined ? unknown(body.region) : forward(api, request, url.pathname, text);
    }
    const answers = await Promise.all(
      apis.map((api) => forward(api, request, url.pathname, JSON.stringify({ ...body, region: api.region }))),
    );
    const refused = answers.find((answer) => !answer.ok);
    if (refused !== undefined) return refused;
    const runs = await Promise.all(answers.map((answer) => answer.json()));
    return apis.length === 1
      ? Response.json(runs[0], { status: 202 })
      : Response.json({ runs }, { status: 202 });
  };

  /** Each region answers for its own series; one answer for all. */
  const ask = async (request: Request, url: URL) => {
    const text = await request.text();
    const body = seriesOf(text);
    if (body === undefined || body.series.length === 0)
      return apis[0] === undefined
        ? problem(404, 'No region', 'this front serves no region')
        : forward(apis[0], request, url.pathname + url.search, text);
    const byRegion = Map.groupBy(body.series, (name) => name.split('/')[1] ?? '');
    const answers: Record<string, unknown[]>[] = [];
    for (const [region, series] of byRegion) {
      const api = find(region) ?? (byRegion.size === 1 ? apis[0] : undefined);
      if (api === undefined) return unknown(region);
      const answer = await forward(api, request, url.pathname, JSON.stringify({ ...body, series }));
      if (!answer.ok) return answer;
      answers.push((await answer.json()) as Record<string, unknown[]>);
    }
    const all = (name: string) => answers.flatMap((answer) => answer[name] ?? []);
    return Response.json({
      series: all('series'),
      refused: all('refused'),
      warnings: answers[0]!.warnings ?? [],
    });
  };

  /** Prometheus's answers of all regions as one: lists are joined, maps too; the first error is the answer. */
  const metrics = async (request: Request, url: URL) => {
    const text = hasBody(request) ? await request.text() : undefined;
    const answers = await Promise.all(
      apis.map((api) => {
        const copy = new Request(request.url, { method: request.method, headers: request.headers });
        return forward(api, copy, url.pathname + url.search, text, request.headers.get('content-type'));
      }),
    );
    const refused = answers.find((answer) => !answer.ok);
    if (refused !== undefined) return refused;
    const all = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Metrics).data));
    return Response.json({ status: 'success', data: joined(all) });
  };

  return async (request) => {
    const url = new URL(request.url);
    const name = lists[url.pathname.replace(/^(\/v1)\/teams\/[^/]+(\/(?:series|notices))$/, '$1$2')];
    if (name !== undefined)
      return request.method === 'GET' || request.method === 'HEAD'
        ? list(name, new Request(request, { method: 'GET' }), url)
        : notAllowed('GET, HEAD', request, url);
    if (url.pathname === '/v1/refresh')
      return request.method === 'POST' ? refresh(request, url) : notAllowed('POST', request, url);
    if (url.pathname.startsWith('/prometheus/')) return metrics(request, url);
    if (url.pathname === '/v1/what-if')
      return request.method === 'POST' ? ask(request, url) : notAllowed('POST', request, url);
    // One for all regions: any of them may answer.
    if (/^\/v1\/(calendar|openapi\.json)(\/|$)/.test(url.pathname) && apis[0] !== undefined)
      return forward(apis[0], request, url.pathname + url.search);
    const region = regionOf(url.pathname);
    if (region === undefined)
      return problem(
        404,
        'Unknown path',
        `${url.pathname} is not part of this API; /v1/series lists what there is`,
      );
    const api = find(region);
    return api === undefined ? unknown(region) : forward(api, request, url.pathname + url.search);
  };
}

const hasBody = (request: Request) => request.method !== 'GET' && request.method !== 'HEAD';

const reasonOf = (error: unknown) => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? cause.message : String(error);
};

/** The region that a path names, by itself or by the id of a run (`REGION-YYYYMMDDTHHMMSSZ`). */
function regionOf(path: string): string | undefined {
  const named = /^\/v1(?:\/teams\/[^/]+)?\/regions\/([^/]+)\/./.exec(path)?.[1];
  const run = /^\/v1\/runs\/([^/]+)$/.exec(path)?.[1];
  try {
    if (named !== undefined) return decodeURIComponent(named);
    return run === undefined ? undefined : decodeURIComponent(run).replace(/-\d{8}T\d{6}Z$/, '');
  } catch {
    return undefined;
  }
}

/** fetch has already decoded the body: what told of its coding and length is no longer true. */
function plain(answer: Response): Response {
  const headers = new Headers(answer.headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'])
    headers.delete(name);
  return new Response(answer.body, { status: answer.status, headers });
}

function bodyOf(text: string) {
  try {
    return refreshBody.safeParse(text.trim() === '' ? {} : JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

interface Metrics {
  data: unknown;
}

/** Data of Prometheus's answers: lists of texts are each once and in order, results one after the other. */
function joined(all: readonly unknown[]): unknown {
  const [first] = all;
  if (Array.isArray(first)) {
    const list = all.flat();
    return list.every((one) => typeof one === 'string') ? [...new Set(list)].sort() : list;
  }
  const results = all as { resultType?: string; result?: unknown[] }[];
  if (results[0]?.resultType === undefined) return Object.assign({}, ...all);
  if (results[0].resultType === 'scalar') return first;
  return { resultType: results[0].resultType, result: results.flatMap(({ result }) => result ?? []) };
}

/** A body that names series as texts, whatever else it says; undefined for any other. */
function seriesOf(text: string): { series: string[] } | undefined {
  try {
    const body = JSON.parse(text) as { series?: unknown } | null;
    return Array.isArray(body?.series) && body.series.every((name) => typeof name === 'string')
      ? (body as { series: string[] })
      : undefined;
  } catch {
    return undefined;
  }
}

const page = (name: string, items: unknown[], next?: Place) =>
  Response.json({
    [name]: items,
    ...(next && { nextToken: Buffer.from(JSON.stringify(next)).toString('base64url') }),
  });

function placeOf(token: string | null): Place | undefined {
  if (token === null) return { region: '' };
  try {
    const place = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Partial<Place>;
    if (typeof place.region !== 'string' || !['string', 'undefined'].includes(typeof place.token))
      return undefined;
    return place as Place;
  } catch {
    return undefined;
  }
}

const notAllowed = (allow: string, { method }: Request, { pathname }: URL) =>
  problem(405, 'Method not allowed', `${pathname} takes ${allow}, got ${method}`, { allow });

const problem = (status: number, title: string, detail: string, headers: Record<string, string> = {}) =>
  Response.json({ type: 'about:blank', title, status, detail } satisfies Problem, {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
