/**
 * Random inventories that live in the corners of the accounting. A plan of small numbers (inventory-plan.ts) is drawn
 * first; a builder turns it into an inventory whose archives add up to their `tarBytes`. All digests come from one small
 * world of layers, images and artifacts: what one archive holds, the others are likely to hold too, in another form,
 * broken, or not at all.
 */
import { createHash } from 'node:crypto';
import type fc from 'fast-check';
import { type Digest, parseDigest } from '../../src/model/digest.js';
import { finding } from '../../src/model/finding.js';
import type {
  ArchiveRecord,
  ArtifactRecord,
  EntryRecord,
  ImageRecord,
  Inventory,
  LayerRecord,
} from '../../src/model/results/inventory.js';
import {
  type ArchivePlan,
  artifactCount,
  type BodyPlan,
  compressions,
  type InventoryPlan,
  type InventoryTraits,
  imageCount,
  inventoryPlan,
  type LayerPlan,
  layerCount,
  localTags,
  type OccurrencePlan,
  references,
} from './inventory-plan.js';

/** Inventories of 1 to 4 archives; the traits narrow them to what a property needs. */
export function randomInventory(traits: InventoryTraits = {}): fc.Arbitrary<Inventory> {
  return inventoryPlan(traits).map((plan) => ({
    kind: 'varve.inventory',
    schemaVersion: 1,
    verified: plan.verified,
    archives: plan.archives.map((archive, index) => new ArchiveBuilder(plan, archive, index, traits).build()),
    skipped: [],
    passedOver: 0,
  }));
}

// ---- the world ----

const knownDigests = new Map<string, Digest>();

/** One digest per label, with no order between labels that a test could lean on. */
export function digestFor(label: string): Digest {
  const known = knownDigests.get(label) ?? parseDigest(`sha256:${createHash('sha256').update(label).digest('hex')}`);
  knownDigests.set(label, known);
  return known;
}

const diffIdOf = (layer: number): Digest => digestFor(`layer ${layer}`);
/** The plain form is its own content. */
const formDigest = (layer: number, form: number): Digest =>
  form === 0 ? diffIdOf(layer) : digestFor(`layer ${layer} as ${compressions[form]}`);
const manifestDigest = (image: number, manifest: number): Digest => digestFor(`manifest ${manifest} of image ${image}`);
const indexDigest = (index: number): Digest => digestFor(`index ${index}`);
const artifactDigest = (artifact: number): Digest => digestFor(`artifact ${artifact}`);
/** A v1 image has an ID that is no digest. */
const imageId = (image: number): string => (image === 0 ? 'f'.repeat(64) : digestFor(`config ${image}`));

/** What artifacts can describe: nothing, what is nowhere, manifests, indexes, artifacts (themselves too). */
const subjects: readonly (Digest | null)[] = [
  null,
  digestFor('subject that is nowhere'),
  ...Array.from({ length: 2 * imageCount }, (_, at) => manifestDigest(at % imageCount, Math.floor(at / imageCount))),
  ...[0, 1].map(indexDigest),
  ...Array.from({ length: artifactCount }, (_, at) => artifactDigest(at)),
];

// ---- the builder ----

class ArchiveBuilder {
  readonly #plan: InventoryPlan;
  readonly #archive: ArchivePlan;
  readonly #index: number;
  readonly #traits: InventoryTraits;
  readonly #entries: EntryRecord[] = [];
  /** Where a blob is stored already; most archives hold each blob once. */
  readonly #stored = new Map<string, number>();

  constructor(plan: InventoryPlan, archive: ArchivePlan, index: number, traits: InventoryTraits) {
    this.#plan = plan;
    this.#archive = archive;
    this.#index = index;
    this.#traits = traits;
  }

