/** A web proxy for tests: whole addresses in the request line, and tunnels by CONNECT. Every name leads to the one host that it is told. */
import { request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Listening, listen } from './listening.js';

export interface WebProxy {
  readonly host: string;
  /** Request lines, as `GET http://r.example/v2/` and `CONNECT r.example:443`, with what the client showed of itself to the proxy. */
  readonly seen: { readonly line: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** Starts a proxy; `password`: `user:password` that it asks for; `tunnels` false: it closes what asks for a tunnel. */
export async function startWebProxy(upstream: string, password?: string, tunnels = true): Promise<WebProxy> {
  const seen: WebProxy['seen'] = [];
  const [host = '', port = ''] = upstream.split(':');
  const wanted = password === undefined ? undefined : `Basic ${Buffer.from(password).toString('base64')}`;
  const listening: Listening = await listen((request, response) => {
    const { method = '', url = '', headers } = request;
    const authorization = headers['proxy-authorization'];
    seen.push({ line: `${method} ${url}`, authorization });
    if (wanted !== undefined && authorization !== wanted) {
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const { pathname, search } = new URL(url);
    const { 'proxy-authorization': _, ...others } = headers;
    const sent = send({ host, port, method, path: pathname + search, headers: others }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  const open = new Set<Socket>();
  listening.server.on('connect', (request, client: Socket) => {
    const authorization = request.headers['proxy-authorization'];
    seen.push({ line: `CONNECT ${request.url}`, authorization });
    if (!tunnels) {
      client.destroy();
      return;
    }
    if (wanted !== undefined && authorization !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const tunnel = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      tunnel.pipe(client);
      client.pipe(tunnel);
    });
    open.add(tunnel);
    for (const socket of [tunnel, client]) {
      socket.on('error', () => {
        tunnel.destroy();
        client.destroy();
      });
    }
  });
  return {
    host: listening.host,
    seen,
    close: async () => {
      for (const tunnel of open) tunnel.destroy();
      await listening.close();
    },
  };
}
