import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { CommandFailure } from './failure.ts';
import type { Page } from './page.ts';

/** Bytes of a request's body: a little over what API Gateway takes, so that its own refusal is seen. */
const maxBody = 11 * 1024 * 1024;

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Serves the page at `/` and the API at `/v1/…` and `/prometheus/…` on 127.0.0.1 alone. A Host header of another name is refused (else
 * a web page could reach this server by a name of its own that resolves here), and so is a foreign Origin.
 *
 * @returns the URL, without a slash at the end, and what stops it
 */
export async function serve(
  page: Page,
  api: (request: Request) => Promise<Response>,
  port: number,
): Promise<{ url: string; close(): Promise<void> }> {
  let own: string[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, error instanceof Error ? error.message : String(error));
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const host = request.headers.host ?? '';
    if (!own.includes(host))
      return refuse(response, 421, `this server is ${own[0]}, got a request for "${host}"`);
    const { origin } = request.headers;
    if (origin !== undefined && !own.includes(origin.replace(/^http:\/\//, '')))
      return refuse(response, 403, `pages of ${origin} may not use this server`);
    const target = `http://${host}${request.url ?? '/'}`;
    if (!URL.canParse(target)) return refuse(response, 400, `"${request.url}" is no path of a URL`);
    const url = new URL(target);
    if (/^\/(v1|prometheus)\//.test(url.pathname)) {
      // A foreign page's image or script comes without an Origin; its browser says whence.
      const site = request.headers['sec-fetch-site'] ?? 'none';
      if (site !== 'same-origin' && site !== 'none')
        return refuse(response, 403, 'pages of another origin may not use this server');
      return forward(request, response, url);
    }
    const file = page.get(url.pathname);
    if (file === undefined) return refuse(response, 404, `nothing at ${url.pathname}: the page is at /`);
    response.writeHead(200, { ...headers, 'content-type': file.type, 'cache-control': 'no-cache' });
    response.end(request.method === 'HEAD' ? undefined : file.content);
  }

  async function forward(request: IncomingMessage, response: ServerResponse, url: URL) {
    const method = request.method ?? 'GET';
    const body = await read(request);
    if (body === undefined)
      return refuse(response, 413, `a body has at most ${maxBody} bytes: send it in parts`);
    const answered = await api(
      new Request(url, {
        method,
        headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, String(value)]],
        ),
        body: method === 'GET' || method === 'HEAD' ? null : body,
      }),
    );
    response.writeHead(answered.status, { ...headers, ...Object.fromEntries(answered.headers) });
    if (answered.body === null) response.end();
    else await pipeline(Readable.fromWeb(answered.body as ReadableStream), response);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CommandFailure(`Port ${port} is in use: choose another with --port (0: any free one).`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  own = [`127.0.0.1:${address.port}`, `localhost:${address.port}`];
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length <= maxBody) parts.push(part);
  }
  return length > maxBody ? undefined : Buffer.concat(parts);
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', title: 'Refused', status, detail }));
}
