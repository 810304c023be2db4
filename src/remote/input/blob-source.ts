/**
 * A blob of a registry as a source of bytes: read on as long as each read begins where the last one ended, else asked for
 * anew from there. Nothing is kept. What does not come is told as an input that cannot be read.
 */
import { messageOf, VarveError } from '../../model/error.js';
import type { ByteSource } from '../../sources/byte-source.js';
import { nameOfLocation, type RegistryBlob } from '../../sources/location.js';
import type { RegistryReader } from './registry-reader.js';

/** Opens a blob; the first request goes out with the first read. */
export function openBlob(reader: Pick<RegistryReader, 'blob'>, blob: RegistryBlob, sizeBytes: number): ByteSource {
  return new BlobSource(reader, blob, sizeBytes);
}

class BlobSource implements ByteSource {
  readonly sizeBytes: number;
  readonly seekable = true;
  readonly #reader: Pick<RegistryReader, 'blob'>;
  readonly #blob: RegistryBlob;
  #stream: AsyncIterator<Buffer> | null = null;
  /** Where the next byte of the stream belongs. */
  #atBytes = 0;
  /** What came and was not asked for yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(reader: Pick<RegistryReader, 'blob'>, blob: RegistryBlob, sizeBytes: number) {
    this.#reader = reader;
    this.#blob = blob;
    this.sizeBytes = sizeBytes;
  }

  async read(target: Buffer, positionBytes: number): Promise<number> {
    if (target.length === 0 || positionBytes >= this.sizeBytes) return 0;
    try {
      const stream = this.#streamFrom(positionBytes);
      while (this.#rest.length === 0) {
        const next = await stream.next();
        if (next.done === true) return 0;
        this.#rest = next.value;
      }
    } catch (error) {
      throw this.#failure(error, positionBytes);
    }
    const read = this.#rest.copy(target);
    this.#rest = this.#rest.subarray(read);
    this.#atBytes += read;
    return read;
  }

  /** A digest names the same bytes for ever. */
  identity(): string {
    return this.#blob.digest;
  }

  close(): void {
    const stream = this.#stream;
    this.#stream = null;
    // Whoever closes does not wait; a connection that breaks now is no fault.
    stream?.return?.().catch(() => {});
  }

  #streamFrom(positionBytes: number): AsyncIterator<Buffer> {
    if (this.#stream !== null && this.#atBytes === positionBytes) return this.#stream;
    this.close();
    this.#rest = Buffer.alloc(0);
    this.#atBytes = positionBytes;
    const { digest, registry, repository } = this.#blob;
    const descriptor = { digest, sizeBytes: this.sizeBytes };
    const stream = this.#reader.blob({ registry, repository }, descriptor, positionBytes)[Symbol.asyncIterator]();
    this.#stream = stream;
    return stream;
  }

  #failure(error: unknown, positionBytes: number): unknown {
    if (!(error instanceof VarveError) || error.code === 'interrupted' || error.code === 'internal') return error;
    const where = `${nameOfLocation(this.#blob)}: cannot read at ${positionBytes}`;
    return new VarveError('input-unreadable', `${where}: ${messageOf(error)}`, { cause: error });
  }
}
