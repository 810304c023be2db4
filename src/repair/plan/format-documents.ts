/**
 * The documents of the format (`index.json`, `manifest.json` and their like), which no digest covers. One of another archive is
 * taken only where it differs from what is there in a single bit, or where that archive is the same in all else; only if
 * the archive has fewer faults with it; and only if all such archives say the same.
 */
import type { ArchiveRecord } from '../../model/results/inventory.js';
import { observeBytes } from '../../observe/observe-bytes.js';
import type { PlacedBody } from '../../scan/archive-places.js';
import type { Steps } from '../../sources/steps.js';
import { type Draft, isWholeBody } from './damaged-archive.js';
import { bytesOf, type Evaluation, evaluate, readStart } from './evaluation.js';
import type { FittingBody } from './fitting-bodies.js';
import type { Healing } from './healing.js';
import type { Insertions } from './insertions.js';
import { isNearly } from './nearness.js';
import { madeOf, type Slot } from './slots.js';
import type { SourceArchive } from './source-bodies.js';

const formatDocuments: readonly string[] = ['index.json', 'manifest.json', 'repositories', 'oci-layout'];

/** What one archive has in the place of some documents. */
interface Proposal {
  readonly from: string;
  readonly texts: ReadonlyMap<string, Buffer>;
  /** Whether it is what is there but for one bit. */
  readonly isNear: boolean;
}

/**
 * Heals documents that no digest covers; null where nothing can be told for certain. `nearOnly`: by one bit, and by nothing
 * else.
 */
export function* healDocuments(
  healing: Healing,
  draft: Draft,
  evaluation: Evaluation | null,
  insertions: Insertions,
  nearOnly: boolean,
): Steps<Draft | null> {
  const record = evaluation?.record ?? null;
  const before = errorsOf(record);
  if (before.length === 0 && record !== null) return null;
  const own = draft.slots.filter(({ entry }) => isDocumentName(entry.name)).map(({ entry }) => entry.name);
  const faulty = before.flatMap(({ subject }) => (subject !== null && isDocumentName(subject) ? [subject] : []));
  const trials = faulty.length > 0 ? [[...new Set(faulty)]] : own.map((name) => [name]);
  for (const names of trials) {
    const proposal = decided(yield* proposalsOf(healing, { draft, record, names, nearOnly }));
    if (proposal === null) continue;
    const next = yield* withTexts(healing, draft, proposal, insertions);
    if (next === null) continue;
    const after = yield* evaluate(healing.damaged, next, healing.sources, healing.engine);
    if (after === null) continue;
    const left = errorsOf(after.record);
    if (left.some(({ subject }) => names.includes(subject ?? ''))) continue;
    if (record === null || left.length < before.length) return next;
  }
  return null;
}

/** Its name is that of a document, or of a config that has no digest in its name. */
function isDocumentName(name: string): boolean {
  return formatDocuments.includes(name) || (/^[^/]+\.json$/.test(name) && !/[0-9a-f]{64}/.test(name));
}

function errorsOf(record: ArchiveRecord | null): ArchiveRecord['findings'] {
  return record?.findings.filter(({ severity }) => severity === 'error') ?? [];
}

function decided(proposals: readonly Proposal[]): Proposal | null {
  const near = proposals.filter(({ isNear }) => isNear);
  const all = near.length > 0 ? near : proposals;
  const [first] = all;
  if (first === undefined) return null;
  const isSame = ({ texts }: Proposal): boolean =>
    [...texts].every(([name, text]) => first.texts.get(name)?.equals(text));
  return all.every(isSame) ? first : null;
}

interface Trial {
  readonly draft: Draft;
  readonly record: ArchiveRecord | null;
  readonly names: readonly string[];
  /** Whether only what differs in one bit is taken. */
  readonly nearOnly: boolean;
}

function* proposalsOf({ sources }: Healing, trial: Trial): Steps<Proposal[]> {
  const { draft, names, nearOnly } = trial;
  const proposals: Proposal[] = [];
  for (const archive of sources.archives) {
    yield;
    if (!archive.isWhole) continue;
    const texts = new Map<string, Buffer>();
    for (const { entry, document } of archive.places.bodies) {
      if (names.includes(entry.name) && document !== null) texts.set(entry.name, document);
    }
    if (texts.size < new Set(names).size) continue;
    const near = names.every((name) => isNear(ownText(draft, name), texts.get(name)));
    const isEqual = names.every((name) => ownText(draft, name)?.equals(texts.get(name) ?? Buffer.alloc(0)) === true);
    if (isEqual || (nearOnly && !near)) continue;
    if (near || (yield* isSameBeside(archive, trial))) proposals.push({ from: archive.path, texts, isNear: near });
  }
  return proposals;
}

