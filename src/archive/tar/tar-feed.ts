/**
 * A tar that arrives in pieces of any size: drives the cursor block by block and hands bodies through as views of the
 * caller's buffer, never as copies. Used for archives that cannot be sought and for the tar inside a layer. Hostile
 * input: any bytes; holds one block, or one extended header of bounded size, and nothing that grows.
 */
import { ContentFeed } from '../entry-content.js';
import { paddingOf, recordPaddingBytes, TarCursor, type TarProblem } from './tar-cursor.js';
import type { TarEntry } from './tar-entry.js';
import { blockBytes, type NameEncoding } from './tar-header.js';
import { type UsualHeader, usualHeader } from './usual-header.js';

export interface TarFeedHandler {
  /** An entry starts; its body lies at that offset. Returns false to have the body skipped unseen, which is done too where the content is refused. */
  entry(entry: TarEntry, dataOffsetBytes: number): boolean;
  /** An entry as most are, of which no more is wanted than its header tells; its body is skipped. Where it is not there, `entry` gets all. */
  pass?(header: UsualHeader): void;
  /** The next bytes of the content; valid during the call only. */
  body(bytes: Buffer): void;
  /** So many zeros are next, which a sparse file has and nobody stored. */
  zeros(sizeBytes: number): void;
  /** The body is complete. Called for wanted bodies, empty ones included. */
  bodyEnd(): void;
}

/**
 * Expected where all that comes is passed over. Any number will do, as long as it is a small one: V8 throws away the code that it
 * made for a field of small numbers when it gets another.
 */
const someBytes = 1;

type Phase = 'block' | 'meta' | 'body' | 'padding' | 'ended' | 'damaged';

export class TarFeed {
  readonly cursor: TarCursor;
  /** Bytes fed so far. */
  positionBytes = 0;
  /** Set once a header could not be read; nothing after it was looked at. */
  problem: TarProblem | null = null;
  /** Bytes after the two end blocks, and whether they are more than the zero padding of a record. */
  afterEnd = { sizeBytes: 0, data: false };
  readonly #handler: TarFeedHandler;
  #phase: Phase = 'block';
  #gather = Buffer.allocUnsafeSlow(blockBytes);
  #gathered = 0;
  /** Bytes that the current phase still expects. */
  #remaining = blockBytes;
  #metaBytes = 0;
  #bodyBytes = 0;
  #bodyWanted = false;
  #content: ContentFeed | null = null;
  /** Null where none is passed by. */
  readonly #usual: UsualHeader | null;

  /** `withAttributes`: entries come with mode, owner and the like, and none is passed by. */
  constructor(encoding: NameEncoding, handler: TarFeedHandler, extendedHeaderBytes: number, withAttributes = false) {
    this.cursor = new TarCursor(encoding, extendedHeaderBytes, withAttributes);
    this.#handler = handler;
    this.#usual = handler.pass === undefined || withAttributes ? null : usualHeader();
  }

  /** Whether the end blocks were seen. */
  get ended(): boolean {
    return this.#phase === 'ended';
  }

  /** Body bytes of the current entry that have not come yet; 0 between entries. */
  get missingBodyBytes(): number {
    return this.#phase === 'body' ? this.#remaining : 0;
  }

