/**
 * By which digests an image can be called, and what each rests on. A claim and a computed value are never shown as the
 * same thing: `recomputed` = bytes that were hashed now have this digest; `unverified` = the bytes are there and were not
 * hashed now; `claimed` = a document says so, and there are no bytes that bear it out.
 */
import { chainIds } from '../../model/chain-id.js';
import type { Digest } from '../../model/digest.js';
import type { Sha256 } from '../../model/hashing.js';
import type { ArchiveRecord, EntryRecord, Inventory } from '../../model/results/inventory.js';
import type { SetImage } from './image-set.js';
import type { Layer } from './layer-table.js';

export type Basis = 'claimed' | 'recomputed' | 'unverified';

/** A digest (of an image of docker before 1.10, its v1 ID) and what it rests on. */
export interface Identity {
  readonly digest: string;
  readonly basis: Basis;
}

/** A stored form of a layer, at one place. */
export interface BlobIdentity {
  /** Null where nobody claims one and the bytes were not hashed. */
  readonly digest: string | null;
  readonly basis: Basis;
  /** Path of the archive, and name of the entry in it; null where the blob is absent. */
  readonly archive: string;
  readonly entry: string | null;
  readonly storedBytes: number | null;
  readonly compression: string | null;
}

export interface LayerIdentity {
  readonly diffId: Identity | null;
  readonly chainId: Identity | null;
  /** Uncompressed; null where unknown. */
  readonly sizeBytes: number | null;
  /** What its bodies say of that themselves where it is unknown. */
  readonly claimedSizeBytes: number | null;
  readonly blobs: readonly BlobIdentity[];
}

export interface ImageIdentities {
  readonly config: Identity;
  readonly manifests: readonly Identity[];
  readonly indexes: readonly Identity[];
  /** Base first. */
  readonly layers: readonly LayerIdentity[];
}

/** A body with the archive that it lies in. */
interface Body {
  readonly archive: ArchiveRecord;
  readonly record: EntryRecord;
}

/** Every identity of an image of the set. */
export function imageIdentities(image: SetImage, inventory: Inventory, sha256: Sha256): ImageIdentities {
  const found = bodiesOf(image, inventory);
  const identity = (digest: string, bodies: readonly Body[]): Identity => ({ digest, basis: basisOf(digest, bodies) });
  const named = (digest: Digest): Identity =>
    identity(
      digest,
      found.reached.filter(({ record }) => record.claimedDigest === digest || record.digest === digest),
    );
  return {
    config: identity(image.id, found.configs),
    manifests: image.manifestDigests.map(named),
    indexes: image.indexDigests.map(named),
    layers: layerIdentities(image, inventory, sha256),
  };
}

/** The bodies of its configs, and all that it reaches, wherever it was found. */
function bodiesOf({ occurrences }: SetImage, { archives }: Inventory): Record<'configs' | 'reached', Body[]> {
  const configs: Body[] = [];
  const reached: Body[] = [];
  for (const { archive: position, record: image } of occurrences) {
    const archive = archives[position];
    if (archive === undefined) continue;
    const bodies = (entries: readonly number[]): Body[] =>
      entries.flatMap((entry) => archive.entries[entry] ?? []).map((record) => ({ archive, record }));
    if (image.configEntry !== null) configs.push(...bodies([image.configEntry]));
    reached.push(...bodies(image.reaches));
  }
  return { configs, reached };
}

function basisOf(digest: string, bodies: readonly Body[]): Basis {
  const all = bodies.map(({ archive, record }) => bodyBasis(archive, record, record.digest === digest));
  return strongest(all);
}

/** What one body says: its bytes bear the claim out, might do so, or do not. */
function bodyBasis({ status }: ArchiveRecord, { digest, cached }: EntryRecord, agrees: boolean): Basis {
  if (digest === null) return 'unverified';
  // What an inventory or a cache records was computed once, from bytes that may have changed since.
  if (agrees) return status === 'recorded' || cached !== undefined ? 'unverified' : 'recomputed';
  return 'claimed';
}

function strongest(all: readonly Basis[]): Basis {
  return all.find((basis) => basis === 'recomputed') ?? all.find((basis) => basis === 'unverified') ?? 'claimed';
}

function layerIdentities(image: SetImage, inventory: Inventory, sha256: Sha256): LayerIdentity[] {
  const diffIds = image.layers.map(({ diffId }) => diffId);
  const chain = chainIds(diffIds, sha256);
  let below: Basis = 'recomputed';
  return image.layers.map(({ diffId }, position): LayerIdentity => {
    const layer = image.setLayers[position];
    const basis = diffId === null ? 'claimed' : diffIdBasis(diffId, layer?.copies ?? [], inventory);
    below = weaker(below, basis);
    const chainId = chain[position] ?? null;
    return {
      diffId: diffId === null ? null : { digest: diffId, basis },
      chainId: chainId === null ? null : { digest: chainId, basis: below },
      sizeBytes: layer?.sizeBytes ?? null,
      claimedSizeBytes: layer?.claimedSizeBytes ?? null,
      blobs: blobsOf(image, position, inventory),
    };
  });
}

function diffIdBasis(diffId: Digest, copies: Layer['copies'], { archives }: Inventory): Basis {
  const all = copies.map(({ archive, record }): Basis => {
    const holder = archives[archive];
    // Without a diffID of its own, its content is not looked at: it is encrypted, or no tar.
    if (holder === undefined || record.diffId === null) return 'claimed';
    return bodyBasis(holder, record, record.diffId === diffId);
  });
  return strongest(all);
}

function weaker(a: Basis, b: Basis): Basis {
  if (a === 'claimed' || b === 'claimed') return 'claimed';
  return a === 'unverified' ? a : b;
}

function blobsOf(image: SetImage, position: number, { archives }: Inventory): BlobIdentity[] {
  return image.occurrences.flatMap(({ archive, record }): BlobIdentity[] => {
    const layer = record.layers[position];
    const holder = archives[archive];
    if (layer === undefined || holder === undefined) return [];
    const body = layer.entry === null ? undefined : holder.entries[layer.entry];
    const digest = layer.digest ?? body?.claimedDigest ?? body?.digest ?? null;
    return [
      {
        digest,
        basis: body === undefined ? 'claimed' : bodyBasis(holder, body, body.digest === digest),
        archive: holder.path,
        entry: body?.name ?? null,
        storedBytes: body?.storedBytes ?? null,
        compression: body?.compression ?? null,
      },
    ];
  });
}
