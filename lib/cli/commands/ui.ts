import { join } from 'node:path';
import { Command } from 'commander';
import { findEndpoint } from '../endpoint.ts';
import { loadPage } from '../page.ts';
import { serve } from '../server.ts';
import { type Send, sendTo } from '../signature.ts';
import type { Terminal } from '../terminal.ts';
import { type ApiOptions, apiOption, dirOption, wholeNumber } from './options.ts';

interface UiOptions extends ApiOptions {
  port: number;
}

export function uiCommand(terminal: Terminal): Command {
  return new Command('ui')
    .description('serve the page on this machine over any API, signing with your AWS credentials')
    .option('--port <number>', 'port of the page, 0 for any free one', wholeNumber(0, 65_535), 8788)
    .addOption(apiOption())
    .addOption(dirOption())
    .addHelpText(
      'after',
      '\nOnly this machine reaches the page, and who can use it acts with your rights.\n\nExamples:\n  $ cloudtune ui --api https://abc123.execute-api.eu-west-1.amazonaws.com/prod',
    )
    .action(async (options: UiOptions) => {
      const api = findEndpoint(options);
      const server = await serve(
        await loadPage(join(options.dir, 'web')),
        proxy(api, sendTo(api)),
        options.port,
      );
      terminal.err(`The page: ${server.url}/ over ${api} (Ctrl-C stops)\n`);
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
      });
      await server.close();
    });
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
