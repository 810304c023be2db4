/**
 * One request and the head of its answer. Knows signals and counters, and nothing of registries. Hostile input: heads of any kind (at
 * most 64 KiB, no line ends in values, by the client's parser), answers before the answer, bodies that never end or come drop by
 * drop (`body.ts`).
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Dispatcher } from 'undici';
import { interruption } from '../../model/error.js';
import { breakOf, type Way } from '../failure.js';
import { shownUrl } from '../remote-text.js';
import type { RemoteSettings } from '../settings.js';
import { arriving } from './body.js';
import { Connections } from './connections.js';
import type { HttpRequest, HttpResponse, SentBody } from './message.js';
import { bodyOf } from './plain-requests.js';
import { proxyFor } from './proxies.js';
import { Warnings } from './warnings.js';

/** What is wrong with the bytes that are sent, which is no fault of the way; null as long as nothing is. */
interface SourceFault {
  error: unknown;
}

export class Exchange {
  readonly #settings: RemoteSettings;
  /** Origins that have answered. */
  readonly #answered = new Set<string>();
  /** Origins that sent what is no HTTP, as the body of a HEAD is: no connection is used behind one there. */
  readonly #garbled = new Set<string>();
  readonly #connections: Connections;
  readonly #warnings: Warnings;

  constructor(settings: RemoteSettings) {
    this.#settings = settings;
    this.#connections = new Connections(settings);
    this.#warnings = new Warnings(settings);
  }

  /**
   * Sends a request once. Throws RemoteError where no answer comes, `interrupted` once the signal has fired, and what whoever opened
   * the body throws while it is sent.
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const { signal } = this.#settings;
    if (signal?.aborted) throw interruption(signal);
    const response = (await this.#plain(request)) ?? (await this.#byClient(request));
    this.#warnings.hear(request.url.host, response.header('warning'));
    return response;
  }

  /** The answer by the HTTP client. */
  async #byClient(request: HttpRequest): Promise<HttpResponse> {
    const { signal, onRequest } = this.#settings;
    const { method, url } = request;
    const facts = { method, url: shownUrl(url) };
    const ending = endingWith(signal);
    const source: SourceFault = { error: null };
    let data: Dispatcher.ResponseData;
    try {
      const dispatcher = await this.#connections.to(url);
      data = await dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: this.#headers(request),
        body:
          request.body === null
            ? null
            : (this.#sending(request.body, source) as unknown as Dispatcher.DispatchOptions['body'] & object),
        signal: ending.signal,
        // Else the client closes the connection behind every HEAD, for servers that send a body with the answer.
        ...(method === 'HEAD' ? { reset: this.#garbled.has(url.origin) } : {}),
        onInfo: ending.onInfo,
      });
    } catch (error) {
      ending.release();
      onRequest?.({ ...facts, status: null });
      if (signal?.aborted) throw interruption(signal);
      // To send it again would not make it right.
      if (source.error !== null) throw source.error;
      if (error instanceof Error && error.name === 'HTTPParserError') this.#garbled.add(url.origin);
      throw breakOf(request, error, this.#wayTo(url));
    }
    data.body.once('close', ending.release);
    this.#answered.add(url.origin);
    onRequest?.({ ...facts, status: data.statusCode });
    return this.#answer(request, data);
  }

  /** The answer where it is asked for and comes in the plainest way; else null. */
  async #plain(request: HttpRequest): Promise<HttpResponse | null> {
    const { signal, onRequest } = this.#settings;
    const { method, url } = request;
    const facts = { method, url: shownUrl(url) };
    try {
      const answer = await this.#connections.plain({ ...request, headers: this.#headers(request) });
      if (answer === null) return null;
      const { statusCode: status = 0, headers } = answer;
      // A body that is dropped has no reader who would hear of its end.
      answer.on('error', () => {});
      this.#answered.add(url.origin);
      onRequest?.({ ...facts, status });
      return {
        request,
        status,
        header: (name) => headerText(headers[name]),
        body: () => arriving(request, bodyOf(answer, this.#settings.timing.timeoutMs), this.#settings),
        discard: () => discardedPlainly(answer),
      };
    } catch (error) {
      onRequest?.({ ...facts, status: null });
      if (signal?.aborted) throw interruption(signal);
      throw breakOf(request, error, this.#wayTo(url));
    }
  }

  #wayTo(url: URL): Way {
    return {
      isByProxy: proxyFor(url, this.#settings.environment) !== null,
      hasAnswered: this.#answered.has(url.origin),
    };
  }

  /** Closes what is idle and ends what is not. */
  close(): Promise<void> {
    return this.#connections.close();
  }

  #headers({ headers, body }: HttpRequest): Record<string, string> {
    const own = { 'user-agent': this.#settings.userAgent, 'accept-encoding': 'identity' };
    return { ...own, ...headers, ...(body === null ? {} : { 'content-length': String(body.sizeBytes) }) };
  }

  async *#sending(body: SentBody, source: SourceFault): AsyncGenerator<Buffer, void, void> {
    try {
      for await (const chunk of body.open()) {
        this.#settings.onBytes?.(0, chunk.length);
        yield chunk;
      }
    } catch (error) {
      source.error = error;
      throw error;
    }
  }

  #answer(request: HttpRequest, data: Dispatcher.ResponseData): HttpResponse {
    const { body, headers, statusCode: status } = data;
    // A body that is dropped has no reader who would hear of its end.
    body.on('error', () => {});
    return {
      request,
      status,
      header: (name) => headerText(headers[name]),
      body: () => arriving(request, body, this.#settings),
      discard: () => discarded(body),
    };
  }
}

/** Both clients take each byte of a head for a character; what people write there is UTF-8. */
function headerText(value: string | string[] | undefined): string | null {
  if (value === undefined) return null;
  const text = Array.isArray(value) ? value.join(', ') : value;
  return /[\x80-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** More answers before the answer (1xx) than anyone has a use for: each of them begins the time to wait anew. */
const mostHints = 16;

/** The signal of one request: that of the run, or too many answers before the answer. */
function endingWith(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const relay = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', relay);
  let hints = 0;
  return {
    signal: controller.signal,
    onInfo: (): void => {
      hints += 1;
      if (hints > mostHints) controller.abort(new Error(`more than ${mostHints} answers with a status below 200`));
    },
    release: (): void => signal?.removeEventListener('abort', relay),
  };
}

/** So long the rest of a body is waited for, for the sake of its connection. */
const restMs = 250;

/** Reads what little is left of a body, or closes its connection. */
async function discardedPlainly(answer: IncomingMessage): Promise<void> {
  const timer = setTimeout(() => answer.destroy(), restMs);
  let left = 64 * 1024;
  answer.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) answer.destroy();
  });
  if (!answer.readableEnded && !answer.destroyed) await once(answer, 'close').catch(() => {});
  clearTimeout(timer);
}

/** Reads what little is left of a body, or closes its connection. */
async function discarded(body: Dispatcher.ResponseData['body']): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, restMs);
  });
  await Promise.race([body.dump({ limit: 64 * 1024 }).catch(() => {}), late]);
  clearTimeout(timer);
  if (!body.closed) body.destroy();
}
