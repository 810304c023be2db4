/**
 * Bytes held against what they should be, while they arrive. Hostile input: a sender that sends other bytes, fewer, or more
 * than was said: it is stopped at the first byte too many.
 */
import { type Algorithm, algorithmOf, type Digest, isAlgorithm } from '../../model/digest.js';
import { interruption, VarveError } from '../../model/error.js';
import { type Engine, Hashers } from '../../observe/hasher.js';
import type { ContentBlob, OpenContent } from './content.js';

/** What is wrong with bytes that came. */
export type ContentFault = 'short' | 'long' | 'digest';

/** Bytes that are not those of their digest; nothing of them was taken. */
export class ContentError extends VarveError {
  readonly fault: ContentFault;

  constructor(fault: ContentFault, message: string) {
    super('input-unreadable', message);
    this.name = 'ContentError';
    this.fault = fault;
  }
}

/** The bytes of one blob, from its start, as they come. */
export class ContentCheck {
  readonly #blob: ContentBlob;
  readonly #algorithm: Algorithm;
  readonly #hashers: Hashers;
  #doneBytes = 0;

  /** Throws VarveError `document-invalid` for a digest that nobody here can check. */
  constructor(blob: ContentBlob, engine: Engine) {
    const algorithm = algorithmOf(blob.digest);
    if (!isAlgorithm(algorithm)) {
      throw new VarveError('document-invalid', `${blob.digest}: nobody here can check a digest by ${algorithm}`);
    }
    this.#blob = blob;
    this.#algorithm = algorithm;
    this.#hashers = new Hashers(engine, [algorithm]);
  }

  get doneBytes(): number {
    return this.#doneBytes;
  }

  /** Takes the next bytes. Throws ContentError where they are too many. */
  update(bytes: Uint8Array): void {
    const { digest, sizeBytes } = this.#blob;
    if (this.#doneBytes + bytes.length > sizeBytes) {
      throw new ContentError('long', `${digest}: expected ${sizeBytes} bytes, found more`);
    }
    this.#hashers.update(bytes);
    this.#doneBytes += bytes.length;
  }

  /** No more come. Throws ContentError where they are too few, or others. */
  end(): void {
    const { digest, sizeBytes } = this.#blob;
    if (this.#doneBytes < sizeBytes) {
      throw new ContentError('short', `${digest}: expected ${sizeBytes} bytes, found ${this.#doneBytes}`);
    }
    const found = this.#found();
    if (found !== digest) throw new ContentError('digest', `expected ${digest}, found ${found}`);
  }

  /** No more come; whether they are those of the blob. */
  isRight(): boolean {
    return this.#doneBytes === this.#blob.sizeBytes && this.#found() === this.#blob.digest;
  }

  #found(): Digest | undefined {
    return this.#hashers.digests()[this.#algorithm];
  }
}

/**
 * Hands bytes on that are checked on their way. The last of them are handed on when all are known to be right, so that whoever
 * takes them never has the whole of something wrong.
 */
export async function* checked(
  blob: ContentBlob,
  open: OpenContent,
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, void> {
  const check = new ContentCheck(blob, engine);
  let held: Uint8Array | null = null;
  for await (const bytes of open(0)) {
    if (signal?.aborted) throw interruption(signal);
    check.update(bytes);
    if (held !== null) yield held;
    held = bytes;
  }
  check.end();
  if (held !== null) yield held;
}
