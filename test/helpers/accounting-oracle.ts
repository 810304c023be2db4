/**
 * The second opinion on every byte: an accounting of an inventory that is slow, plain and written from the design of the
 * accounting alone. It shares no code with `src/analysis` (types only), walks everything with nested loops and decides
 * each body by itself, so that a shortcut in the analysis cannot be repeated here. It expects any inventory that the
 * schema admits, and is quick enough only for small ones.
 */
import type {
  ArchiveRecord,
  ArtifactRecord,
  EntryRecord,
  ImageRecord,
  Inventory,
  LayerRecord,
  ReadArchiveRecord,
} from '../../src/model/results/inventory.js';
import type { ImageState, Reclaim } from '../../src/model/results/results.js';
import { buildTimeOf } from './oracle-times.js';

type ByteClass = 'needed' | 'duplicate' | 'twin' | 'dangling' | 'superseded' | 'unreferenced' | 'overhead';

/** One stored body and the class that it fell into. */
interface ClassifiedBody {
  readonly archive: number;
  readonly entry: number;
  /** Whether its archive did not fail. */
  readonly offered: boolean;
  readonly storedBytes: number;
  readonly class: ByteClass;
}

/** What one image weighs, in uncompressed bytes; null where a layer's size is unknown. */
interface ImageFigures {
  readonly id: string;
  readonly state: ImageState;
  readonly layerKeys: readonly string[];
  readonly sizeBytes: number | null;
  readonly sharedBytes: number | null;
  readonly uniqueBytes: number | null;
  readonly attributedBytes: number | null;
}

/** A distinct layer of the set with the stored copies that belong to it. */
interface LayerFigures {
  readonly key: string;
  readonly sizeBytes: number | null;
  readonly storedBytes: number;
  readonly images: readonly string[];
  readonly copies: readonly { readonly archive: string; readonly entry: string }[];
}

export interface Account {
  readonly bodies: readonly ClassifiedBody[];
  readonly totals: Reclaim;
  /** In the order of the archives; zeros for an unreadable one. */
  readonly perArchive: readonly Reclaim[];
  /** In first-seen order. */
  readonly images: readonly ImageFigures[];
  /** In first-seen order, over images and then over their layers. */
  readonly layers: readonly LayerFigures[];
}

interface Body {
  readonly archive: number;
  /** Whether its archive did. */
  readonly failed: boolean;
  readonly path: string;
  readonly entry: number;
  readonly record: EntryRecord;
  /** Claimed, else observed digest of the stored bytes, else a name that no other body has. */
  readonly stored: string;
  readonly layerKey: string;
}

interface Occurrence {
  readonly archive: number;
  readonly record: ImageRecord;
}

interface Image {
  readonly id: string;
  readonly occurrences: readonly Occurrence[];
  readonly platform: string | null;
  readonly createdAt: string | null;
  readonly layerKeys: readonly string[];
}

const liveliestFirst: readonly ImageState[] = ['live', 'superseded', 'dangling'];

/** Accounts for every byte of an inventory by brute force. */
export function accountByHand(inventory: Inventory): Account {
  const images = distinctImages(inventory);
  const states = new Map(images.map((image) => [image.id, stateOf(image, images, inventory)]));
  const bodies = allBodies(inventory);
  const reached = bodies.map((body) => statesThatReach(body, inventory, states));
  const classified = bodies.map((body) => ({
    archive: body.archive,
    entry: body.entry,
    offered: !body.failed,
    storedBytes: body.record.storedBytes,
    class: classOf(body, bodies, reached),
  }));
  const perArchive = inventory.archives.map((archive, index) =>
    tally(
      isReadable(archive) ? [archive] : [],
      classified.filter((body) => body.archive === index),
    ),
  );
  const layers = distinctLayers(images, bodies);
  return {
    bodies: classified,
    totals: tally(inventory.archives.filter(isReadable), classified),
    perArchive,
    images: images.map((image) => figuresOf(image, states, layers)),
    layers,
  };
}

function isReadable(archive: ArchiveRecord): archive is ReadArchiveRecord {
  return archive.status !== 'unreadable';
}

// ---- images, tags and states ----

