import { createHash, createHmac } from 'node:crypto';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxy } from '../../lib/cli/commands/ui.ts';
import { serve } from '../../lib/cli/server.ts';
import { sendTo, signing } from '../../lib/cli/signature.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a secret', sessionToken: 'a token' };
const hex = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** What AWS does with a request, written from its description of Signature Version 4. */
function signatureOf(request: IncomingMessage, body: Uint8Array): { sent: string; due: string } {
  const [, date, region, service, signed, sent] =
    /Credential=AKIDEXAMPLE\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  const url = new URL(request.url!, 'http://any');
  const canonical = [
    request.method,
    url.pathname.split('/').map(escaped).join('/'),
    (request.url!.split('?')[1] ?? '').split('&').sort().join('&'),
    ...signed!.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signed,
    hex(body),
  ].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hex(canonical)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Uint8Array>(
    (from, part) => hmac(from, part!),
    `AWS4${keys.secretAccessKey}`,
  );
  return { sent: sent!, due: hmac(key, text).toString('hex') };
}

const asked: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
const deployed = createServer(async (request, response) => {
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  const body = Buffer.concat(parts);
  const { sent, due } = signatureOf(request, body);
  asked.push({ url: request.url!, headers: request.headers, body: body.toString() });
  response.writeHead(sent === due ? 200 : 403, { 'content-type': 'application/json', etag: '"7"' });
  response.end(JSON.stringify({ signed: sent === due }));
});
let api: string;
let page: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  await new Promise<void>((resolve) => deployed.listen(0, '127.0.0.1', resolve));
  api = `http://127.0.0.1:${(deployed.address() as AddressInfo).port}/prod`;
  page = await serve(
    new Map(),
    proxy(
      api,
      signing('eu-west-1', async () => keys),
    ),
    0,
  );
});
afterAll(async () => {
  await page.close();
  deployed.closeAllConnections();
  deployed.close();
});

describe('the page over a deployed API', () => {
  it.each([
    '/v1/series',
    '/v1/series?team=a%20b&limit=5',
    '/v1/calendar/events/caf%C3%A9%20(1)?reason=it%27s%20*late*+now',
  ])('signs %s so that AWS finds the same signature', async (path) => {
    const answer = await fetch(`${page.url}${path}`);
    expect([answer.status, await answer.json()]).toEqual([200, { signed: true }]);
    expect(asked.at(-1)!.url).toMatch(/^\/prod\/v1\//);
  });

  it('signs what is written, with the version it stands on, and hands back the new one', async () => {
    const answer = await fetch(`${page.url}/v1/calendar/events/x`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'if-match': '"6"', cookie: 'mine=1' },
      body: '{"id":"x"}',
    });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"7"']);
    const { headers, body } = asked.at(-1)!;
    expect(body).toBe('{"id":"x"}');
    expect(headers).toMatchObject({ 'if-match': '"6"', 'x-amz-security-token': 'a token' });
    expect(headers.cookie).toBeUndefined();
  });

  it('shows the refusal of an API that finds another signature', async () => {
    const wrong = signing('eu-west-1', async () => ({ ...keys, secretAccessKey: 'another' }));
    expect((await wrong(new Request(`${api}/v1/series`))).status).toBe(403);
  });

  it.each(['cross-site', 'same-site'])('signs nothing for a %s page', async (site) => {
    const before = asked.length;
    // fetch sets this header itself, so this speaks HTTP by hand.
    const status = await new Promise((resolve, reject) => {
      get(`${page.url}/v1/series`, { headers: { 'sec-fetch-site': site } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(403);
    expect(asked.length).toBe(before);
  });

  it('says that an API cannot be reached', async () => {
    const answer = await proxy('http://127.0.0.1:1', fetch)(new Request('http://own/v1/series'));
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/127\.0\.0\.1:1/) });
  });

  it('asks for the AWS region where the host does not say it', () => {
    const { AWS_REGION, AWS_DEFAULT_REGION, ...others } = process.env;
    const before = process.env;
    process.env = others;
    try {
      expect(() => sendTo('https://forecasts.example.com')).toThrow(/AWS_REGION/);
      expect(sendTo('https://abc.execute-api.eu-west-1.amazonaws.com/prod')).toBeTypeOf('function');
    } finally {
      process.env = before;
    }
  });
});
