/** Where everything of an archive that is transferred is going to be, before the first byte of it comes. */
import type { ContentBlob } from '../../content/transfer/content.js';
import type { Digest } from '../../model/digest.js';
import { blobPath, type LayoutDocument } from '../../pack/layout-documents.js';
import { tarStructure } from '../../pack/tar-structure.js';

/** Some bytes of an archive, and where they stand. */
export interface PlacedBytes {
  readonly bytes: Buffer;
  readonly positionBytes: number;
}

export interface PlacedBlob {
  readonly sizeBytes: number;
  /** Of its first byte. */
  readonly positionBytes: number;
}

export interface ArchivePlan {
  /** In the order of their names, each once. */
  readonly blobs: ReadonlyMap<Digest, PlacedBlob>;
  /** All that is not of a blob and not zeros: headers and documents. */
  readonly frame: readonly PlacedBytes[];
  /** Of the whole archive. */
  readonly sizeBytes: number;
}

/** Plans an archive of these blobs, with these documents before them. */
export async function planArchive(
  documents: readonly LayoutDocument[],
  blobs: Iterable<ContentBlob>,
): Promise<ArchivePlan> {
  const ordered = [...blobs].sort((a, b) => (blobPath(a.digest) < blobPath(b.digest) ? -1 : 1));
  const { headers, offsetsBytes, sizeBytes } = await tarStructure([
    ...documents.map(({ name, text }) => ({ name, sizeBytes: Buffer.byteLength(text) })),
    ...ordered.map(({ digest, sizeBytes: own }) => ({ name: blobPath(digest), sizeBytes: own })),
  ]);
  const frame = headers.map((header, i): PlacedBytes => {
    const bytes = Buffer.concat([header, Buffer.from(documents[i]?.text ?? '')]);
    return { bytes, positionBytes: (offsetsBytes[i] ?? 0) - header.length };
  });
  const placed = ordered.map(({ digest, sizeBytes: own }, i): [Digest, PlacedBlob] => [
    digest,
    { sizeBytes: own, positionBytes: offsetsBytes[documents.length + i] ?? 0 },
  ]);
  return { blobs: new Map(placed), frame, sizeBytes };
}
