/**
 * Content by what it is, wherever it lies: one thing to read it from and one to write it to, for a store, an archive and a
 * registry alike. Whoever writes checks: what has not its size and its digest is never there under its name.
 */
import type { Digest } from '../../model/digest.js';

/** A body by what it is. */
export interface ContentBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** Its bytes from there on, and nothing behind them. Each chunk is memory of its own, which may be held. */
export type OpenContent = (offsetBytes: number) => AsyncIterable<Uint8Array>;

export interface ContentReader {
  /** The bytes of a blob from there on; they are checked by whoever takes them. Throws VarveError, also while they come. */
  open(blob: ContentBlob, offsetBytes: number): AsyncIterable<Uint8Array>;
  /** What came of a blob was not right: whether there is another copy of it, which is the one that is opened from now on. */
  another?(blob: ContentBlob): boolean;
}

/** What is heard of a blob while it is put. */
export interface PutReport {
  /** So many bytes of it are there from an earlier time, and are right so far as anybody can tell. */
  onResumed(sizeBytes: number): void;
  /** So many more have come. */
  onBytes(sizeBytes: number): void;
  /** All have come, and are checked. */
  onVerify(): void;
}

/** How a blob got there: its bytes were written, or somebody who has it gave it from another repository. */
export type PutOutcome = { readonly how: 'written' } | { readonly how: 'mounted'; readonly from: string };

/** Every one passes the same tests (test/content/transfer). */
export interface ContentWriter {
  /** Whether it is there, by its digest and its bytes and never by its size alone. */
  has(blob: ContentBlob): Promise<boolean>;
  /** Commits what has its size and its digest. Throws ContentError where it has not, OutputError, and what `open` throws. */
  put(blob: ContentBlob, open: OpenContent, report: PutReport): Promise<PutOutcome>;
  /** Gives a name to something that is there, with all that it needs. Throws OutputError, StoreError. */
  tag(name: string, root: ContentBlob): Promise<void>;
  /** Makes all of it durable. Throws OutputError. */
  finish(): Promise<void>;
}
