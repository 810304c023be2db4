/**
 * Blobs of a store. One that is there is taken for there by its size and its digest, never by its name: its bytes are read, or
 * its file is the one of which they were seen to be right. One that is written takes its place only when both are right. What
 * stands in that place and is something else (a cut file, a link, other bytes) is set aside.
 */
import { closeSync, constants, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { backgroundFlush } from '../content/background-flush.js';
import { type BodyPlace, type CopyTools, copyBody } from '../content/copy-body.js';
import { discard } from '../content/disk.js';
import { guarded, syncFolder, writeAll } from '../content/new-output.js';
import type { Digest } from '../model/digest.js';
import type { Engine } from '../observe/hasher.js';
import { fileAt } from '../sources/location.js';
import type { Steps } from '../sources/steps.js';
import type { KnownBlobs } from './arrival/known-blobs.js';
import { lstatOf, type StoreFolder, setAside, writeNew } from './store-folder.js';

const chunkBytes = 1024 * 1024;

/** A blob that is to be in the store. */
export interface WantedBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Writes blobs into one store, under its lock. */
export class BlobWriter {
  /** What was set aside, in the order in which that was done. */
  readonly quarantined: { readonly digest: Digest; readonly path: string }[] = [];
  readonly #store: StoreFolder;
  readonly #known: KnownBlobs | null;
  readonly #engine: Engine;
  readonly #onRead: (sizeBytes: number) => void;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  /** Folders with names that are not durable yet. */
  readonly #unsynced = new Set<string>();
  /** Blobs of which the bytes were seen to be right. */
  readonly #sure = new Set<Digest>();

  /** `known`: what need not be read again; null for what believes only its own eyes. */
  constructor(
    store: StoreFolder,
    known: KnownBlobs | null,
    engine: Engine,
    onRead: (sizeBytes: number) => void = () => {},
  ) {
    this.#store = store;
    this.#known = known;
    this.#engine = engine;
    this.#onRead = onRead;
  }

  /** Keeps for later runs what was seen to be right. */
  async remember(): Promise<void> {
    await this.#known?.keep();
  }

  /** Whether a blob is there, with its size and its digest. */
  *has({ digest, sizeBytes }: WantedBlob): Steps<boolean> {
    const path = this.#store.blobPath(digest);
    const stat = lstatOf(path);
    if (stat === null || !stat.isFile() || stat.size !== sizeBytes) return false;
    // Whoever put it there may have been ended before its name was durable.
    this.#unsynced.add(dirname(path));
    if (this.#sure.has(digest)) return true;
    if (this.#known?.isKnown(digest) === true) {
      this.#sure.add(digest);
      return true;
    }
    const place = { location: fileAt(path), offsetBytes: 0, sizeBytes };
    const problem = yield* copyBody(
      [place],
      digest,
      this.#tools(() => {}),
    );
    if (problem === null) this.#saw(digest);
    return problem === null;
  }

  /** Writes a blob that is not there from the first place that has it; returns null, or why none has. Throws OutputError. */
  put(wanted: WantedBlob, places: readonly BodyPlace[]): Steps<string | null> {
    return this.putBy(wanted, (tools) => copyBody(places, wanted.digest, tools));
  }

  /** The same by a copy that hands on bytes of that digest and no others; it returns null, or why there are none. */
  *putBy({ digest, sizeBytes }: WantedBlob, copy: (tools: CopyTools) => Steps<string | null>): Steps<string | null> {
    const upload = this.#store.newUpload();
    const fd = guarded(upload, () =>
      openSync(upload, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644),
    );
    const flush = backgroundFlush(upload);
    let isOpen = true;
    try {
      const write = (bytes: Uint8Array, position: number): void => {
        guarded(upload, () => writeAll(fd, bytes, position));
        flush.wrote(bytes.length);
      };
      const problem = yield* copy(this.#tools(write));
      if (problem !== null) return problem;
      guarded(upload, () => fsyncSync(fd));
      closeSync(fd);
      isOpen = false;
      this.place(upload, { digest, sizeBytes });
      return null;
    } finally {
      flush.end();
      if (isOpen) closeSync(fd);
      discard(upload);
    }
  }

  /** Writes a blob of which the bytes are at hand. Throws OutputError. */
  putText({ digest, sizeBytes }: WantedBlob, text: string): void {
    const upload = this.#store.newUpload();
    try {
      guarded(upload, () => writeNew(upload, Buffer.from(text)));
      this.place(upload, { digest, sizeBytes });
    } finally {
      discard(upload);
    }
  }

  /** Makes the names of all blobs durable that were written. Throws OutputError. */
  sync(): void {
    for (const folder of this.#unsynced) guarded(folder, () => syncFolder(folder));
    this.#unsynced.clear();
  }

  /** Puts a file of the uploads in the place of its blob; it is durable, and was seen to be right. Throws OutputError. */
  place(upload: string, { digest, sizeBytes }: WantedBlob): void {
    const path = this.#store.blobPath(digest);
    const folder = dirname(path);
    const stat = lstatOf(path);
    // Under the same digest lies what was seen not to be it.
    if (stat !== null && !(stat.isFile() && stat.size === sizeBytes && this.#sure.has(digest))) {
      this.quarantined.push({ digest, path: setAside(this.#store, digest, path) });
    }
    guarded(path, () => {
      if (lstatOf(folder) === null) {
        mkdirSync(folder, { recursive: true });
        syncFolder(dirname(folder));
      }
      renameSync(upload, path);
    });
    this.#unsynced.add(folder);
    this.#saw(digest);
  }

  #saw(digest: Digest): void {
    this.#sure.add(digest);
    this.#known?.note(digest);
  }

  #tools(write: (bytes: Uint8Array, positionBytes: number) => void): CopyTools {
    return { engine: this.#engine, buffer: this.#buffer, write, onRead: this.#onRead };
  }
}