function distinctImages(inventory: Inventory): readonly Image[] {
  const occurrences = inventory.archives.flatMap((archive, index) =>
    isReadable(archive) ? archive.images.map((record) => ({ archive: index, record })) : [],
  );
  const ids = [...new Set(occurrences.map((occurrence) => occurrence.record.id))];
  return ids.map((id) => {
    const own = occurrences.filter((occurrence) => occurrence.record.id === id);
    const layered = own.find((occurrence) => occurrence.record.layers.length > 0);
    return {
      id,
      occurrences: own,
      platform: own.map((occurrence) => occurrence.record.platform).find((value) => value !== null) ?? null,
      createdAt: own.map((occurrence) => occurrence.record.createdAt).find((value) => value !== null) ?? null,
      layerKeys: layered?.record.layers.map((layer, at) => keyOfLayer(layer, at, layered, inventory)) ?? [],
    };
  });
}

function tagKeysAt(occurrence: Occurrence, image: Image, inventory: Inventory): readonly string[] {
  const path = inventory.archives[occurrence.archive]?.path ?? '';
  return [
    ...occurrence.record.references
      .filter((reference) => !reference.includes('@') && /:[^/:]+$/.test(reference))
      .map((reference) => JSON.stringify(['reference', reference, image.platform])),
    ...occurrence.record.localTags.map((tag) => JSON.stringify(['local', path, tag, image.platform])),
  ];
}

function carriersOf(key: string, images: readonly Image[], inventory: Inventory): readonly Image[] {
  return images.filter((image) =>
    image.occurrences.some((occurrence) => tagKeysAt(occurrence, image, inventory).includes(key)),
  );
}

/** Both have a build time, and it is strictly later. */
function isKnownNewer(other: Image, image: Image): boolean {
  const [later, earlier] = [buildTimeOf(other.createdAt), buildTimeOf(image.createdAt)];
  return later !== null && earlier !== null && later > earlier;
}

function stateOf(image: Image, images: readonly Image[], inventory: Inventory): ImageState {
  const names = image.occurrences.flatMap(({ record }) => [...record.references, ...record.localTags]);
  if (names.length === 0) return 'dangling';
  if (image.occurrences.some(({ record }) => record.references.some((reference) => reference.includes('@')))) {
    return 'live';
  }
  const keys = image.occurrences.flatMap((occurrence) => tagKeysAt(occurrence, image, inventory));
  const isReplaced = (key: string) => carriersOf(key, images, inventory).some((other) => isKnownNewer(other, image));
  return keys.length > 0 && keys.every(isReplaced) ? 'superseded' : 'live';
}

// ---- bodies, layers and what reaches them ----

function storedDigestOf(archive: number, entry: number, record: EntryRecord): string {
  // The stored bytes of a plain layer are its tar, so that its diffID is their digest.
  const plain = record.role === 'layer' && record.compression === 'none' ? record.diffId : null;
  // What has no digest comes behind every digest in the order of text, and among itself in the order of the input.
  const nameless = `~${[archive, entry].map((at) => `${at}`.padStart(6, '0')).join('/')}`;
  return record.claimedDigest ?? record.digest ?? plain ?? nameless;
}

function keyOfLayer(layer: LayerRecord, position: number, occurrence: Occurrence, inventory: Inventory): string {
  if (layer.diffId !== null) return layer.diffId;
  const record = layer.entry === null ? undefined : inventory.archives[occurrence.archive]?.entries[layer.entry];
  if (record !== undefined) return keyOfBody(occurrence.archive, layer.entry ?? -1, record, inventory);
  return layer.digest ?? `absent layer ${occurrence.archive}/${occurrence.record.id}/${position}`;
}

function allBodies(inventory: Inventory): readonly Body[] {
  const bodies: Body[] = [];
  for (const [archive, { path, entries, status }] of inventory.archives.entries()) {
    const failed = status === 'failed';
    for (const [entry, record] of entries.entries()) {
      const stored = storedDigestOf(archive, entry, record);
      const layerKey = keyOfBody(archive, entry, record, inventory);
      bodies.push({ archive, failed, path, entry, record, stored, layerKey });
    }
  }
  return bodies.filter((body) => inventory.archives[body.archive]?.status !== 'unreadable');
}

