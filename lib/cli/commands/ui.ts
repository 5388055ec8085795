import { join } from 'node:path';
import { Command, Option } from 'commander';
import { fleet, type RegionApi } from '../../api/fleet.ts';
import { findEndpoint } from '../endpoint.ts';
import { CommandFailure } from '../failure.ts';
import { loadPage } from '../page.ts';
import { serve } from '../server.ts';
import { type Send, sendTo } from '../signature.ts';
import type { Terminal } from '../terminal.ts';
import { dirOption, wholeNumber } from './options.ts';

interface UiOptions {
  api?: string[];
  dir: string;
  port: number;
}

export function uiCommand(terminal: Terminal): Command {
  return new Command('ui')
    .description('serve the page on this machine over any API, signing with your AWS credentials')
    .option('--port <number>', 'port of the page, 0 for any free one', wholeNumber(0, 65_535), 8788)
    .addOption(
      new Option(
        '--api <url...>',
        "base URL of the API; several, each of one region, are one fleet (default: the laptop's)",
      ),
    )
    .addOption(dirOption())
    .addHelpText(
      'after',
      '\nOnly this machine reaches the page, and who can use it acts with your rights.\n\nExamples:\n  $ cloudtune ui --api https://abc123.execute-api.eu-west-1.amazonaws.com/prod\n  $ cloudtune ui --api https://abc123.execute-api.eu-west-1.amazonaws.com/prod --api https://def456.execute-api.us-east-1.amazonaws.com/prod',
    )
    .action(async (options: UiOptions) => {
      const { dir } = options;
      const urls = options.api?.map((api) => findEndpoint({ api, dir })) ?? [findEndpoint({ dir })];
      const [page, send] = await Promise.all([loadPage(join(dir, 'web')), oneOrigin(urls)]);
      const server = await serve(page, send, options.port);
      terminal.err(`The page: ${server.url}/ over ${urls.join(' and ')} (Ctrl-C stops)\n`);
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      });
      await server.close();
    });
}

/**
 * The APIs behind these URLs under the page's own origin: one as it is; of several, each of one region, a fleet.
 *
 * @param sendOf how requests to a URL are sent
 * @throws CommandFailure for an API of several that does not answer, or is not that of one region of its own
 */
export async function oneOrigin(
  urls: readonly string[],
  sendOf: (url: string) => Send = sendTo,
): Promise<Send> {
  const sends = urls.map((url) => ({ url, send: sendOf(url) }));
  const [first] = sends;
  if (sends.length === 1 && first !== undefined) return proxy(first.url, first.send);
  const apis = await Promise.all(sends.map(({ url, send }) => regionOf(url, send)));
  const twice = apis.find(({ region }, i) => apis.findIndex((one) => one.region === region) < i);
  if (twice !== undefined)
    throw new CommandFailure(`--api: region ${twice.region} is named twice, by ${twice.url} too`, 2);
  return fleet(apis, (request) => sends.find(({ url }) => request.url.startsWith(`${url}/`))!.send(request));
}

/** Which region an API is of. */
async function regionOf(url: string, send: Send): Promise<RegionApi> {
  const answer = await proxy(url, send)(new Request('http://page/v1/regions'));
  if (!answer.ok) {
    const { detail, message } = (await answer.json().catch(() => ({}))) as Record<string, string>;
    throw new CommandFailure(
      `--api: ${url} does not say of which region it is: ${detail ?? message ?? `it answered ${answer.status}`}`,
    );
  }
  const { regions } = (await answer.json()) as { regions: { region: string }[] };
  if (regions[0] === undefined || regions.length > 1)
    throw new CommandFailure(
      `--api: of several APIs each is of one region, and ${url} is of ${regions.map(({ region }) => region).join(', ') || 'none'}`,
      2,
    );
  return { region: regions[0].region, url };
}

/** Answers a request to the page's own origin with what the API answers. An API that cannot be reached is a 502. */
export function proxy(api: string, send: Send): Send {
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    const body = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer();
    try {
      const answer = await send(
        new Request(`${api}${pathname}${search}`, { method, headers: request.headers, body }),
      );
      const headers = new Headers(answer.headers);
      // fetch has unpacked the body, and this server frames it anew.
      for (const name of ['content-encoding', 'content-length', 'transfer-encoding', 'connection'])
        headers.delete(name);
      return new Response(answer.body, { status: answer.status, headers });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      const detail = `no answer from ${api}: ${cause instanceof Error ? cause.message : String(cause)}`;
      return Response.json(
        { type: 'about:blank', title: 'API not reached', status: 502, detail },
        { status: 502, headers: { 'content-type': 'application/problem+json' } },
      );
    }
  };
}