  /** Offset of the header that has not come to its end; between headers the position itself. */
  get unfinishedAtBytes(): number {
    if (this.#phase === 'meta') return this.positionBytes - this.#gathered - blockBytes;
    return this.#phase === 'block' ? this.positionBytes - this.#gathered : this.positionBytes;
  }

  /** Whether the feed stands at an entry's boundary, so that an end here loses nothing. Missing padding counts as none. */
  get atBoundary(): boolean {
    const between = this.#phase === 'padding' || (this.#phase === 'block' && this.#gathered === 0);
    return this.ended || (between && !this.cursor.pending);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const take = Math.min(this.#remaining, chunk.length - at);
      at += this.#step(chunk, at, take);
    }
  }

  /** Consumes bytes, of the current phase `take` or fewer; returns how many. */
  #step(chunk: Buffer, at: number, take: number): number {
    switch (this.#phase) {
      case 'block':
        if (take === blockBytes) {
          const passedBytes = this.#passBy(chunk, at);
          if (passedBytes > 0) return passedBytes;
          this.positionBytes += blockBytes;
          this.#accept(chunk.subarray(at, at + blockBytes));
          return take;
        }
        return this.#collect(chunk, at, take, () => this.#accept(this.#gather));
      case 'meta':
        return this.#collect(chunk, at, take, () => this.#acceptMeta());
      case 'body':
        this.#advance(take);
        if (this.#bodyWanted) (this.#content ?? this.#handler).body(chunk.subarray(at, at + take));
        if (this.#remaining === 0) this.#finishBody();
        return take;
      case 'padding':
        this.#advance(take);
        if (this.#remaining === 0) this.#expectBlock();
        return take;
      default:
        return this.#drain(chunk, at);
    }
  }

  /** Passes by the entries from there on, with their bodies, up to a header that has to be looked at; returns how many bytes of the chunk that are. */
  #passBy(chunk: Buffer, from: number): number {
    const usual = this.#usual;
    if (usual === null || !this.cursor.atRest) return 0;
    let at = from;
    let sizeBytes = 0;
    let bodyEnd = from;
    while (at + blockBytes <= chunk.length && usual.read(chunk, at)) {
      this.cursor.pass();
      this.#handler.pass?.(usual);
      sizeBytes = usual.sizeBytes;
      bodyEnd = at + blockBytes + sizeBytes;
      at = bodyEnd + paddingOf(sizeBytes);
    }
    const end = Math.min(at, chunk.length);
    this.positionBytes += end - from;
    this.#bodyBytes = sizeBytes;
    this.#bodyWanted = false;
    this.#content = null;
    this.#phase = bodyEnd > end ? 'body' : at > end ? 'padding' : 'block';
    this.#remaining = (bodyEnd > end ? bodyEnd : at > end ? at : end + blockBytes) - end;
    return end - from;
  }

  #advance(bytes: number): void {
    this.positionBytes += bytes;
    this.#remaining -= bytes;
  }

  #collect(chunk: Buffer, at: number, take: number, complete: () => void): number {
    chunk.copy(this.#gather, this.#gathered, at, at + take);
    this.#gathered += take;
    this.#advance(take);
    if (this.#remaining === 0) complete();
    return take;
  }

  #drain(chunk: Buffer, at: number): number {
    const rest = chunk.length - at;
    this.positionBytes += rest;
    if (this.#phase === 'ended') {
      const after = this.afterEnd;
      after.sizeBytes += rest;
      after.data ||= after.sizeBytes > recordPaddingBytes || chunk.subarray(at).some((byte) => byte !== 0);
    }
    return rest;
  }

  #expectBlock(): void {
    this.#phase = 'block';
    this.#gathered = 0;
    this.#remaining = blockBytes;
  }

  #accept(block: Buffer): void {
    const step = this.cursor.accept(block, this.positionBytes - blockBytes);
    if (step.kind === 'meta') {
      this.#metaBytes = step.metaBytes;
      const needed = step.metaBytes + paddingOf(step.metaBytes);
      if (needed > this.#gather.length) this.#gather = Buffer.allocUnsafeSlow(needed);
      this.#phase = 'meta';
      this.#gathered = 0;
      this.#remaining = needed;
      if (needed === 0) this.#acceptMeta();
    } else if (step.kind === 'entry') {
      this.#startBody(step.entry);
    } else if (step.kind === 'end') {
      this.#phase = 'ended';
      this.#remaining = someBytes;
    } else if (step.kind === 'damaged') {
      this.#stop(step.problem);
    } else {
      this.#expectBlock();
    }
  }

  #acceptMeta(): void {
    const step = this.cursor.acceptMeta(this.#gather.subarray(0, this.#metaBytes));
    if (step.kind === 'damaged') this.#stop(step.problem);
    else this.#expectBlock();
  }

  #stop(problem: TarProblem): void {
    this.problem = problem;
    this.#phase = 'damaged';
    this.#remaining = someBytes;
  }

  /** Ends the reading here, as if a header were damaged: a limit of the handler was reached. */
  abandon(problem: TarProblem): void {
    this.#stop(problem);
  }

  #startBody(entry: TarEntry): void {
    const wanted = this.#handler.entry(entry, this.positionBytes);
    this.#bodyWanted = wanted && entry.sparse?.refusal == null;
    this.#content = entry.sparse === undefined ? null : new ContentFeed(entry.sparse, this.#handler);
    if (this.problem === null) this.#expectBody(entry.sizeBytes);
  }

  #expectBody(sizeBytes: number): void {
    this.#phase = 'body';
    this.#bodyBytes = sizeBytes;
    this.#remaining = sizeBytes;
    if (sizeBytes === 0) this.#finishBody();
  }

  #finishBody(): void {
    if (this.#bodyWanted) {
      this.#content?.end();
      this.#handler.bodyEnd();
    }
    this.#phase = 'padding';
    this.#remaining = paddingOf(this.#bodyBytes);
    if (this.#remaining === 0) this.#expectBlock();
  }
}
