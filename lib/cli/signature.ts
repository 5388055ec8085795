import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { CommandFailure } from './failure.ts';

export type Send = (request: Request) => Promise<Response>;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Headers that the API reads. What else a browser sends (cookies, its origin) stays on this machine. */
const kept = ['accept', 'content-type', 'if-match', 'if-none-match'];

/**
 * Sends as the API behind a URL wants it: over https signed with the caller's AWS credentials. Over http, which is a
 * laptop's and never API Gateway's, as it is: no session token goes over an open line.
 */
export function sendTo(url: string): Send {
  const { hostname, protocol } = new URL(url);
  if (protocol === 'http:') return (request) => fetch(request);
  const region =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1] ??
    process.env.AWS_REGION ??
    process.env.AWS_DEFAULT_REGION;
  if (region === undefined)
    throw new CommandFailure(
      `--api: ${hostname} does not say in which AWS region it is: name the region in AWS_REGION`,
      2,
    );
  return signing(region, async () => {
    // Loaded only here: the laptop needs no credentials.
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return defaultProvider()();
  });
}

/** Signs each request for API Gateway (SigV4, service `execute-api`) and sends it. */
export function signing(region: string, credentials: () => Promise<Credentials>, send: Send = fetch): Send {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  return async (request) => {
    const url = new URL(request.url);
    const query: Record<string, string[]> = {};
    for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
    // As it is signed, a query has "%20" for a space and no bare "*" or "'".
    url.search = Object.entries(query)
      .flatMap(([name, values]) => values.map((value) => `${escaped(name)}=${escaped(value)}`))
      .join('&');
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const headers: Record<string, string> = { host: url.host };
    for (const name of kept) {
      const value = request.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const signed = await signer.sign({
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers,
      body,
    });
    const { host: _, ...rest } = signed.headers;
    return send(
      new Request(url, { method: request.method, headers: rest, body: body ?? null, signal: request.signal }),
    );
  };
}

const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** SHA-256, or with a secret its HMAC, in the form that the signer asks for. */
class Sha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret =
      secret === undefined || typeof secret === 'string'
        ? secret
        : ArrayBuffer.isView(secret)
          ? new Uint8Array(secret.buffer, secret.byteOffset, secret.byteLength)
          : new Uint8Array(secret);
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }

  reset(): void {
    this.#hash = this.#fresh();
  }

  update(part: string | Uint8Array): void {
    this.#hash.update(part);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