  build(): ArchiveRecord {
    const { status, overhead, findings, notChecked } = this.#archive;
    const images = this.#archive.occurrences.map((occurrence) => this.#image(occurrence));
    const artifacts = this.#archive.artifacts.map((artifact) => this.#artifact(artifact));
    for (const loose of this.#archive.loose) this.#loose(loose);
    const [headerBytes, paddingBytes, endBytes, trailingBytes] = overhead;
    const bodyBytes = this.#entries.reduce((total, entry) => total + entry.storedBytes, 0);
    const tarBytes = bodyBytes + headerBytes + paddingBytes + endBytes + trailingBytes;
    return {
      path: `archive-${this.#index}.tar`,
      format: 'oci-archive',
      compression: 'none',
      sizeBytes: tarBytes,
      tarBytes,
      status,
      overhead: { headerBytes, paddingBytes, endBytes, trailingBytes },
      coverage: null,
      entries: this.#entries,
      images,
      artifacts,
      absentPlatforms: [],
      findings: findings.map((code) => finding(code, 'planned')),
      notChecked: Array.from({ length: notChecked }, () => ({ subject: 'planned', reason: 'planned' })),
    };
  }

  #image(plan: OccurrencePlan): ImageRecord {
    const truth = this.#plan.images[plan.image];
    const documentPlan = (at: number): BodyPlan => cycle(plan.documents, at);
    const configEntry = plan.configAbsent ? null : this.#document(digestFor(`config ${plan.image}`), documentPlan(0));
    const manifestDigests = unique(plan.manifests.map((manifest) => manifestDigest(plan.image, manifest)));
    const indexDigests = unique(plan.indexes.map(indexDigest));
    const documents = [...indexDigests, ...manifestDigests].map((digest, at) =>
      this.#document(digest, documentPlan(at + 1)),
    );
    const listed = plan.layersUnknown ? [] : (truth?.layers ?? []);
    const layers = listed.map((layer, at) => this.#layer(layer, cycle(plan.layers, at), plan));
    return {
      id: imageId(plan.image),
      configEntry,
      manifestDigests,
      indexDigests,
      references: this.#references(plan),
      localTags: this.#traits.uncontested ? [] : unique(plan.localTags.map((tag) => localTags[tag] ?? '')),
      platform: plan.configAbsent ? null : (truth?.platform ?? null),
      createdAt: plan.configAbsent ? null : (truth?.createdAt ?? null),
      layers,
      history: [],
      osVersion: null,
      author: null,
      config: null,
      reaches: unique([...documents, configEntry, ...layers.map((layer) => layer.entry)]).filter(
        (entry) => entry !== null,
      ),
    };
  }

  #references(plan: OccurrencePlan): string[] {
    if (this.#traits.uncontested) return plan.references.length > 0 ? [`docker.io/library/image-${plan.image}:1`] : [];
    return unique(plan.references.map((reference) => references[reference] ?? '')).sort();
  }

  #layer(layer: number, plan: LayerPlan, { configAbsent }: OccurrencePlan): LayerRecord {
    const digest = ['both', 'claimed'].includes(plan.body.digests) ? formDigest(layer, plan.form) : null;
    const claimed = plan.unclaimed || configAbsent ? null : diffIdOf(layer);
    if (plan.absent)
      return { diffId: claimed, digest: digest ?? formDigest(layer, plan.form), entry: null, mediaType: null };
    const body = plan.swapped ? (layer + 1) % layerCount : layer;
    const key = `layer ${body} ${plan.form}`;
    const shared = plan.separate ? undefined : this.#stored.get(key);
    const entry = shared ?? this.#add('layer', this.#layerBody(body, plan.form, lied(plan)));
    this.#stored.set(key, entry);
    return { diffId: claimed ?? this.#entries[entry]?.diffId ?? null, digest, entry, mediaType: null };
  }

  #artifact(plan: ArchivePlan['artifacts'][number]): ArtifactRecord {
    const truth = this.#plan.artifacts[plan.artifact];
    // An index of which nothing is here may be one that leads to images elsewhere.
    const digest = truth?.kind === 'index' ? indexDigest(plan.artifact % 2) : artifactDigest(plan.artifact);
    // One config is that of an image, the payload is one of two: artifacts share them among each other.
    const needs = [digest, digestFor('config 1'), digestFor(`payload ${plan.artifact % 2}`)];
    const documents = plan.documents.map((body, at) => this.#document(needs[at] ?? digest, body));
    const layer = plan.layer ? this.#entries.findIndex((entry) => entry.role === 'layer') : -1;
    return {
      digest,
      kind: truth?.kind ?? 'artifact',
      artifactType: null,
      subject: subjects[truth?.subject ?? 0] ?? null,
      indexDigests: [],
      references: [],
      localTags: [],
      reaches: unique([...documents, layer]).filter((entry) => entry !== -1),
    };
  }

  #loose(plan: ArchivePlan['loose'][number]): void {
    if (plan.kind === 'layer') this.#add('layer', this.#layerBody(plan.content, plan.form, plan.body));
    else if (plan.kind === 'stray') this.#add('stray', this.#layerBody(plan.content, plan.form, plan.body));
    else if (plan.kind === 'blob') this.#add('blob', documentBody(digestFor(`config ${plan.content}`), plan.body));
    else this.#add('document', documentBody(digestFor(`known document ${plan.content}`), plan.body));
  }

