import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, stopListening } from './listen.ts';

export interface Serving {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves HTTP on 127.0.0.1. A handler that throws is a defect: its request hears a 500, and the log why.
 *
 * @param port 0 takes a free one
 * @throws when the port is taken
 */
export async function serve(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  log: (line: string) => void,
): Promise<Serving> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that hung up in the middle of its request needs no answer.
      if (request.destroyed && !request.complete) return;
      log(`${request.method} ${request.url} broke: ${(error as Error).stack ?? String(error)}`);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"message":"Internal server error"}');
    });
  });
  const url = await listen(server, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} of 127.0.0.1 is taken. Stop what uses it, or choose another port.`, {
      cause: error,
    });
  });
  return { url, close: () => stopListening(server) };
}
