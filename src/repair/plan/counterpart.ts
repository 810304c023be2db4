/**
 * A counterpart: an archive of the run that is the same as a damaged one wherever the damage has not reached. What no digest covers
 * (headers, the documents of the format, the end) can be had from a counterpart alone, and only where all counterparts say the same.
 * Hostile input: archives of many entries, and a counterpart that changes while it is read.
 */
import type { ArchiveEntry } from '../../archive/entry-table.js';
import { blockBytes, parseTarHeader } from '../../archive/tar/tar-header.js';
import { blobNameDigest } from '../../formats/blob-name.js';
import { textKey } from '../../model/text-key.js';
import { digestBytes, type Engine } from '../../observe/hasher.js';
import { type ByteSource, fill } from '../../sources/byte-source.js';
import { isLocal } from '../../sources/location.js';
import { openSource } from '../../sources/open-source.js';
import { arrived, type Steps } from '../../sources/steps.js';
import type { DamagedArchive, Draft } from './damaged-archive.js';
import { isNearly } from './nearness.js';
import { endOf, headsOf, madeOf, type Slot, type Stretch, stretchOf } from './slots.js';
import type { SourceArchive, SourceBodies, SourceBody } from './source-bodies.js';

/** What a counterpart says. */
export interface Counterpart {
  readonly archive: SourceArchive;
  /** Its slots, of which those of the damaged archive are some. */
  readonly slots: readonly Slot[];
  /** Of each of its slots the one of the damaged archive; null where that has none. */
  readonly matches: readonly (number | null)[];
  readonly end: Stretch;
}

/** So much is compared at a time. */
const chunkBytes = 64 * 1024;
/** Heads larger than this are not compared: extended headers have limits of their own. */
const headLimitBytes = 16 * 1024 * 1024;

/** The archives of the run that have the entries of `draft` in its order, with the same headers; best those that are whole. */
export function* findCounterparts(
  damaged: DamagedArchive,
  draft: Draft,
  isBroken: (slot: Slot) => boolean,
  sources: SourceBodies,
): Steps<Counterpart[]> {
  const counterparts: Counterpart[] = [];
  const own = new Map<Slot, Buffer>();
  const file = openSource(damaged.location, undefined);
  try {
    for (const archive of sources.archives) {
      if (!mayBeCounterpart(archive, damaged)) continue;
      const counterpart = yield* counterpartOf(archive, draft, { file, own, isBroken });
      if (counterpart !== null) counterparts.push(counterpart);
    }
  } finally {
    file.close();
  }
  return counterparts.sort((a, b) => Number(b.archive.isWhole) - Number(a.archive.isWhole));
}

function mayBeCounterpart({ places: { claims } }: SourceArchive, { location }: DamagedArchive): boolean {
  const { table } = claims;
  if (table.container !== 'tar' || table.compression !== 'none' || !isLocal(table.location)) return false;
  if (table.path !== table.filePath || table.truncated) return false;
  if (location.kind === 'file' && table.location.path === location.path) return false;
  return !table.findings.some(({ code }) => code === 'header-invalid' || code === 'limit-exceeded');
}

function* counterpartOf(
  archive: SourceArchive,
  draft: Draft,
  { file, own, isBroken }: { file: ByteSource; own: Map<Slot, Buffer>; isBroken: (slot: Slot) => boolean },
): Steps<Counterpart | null> {
  const { table } = archive.places.claims;
  const heads = headsOf(table.entries, table.location);
  const other = openSource(table.location, undefined);
  try {
    const matches: (number | null)[] = [];
    let next = 0;
    for (const [i, entry] of table.entries.entries()) {
      yield;
      const slot = draft.slots[next];
      const head = heads[i] as Stretch;
      const isSame =
        slot !== undefined &&
        isLike(slot, entry, isBroken(slot), archive) &&
        (yield* headOf(slot, file, own)).equals(yield* bytesAt(other, head));
      matches.push(isSame ? next++ : null);
    }
    if (next < draft.slots.length) return null;
    const last = table.entries.at(-1);
    return {
      archive,
      slots: table.entries.map((entry, i) => slotOfCounterpart(archive, entry, heads[i] as Stretch)),
      matches,
      end: stretchOf(table.location, last === undefined ? 0 : endOf(last), table.sizeBytes),
    };
  } finally {
    other.close();
  }
}

