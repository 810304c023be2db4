/**
 * Connections, kept and shared by origin: TLS, proxies and times. The HTTP client is loaded with the first of them, so that whatever
 * stays offline does not pay for it.
 */
import type { IncomingMessage } from 'node:http';
import type { Agent, Dispatcher, Pool } from 'undici';
import { messageOf, RemoteError } from '../../model/error.js';
import { breakOf } from '../failure.js';
import type { RemoteSettings } from '../settings.js';
import type { HttpRequest } from './message.js';
import { PlainRequests, type ShownTrust } from './plain-requests.js';
import { proxyFor } from './proxies.js';
import { trustFor } from './trust.js';

const headBytes = 64 * 1024;
const keptMs = 10_000;

export class Connections {
  readonly #settings: RemoteSettings;
  readonly #open = new Map<string, Promise<Dispatcher>>();
  readonly #plain = new PlainRequests();

  constructor(settings: RemoteSettings) {
    this.#settings = settings;
  }

  /** What sends requests to the origin of an address. Throws RemoteError where its proxy or its certificates are none. */
  to(url: URL): Promise<Dispatcher> {
    const known = this.#open.get(url.origin);
    if (known !== undefined) return known;
    const opened = this.#dispatcher(url);
    this.#open.set(url.origin, opened);
    return opened;
  }

  /** Sends a request without the HTTP client; null where it is for that to do. Throws as the system does, and RemoteError. */
  async plain(request: HttpRequest): Promise<IncomingMessage | null> {
    const { timing, maxConnections, environment, signal } = this.#settings;
    const { url, method, body } = request;
    if (body !== null || (method !== 'GET' && method !== 'HEAD') || proxyFor(url, environment) !== null) return null;
    const trust = (): ShownTrust => this.#tls(url.host);
    return this.#plain.send(request, { timeoutMs: timing.timeoutMs, maxConnections, signal, trust });
  }

  /** Closes what is idle and ends what is not. */
  async close(): Promise<void> {
    this.#plain.close();
    const open = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(open.map((each) => (each.status === 'fulfilled' ? each.value.destroy() : undefined)));
  }

  async #dispatcher(url: URL): Promise<Dispatcher> {
    const { Agent } = await import('undici');
    const { timing, maxConnections, environment } = this.#settings;
    const tls = url.protocol === 'https:' ? this.#tls(url.host) : {};
    const options: Agent.Options = {
      connections: maxConnections,
      pipelining: 1,
      headersTimeout: timing.timeoutMs,
      bodyTimeout: timing.timeoutMs,
      keepAliveTimeout: keptMs,
      maxHeaderSize: headBytes,
      connect: { timeout: timing.timeoutMs, ...tls },
    };
    const proxy = proxyFor(url, environment);
    return proxy === null ? new Agent(options) : this.#proxied(url, proxy, options);
  }

  async #proxied(url: URL, proxy: URL, options: Agent.Options): Promise<Dispatcher> {
    const { ProxyAgent, Pool } = await import('undici');
    const { connect: requestTls, ...others } = options;
    const timeout = this.#settings.timing.timeoutMs;
    const proxyTls = { timeout, ...(proxy.protocol === 'https:' ? this.#tls(proxy.host) : {}) };
    try {
      return new ProxyAgent({
        ...others,
        uri: proxy.href,
        proxyTunnel: false,
        proxyTls,
        requestTls: requestTls as typeof proxyTls,
        clientFactory: (origin, given) => told(new Pool(origin, { ...given, headersTimeout: timeout }), proxy),
      });
    } catch (cause) {
      throw new RemoteError(
        `the proxy for ${url.host} cannot be used: ${messageOf(cause).replaceAll(proxy.href, 'its address')}`,
      );
    }
  }

  #tls(host: string): ShownTrust {
    const { ca, cert, key } = trustFor(host, this.#settings);
    return {
      ...(ca === null ? {} : { ca: [...ca] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    };
  }
}

/**
 * Connections to a proxy whose tunnels fail as our errors: of a socket that the proxy closed on a tunnel the client thinks that it was
 * idle, and tries again without end.
 */
function told(pool: Pool, proxy: URL): Pool {
  const connect = pool.connect.bind(pool) as (options: unknown) => Promise<Dispatcher.ConnectData>;
  const failing = async (options: unknown): Promise<Dispatcher.ConnectData> => {
    try {
      return await connect(options);
    } catch (error) {
      throw breakOf({ method: 'CONNECT', url: proxy }, error, { isByProxy: true, hasAnswered: false });
    }
  };
  return Object.assign(pool, { connect: failing });
}
