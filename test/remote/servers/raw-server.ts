/** A server that answers `GET /v2/` as a registry, and everything else by whatever bytes a test writes, at whatever pace. */
import type { Socket } from 'node:net';
import { listen } from './listening.js';

export interface RawServer {
  readonly host: string;
  /** Requests so far, without `GET /v2/`. */
  readonly seen: string[];
  close(): Promise<void>;
}

/** Starts a server whose answers are what `answer` writes to the connection. */
export async function startRawServer(
  answer: (socket: Socket, path: string, count: number, method: string) => void,
): Promise<RawServer> {
  const seen: string[] = [];
  const listening = await listen((request, response) => {
    const { method = '', url = '', socket } = request;
    if (url === '/v2/') {
      response.end('{}');
      return;
    }
    seen.push(`${method} ${url}`);
    const count = seen.length - 1;
    request.on('end', () => answer(socket, url, count, method)).resume();
  });
  return { host: listening.host, seen, close: listening.close };
}

/** The head of an answer. */
export function head(status: string, ...headers: readonly string[]): string {
  return [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n');
}
