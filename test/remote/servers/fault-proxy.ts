/**
 * Stands before a registry of the tests and does to its answers what networks, proxies and hostile servers do: other statuses, breaks
 * after any byte of either body, bytes that come slowly or never end, raw bytes in the place of HTTP.
 */
import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Listening, listen } from './listening.js';

/** What happens to one request. */
export type Fault =
  /** The answer comes from here, and the registry hears of nothing; `pieces` for bodies without end. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string | string[]>>;
      readonly body?: string | Buffer;
      readonly pieces?: Iterable<Buffer>;
    }
  /** These bytes, and then the end of the connection. */
  | { readonly kind: 'raw'; readonly bytes: string | Buffer }
  /** These bytes, and then a piece again and again, after pauses or as fast as it can; the connection stays open. */
  | { readonly kind: 'endless'; readonly head: string; readonly piece: string; readonly pauseMs: number }
  /** The answer of the registry breaks off after so many bytes of its body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The body of the request breaks off after so many bytes; the registry gets those. */
  | { readonly kind: 'cut-request'; readonly afterBytes: number }
  /** The registry does what it is asked, and its answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** Nothing is ever answered. */
  | { readonly kind: 'hang' }
  /** The body of the answer comes in pieces of that size, with pauses. */
  | { readonly kind: 'slow'; readonly pieceBytes: number; readonly pauseMs: number }
  /** Other headers on the answer of the registry; null takes one away. */
  | { readonly kind: 'headers'; readonly headers: Readonly<Record<string, string | null>> };

export interface FaultProxy {
  readonly host: string;
  /** Requests so far, as `GET /v2/`, with what was done to them. */
  readonly seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  /** Requests that were answered, with the status that the client got. */
  readonly answered: { readonly method: string; readonly path: string; readonly status: number }[];
  /** Bytes of the bodies of answers that were sent on. */
  answeredBytes: number;
  close(): Promise<void>;
}

/** The fault of a request, or null for none; `count`: how many of this method and path came before. */
export type FaultPlan = (method: string, path: string, count: number) => Fault | null;

/** Starts a proxy before the registry at `upstream` (`host:port`). */
export async function startFaultProxy(upstream: string, plan: FaultPlan): Promise<FaultProxy> {
  const counts = new Map<string, number>();
  const seen: FaultProxy['seen'] = [];
  const answered: FaultProxy['answered'] = [];
  const state = { answeredBytes: 0 };
  const listening: Listening = await listen((request, response) => {
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, headers });
    response.on('finish', () => answered.push({ method, path, status: response.statusCode }));
    const key = `${method} ${path.split('?')[0]}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    handle(request, response, upstream, plan(method, path, count), state).catch(() => response.destroy());
  });
  return {
    host: listening.host,
    seen,
    answered,
    get answeredBytes() {
      return state.answeredBytes;
    },
    close: listening.close,
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: string,
  fault: Fault | null,
  state: { answeredBytes: number },
): Promise<void> {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'raw') {
    response.socket?.end(fault.bytes);
    return;
  }
  if (fault?.kind === 'endless') return endless(request, fault);
  if (fault?.kind === 'answer') {
    request.resume();
    response.writeHead(fault.status, fault.headers as Record<string, string>);
    for (const piece of fault.pieces ?? []) {
      if (response.destroyed) return;
      await written(response, piece);
    }
    response.end(fault.body);
    return;
  }
  const answer = await forward(request, upstream, fault);
  if (answer === null || fault?.kind === 'lost-answer') {
    answer?.resume();
    if (answer !== null) await once(answer, 'end');
    response.socket?.destroy();
    return;
  }
  await pass(answer, response, fault, state);
}

const once = (emitter: NodeJS.EventEmitter, event: string): Promise<void> =>
  new Promise((resolve) => {
    emitter.once(event, () => resolve());
  });

/** Sends the request on; null where it broke off on the way. */
async function forward(
  request: IncomingMessage,
  upstream: string,
  fault: Fault | null,
): Promise<IncomingMessage | null> {
  const [host, port] = upstream.split(':');
  const { method, url, headers } = request;
  // With the host that the client asked: registries make addresses of it.
  const sent = send({ host, port, method, path: url, headers, agent: false });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
  });
  answered.catch(() => {});
  let left = fault?.kind === 'cut-request' ? fault.afterBytes : Number.POSITIVE_INFINITY;
  for await (const piece of request) {
    const part = (piece as Buffer).subarray(0, Math.min(left, (piece as Buffer).length));
    left -= part.length;
    await written(sent, part);
    if (left <= 0) {
      // So that the registry has them before it hears of the break.
      await sleep(50);
      sent.destroy();
      return null;
    }
  }
  sent.end();
  return answered;
}

async function endless(request: IncomingMessage, fault: Fault & { readonly kind: 'endless' }): Promise<void> {
  const { socket } = request;
  socket.write(fault.head);
  while (!socket.destroyed) {
    await written(socket, Buffer.from(fault.pauseMs > 0 ? fault.piece : fault.piece.repeat(1000)));
    await sleep(fault.pauseMs);
  }
}

async function pass(
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | null,
  state: { answeredBytes: number },
): Promise<void> {
  const headers: Record<string, string | string[] | undefined> = { ...answer.headers };
  if (fault?.kind === 'headers') {
    for (const [name, value] of Object.entries(fault.headers)) {
      if (value === null) delete headers[name];
      else headers[name] = value;
    }
  }
  response.writeHead(answer.statusCode ?? 500, headers as Record<string, string>);
  const { pieceBytes, pauseMs } = fault?.kind === 'slow' ? fault : { pieceBytes: null, pauseMs: 0 };
  let left = fault?.kind === 'cut' ? fault.afterBytes : Number.POSITIVE_INFINITY;
  for await (const part of inPieces(answer, pieceBytes)) {
    const sent = part.subarray(0, Math.min(part.length, left));
    left -= sent.length;
    state.answeredBytes += sent.length;
    await written(response, sent);
    if (pauseMs > 0) await sleep(pauseMs);
    if (response.destroyed) return;
    if (left > 0) continue;
    // So that the client has them before it hears of the break.
    await sleep(20);
    response.socket?.destroy();
    return;
  }
  response.end();
}

async function* inPieces(body: AsyncIterable<Buffer>, pieceBytes: number | null): AsyncGenerator<Buffer, void, void> {
  for await (const piece of body) {
    const size = pieceBytes ?? piece.length;
    for (let at = 0; at < piece.length; at += size) yield piece.subarray(at, at + size);
  }
}

/** Writes, and waits until there is room again or nobody is left to write to. */
function written(to: Writable, bytes: Buffer): Promise<void> {
  if (to.write(bytes)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      to.off('drain', done);
      to.off('close', done);
      resolve();
    };
    to.once('drain', done);
    to.once('close', done);
  });
}
