/**
 * The manifest of an image that was saved without one: docker's save archives name a config and files of layers. What it
 * says follows from the bytes alone, so that the same image gets the same manifest everywhere (OCI image spec, manifest.md).
 */
import { storedForm } from '../../analysis/set/stored-copies.js';
import type { ImageClaim } from '../../formats/claims.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { type Compression, ociManifest } from '../../model/media-type.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import type { ArchivePlaces } from '../../scan/archive-places.js';

const layerType = 'application/vnd.oci.image.layer.v1.tar';
/** The compressions that a layer of the specification may have. */
const layerTypes: Readonly<Partial<Record<Compression, string>>> = {
  none: layerType,
  gzip: `${layerType}+gzip`,
  zstd: `${layerType}+zstd`,
};
const configType = 'application/vnd.oci.image.config.v1+json';

/** A manifest as it will be written, or why there can be none. */
export type MadeManifest =
  | {
      readonly ok: true;
      readonly text: string;
      readonly config: Digest;
      readonly layers: readonly Digest[];
      readonly layerTypes: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** An archive, by its position in the inventory, with what is known of it. */
export interface PlacedRecord {
  readonly archive: number;
  readonly record: ArchiveRecord;
  readonly places: ArchivePlaces;
  /** The position of each entry of its table among those of its record. */
  readonly positions: ReadonlyMap<number, number>;
}

/** An archive of a scan. */
export function placedRecord(archive: number, record: ArchiveRecord, places: ArchivePlaces): PlacedRecord {
  return { archive, record, places, positions: new Map(places.bodies.map(({ entry }, at) => [entry.index, at])) };
}

/** Whether the digest of a stored body that images need is not known before it is read. */
export function lacksDigests({ archive, record }: Pick<PlacedRecord, 'archive' | 'record'>): boolean {
  const needed = new Set(record.images.flatMap(({ layers }) => layers.map(({ entry }) => entry)));
  return record.entries.some(
    (each, entry) => needed.has(entry) && each.intact !== false && storedForm(archive, entry, each).startsWith('#'),
  );
}

/** Makes the manifest of an image. */
export function makeManifest(image: ImageClaim, placed: PlacedRecord): MadeManifest {
  if (placed.record.format === 'docker-v1') {
    const reason = 'it was saved before docker 1.10 and has no image config; docker load and docker save give it one';
    return { ok: false, reason };
  }
  const config = describe(placed, image.configEntry);
  if (config === null) return { ok: false, reason: 'its config is not there' };
  const layers: { mediaType: string; digest: Digest; size: number }[] = [];
  for (const { entry, digest, diffId } of image.layers) {
    const layer = describe(placed, entry);
    if (layer === null) return { ok: false, reason: `its layer ${digest ?? diffId ?? layers.length} is not there` };
    const mediaType = layerTypes[layer.compression];
    if (mediaType === undefined) {
      const reason = `its layer ${layer.name} is compressed by ${layer.compression}, which no OCI image may be`;
      return { ok: false, reason };
    }
    layers.push({ mediaType, digest: layer.digest, size: layer.sizeBytes });
  }
  const document = {
    schemaVersion: 2,
    mediaType: ociManifest,
    config: { mediaType: configType, digest: config.digest, size: config.sizeBytes },
    layers,
  };
  return {
    ok: true,
    text: JSON.stringify(document),
    config: config.digest,
    layers: layers.map(({ digest }) => digest),
    layerTypes: layers.map(({ mediaType }) => mediaType),
  };
}

interface DescribedBody {
  readonly name: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly compression: Compression;
}

/** What is said of the body of an entry; null where it is not there, or nothing tells its digest. */
function describe({ archive, record, places, positions }: PlacedRecord, index: number | null): DescribedBody | null {
  const entry = (index === null ? undefined : positions.get(index)) ?? -1;
  const own = record.entries[entry];
  if (own === undefined) return null;
  const digest = tryParseDigest(storedForm(archive, entry, own));
  if (digest === null) return null;
  const { name, storedBytes } = own;
  const sparse = places.bodies[entry]?.entry.sparse;
  return { name, digest, sizeBytes: sparse?.sizeBytes ?? storedBytes, compression: own.compression ?? 'none' };
}