/** Whether an entry is the one of a counterpart, as far as is known without its header; what is known to be wrong is no difference. */
function isLike(
  { entry, observation, document }: Slot,
  other: ArchiveEntry,
  isBroken: boolean,
  { places: { observed, bodies } }: SourceArchive,
): boolean {
  if (entry.name !== other.name || entry.type !== other.type || entry.linkName !== other.linkName) return false;
  if (entry.sizeBytes !== other.sizeBytes) return false;
  if (isBroken || entry.storedBytes < entry.sizeBytes || blobNameDigest(entry.name) !== null) return true;
  const own = observation?.digests.sha256;
  const seen = observed.bodies.get(other.index)?.digests.sha256;
  if (own !== undefined && seen !== undefined) return own === seen;
  const text = bodies.find(({ entry: { index } }) => index === other.index)?.document ?? null;
  return document === null || text === null || document.equals(text);
}

function* headOf(slot: Slot, file: ByteSource, known: Map<Slot, Buffer>): Steps<Buffer> {
  const before = known.get(slot);
  if (before !== undefined) return before;
  const bytes = slot.head?.kind === 'stretch' ? yield* bytesAt(file, slot.head) : Buffer.alloc(0);
  known.set(slot, bytes);
  return bytes;
}

/** Fewer where the source ends before; none of what is too large for a header. */
function* bytesAt(
  source: ByteSource,
  { offsetBytes, sizeBytes }: Pick<Stretch, 'offsetBytes' | 'sizeBytes'>,
): Steps<Buffer> {
  const bytes = Buffer.alloc(sizeBytes > headLimitBytes ? 0 : sizeBytes);
  const read = yield* arrived(fill(source, bytes, offsetBytes));
  return bytes.subarray(0, read);
}

function slotOfCounterpart({ path, places }: SourceArchive, entry: ArchiveEntry, head: Stretch): Slot {
  const { table } = places.claims;
  const bodyEnd = entry.dataOffsetBytes + entry.storedBytes;
  const observation = places.observed.bodies.get(entry.index) ?? null;
  const placed = places.bodies.find(({ entry: { index } }) => index === entry.index);
  const sizeBytes = entry.storedBytes;
  const digest = entry.sparse === undefined ? Object.values(observation?.digests ?? {})[0] : undefined;
  const copy: SourceBody | null =
    placed === undefined || observation === null ? null : { ...placed, path, sizeBytes, observation };
  return {
    entry,
    head,
    body:
      copy === null || digest === undefined
        ? stretchOf(table.location, entry.dataOffsetBytes, bodyEnd)
        : { kind: 'taken', digest, copies: [copy], isDecoded: false, sizeBytes },
    padding: stretchOf(table.location, bodyEnd, bodyEnd + entry.structureBytes.paddingBytes),
    origin: { kind: 'healed', from: path, proof: digest === blobNameDigest(entry.name) ? 'digest' : 'archive' },
    observation,
    failure: places.observed.failed.get(entry.index) ?? null,
    document: placed?.document ?? null,
  };
}

/** The slots behind the last that both have; null where they stand at other places of what is left of the damaged archive. */
export function* tailOf(
  counterpart: Counterpart,
  damaged: Pick<DamagedArchive, 'location'>,
  draft: Draft,
  engine: Engine,
): Steps<readonly Slot[] | null> {
  const lastMatch = counterpart.matches.findLastIndex((match) => match !== null);
  const tail = counterpart.slots.slice(lastMatch + 1);
  const before = counterpart.slots[lastMatch];
  const own = draft.slots.at(-1);
  const shift = before === undefined || own === undefined ? 0 : endOf(own.entry) - endOf(before.entry);
  const file = openSource(damaged.location, undefined);
  const other = openSource(counterpart.archive.places.claims.table.location, undefined);
  try {
    const slots: Slot[] = [];
    for (const slot of tail) {
      yield;
      const { entry, head } = slot;
      const at = (head as Stretch).offsetBytes + shift;
      const mine = yield* bytesAt(file, { offsetBytes: at, sizeBytes: head?.sizeBytes ?? 0 });
      const theirs = yield* bytesAt(other, head as Stretch);
      const isOwnHead = mine.length === theirs.length && mine.equals(theirs);
      const bodyAt = entry.dataOffsetBytes + shift;
      const isOwnBody = yield* isEqual(file, bodyAt, other, entry.dataOffsetBytes, entry.storedBytes);
      const isFollowed = isOwnBody && entry.storedBytes > 0;
      if (!isOwnHead && !(isFollowed ? isNoHeader(mine) : isNearly(mine, theirs))) return null;
      slots.push(
        isOwnBody
          ? { ...slot, body: stretchOf(damaged.location, bodyAt, bodyAt + entry.storedBytes), origin: { kind: 'own' } }
          : yield* ownOrTheirs(slot, file, bodyAt, engine),
      );
    }
    return slots;
  } finally {
    file.close();
    other.close();
  }
}

