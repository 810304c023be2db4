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

/** A gzip file ends in the size of what is packed, lowest byte first: in a zero, where that is less than 16 MiB. */
const gzipEndZeros = 3;

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
    if (await isReceived(region, blob, this.#settings)) return true;
    // Up to its end, and something else: nothing of it is of use.
    if (region.thereBytes >= blob.sizeBytes - gzipEndZeros) this.#writtenBytes.set(blob.digest, 0);
    return false;
  }

  /** Where a blob is to be, and how much of it is there that can be right; null for one that has no place. Throws as `has` does. */
  async region(blob: ContentBlob): Promise<BlobRegion | null> {
    const place = this.#plan.blobs.get(blob.digest);
    if (place?.sizeBytes !== blob.sizeBytes) return null;
    const startBytes = place.positionBytes;
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
