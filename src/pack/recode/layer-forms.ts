/**
 * The layers of what goes into a pack, each in every form that the set has of it. Which layer a stored body is goes by the
 * image configs, and so is a claim; who stores one form in the place of another has it proven first. Pure.
 */
import { storedForm } from '../../analysis/set/stored-copies.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { parseImageConfig } from '../../model/foreign/documents.js';
import type { DigestCheck } from '../../model/hashing.js';
import type { Compression } from '../../model/media-type.js';
import type { EntryRecord } from '../../model/results/inventory.js';
import { finished, type Work } from '../../model/work/work.js';
import type { PlacedScan } from '../../scan/scan.js';
import type { Root } from '../roots/image-roots.js';
import type { Copy, StoredContent } from '../stored-content.js';
import { unchangedReason } from './layer-types.js';

/** One form in which a layer is stored. */
export interface StoredLayer {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** By its first bytes; null where nobody looked. */
  readonly compression: Compression | null;
  readonly copies: readonly Copy[];
  /** Whether it was seen to be the layer: its bytes were read, or are the tar that the diffID names. */
  readonly isProven: boolean;
}

/** A layer that may have another form. */
export interface LayerInForms {
  readonly diffId: Digest;
  /** The smallest first. */
  readonly forms: readonly StoredLayer[];
  /** Digests of the roots that need it. */
  readonly roots: readonly Digest[];
}

/** The layers of these roots that may have another form, in the order of their diffIDs. */
export function* layersInForms(
  scan: PlacedScan,
  content: StoredContent,
  roots: readonly Root[],
  isDigest: DigestCheck,
): Work<LayerInForms[]> {
  const known = yield* storedLayers(scan, content);
  const configs = new ImageConfigs(content, isDigest);
  const layers = new Map<Digest, { forms: Map<Digest, StoredLayer>; roots: Set<Digest> }>();
  for (const root of roots) {
    yield;
    for (const { config, layers: own, layerTypes } of root.manifests) {
      for (const [position, diffId] of configs.diffIdsOf(config, own.length).entries()) {
        const digest = own[position];
        if (diffId === null || digest === undefined || unchangedReason(layerTypes[position] ?? '') !== null) continue;
        const layer = layers.get(diffId) ?? { forms: new Map(known.get(diffId)), roots: new Set<Digest>() };
        layers.set(diffId, layer);
        layer.roots.add(root.digest);
        const sizeBytes = root.blobs.get(digest);
        if (layer.forms.has(digest) || sizeBytes === undefined) continue;
        const copies = content.copiesOf(digest, sizeBytes);
        layer.forms.set(digest, { digest, sizeBytes, compression: null, copies, isProven: digest === diffId });
      }
    }
  }
  return [...layers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([diffId, { forms, roots: own }]) => ({ diffId, forms: [...forms.values()].sort(bySize), roots: [...own] }));
}

function bySize(a: StoredLayer, b: StoredLayer): number {
  return a.sizeBytes - b.sizeBytes || (a.digest < b.digest ? -1 : 1);
}

/** The stored bodies that images of the set claim as layers, by diffID and by digest. */
function* storedLayers(
  { inventory }: PlacedScan,
  content: StoredContent,
): Work<ReadonlyMap<Digest, ReadonlyMap<Digest, StoredLayer>>> {
  const layers = new Map<Digest, Map<Digest, StoredLayer>>();
  for (const [archive, { entries, images }] of inventory.archives.entries()) {
    yield;
    const reached = new Set(images.flatMap(({ reaches }) => reaches));
    for (const [entry, record] of entries.entries()) {
      const { role, diffId, intact } = record;
      if (role !== 'layer' || diffId === null || intact === false || !reached.has(entry)) continue;
      const digest = tryParseDigest(storedForm(archive, entry, record));
      const sizeBytes = digest === null ? null : content.sizeOf(digest);
      if (digest === null || sizeBytes === null) continue;
      const forms = layers.get(diffId) ?? new Map<Digest, StoredLayer>();
      layers.set(diffId, forms);
      const isProven = forms.get(digest)?.isProven === true || digest === diffId || wasRead(record);
      const copies = content.copiesOf(digest, sizeBytes);
      forms.set(digest, { digest, sizeBytes, compression: record.compression, copies, isProven });
    }
  }
  return layers;
}

/** Whether its diffID was computed of its bytes. */
function wasRead({ digest, intact, uncompressedBytes }: EntryRecord): boolean {
  return digest !== null && intact === true && uncompressedBytes !== null;
}

/** What image configs say of their layers, as far as their bytes are what their digest says. */
export class ImageConfigs {
  readonly #content: StoredContent;
  readonly #isDigest: DigestCheck;
  readonly #known = new Map<Digest, readonly (Digest | null)[]>();

  constructor(content: StoredContent, isDigest: DigestCheck) {
    this.#content = content;
    this.#isDigest = isDigest;
  }

  /** The diffIDs of an image with so many layers, base first; none where its config lists another number. */
  diffIdsOf(config: Digest, count: number): readonly (Digest | null)[] {
    const known = this.#known.get(config) ?? this.#read(config);
    this.#known.set(config, known);
    return known.length === count ? known : [];
  }

  #read(config: Digest): readonly (Digest | null)[] {
    const bytes = this.#content.documentsOf(config).find((each) => this.#isDigest(each, config));
    const parsed = bytes === undefined ? null : finished(parseImageConfig(bytes.toString('utf8')));
    return parsed?.ok ? (parsed.value.rootfs?.diff_ids ?? []).map((text) => tryParseDigest(text)) : [];
  }
}