/** The claim of the images that point to a body groups it; its own diffID and digest do where nobody claims anything. */
function keyOfBody(archive: number, entry: number, record: EntryRecord, inventory: Inventory): string {
  for (const image of inventory.archives[archive]?.images ?? []) {
    for (const layer of image.layers) {
      if (layer.entry === entry && layer.diffId !== null) return layer.diffId;
    }
  }
  return record.diffId ?? storedDigestOf(archive, entry, record);
}

/** The states of all images and artifacts that need this very body. */
function statesThatReach(
  body: Body,
  inventory: Inventory,
  states: ReadonlyMap<string, ImageState>,
): readonly ImageState[] {
  const found: ImageState[] = [];
  const archive = inventory.archives[body.archive];
  for (const image of archive?.images ?? []) {
    if (image.reaches.includes(body.entry)) found.push(states.get(image.id) ?? 'live');
  }
  for (const artifact of archive?.artifacts ?? []) {
    if (artifact.reaches.includes(body.entry)) found.push(stateOfArtifact(artifact, [], inventory, states));
  }
  return found;
}

/** The state of what it describes: of images, else of the artifact with that digest. What is unknown, and a loop, is live. */
function stateOfArtifact(
  artifact: ArtifactRecord,
  path: readonly string[],
  inventory: Inventory,
  states: ReadonlyMap<string, ImageState>,
): ImageState {
  const { digest, kind, subject } = artifact;
  if (kind === 'index' || subject === null || path.includes(digest)) return 'live';
  const readable = inventory.archives.filter(isReadable);
  const images = readable
    .flatMap((archive) => archive.images)
    .filter((image) => image.manifestDigests.includes(subject) || image.indexDigests.includes(subject));
  if (images.length > 0) return liveliest(images.map((image) => states.get(image.id) ?? 'live'));
  const described = readable.flatMap((archive) => archive.artifacts).filter((other) => other.digest === subject);
  return liveliest(described.map((other) => stateOfArtifact(other, [...path, digest], inventory, states)));
}

/** The liveliest of some states; live where there is none. */
function liveliest(states: readonly ImageState[]): ImageState {
  return liveliestFirst.find((state) => states.includes(state)) ?? 'live';
}

// ---- classes ----

function classOf(body: Body, bodies: readonly Body[], reached: readonly (readonly ImageState[])[]): ByteClass {
  const reachOf = (other: Body): readonly ImageState[] => reached[bodies.indexOf(other)] ?? [];
  const stateOfDigest = (digest: string): ImageState =>
    liveliest(bodies.filter((other) => other.stored === digest).flatMap(reachOf));
  if (body.record.role === 'document') return 'overhead';
  if (body.record.role === 'stray' || reachOf(body).length === 0) return 'unreferenced';
  const state = stateOfDigest(body.stored);
  if (state === 'dangling') return 'dangling';
  const blobs = bodies.filter(({ record }) => record.role === 'blob' || record.role === 'layer');
  const peers = blobs.filter((other) => reachOf(other).length > 0 && stateOfDigest(other.stored) === state);
  const copies = peers.filter((other) => other.stored === body.stored);
  if (chosenCopy(copies) !== body) return 'duplicate';
  if (state === 'superseded') return 'superseded';
  const isNeeded = copies.some((copy) => copy.record.role !== 'layer' || isBestForm(copy, peers));
  return isNeeded ? 'needed' : 'twin';
}

/** Whether no other form of the layer that this copy belongs to is better. */
function isBestForm(copy: Body, peers: readonly Body[]): boolean {
  const group = peers.filter((other) => other.record.role === 'layer' && other.layerKey === copy.layerKey);
  const forms = [...new Set(group.map(({ stored }) => stored))];
  const speakers = forms.flatMap((form) => chosenCopy(peers.filter((other) => other.stored === form)) ?? []);
  const sound = speakers.filter((speaker) => !isBroken(speaker));
  const candidates = sound.length > 0 ? sound : speakers;
  return candidates.reduce((best, next) => (isSmallerForm(next, best) ? next : best)).stored === copy.stored;
}

function isSmallerForm(next: Body, best: Body): boolean {
  if (next.record.storedBytes !== best.record.storedBytes) return next.record.storedBytes < best.record.storedBytes;
  return next.stored < best.stored;
}

