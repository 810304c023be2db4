/**
 * One request and the head of its answer, over connections that are kept and shared. Knows TLS, proxies, times and counters, and
 * nothing of registries. The HTTP client is loaded with the first request, so that whatever stays offline does not pay for it.
 * Hostile input: heads of any kind (16 to 64 KiB, no line ends in values, by the client's parser), bodies that never end or come
 * drop by drop (`body.ts`).
 */
import type { Agent, Dispatcher } from 'undici';
import { interruption, messageOf, RemoteError } from '../../model/error.js';
import { breakOf, type Way } from '../failure.js';
import { shownUrl } from '../remote-text.js';
import type { RemoteSettings } from '../settings.js';
import { arriving } from './body.js';
import type { HttpRequest, HttpResponse, SentBody } from './message.js';
import { proxyFor } from './proxies.js';
import { trustFor } from './trust.js';

const headBytes = 64 * 1024;
const keptMs = 10_000;

export class Exchange {
  readonly #settings: RemoteSettings;
  /** Origins that have answered. */
  readonly #answered = new Set<string>();
  readonly #connections = new Map<string, Promise<Dispatcher>>();

  constructor(settings: RemoteSettings) {
    this.#settings = settings;
  }

  /** Sends a request once. Throws RemoteError where no answer comes, `interrupted` once the signal has fired. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { signal, onRequest } = this.#settings;
    const { method, url } = request;
    if (signal?.aborted) throw interruption(signal);
    const facts = { method, url: shownUrl(url) };
    let data: Dispatcher.ResponseData;
    try {
      const dispatcher = await this.#to(url);
      data = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: this.#headers(request),
        body:
          request.body === null
            ? null
            : (this.#sending(request.body) as unknown as Dispatcher.DispatchOptions['body'] & object),
        signal: signal ?? null,
      });
    } catch (error) {
      onRequest?.({ ...facts, status: null });
      if (signal?.aborted) throw interruption(signal);
      throw breakOf(request, error, this.#wayTo(url));
    }
    this.#answered.add(url.origin);
    onRequest?.({ ...facts, status: data.statusCode });
    return this.#answer(request, data);
  }

  #wayTo(url: URL): Way {
    return {
      isByProxy: proxyFor(url, this.#settings.environment) !== null,
      hasAnswered: this.#answered.has(url.origin),
    };
  }

  /** Closes what is idle and ends what is not. */
  async close(): Promise<void> {
    const open = await Promise.allSettled(this.#connections.values());
    this.#connections.clear();
    await Promise.all(open.map((each) => (each.status === 'fulfilled' ? each.value.destroy() : undefined)));
  }

  #headers({ headers, body }: HttpRequest): Record<string, string> {
    const own = { 'user-agent': this.#settings.userAgent, 'accept-encoding': 'identity' };
    return { ...own, ...headers, ...(body === null ? {} : { 'content-length': String(body.sizeBytes) }) };
  }

  async *#sending(body: SentBody): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of body.open()) {
      this.#settings.onBytes?.(0, chunk.length);
      yield chunk;
    }
  }

  #answer(request: HttpRequest, data: Dispatcher.ResponseData): HttpResponse {
    const { body, headers, statusCode: status } = data;
    // A body that is dropped has no reader who would hear of its end.
    body.on('error', () => {});
    return {
      request,
      status,
      header: (name) => {
        const value = headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      },
      body: () => arriving(request, body, this.#settings),
      discard: async () => {
        await body.dump({ limit: headBytes }).catch(() => {});
      },
    };
  }

  #to(url: URL): Promise<Dispatcher> {
    const known = this.#connections.get(url.origin);
    if (known !== undefined) return known;
    const opened = this.#open(url);
    this.#connections.set(url.origin, opened);
    return opened;
  }

  async #open(url: URL): Promise<Dispatcher> {
    const { Agent, ProxyAgent } = await import('undici');
    const { timing, maxConnections } = this.#settings;
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
    const proxy = proxyFor(url, this.#settings.environment);
    if (proxy === null) return new Agent(options);
    try {
      const { connect: requestTls, ...others } = options;
      const proxyTls = { timeout: timing.timeoutMs, ...(proxy.protocol === 'https:' ? this.#tls(proxy.host) : {}) };
      return new ProxyAgent({
        ...others,
        uri: proxy.href,
        proxyTunnel: false,
        proxyTls,
        requestTls: requestTls as typeof proxyTls,
      });
    } catch (cause) {
      throw new RemoteError(
        `the proxy for ${url.host} cannot be used: ${messageOf(cause).replaceAll(proxy.href, 'its address')}`,
      );
    }
  }

  #tls(host: string): { ca?: (string | Buffer)[]; cert?: Buffer; key?: Buffer } {
    const { ca, cert, key } = trustFor(host, this.#settings);
    return {
      ...(ca === null ? {} : { ca: [...ca] }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    };
  }
}