/** Whether no header can be read there: one that is valid was never another one. */
function isNoHeader(bytes: Buffer): boolean {
  for (let at = 0; at + blockBytes <= bytes.length; at += blockBytes) {
    if (parseTarHeader(bytes.subarray(at, at + blockBytes), 'utf8').checksumOk) return false;
  }
  return true;
}

/**
 * Whether what is left of a damaged archive says that it held the images of its counterpart, and not others that begin with
 * the same layers: each of them by its config or a manifest, or all by a document of the format.
 */
export function isProven({ archive, matches, slots }: Counterpart, tail: readonly Slot[], draft: Draft): boolean {
  const { claims } = archive.places;
  const first = slots.length - tail.length;
  const own = slots.flatMap(({ entry }, i) => {
    const match = matches[i];
    const slot = i < first ? (match == null ? undefined : draft.slots[match]) : tail[i - first];
    return slot?.origin.kind === 'own' ? [entry] : [];
  });
  if (own.some(({ name }) => name === 'index.json' || name === 'manifest.json')) return true;
  const indexes = new Set(own.map(({ index }) => index));
  const digests = new Set<string | null>(own.map(({ name }) => blobNameDigest(name)));
  const isOwn = (list: Iterable<string>): boolean => [...list].some((digest) => digests.has(digest));
  const { images, artifacts } = claims;
  return (
    images.length + artifacts.length > 0 &&
    images.every(
      ({ configEntry, manifestDigests, indexDigests }) =>
        (configEntry !== null && indexes.has(configEntry)) || isOwn([...manifestDigests, ...indexDigests]),
    ) &&
    artifacts.every(({ digest, indexDigests }) => isOwn([digest, ...indexDigests]))
  );
}

/** A small body that no digest covers stays what it is, as far as it is there: what it says is judged with the others. */
function* ownOrTheirs(slot: Slot, file: ByteSource, at: number, engine: Engine): Steps<Slot> {
  const { entry } = slot;
  const isNamed = blobNameDigest(entry.name) !== null || slot.document === null;
  if (isNamed || entry.sparse !== undefined) return slot;
  const bytes = yield* bytesAt(file, { offsetBytes: at, sizeBytes: entry.storedBytes });
  if (bytes.length < entry.storedBytes) return slot;
  const digest = digestBytes(engine, 'sha256', bytes);
  return {
    ...slot,
    body: madeOf(bytes),
    origin: { kind: 'own' },
    document: bytes,
    observation: { digests: { sha256: digest }, storedBytes: bytes.length, compression: null, layer: null },
  };
}

function* isEqual(file: ByteSource, at: number, other: ByteSource, otherAt: number, sizeBytes: number): Steps<boolean> {
  const [mine, theirs] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  for (let done = 0; done < sizeBytes; done += chunkBytes) {
    const length = Math.min(chunkBytes, sizeBytes - done);
    const read = yield* arrived(fill(file, mine.subarray(0, length), at + done));
    if (read < length) return false;
    yield* arrived(fill(other, theirs.subarray(0, length), otherAt + done));
    if (!mine.subarray(0, length).equals(theirs.subarray(0, length))) return false;
    yield;
  }
  return true;
}

/** What a tail says, equal for counterparts that say the same. */
export function tailKey(slots: readonly Slot[]): string {
  return textKey(
    JSON.stringify(
      slots.map(({ entry: { name, type, linkName, sizeBytes }, observation, document }) => [
        name,
        type,
        linkName,
        sizeBytes,
        observation === null ? (document?.toString('base64') ?? null) : Object.values(observation.digests),
      ]),
    ),
  );
}