function ownText({ slots }: Draft, name: string): Buffer | null {
  const slot = slots.findLast(({ entry }) => entry.name === name);
  return slot === undefined || !isWholeBody(slot) ? null : bytesOf(slot);
}

/** Whether two texts differ in one bit, or not at all. */
function isNear(mine: Buffer | null, theirs: Buffer | undefined): boolean {
  return mine !== null && theirs !== undefined && mine.length === theirs.length && isNearly(mine, theirs);
}

/** Whether an archive has the same files with the same bytes, but for these names and what is known to be wrong or missing. */
function* isSameBeside({ places }: SourceArchive, { draft: { slots }, record, names }: Trial): Steps<boolean> {
  const others = new Map(places.bodies.map((body) => [body.entry.name, body]));
  const own = new Map(slots.filter(({ entry }) => entry.type === 'file').map((slot) => [slot.entry.name, slot]));
  for (const name of others.keys()) if (!own.has(name) && !names.includes(name)) return false;
  const broken = new Set(record?.entries.flatMap(({ name, intact }) => (intact === false ? [name] : [])));
  for (const [name, slot] of own) {
    yield;
    if (names.includes(name)) continue;
    const other = others.get(name);
    if (other === undefined) return false;
    if (broken.has(name) || slot.origin.kind === 'healed') continue;
    if (!(yield* isSameBody(slot, other, places))) return false;
  }
  return true;
}

function* isSameBody(slot: Slot, other: PlacedBody, { observed, claims }: SourceArchive['places']): Steps<boolean> {
  const { entry, location, outer } = other;
  const seen = observed.bodies.get(entry.index)?.digests.sha256;
  const mine = slot.observation?.digests.sha256;
  if (seen !== undefined && mine !== undefined) return seen === mine;
  const bytes = bytesOf(slot);
  if (slot.entry.sizeBytes !== entry.sizeBytes || bytes === null || outer !== 'none') return false;
  const place = { location, offsetBytes: entry.dataOffsetBytes, sparse: entry.sparse };
  const theirs = other.document ?? (yield* readStart(place, entry.sizeBytes, claims.limits.documentBytes));
  return typeof theirs !== 'string' && bytes.length === entry.sizeBytes && bytes.equals(theirs);
}

/** The draft with other texts; null where a header says another size. */
function* withTexts(
  { damaged, engine }: Healing,
  draft: Draft,
  { texts, from }: Proposal,
  insertions: Insertions,
): Steps<Draft | null> {
  let next = draft;
  for (const [name, text] of texts) {
    yield;
    const observation = observeBytes(text, ['sha256'], engine);
    const digest = observation.digests.sha256;
    if (digest === undefined) return null;
    const at = next.slots.findLastIndex(({ entry }) => entry.name === name);
    const there = next.slots[at];
    if (there !== undefined && (damaged.table.container === 'folder' || there.entry.sizeBytes === text.length)) {
      if (bytesOf(there)?.equals(text) === true) continue;
      next = { ...next, slots: next.slots.with(at, textSlot(there, text, from)) };
    } else if (there !== undefined) return null;
    else {
      const body: FittingBody = {
        digest,
        copies: [],
        isDecoded: false,
        sizeBytes: text.length,
        observation,
        proof: 'digest',
      };
      const inserted: Draft = yield* insertions.insert(next, name, body);
      const made = inserted.slots.findLastIndex(({ entry }) => entry.name === name);
      const slot = inserted.slots[made];
      if (slot === undefined) return null;
      next = { ...inserted, slots: inserted.slots.with(made, textSlot(slot, text, from)) };
    }
  }
  return next;
}

function textSlot(slot: Slot, text: Buffer, from: string): Slot {
  const sizeBytes = text.length;
  return {
    ...slot,
    entry: { ...slot.entry, sizeBytes, storedBytes: sizeBytes },
    body: madeOf(text),
    origin: { kind: 'healed', from, proof: 'archive' },
    observation: null,
    failure: null,
    document: text,
  };
}
