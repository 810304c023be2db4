/** What is there of an archive that is not whole: which of its blobs have come, and how much of the others. */
import { fstatSync, readSync } from 'node:fs';
import { guarded } from '../../content/new-output.js';
import { writtenBytes } from '../../content/partial-file.js';
import type { ContentBlob } from '../../content/transfer/content.js';
import { type BlobRegion, isReceived, type ReceiveSettings } from '../../content/transfer/receive.js';
import type { Digest } from '../../model/digest.js';
import { inTurns } from '../../sources/steps.js';
import type { ArchivePlan } from './archive-plan.js';

/** The zeros that a blob may end in: two blocks of a tar, filled up to a record of twenty. What ends in more is fetched from there. */
const endZerosBytes = 20 * 512;

/** A file that is open. */
interface OpenFile {
  readonly fd: number;
  readonly path: string;
}

export class ArrivedBlobs {
  /** Whether the file is that archive, with holes where blobs are to be. */
  readonly isOfPlan: boolean;
  readonly #file: OpenFile;
  readonly #plan: ArchivePlan;
  readonly #settings: ReceiveSettings;
  readonly #writtenBytes = new Map<Digest, number>();

  /** Throws OutputError. */
  constructor(file: OpenFile, plan: ArchivePlan, settings: ReceiveSettings) {
    this.#file = file;
    this.#plan = plan;
    this.#settings = settings;
    this.isOfPlan = guarded(file.path, () => isFramed(file.fd, plan));
  }

  /** Whether a blob is there whole. Throws OutputError, VarveError `interrupted`. */
  async has(blob: ContentBlob): Promise<boolean> {
    const region = await this.region(blob);
    if (region === null || region.thereBytes === 0) return false;
    if (region.thereBytes < blob.sizeBytes - endZerosBytes) return false;
    return isReceived(region, blob, this.#settings);
  }

  /** Where a blob is to be, and how much of it is there; null for one that has no place. Throws as `has` does. */
  async region(blob: ContentBlob): Promise<BlobRegion | null> {
    const startBytes = this.#plan.startsBytes.get(blob.digest);
    if (startBytes === undefined) return null;
    return { ...this.#file, startBytes, thereBytes: await this.#thereBytes(blob, startBytes) };
  }

  async #thereBytes({ digest, sizeBytes }: ContentBlob, startBytes: number): Promise<number> {
    if (!this.isOfPlan) return 0;
    const { fd, path } = this.#file;
    const known = this.#writtenBytes.get(digest);
    if (known !== undefined) return known;
    const found = await inTurns(writtenBytes({ fd, path }, startBytes, sizeBytes), this.#settings.signal);
    this.#writtenBytes.set(digest, found);
    return found;
  }
}

/** Whether everything but the blobs stands in a file as it is planned. */
function isFramed(fd: number, { frame, sizeBytes }: ArchivePlan): boolean {
  if (fstatSync(fd).size !== sizeBytes) return false;
  return frame.every(({ bytes, positionBytes }) => {
    const found = Buffer.alloc(bytes.length);
    return readSync(fd, found, 0, found.length, positionBytes) === found.length && found.equals(bytes);
  });
}