/** The first copy that is not known to be broken, of an archive that did not fail if there is one, else the first. */
function chosenCopy(copies: readonly Body[]): Body | undefined {
  const sorted = [...copies.filter(({ failed }) => !failed), ...copies.filter(({ failed }) => failed)];
  return sorted.find((copy) => !isBroken(copy)) ?? sorted[0];
}

function isBroken(body: Body): boolean {
  return body.record.intact === false;
}

function tally(archives: readonly ReadArchiveRecord[], bodies: readonly ClassifiedBody[]): Reclaim {
  const sum = (name: ByteClass): number =>
    bodies.filter((body) => body.class === name).reduce((total, body) => total + body.storedBytes, 0);
  const spare = (offered: boolean): number =>
    bodies
      .filter((body) => body.offered === offered && ['duplicate', 'dangling', 'unreferenced'].includes(body.class))
      .reduce((total, body) => total + body.storedBytes, 0);
  const structure = archives
    .flatMap(({ overhead }) => [overhead.headerBytes, overhead.paddingBytes, overhead.endBytes, overhead.trailingBytes])
    .reduce((total, part) => total + part, 0);
  return {
    totalBytes: archives.reduce((total, archive) => total + archive.tarBytes, 0),
    neededBytes: sum('needed'),
    duplicateBytes: sum('duplicate'),
    twinBytes: sum('twin'),
    danglingBytes: sum('dangling'),
    supersededBytes: sum('superseded'),
    unreferencedBytes: sum('unreferenced'),
    overheadBytes: sum('overhead') + structure,
    reclaimableBytes: spare(true),
    withheldBytes: spare(false),
  };
}

// ---- figures ----

function distinctLayers(images: readonly Image[], bodies: readonly Body[]): readonly LayerFigures[] {
  const keys = [...new Set(images.flatMap((image) => image.layerKeys))];
  return keys.map((key) => {
    const copies = bodies.filter((body) => body.record.role === 'layer' && body.layerKey === key);
    return {
      key,
      sizeBytes: sizeOf(copies),
      storedBytes: copies.reduce((total, copy) => total + copy.record.storedBytes, 0),
      images: images.filter((image) => image.layerKeys.includes(key)).map((image) => image.id),
      copies: copies.map(({ path, record }) => ({ archive: path, entry: record.name })),
    };
  });
}

/** Intact copies are believed first, unchecked ones next, broken ones last. */
function sizeOf(copies: readonly Body[]): number | null {
  const known = copies.filter((copy) => copy.record.uncompressedBytes !== null);
  const best = [true, null, false].map((intact) => known.find((copy) => copy.record.intact === intact));
  return best.find((copy) => copy !== undefined)?.record.uncompressedBytes ?? null;
}

function figuresOf(
  image: Image,
  states: ReadonlyMap<string, ImageState>,
  layers: readonly LayerFigures[],
): ImageFigures {
  const layerOf = (key: string): LayerFigures | undefined => layers.find((layer) => layer.key === key);
  const sizes = image.layerKeys.map((key) => layerOf(key)?.sizeBytes ?? null);
  const known = !sizes.includes(null);
  const sum = (keys: readonly string[]): number =>
    keys.reduce((total, key) => total + (layerOf(key)?.sizeBytes ?? 0), 0);
  const isShared = (key: string): boolean => (layerOf(key)?.images.length ?? 0) > 1;
  const parts = [...new Set(image.layerKeys)].map((key) => partOf(image.id, layerOf(key)));
  return {
    id: image.id,
    state: states.get(image.id) ?? 'live',
    layerKeys: image.layerKeys,
    sizeBytes: known ? sum(image.layerKeys) : null,
    sharedBytes: known ? sum(image.layerKeys.filter(isShared)) : null,
    uniqueBytes: known ? sum(image.layerKeys.filter((key) => !isShared(key))) : null,
    attributedBytes: known ? parts.reduce((total, part) => total + part, 0) : null,
  };
}

/** The share of one image in one layer, dealt out byte by byte to the images in the order of their IDs. */
function partOf(id: string, layer: LayerFigures | undefined): number {
  const holders = [...(layer?.images ?? [])].sort((a, b) => (a < b ? -1 : 1));
  let part = 0;
  for (let byte = 0; byte < (layer?.sizeBytes ?? 0); byte += 1) {
    if (holders[byte % holders.length] === id) part += 1;
  }
  return part;
}