  #document(digest: Digest, plan: BodyPlan): number {
    const entry = this.#stored.get(digest) ?? this.#add('blob', documentBody(digest, plan));
    this.#stored.set(digest, entry);
    return entry;
  }

  #layerBody(layer: number, form: number, plan: BodyPlan): EntryFacts {
    const sizes = this.#plan.layers[layer] ?? [0, 0, 0];
    const broken = plan.check === 'broken';
    const diffId = broken ? wrongDiffId(plan.wrongContent) : diffIdOf(layer);
    const uncompressedBytes = broken ? plan.wrongBytes : sizes[0];
    return {
      ...bodyFacts(formDigest(layer, form), sizes[form] ?? 0, plan),
      compression: compressions[form] ?? 'none',
      diffId: plan.contentUnknown ? null : diffId,
      uncompressedBytes: plan.sizeUnknown ? null : uncompressedBytes,
    };
  }

  #add(role: EntryRecord['role'], facts: EntryFacts): number {
    this.#entries.push({ name: `entry-${this.#entries.length}`, role, ...facts });
    return this.#entries.length - 1;
  }
}

type EntryFacts = Omit<EntryRecord, 'name' | 'role'>;

/** What is known of stored bytes; equal digests have equal sizes unless the body is broken. */
function bodyFacts(digest: Digest, storedBytes: number, plan: BodyPlan) {
  const claims = plan.digests === 'both' || plan.digests === 'claimed';
  const observed = plan.digests === 'both' || plan.digests === 'observed';
  const broken = plan.check === 'broken';
  return {
    storedBytes: broken ? plan.wrongBytes : storedBytes,
    structureBytes: null,
    claimedDigest: claims ? digest : null,
    digest: observed ? (broken ? wrongDigest(plan.wrongContent) : digest) : null,
    intact: broken ? false : plan.check === 'unchecked' ? null : true,
  };
}

function documentBody(digest: Digest, plan: BodyPlan): EntryFacts {
  // Any function of the digest serves, as equal digests must have equal sizes.
  const facts = bodyFacts(digest, Number.parseInt(digest.slice(-2), 16) % 13, plan);
  return { ...facts, compression: 'none', diffId: null, uncompressedBytes: null };
}

/** Wrong bytes are those of another layer of the world, or of nothing in it. */
function wrongDigest(choice: number): Digest {
  const layer = Math.floor(choice / compressions.length);
  return layer < layerCount ? formDigest(layer, choice % compressions.length) : digestFor('damaged bytes');
}

function wrongDiffId(choice: number): Digest {
  return choice < layerCount ? diffIdOf(choice) : digestFor('damaged content');
}

/** A body whose content is not what the image claims is not intact, unless nobody looked. */
function lied({ swapped, body }: LayerPlan): BodyPlan {
  return swapped && body.check === 'good' ? { ...body, check: 'broken' } : body;
}

/** Plans have at least one value for what they repeat. */
function cycle<T>(values: readonly T[], at: number): T {
  return values[at % values.length] as T;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
