/**
 * Bodies as they arrive: counted, bounded, and broken off where they stand still. How slow the reader is does not count, only how
 * long the registry lets it wait. A body that is encoded for its way is refused: nobody asked for it, and it could be any size.
 */
import { interruption, RemoteError } from '../../model/error.js';
import { type Limits, limitMessage } from '../../model/limits.js';
import { type Asked, askedText, breakOf, PassingError } from '../failure.js';
import { quotedText } from '../remote-text.js';
import type { RemoteSettings } from '../settings.js';
import type { HttpResponse } from './message.js';

/** Less than this within the time that a piece may take is as good as nothing. */
const leastBytes = 4096;
/** A document takes at most so many times that. */
const documentTimes = 4;

/** A body that comes, and can be broken off. */
export interface ArrivingBody {
  [Symbol.asyncIterator](): AsyncIterator<Buffer>;
  destroy(): unknown;
}

/** The pieces of a body. Throws PassingError where they cease to come, `interrupted` once the signal has fired. */
export async function* arriving(
  asked: Asked,
  body: ArrivingBody,
  { timing, signal, onBytes }: Pick<RemoteSettings, 'timing' | 'signal' | 'onBytes'>,
): AsyncGenerator<Buffer, void, void> {
  const pieces = body[Symbol.asyncIterator]();
  let waitedMs = 0;
  let arrivedBytes = 0;
  try {
    for (;;) {
      const askedAt = performance.now();
      const step = await pieces.next().catch((error: unknown) => {
        throw signal?.aborted ? interruption(signal) : breakOf(asked, error, { isByProxy: false, hasAnswered: true });
      });
      if (step.done === true) return;
      waitedMs += performance.now() - askedAt;
      arrivedBytes += step.value.length;
      if (waitedMs > timing.timeoutMs) {
        if (arrivedBytes < leastBytes) {
          throw new PassingError(`${askedText(asked)}: only ${arrivedBytes} bytes came in ${seconds(waitedMs)}`);
        }
        waitedMs = 0;
        arrivedBytes = 0;
      }
      onBytes?.(step.value.length, 0);
      yield step.value;
    }
  } finally {
    body.destroy();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Throws RemoteError where a body is encoded for its way. */
export function refuseEncoded(response: HttpResponse): void {
  const encoding = response.header('content-encoding');
  if (encoding === null || /^(?:identity)?$/i.test(encoding.trim())) return;
  throw new RemoteError(
    `${askedText(response.request)}: the body is encoded as ${quotedText(encoding)}, and only as it is was it asked for; a proxy on the way may do that`,
    { status: response.status },
  );
}

/** How large a document may be, and what to say where it is larger. */
export interface DocumentLimit {
  readonly limits: Limits;
  readonly timing: RemoteSettings['timing'];
}

/** A document whole. Throws RemoteError once it is larger than `documentBytes` or takes too long. */
export async function wholeDocument(response: HttpResponse, { limits, timing }: DocumentLimit): Promise<Buffer> {
  refuseEncoded(response);
  const { documentBytes } = limits;
  const refusal = (found: string): RemoteError =>
    new RemoteError(`${askedText(response.request)}: ${limitMessage('documentBytes', documentBytes, found)}`);
  const claimed = Number(response.header('content-length') ?? 0);
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  const endAt = performance.now() + documentTimes * timing.timeoutMs;
  for await (const piece of response.body()) {
    // Here, so that the loop's end closes the connection.
    if (claimed > documentBytes) throw refusal(`the answer says it has ${claimed} bytes`);
    sizeBytes += piece.length;
    if (sizeBytes > documentBytes) throw refusal('the answer goes on beyond it');
    if (performance.now() > endAt) {
      throw new PassingError(
        `${askedText(response.request)}: not whole after ${seconds(documentTimes * timing.timeoutMs)}`,
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces, sizeBytes);
}

/** The JSON of a document, or null where it is none. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
