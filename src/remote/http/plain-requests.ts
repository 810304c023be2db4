/**
 * GET and HEAD without a proxy, by Node's own client: its parser is part of Node, where that of undici is compiled in every run, and
 * it takes less time for each piece of a body. Errors get the codes of undici, so that whoever makes sentences of them knows one
 * kind. Hostile input: heads of any kind (at most 64 KiB, by Node's parser), answers before the answer, pieces that do not come.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestByHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';
import type { ArrivingBody } from './body.js';
import type { HttpRequest } from './message.js';

const headBytes = 64 * 1024;
/** So much may have come that nobody has taken. */
const waitingBytesAtMost = 256 * 1024;
/** More answers before the answer (1xx) than anyone has a use for. */
const mostHints = 16;

/** Certificates, in the words of `node:tls`. */
export interface ShownTrust {
  readonly ca?: (string | Buffer)[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface PlainSettings {
  readonly timeoutMs: number;
  readonly maxConnections: number;
  readonly signal: AbortSignal | undefined;
  readonly trust: () => ShownTrust;
}

/** Connections by origin, kept for further requests. */
export class PlainRequests {
  readonly #agents = new Map<string, HttpAgent>();

  /** Sends a request without a body. Throws as the system does. */
  async send(request: HttpRequest, settings: PlainSettings): Promise<IncomingMessage> {
    const agent = this.#agentOf(request.url, settings);
    for (;;) {
      const by = request.url.protocol === 'https:' ? requestByHttps : requestByHttp;
      const { method, headers } = request;
      const sent = by(request.url, { method, headers, agent, maxHeaderSize: headBytes });
      try {
        return await answered(sent, settings);
      } catch (error) {
        // A server may close what was idle just when it is asked.
        if (!sent.reusedSocket || !(error instanceof Error && 'code' in error && error.code === 'ECONNRESET'))
          throw error;
      }
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #agentOf({ origin, protocol }: URL, { maxConnections, trust }: PlainSettings): HttpAgent {
    const kept = { keepAlive: true, maxSockets: maxConnections, timeout: 0 };
    const agent =
      this.#agents.get(origin) ??
      (protocol === 'https:' ? new HttpsAgent({ ...kept, ...trust() }) : new HttpAgent(kept));
    this.#agents.set(origin, agent);
    return agent;
  }
}

/** The head of the answer to a request that is begun. */
function answered(sent: ClientRequest, { timeoutMs, signal }: PlainSettings): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let hints = 0;
    const abort = (): void => void sent.destroy(coded('UND_ERR_ABORTED', 'given up'));
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    sent
      .once('socket', (socket) => {
        timer = setTimeout(() => {
          const code = socket.connecting ? 'UND_ERR_CONNECT_TIMEOUT' : 'UND_ERR_HEADERS_TIMEOUT';
          sent.destroy(coded(code, 'too late'));
        }, timeoutMs);
      })
      .on('information', () => {
        hints += 1;
        timer?.refresh();
        if (hints > mostHints) {
          sent.destroy(new Error(`more than ${mostHints} answers with a status below 200`));
        }
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        release();
        reject(error.code === 'HPE_HEADER_OVERFLOW' ? coded('UND_ERR_HEADERS_OVERFLOW', error.message) : error);
      })
      .once('response', (response) => {
        clearTimeout(timer);
        response.once('close', release);
        resolve(response);
      })
      .end();
  });
}

/** The body of an answer piece by piece; one that does not come in time is an error. */
export function bodyOf(response: IncomingMessage, timeoutMs: number): ArrivingBody {
  const pieces: Buffer[] = [];
  let waitingBytes = 0;
  let fault: Error | null = null;
  let isEnded = false;
  let wake = (): void => {};
  response
    .on('data', (piece: Buffer) => {
      pieces.push(piece);
      waitingBytes += piece.length;
      if (waitingBytes >= waitingBytesAtMost) response.pause();
      wake();
    })
    .once('end', () => {
      isEnded = true;
      wake();
    })
    .on('error', (error) => {
      fault ??= error;
      wake();
    });
  const next = async (): Promise<IteratorResult<Buffer, undefined>> => {
    while (pieces.length === 0 && !isEnded) {
      if (fault !== null) throw fault;
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(coded('UND_ERR_BODY_TIMEOUT', 'too late')), timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const value = pieces.shift();
    if (value === undefined) return { done: true, value };
    waitingBytes -= value.length;
    if (waitingBytes === 0) response.resume();
    return { done: false, value };
  };
  return { [Symbol.asyncIterator]: () => ({ next }), destroy: () => response.destroy() };
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
