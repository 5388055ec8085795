import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Right, startEngine } from './engine.ts';
import { refusal, rightsFor, signedFor, type Wire } from './wire.ts';

interface Gate {
  url: string;
  /** Every call that came through, passed or not, by caller. */
  calls: Map<string, Right[]>;
  refused: (Right & { caller: string })[];
  close(): void;
}

/** Stands before AWS's endpoints and lets pass what the caller's rights permit, in moto's engine. */
export async function startGate(options: {
  engine: ReturnType<typeof startEngine>;
  account: string;
  rightsOf: (caller: string) => Right[];
  /** Where a service is. */
  behind: (service: string) => string;
}): Promise<Gate> {
  const calls: Gate['calls'] = new Map();
  const refused: Gate['refused'] = [];

  /** @returns the first right that is missing */
  async function missing(caller: string, needed: Right[]): Promise<Right | undefined> {
    calls.set(caller, [...(calls.get(caller) ?? []), ...needed]);
    const permitted = await options.engine.permits(options.rightsOf(caller), needed);
    const first = needed.find((_, i) => !permitted[i]);
    if (first !== undefined) refused.push({ caller, ...first });
    return first;
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse) {
    const { method = '', url = '', headers } = incoming;
    const wire: Wire = { method, url, headers, body: Buffer.concat(await incoming.toArray()) };
    const { caller, service } = signedFor(wire);
    const deny = (right: Right) => {
      const { status, body } = refusal(service, right);
      response.writeHead(status).end(method === 'HEAD' ? '' : body);
    };
    const needed = rightsFor(wire, options.account);
    const absent = await missing(caller, needed);
    if (absent !== undefined) return deny(absent);
    const answer = await passOn(options.behind(service), wire);
    // Who may not list a bucket is not told that a key is not there.
    if (service === 's3' && answer.statusCode === 404 && needed[0]?.action === 's3:GetObject') {
      const bucket = needed[0].resource.split('/')[0]!;
      const unseen = await missing(caller, [{ action: 's3:ListBucket', resource: bucket }]);
      if (unseen !== undefined) {
        answer.resume();
        return deny(unseen);
      }
    }
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: Error) => {
      response.writeHead(500).end(error.message);
      process.stderr.write(`${error.stack}\n`);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refused,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function passOn(origin: string, { method, url, headers, body }: Wire): Promise<IncomingMessage> {
  return new Promise((answer, failed) => {
    const outgoing = request(origin + url, { method, headers, agent: false }, answer);
    outgoing.once('error', failed);
    outgoing.end(body);
  });
}
