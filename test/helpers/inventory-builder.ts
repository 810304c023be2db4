/**
 * Builds small inventories by hand, for tests of what lies to the right of the scan. Digests are derived from names, so
 * that two bodies of one name are the same blob; every inventory is checked against its schema, so that a test cannot
 * rest on a shape that no scan returns.
 */
import { createHash } from 'node:crypto';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import {
  type ArchiveRecord,
  type ArtifactRecord,
  type EntryRecord,
  type ImageRecord,
  type Inventory,
  inventorySchema,
  type LayerRecord,
} from '../../src/model/results/inventory.js';

/** The digest that stands for a name. */
export function digestFor(name: string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(name).digest('hex')}`);
}

/** A verified inventory of these archives. */
export function inventoryOf(archives: readonly ArchiveDraft[], facts: Partial<Inventory> = {}): Inventory {
  const records = archives.map((archive) => archive.record());
  return inventorySchema.parse({
    kind: 'varve.inventory',
    schemaVersion: 1,
    verified: true,
    archives: records,
    skipped: [],
    passedOver: 0,
    ...facts,
  });
}

/** What a test says of a layer body; the rest follows from the name. */
export interface LayerFacts extends Partial<EntryRecord> {
  /** Stored form: `tar` is uncompressed, any other is compressed with gzip and has a digest of its own. */
  readonly form?: string;
}

/** What a test says of an image; `bodies` are its layers, by the entries that hold them. */
export interface ImageFacts extends Partial<ImageRecord> {
  readonly bodies?: readonly number[];
  readonly configBytes?: number;
}

/** An archive in the making; the methods return the position of what they added. */
export class ArchiveDraft {
  readonly #facts: Partial<ArchiveRecord> & { readonly path: string };
  readonly #entries: EntryRecord[] = [];
  readonly #images: ImageRecord[] = [];
  readonly #artifacts: ArtifactRecord[] = [];

  constructor(path: string, facts: Partial<ArchiveRecord> = {}) {
    this.#facts = { path, ...facts };
  }

  /** An intact blob of 10 bytes unless the facts say otherwise. */
  body(name: string, facts: Partial<EntryRecord> = {}): number {
    const digest = digestFor(name);
    return this.#entry({
      name,
      role: 'blob',
      claimedDigest: digest,
      digest,
      compression: null,
      diffId: null,
      ...facts,
    });
  }

  /** An intact layer whose tar has that many bytes. */
  layer(name: string, sizeBytes: number, { form = 'tar', ...facts }: LayerFacts = {}): number {
    const digest = digestFor(form === 'tar' ? name : `${name} as ${form}`);
    return this.#entry({
      name: `${name}.${form}`,
      role: 'layer',
      storedBytes: sizeBytes,
      claimedDigest: digest,
      digest,
      compression: form === 'tar' ? 'none' : 'gzip',
      diffId: digestFor(name),
      uncompressedBytes: sizeBytes,
      ...facts,
    });
  }

  /** An image with a config of its own; its ID is the digest of its name. */
  image(name: string, { bodies = [], configBytes = 10, ...facts }: ImageFacts = {}): number {
    const configEntry = this.body(name, { storedBytes: configBytes });
    const layers = bodies.map((entry) => this.layerRecord(entry));
    return (
      this.#images.push({
        id: digestFor(name),
        configEntry,
        manifestDigests: [],
        indexDigests: [],
        references: [],
        localTags: [],
        platform: 'linux/amd64',
        createdAt: null,
        layers,
        history: [],
        osVersion: null,
        author: null,
        config: null,
        reaches: [configEntry, ...bodies],
        ...facts,
      }) - 1
    );
  }

  /** An artifact whose manifest is a body of that name. */
  artifact(name: string, facts: Partial<ArtifactRecord> = {}): number {
    const manifest = this.body(name);
    return (
      this.#artifacts.push({
        digest: digestFor(name),
        kind: 'artifact',
        artifactType: null,
        subject: null,
        indexDigests: [],
        references: [],
        localTags: [],
        reaches: [manifest],
        ...facts,
      }) - 1
    );
  }

  /** The claim of an image on a layer body. */
  layerRecord(entry: number): LayerRecord {
    const body = this.#entries[entry];
    return { diffId: body?.diffId ?? null, digest: body?.claimedDigest ?? null, entry, mediaType: null };
  }

  /** The archive as it stands; the tar has the bytes of its bodies and of the overhead. */
  record(): ArchiveRecord {
    const overhead = { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0, ...this.#facts.overhead };
    const structure = Object.values(overhead).reduce((sum, bytes) => sum + bytes, 0);
    const tarBytes = this.#entries.reduce((sum, { storedBytes }) => sum + storedBytes, structure);
    return {
      format: 'oci-archive',
      compression: 'none',
      sizeBytes: tarBytes,
      tarBytes,
      status: 'ok',
      coverage: null,
      entries: [...this.#entries],
      images: [...this.#images],
      artifacts: [...this.#artifacts],
      absentPlatforms: [],
      findings: [],
      notChecked: [],
      ...this.#facts,
      overhead,
    };
  }

  #entry(facts: Pick<EntryRecord, 'name' | 'role' | 'claimedDigest' | 'digest'> & Partial<EntryRecord>): number {
    return (
      this.#entries.push({
        storedBytes: 10,
        structureBytes: 0,
        intact: true,
        compression: null,
        diffId: null,
        uncompressedBytes: null,
        ...facts,
      }) - 1
    );
  }
}
