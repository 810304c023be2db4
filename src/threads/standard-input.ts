/**
 * Standard input that is long and compressed as a whole, by three threads: this one only reads, and so hears every signal,
 * a second decodes, a third does the rest by the code that does it alone. Its start is held until it is known to be both;
 * what is not stays in this thread. Hostile input: the held start is bounded, and so are the belts between the threads.
 */
import { detectCodec } from '../codec/detect.js';
import { messageOf, VarveError } from '../model/error.js';
import { magicBytes } from '../observe/layer-reader.js';
import type { JobResult } from '../observe/observation.js';
import { readChunk, streamChunkBytes } from '../observe/stream/observe-stream.js';
import type { WorkContext } from '../observe/work-context.js';
import type { ByteSource } from '../sources/byte-source.js';
import { openStandardInput } from '../sources/standard-input.js';
import { failureOf, observe } from './observe.js';
import { createRelay, type Relay, RelayWriter } from './pair/relay.js';
import { startPool } from './pool.js';
import type { NumberedJob } from './runner.js';

/** To decode so much in one thread takes about as long as to start two. */
const longFromBytes = 8 * 1024 * 1024;
const nothing = new Uint8Array(0);

/** Observes standard input, by threads of its own where that pays. Never rejects. */
export async function observeStandardInput(numbered: NumberedJob, context: WorkContext): Promise<JobResult> {
  try {
    const source = new HeldStart(openStandardInput(context.main?.signal));
    try {
      const result = (await source.isLongAndCompressed()) ? await observeByThreads(numbered, source, context) : null;
      return result ?? (await observe(numbered.job, context, { source }));
    } finally {
      source.close();
    }
  } catch (error) {
    return failureOf(numbered.job, error);
  }
}

/** Null where no threads could be started, or one was lost that early; `source` is at its start then. Throws VarveError `interrupted`. */
async function observeByThreads(
  numbered: NumberedJob,
  source: HeldStart,
  context: WorkContext,
): Promise<JobResult | null> {
  const pool = await startPool(2, context);
  if (pool === null) return null;
  const input = createRelay();
  try {
    const shared = pool.share([numbered], input);
    // Where the others are done before its end, nobody waits for what is still to come.
    const [result] = await Promise.race([shared, passOn(source, context, input).then(() => shared)]);
    return result as JobResult;
  } catch (error) {
    if (error instanceof VarveError) throw error;
    // As long as one of the two has not begun, all that was read fits on the belts, which is less than what is held.
    if (source.rewind()) return null;
    const message = `standard input: a thread that worked on it was lost, and it cannot be read twice: ${messageOf(error)}`;
    return { ok: false, error: { code: 'thread-lost', message } };
  } finally {
    await pool.close();
  }
}

/** Reads right onto the belt, until the end or until nobody takes it any more. Throws VarveError `interrupted`. */
async function passOn(source: ByteSource, context: WorkContext, input: Relay): Promise<void> {
  const writer = new RelayWriter(input, context);
  try {
    while (await writer.room()) {
      const { buffer, byteOffset } = writer.slot;
      const chunk = await readChunk(source, Buffer.from(buffer, byteOffset, streamChunkBytes), 0);
      if (chunk.length === 0) break;
      writer.put('stored', chunk);
      await context.step(0);
    }
    writer.put('end', nothing);
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    writer.put('unreadable', Buffer.from(error.message));
  }
}

/** A source whose start can be looked at before it is read, and again as long as that is held. */
class HeldStart implements ByteSource {
  readonly sizeBytes = null;
  readonly seekable = false;
  readonly #source: ByteSource;
  #held: Buffer | null = null;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Reads the start, of what is not compressed a few bytes only. Throws VarveError `input-unreadable`, `interrupted`. */
  async isLongAndCompressed(): Promise<boolean> {
    const start = Buffer.allocUnsafeSlow(longFromBytes);
    let length = 0;
    do {
      const n = await this.#source.read(start.subarray(length, length + streamChunkBytes), length);
      if (n === 0) break;
      length += n;
    } while (length < start.length && mayBeCompressed(start.subarray(0, length)));
    this.#held = start.subarray(0, length);
    return length === start.length;
  }

  read(target: Buffer, positionBytes: number): number | Promise<number> {
    if (this.#held !== null && this.#at < this.#held.length) {
      const n = this.#held.copy(target, 0, this.#at);
      this.#at += n;
      return n;
    }
    this.#held = null;
    return this.#source.read(target, positionBytes);
  }

  /** Goes back to the start; false where that is no longer held. */
  rewind(): boolean {
    this.#at = 0;
    return this.#held !== null;
  }

  identity(): null {
    return null;
  }

  close(): void {
    this.#source.close();
  }
}

function mayBeCompressed(start: Buffer): boolean {
  return start.length < magicBytes || detectCodec(start.subarray(0, magicBytes)) !== null;
}
