/**
 * Registries as something that content is read from and written to. Each blob of a transfer is read from the repository in
 * which it was found; documents were read before, and come from memory. A blob that is written is given by the registry
 * itself where another repository of it has it; else its bytes are sent, checked on their way.
 */

import type {
  ContentBlob,
  ContentReader,
  ContentWriter,
  OpenContent,
  PutOutcome,
  PutReport,
} from '../content/transfer/content.js';
import { checked } from '../content/transfer/content-check.js';
import type { Digest } from '../model/digest.js';
import { VarveError } from '../model/error.js';
import type { Engine } from '../observe/hasher.js';
import type { RepositoryPlace } from '../remote/place.js';
import type { ReadRegistry, WriteRegistry } from './registries.js';

/** Where a blob of a registry is. */
export interface RemoteSource {
  readonly place: RepositoryPlace;
  /** Of a manifest or an index; null for what is fetched when it is asked for. */
  readonly bytes: Buffer | null;
}

/** Reads from registries what was found there. */
export class RemoteReader implements ContentReader {
  readonly #client: ReadRegistry;
  readonly #sources: ReadonlyMap<Digest, RemoteSource>;

  constructor(client: ReadRegistry, sources: ReadonlyMap<Digest, RemoteSource>) {
    this.#client = client;
    this.#sources = sources;
  }

  async *open(blob: ContentBlob, offsetBytes: number): AsyncGenerator<Uint8Array, void, void> {
    const source = this.#sources.get(blob.digest);
    if (source === undefined) throw new VarveError('internal', `${blob.digest} was found nowhere`);
    if (source.bytes !== null) yield source.bytes.subarray(offsetBytes);
    else yield* this.#client.blob(source.place, blob, offsetBytes);
  }
}

export interface RemoteWriterSettings {
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
  /** Repositories of the same registry that may have a blob already, the likeliest first. */
  readonly mountsOf: (digest: Digest) => readonly string[];
  /** The manifests and indexes that may be put or tagged; all else is a body. */
  readonly documents: ReadonlyMap<Digest, Buffer>;
}

/** Writes into one repository of a registry. */
export class RemoteWriter implements ContentWriter {
  readonly #client: WriteRegistry;
  readonly #place: RepositoryPlace;
  readonly #settings: RemoteWriterSettings;

  constructor(client: WriteRegistry, place: RepositoryPlace, settings: RemoteWriterSettings) {
    this.#client = client;
    this.#place = place;
    this.#settings = settings;
  }

  async has(blob: ContentBlob): Promise<boolean> {
    if (!this.#isDocument(blob)) return (await this.#client.hasBlob(this.#place, blob.digest)) === blob.sizeBytes;
    const found = await this.#client.headManifest(this.#place, blob.digest);
    return found?.digest === blob.digest && found.sizeBytes === blob.sizeBytes;
  }

  async put(blob: ContentBlob, open: OpenContent, report: PutReport): Promise<PutOutcome> {
    if (this.#isDocument(blob)) {
      const bytes = await this.#collected(blob, open);
      report.onBytes(bytes.length);
      await this.#client.putManifest(this.#place, blob.digest, bytes, blob.mediaType);
      return { how: 'written' };
    }
    for (const from of this.#settings.mountsOf(blob.digest)) {
      if (await this.#client.mountBlob(this.#place, blob.digest, from)) return { how: 'mounted', from };
    }
    await this.#client.putBlob(this.#place, blob, (offsetBytes) => this.#sent(blob, open, offsetBytes, report));
    report.onVerify();
    return { how: 'written' };
  }

  /** The registry takes a name with the document that it is of. */
  async tag(name: string, { digest, mediaType }: ContentBlob): Promise<void> {
    const bytes = this.#settings.documents.get(digest);
    if (bytes === undefined) throw new VarveError('internal', `${digest} is no document that was to be pushed`);
    await this.#client.putManifest(this.#place, name, bytes, mediaType);
  }

  async finish(): Promise<void> {}

  #isDocument({ digest }: ContentBlob): boolean {
    return this.#settings.documents.has(digest);
  }

  async #collected(blob: ContentBlob, open: OpenContent): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const bytes of checked(blob, open, this.#settings)) pieces.push(Buffer.from(bytes));
    return Buffer.concat(pieces);
  }

  /** From a later start on, all before it is read once more, so that what is sent is checked as a whole. */
  async *#sent(
    blob: ContentBlob,
    open: OpenContent,
    offsetBytes: number,
    report: PutReport,
  ): AsyncGenerator<Buffer, void, void> {
    let position = 0;
    for await (const bytes of checked(blob, open, this.#settings)) {
      const skipped = Math.min(bytes.length, Math.max(0, offsetBytes - position));
      position += bytes.length;
      if (skipped === bytes.length) continue;
      report.onBytes(bytes.length - skipped);
      yield Buffer.from(bytes.buffer, bytes.byteOffset + skipped, bytes.length - skipped);
    }
  }
}
