/**
 * A store as something that content is written to, under its lock. A blob comes into a file of its own among the uploads, named
 * by its digest: what is cut off or killed stays there, and whoever fetches that blob next goes on behind it. It gets its
 * place when it is whole, checked and durable; `varve prune` clears what nobody has gone on with. Hostile input: a sender
 * of other bytes (nothing of those stays), an upload that somebody has changed (it is begun anew).
 */
import { closeSync, constants, fstatSync, fsync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { backgroundFlush, flushing } from '../../content/background-flush.js';
import { guarded, unwritten } from '../../content/new-output.js';
import type { ContentBlob, ContentWriter, OpenContent, PutOutcome, PutReport } from '../../content/transfer/content.js';
import { ContentError } from '../../content/transfer/content-check.js';
import { receive } from '../../content/transfer/receive.js';
import type { Digest } from '../../model/digest.js';
import { StoreError } from '../../model/error.js';
import type { Engine } from '../../observe/hasher.js';
import { inTurns } from '../../sources/steps.js';
import type { OpenStore } from '../change-store.js';
import { BlobWriter, type WantedBlob } from '../store-blobs.js';
import { lstatOf, type StoreFolder } from '../store-folder.js';
import { holderOf, withName, withRoot } from '../store-index.js';
import { KnownBlobs } from './known-blobs.js';

const syncFile = promisify(fsync);
/** Of the few threads of the runtime one is left to write with. */
const syncedTogether = 3;

export interface StoreWriterSettings {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
}

/** Writes content into one store. */
export class StoreWriter implements ContentWriter {
  readonly #open: OpenStore;
  readonly #settings: StoreWriterSettings;
  readonly #blobs: BlobWriter;
  #syncing = 0;
  #unsynced: (() => void)[] = [];

  constructor(open: OpenStore, settings: StoreWriterSettings) {
    this.#open = open;
    this.#settings = settings;
    this.#blobs = new BlobWriter(open.store, new KnownBlobs(open.store), settings.engine);
  }

  /** What was set aside, since it stood in the place of a blob and was something else. */
  get quarantined(): BlobWriter['quarantined'] {
    return this.#blobs.quarantined;
  }

  async has(blob: WantedBlob): Promise<boolean> {
    return inTurns(this.#blobs.has(blob), this.#settings.signal);
  }

  async put(blob: ContentBlob, open: OpenContent, report: PutReport): Promise<PutOutcome> {
    this.#open.lock.check();
    const path = this.#open.store.partialUpload(blob.digest);
    const isResumed = partialBytes(this.#open.store, blob) > 0;
    try {
      await this.#receive(path, blob, open, report);
    } catch (error) {
      if (!(error instanceof ContentError) || error.fault === 'short') throw error;
      // Nothing of it is of use; what lay there from an earlier time may be why.
      rmSync(path, { force: true });
      if (!isResumed) throw error;
      await this.#receive(path, blob, open, report);
    }
    this.#open.lock.check();
    this.#blobs.place(path, blob);
    return { how: 'written' };
  }

  async tag(name: string, root: ContentBlob): Promise<void> {
    this.name([{ name, root }]);
  }

  /** Gives names to roots that are there whole; returns who had each until now, null where nobody had. */
  name(given: readonly { readonly name: string; readonly root: ContentBlob }[]): Map<string, Digest | null> {
    this.#blobs.sync();
    const before = new Map<string, Digest | null>();
    this.#open.commit((index) => {
      let named = index;
      for (const { name, root } of given) {
        const { digest, sizeBytes, mediaType } = root;
        before.set(name, holderOf(index, name));
        named = withRoot(named, { mediaType, digest, size: sizeBytes }, digest, sizeBytes);
        named = withName(named, digest, { name, isReference: true });
      }
      return named;
    });
    return before;
  }

  async finish(): Promise<void> {
    this.#blobs.sync();
    await this.#blobs.remember();
  }

  async #receive(path: string, blob: ContentBlob, open: OpenContent, report: PutReport): Promise<void> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const fd = guarded(path, () => openSync(path, flags, 0o644));
    const flush = backgroundFlush(path);
    try {
      const region = { fd, path, startBytes: 0, thereBytes: resumableBytes(fd, path, blob) };
      await receive(region, blob, open, flushing(report, flush), this.#settings);
      await this.#sync(fd, path);
    } finally {
      flush.end();
      closeSync(fd);
    }
  }

  async #sync(fd: number, path: string): Promise<void> {
    while (this.#syncing >= syncedTogether) await new Promise<void>((resolve) => this.#unsynced.push(resolve));
    this.#syncing += 1;
    try {
      await syncFile(fd);
    } catch (cause) {
      throw unwritten(path, cause);
    } finally {
      this.#syncing -= 1;
      this.#unsynced.shift()?.();
    }
  }
}

/** What is there from an earlier time, as far as it can be right; of more than the blob has nothing is left. */
function resumableBytes(fd: number, path: string, { sizeBytes }: WantedBlob): number {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new StoreError(`${path} is no file; delete it`);
  if (stat.size <= sizeBytes) return stat.size;
  guarded(path, () => ftruncateSync(fd, 0));
  return 0;
}

/** How much of a blob is there from an earlier time that whoever fetches it goes on behind. */
export function partialBytes(store: StoreFolder, { digest, sizeBytes }: WantedBlob): number {
  const stat = lstatOf(store.partialUpload(digest));
  return stat?.isFile() === true && stat.size <= sizeBytes ? stat.size : 0;
}

/** Which of these blobs a store has, without its lock. Throws VarveError `interrupted`. */
export async function presentBlobs(
  store: StoreFolder,
  blobs: readonly WantedBlob[],
  { engine, signal }: StoreWriterSettings,
): Promise<Set<Digest>> {
  const there = new BlobWriter(store, new KnownBlobs(store), engine);
  const present = new Set<Digest>();
  for (const blob of blobs) if (await inTurns(there.has(blob), signal)) present.add(blob.digest);
  return present;
}
