/**
 * What the second of two threads reads for the first: pieces of stored bytes, in places of the memory that both share, some of them
 * ahead of what it has come to itself. It hashes them and the first decodes them; the first has more to do, so that it only takes
 * what is there.
 */
import { magicBytes } from '../../observe/layer-reader.js';
import { readChunk } from '../../observe/stream/observe-stream.js';
import type { ByteSource } from '../../sources/byte-source.js';
import {
  closeRelay,
  isRelayClosed,
  type Relay,
  type Stoppable,
  storedAt,
  storedEndAt,
  storedLengthsAt,
  storedPlace,
  storedPlaces,
  waitMs,
} from './relay.js';

/** A source that reads ahead for the other thread. Whoever reads from it is done with a piece when it asks for the next. */
export class ReadAhead implements ByteSource {
  readonly seekable = false;
  readonly sizeBytes: number | null;
  readonly #source: ByteSource;
  readonly #relay: Relay;
  readonly #chunkBytes: number;
  #readPieces = 0;
  #readBytes = 0;
  #givenPieces = 0;
  #ended = false;
  /** Why no more could be read: told when all before it was given, since whoever reads may stop before. */
  #failure: { readonly error: unknown } | null = null;

  /** `chunkBytes`: of one piece, as many as fit into a place at the most. */
  constructor(source: ByteSource, relay: Relay, chunkBytes: number) {
    this.sizeBytes = source.sizeBytes;
    this.#source = source;
    this.#relay = relay;
    this.#chunkBytes = chunkBytes;
  }

  /** The next piece, which has to fit; 0 at the end. Throws VarveError `input-unreadable`, as the source does. */
  async read(target: Buffer): Promise<number> {
    const { state } = this.#relay;
    while (!this.#ended && this.#readPieces - this.#givenPieces < storedPlaces)
      await this.#readPiece().catch((error: unknown) => this.#fail(error));
    if (this.#givenPieces === this.#readPieces) {
      if (this.#failure !== null) throw this.#failure.error;
      return 0;
    }
    const piece = this.#givenPieces++;
    const length = state[storedLengthsAt + (piece % storedPlaces)] ?? 0;
    return storedPlace(this.#relay, piece).copy(target, 0, 0, length);
  }

  async #readPiece(): Promise<void> {
    const { state } = this.#relay;
    const piece = this.#readPieces;
    const place = storedPlace(this.#relay, piece).subarray(0, this.#chunkBytes);
    const { length } = await readChunk(this.#source, place, this.#readBytes);
    this.#readBytes += length;
    // Less than decides on a decoder comes at the end alone.
    this.#ended = length < magicBytes;
    if (length > 0) {
      state[storedLengthsAt + (piece % storedPlaces)] = length;
      Atomics.store(state, storedAt, ++this.#readPieces);
    }
    if (this.#ended) Atomics.store(state, storedEndAt, 1);
    Atomics.notify(state, storedAt);
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#ended = true;
  }

  identity(): null {
    return null;
  }

  close(): void {
    closeRelay(this.#relay);
    this.#source.close();
  }
}

/** The pieces as they come, each as it is until what became of it was taken; ends where the other thread has gone. */
export function* piecesRead(relay: Relay, context: Stoppable): Generator<Buffer, void> {
  const { state } = relay;
  for (let piece = 0; ; piece++) {
    for (;;) {
      const isAll = Atomics.load(state, storedEndAt) !== 0;
      const read = Atomics.load(state, storedAt);
      if (isRelayClosed(relay)) return;
      if (read > piece) break;
      if (isAll) return;
      Atomics.wait(state, storedAt, read, waitMs);
      context.checkStop();
    }
    yield storedPlace(relay, piece).subarray(0, state[storedLengthsAt + (piece % storedPlaces)]);
  }
}
