/**
 * An archive as something that content is written to: each blob at the place that it has in the plan, so that several come at
 * a time and nothing is written twice. The archive is there when all of it is, and right; else what was there before, and beside
 * it what has come, which a later run for the same archive goes on with.
 */
import { ftruncateSync } from 'node:fs';
import { flushing } from '../../content/background-flush.js';
import { isFull } from '../../content/disk.js';
import { guarded, writeAll } from '../../content/new-output.js';
import { openPartialFile, type PartialFile, partialPaths } from '../../content/partial-file.js';
import type { ContentBlob, ContentWriter, OpenContent, PutOutcome, PutReport } from '../../content/transfer/content.js';
import { ContentError } from '../../content/transfer/content-check.js';
import { type ReceiveSettings, receive } from '../../content/transfer/receive.js';
import type { Digest } from '../../model/digest.js';
import { StoreError } from '../../model/error.js';
import { type HeldLock, type LockSettings, takeLock } from '../../store/store-lock.js';
import type { ArchivePlan } from './archive-plan.js';
import { ArrivedBlobs } from './arrived-blobs.js';

export interface ArchiveSettings extends ReceiveSettings, LockSettings {
  /** Hears where what has come is left for a later run. */
  readonly onLeft: (path: string) => void;
}

/**
 * Does some work with the writer of an archive, which is there when the work has called `finish`; else what has come is left for a
 * later run, but where the disk is full, which gets its room back. One process at a time. Throws StoreError, OutputError,
 * and what the work throws.
 */
export async function writeArchive<T>(
  path: string,
  plan: ArchivePlan,
  settings: ArchiveSettings,
  work: (writer: ArchiveWriter) => Promise<T>,
): Promise<T> {
  const lock = await takeLock(partialPaths(path).lock, settings, path);
  try {
    const writer = new ArchiveWriter(path, plan, lock, settings);
    try {
      return await work(writer);
    } catch (error) {
      if (isFull(error)) writer.abandon();
      throw error;
    } finally {
      const left = writer.leave();
      if (left !== null) settings.onLeft(left);
    }
  } finally {
    lock.release();
  }
}

/** Writes content into a new archive, under the lock of its partial file. */
export class ArchiveWriter implements ContentWriter {
  /** What had come of it before. */
  readonly arrived: ArrivedBlobs;
  readonly #path: string;
  readonly #plan: ArchivePlan;
  readonly #lock: HeldLock;
  readonly #settings: ReceiveSettings;
  readonly #file: PartialFile;
  readonly #there = new Set<Digest>();
  /** Whether a later run has something to go on with. */
  #isWorthIt = false;

  /** Begins it beside its place, or goes on. Throws OutputError. */
  constructor(path: string, plan: ArchivePlan, lock: HeldLock, settings: ReceiveSettings) {
    this.#path = path;
    this.#plan = plan;
    this.#lock = lock;
    this.#settings = settings;
    this.#file = openPartialFile(path);
    try {
      this.arrived = new ArrivedBlobs(this.#file, plan, settings);
      if (!this.arrived.isOfPlan) guarded(this.#file.path, () => this.#begin());
    } catch (error) {
      this.#file.abandon();
      throw error;
    }
  }

  async has(blob: ContentBlob): Promise<boolean> {
    if (!this.#there.has(blob.digest) && (await this.arrived.has(blob))) this.#saw(blob.digest);
    return this.#there.has(blob.digest);
  }

  async put(blob: ContentBlob, open: OpenContent, report: PutReport): Promise<PutOutcome> {
    this.#lock.check();
    const { digest, sizeBytes } = blob;
    const region = await this.arrived.region(blob);
    if (region === null) throw new StoreError(`${digest} of ${sizeBytes} bytes has no place in ${this.#path}`);
    let hasCome = region.thereBytes > 0;
    const heard = flushing(report, this.#file.flush);
    const onBytes = (more: number): void => {
      hasCome = true;
      heard.onBytes(more);
    };
    const receiving = (thereBytes: number): Promise<void> =>
      receive({ ...region, thereBytes }, blob, open, { ...heard, onBytes }, this.#settings);
    try {
      await receiving(region.thereBytes);
    } catch (error) {
      const isWrong = error instanceof ContentError && error.fault !== 'short';
      if (!isWrong && hasCome) this.#isWorthIt = true;
      if (!isWrong || region.thereBytes === 0) throw error;
      // What lay there from an earlier time may be why.
      await receiving(0);
    }
    this.#saw(digest);
    return { how: 'written' };
  }

  /** Its names stand in its documents, which are planned. */
  async tag(name: string, { digest }: ContentBlob): Promise<void> {
    if (!this.#there.has(digest)) throw new StoreError(`${digest} is not there to be tagged ${name}`);
  }

  async finish(): Promise<void> {
    const lacking = [...this.#plan.blobs.keys()].find((digest) => !this.#there.has(digest));
    if (lacking !== undefined) throw new StoreError(`${this.#path} was not written: ${lacking} has not come`);
    // Whoever has taken it away meanwhile may have begun something else in the same file.
    this.#lock.check();
    this.#file.commit();
  }

  /** Leaves what has come for a later run, and returns its path; null where nothing has, or the archive is there. */
  leave(): string | null {
    if (this.#isWorthIt) return this.#file.leave() ? this.#file.path : null;
    this.#file.abandon();
    return null;
  }

  /** Leaves nothing but what was there; after `finish` it does nothing. */
  abandon(): void {
    this.#file.abandon();
  }

  /** All but the blobs; where those are to be are holes, which are zeros. */
  #begin(): void {
    const { frame, sizeBytes } = this.#plan;
    ftruncateSync(this.#file.fd, 0);
    ftruncateSync(this.#file.fd, sizeBytes);
    for (const { bytes, positionBytes } of frame) writeAll(this.#file.fd, bytes, positionBytes);
  }

  #saw(digest: Digest): void {
    this.#there.add(digest);
    this.#isWorthIt = true;
  }
}
