/**
 * One body of a single pass, hashed and looked into as it comes by. Most decoders answer at once. Bytes for one that
 * does not are copied and wait: the decoder of the archive itself cannot be held up within a chunk. Hostile input: what
 * waits is limited, and only one such decoder is at work at a time.
 */
import type { ArchiveEntry } from '../../archive/entry-table.js';
import { CodecError } from '../../codec/codec-error.js';
import { detectCodec } from '../../codec/detect.js';
import { contentBytesOf } from '../../model/content-size.js';
import { type Algorithm, isAlgorithm } from '../../model/digest.js';
import type { Expansion } from '../expansion.js';
import { magicBytes } from '../layer-reader.js';
import type { BlobObservation, StreamJob } from '../observation.js';
import { BlobReader } from '../observe-blob.js';
import { LastBytes, observeEnds } from '../observe-ends.js';
import { chunkBytes, stepBytes, type WorkContext } from '../work-context.js';

/** All bytes of a pass that may wait for decoders. */
const waitingLimitBytes = 64 * 1024 * 1024;
/** What holes are written from, as often as it takes. */
const zeroBytes = Buffer.alloc(chunkBytes);

/** What the bodies of a pass share while decoders keep them waiting. */
export interface WaitingQueue {
  waitingBytes: number;
  /** Of holes, written at once since the last rest. */
  zeroBytes: number;
  /** The end of the last body that waits; never rejects. */
  readonly last: Promise<unknown> | null;
}

/** What the job of the pass asks of every body. */
type BodiesWanted = Pick<StreamJob, 'bodies' | 'probes'>;

export class StreamBody {
  readonly entry: ArchiveEntry;
  readonly #wanted: BodiesWanted;
  readonly #context: WorkContext;
  readonly #expansion: Expansion;
  readonly #queue: WaitingQueue;
  /** The start of the body, as much as decides on the decoder. */
  readonly #first: Buffer;
  /** The end of what came so far, where bodies are not looked into. */
  readonly #last = new LastBytes();
  #received = 0;
  #reader: BlobReader | Promise<BlobReader> | null = null;
  /** The work that waits, or null where all is done. */
  #chain: Promise<void> | null = null;

  constructor(
    entry: ArchiveEntry,
    wanted: BodiesWanted,
    context: WorkContext,
    expansion: Expansion,
    queue: WaitingQueue,
  ) {
    this.entry = entry;
    this.#first = Buffer.allocUnsafe(Math.min(magicBytes, contentBytesOf(entry)));
    this.#wanted = wanted;
    this.#context = context;
    this.#expansion = expansion;
    this.#queue = queue;
  }

  write(bytes: Buffer): void {
    const before = this.#received;
    this.#received += bytes.length;
    if (before < this.#first.length) bytes.copy(this.#first, before);
    // The start decides on the reader; a piece too short for that waits for the next one.
    if (!this.#wanted.bodies) this.#last.push(bytes);
    if (!this.#wanted.bodies || this.#received < this.#first.length) return;
    if (this.#reader === null) {
      this.#reader = this.#open();
      if (before > 0) this.#pass(this.#first.subarray(0, before));
    }
    this.#pass(bytes);
  }

  /** So many zeros. Many of them take their time, in which the thread looks after other things: they wait as bytes do. */
  zeros(sizeBytes: number): void {
    if (!this.#wanted.bodies) {
      // Only the ends are looked at: one piece says as much as all.
      this.write(zerosOf(sizeBytes));
      return;
    }
    const queue = this.#queue;
    let left = sizeBytes;
    while (left > 0 && (this.#reader === null || queue.zeroBytes < stepBytes)) {
      const some = zerosOf(queue.zeroBytes < stepBytes ? left : Math.min(left, magicBytes));
      this.write(some);
      left -= some.length;
      queue.zeroBytes += some.length;
    }
    if (left > 0) this.#passZeros(left);
  }

  #passZeros(sizeBytes: number): void {
    this.#received += sizeBytes;
    const before = this.#chain ?? Promise.resolve();
    this.#chain = before.then(async () => {
      const reader = await this.#reader;
      let left = sizeBytes;
      for (let workBytes = 0; left > 0; workBytes += zeroBytes.length) {
        const some = zerosOf(left);
        await reader?.write(some);
        left -= some.length;
        if (workBytes % stepBytes === 0) await this.#context.step(0);
      }
    });
    this.#chain.catch(() => {});
  }

  #open(): BlobReader | Promise<BlobReader> {
    const first = this.#first;
    const algorithms = algorithmsFor(this.entry.name);
    const { probes } = this.#wanted;
    const wanted = { algorithms, layer: [...new Set<Algorithm>(['sha256', ...algorithms])], probes };
    const open = (): BlobReader | Promise<BlobReader> => BlobReader.open(first, wanted, this.#context, this.#expansion);
    const { last } = this.#queue;
    return last === null || detectCodec(first) === null ? open() : last.then(open);
  }

  #pass(bytes: Buffer): void {
    const reader = this.#reader;
    if (this.#chain === null && reader instanceof BlobReader && !reader.asynchronous) {
      reader.write(bytes);
      return;
    }
    const queue = this.#queue;
    queue.waitingBytes += bytes.length;
    if (queue.waitingBytes > waitingLimitBytes) {
      throw new CodecError('limit', `more than ${waitingLimitBytes} bytes wait for a decoder`, 0);
    }
    const copy = Buffer.from(bytes);
    const before = this.#chain ?? Promise.resolve();
    this.#chain = before.then(async () => {
      await (await reader)?.write(copy);
      queue.waitingBytes -= copy.length;
    });
    // Where it fails, `settle` or the result hears of it.
    this.#chain.catch(() => {});
  }

  /** Waits for what waits; from then on the reader can be written to at once, if it is one that answers. */
  async settle(): Promise<void> {
    await this.#chain;
    this.#chain = null;
    this.#reader = await this.#reader;
  }

  /** The body is complete: what it is. */
  end(): BlobObservation | Promise<BlobObservation> {
    if (!this.#wanted.bodies) return observeEnds(this.#first, () => this.#last.bytes, contentBytesOf(this.entry));
    this.#reader ??= this.#open();
    if (this.#chain === null && this.#reader instanceof BlobReader) return this.#reader.finish();
    return this.#finishLater(this.#reader);
  }

  async #finishLater(opening: BlobReader | Promise<BlobReader>): Promise<BlobObservation> {
    await this.#chain;
    const reader = await opening;
    return reader.finish();
  }

  close(): void {
    const close = (reader: BlobReader | null): void => reader?.close();
    if (this.#reader instanceof Promise) this.#reader.then(close, () => {});
    else close(this.#reader);
  }
}

function zerosOf(sizeBytes: number): Buffer {
  return sizeBytes < zeroBytes.length ? zeroBytes.subarray(0, sizeBytes) : zeroBytes;
}

/** A streamed blob is hashed by the algorithm of its own name, since nothing else is known yet. */
function algorithmsFor(name: string): Algorithm[] {
  const algorithm = /^blobs[/\\]([^/\\]+)[/\\]/.exec(name)?.[1] ?? 'sha256';
  return [isAlgorithm(algorithm) ? algorithm : 'sha256'];
}
