/**
 * The bodies of archives and of a store, as something that content is read from. What lies in an archive that is compressed as
 * a whole is unpacked beside first. The chunks are memory of their own, since whoever sends them may hold them for a while.
 */
import type { BodyPlace } from '../../content/copy-body.js';
import type { Spool } from '../../content/spool.js';
import type { ContentBlob, ContentReader } from '../../content/transfer/content.js';
import type { Digest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import { openBody } from '../../observe/body-source.js';
import { blobPath } from '../../pack/layout-documents.js';
import type { StoredContent } from '../../pack/stored-content.js';
import { bodyPlaces, type CopiedFile } from '../../pack/write-pack.js';

const chunkBytes = 256 * 1024;

/** Reads bodies from where a scan has found them. */
export class ScanReader implements ContentReader {
  readonly #places: ReadonlyMap<Digest, readonly BodyPlace[]>;
  readonly #documents: ReadonlyMap<Digest, Buffer>;
  /** Copies that were not right, by the blob. */
  readonly #refused = new Map<Digest, number>();

  private constructor(places: ReadonlyMap<Digest, readonly BodyPlace[]>, documents: ReadonlyMap<Digest, Buffer>) {
    this.#places = places;
    this.#documents = documents;
  }

  /** Makes these blobs ready to be read; documents come from memory. Throws OutputError, VarveError `interrupted`. */
  static async of(
    content: StoredContent,
    blobs: readonly ContentBlob[],
    documents: ReadonlyMap<Digest, Buffer>,
    { spool, signal }: { readonly spool: Spool; readonly signal: AbortSignal | undefined },
  ): Promise<ScanReader> {
    const files = blobs.flatMap(({ digest, sizeBytes }): CopiedFile[] =>
      documents.has(digest)
        ? []
        : [{ name: blobPath(digest), digest, sizeBytes, copies: content.copiesOf(digest, sizeBytes) }],
    );
    const placesOf = await bodyPlaces(files, new Set(), spool, signal);
    return new ScanReader(new Map(files.map((file) => [file.digest, placesOf(file)])), documents);
  }

  another({ digest }: ContentBlob): boolean {
    const next = (this.#refused.get(digest) ?? 0) + 1;
    const isThere = next < (this.#places.get(digest)?.length ?? 0);
    if (isThere) this.#refused.set(digest, next);
    return isThere;
  }

  async *open({ digest }: ContentBlob, offsetBytes: number): AsyncGenerator<Uint8Array, void, void> {
    const document = this.#documents.get(digest);
    if (document !== undefined) {
      yield document.subarray(offsetBytes);
      return;
    }
    const place = this.#places.get(digest)?.[this.#refused.get(digest) ?? 0];
    if (place === undefined) throw new VarveError('input-unreadable', `${digest}: there is no copy of it`);
    const body = openBody(place);
    try {
      for (let position = offsetBytes; position < place.sizeBytes; ) {
        const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, place.sizeBytes - position));
        const read = await body.read(chunk, position);
        position += read;
        yield chunk.subarray(0, read);
      }
    } finally {
      body.close();
    }
  }
}
