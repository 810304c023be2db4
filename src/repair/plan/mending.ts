/**
 * Heals an archive step by step, each time by what it is found to be then: documents that are healed say more of the rest.
 * First what a digest of its bytes describes, then what is missing, then layers of which only the content is known, last the
 * documents that no digest covers.
 */
import { escapes, normalizeName } from '../../archive/entry-table.js';
import { blobNameDigest } from '../../formats/blob-name.js';
import type { Claim } from '../../formats/claims.js';
import type { Steps } from '../../sources/steps.js';
import { type Draft, isWholeBody } from './damaged-archive.js';
import { type Evaluation, evaluate } from './evaluation.js';
import { type FittingBody, fittingBody, healedSlot, missingBody } from './fitting-bodies.js';
import { healDocuments } from './format-documents.js';
import type { Healing } from './healing.js';
import { Insertions } from './insertions.js';
import type { Slot } from './slots.js';

export interface Mended {
  readonly draft: Draft;
  /** Null where nothing says that it holds images. */
  readonly evaluation: Evaluation | null;
}

/** Heals all that can be healed of a draft. */
export function* mend(healing: Healing, from: Draft): Steps<Mended> {
  const { damaged, sources, engine } = healing;
  const insertions = new Insertions(healing, from);
  let draft = from;
  for (;;) {
    yield;
    const evaluation = yield* evaluate(damaged, draft, sources, engine);
    const next: Draft | null =
      (evaluation === null
        ? null
        : (healBodies(healing, draft, evaluation, true) ??
          (yield* healDocuments(healing, draft, evaluation, insertions, true)) ??
          (yield* healMissing(healing, draft, evaluation, insertions)) ??
          healBodies(healing, draft, evaluation, false))) ??
      (yield* healDocuments(healing, draft, evaluation, insertions, false));
    if (next === null) return { draft, evaluation };
    draft = next;
  }
}

/** Heals what is wrong and described; `byDigest`: by a digest of the stored bytes, else by that of the content. */
function healBodies(
  { damaged, sources }: Healing,
  draft: Draft,
  { claims, record, positions }: Evaluation,
  byDigest: boolean,
): Draft | null {
  const byEntry = new Map<number, Claim[]>();
  for (const claim of claims.claims) {
    const own = byEntry.get(claim.entry);
    if (own === undefined) byEntry.set(claim.entry, [claim]);
    else own.push(claim);
  }
  let healed = 0;
  const slots = draft.slots.map((slot, i) => {
    const position = positions.get(i);
    const own = byEntry.get(i) ?? [];
    const isWrong = position !== undefined && record.entries[position]?.intact === false;
    if (isProven(slot) || slot.entry.type !== 'file' || slot.entry.sparse !== undefined) return slot;
    if (!isWrong && isWholeBody(slot) && slot.failure === null) return slot;
    const described = isWholeBody(slot) ? own : [...own, ...nameClaims(i, slot.entry.name)];
    if (byDigest !== described.some(isOfBytes)) return slot;
    const body = fittingBody(slot, described, sources, damaged.table.container === 'folder');
    if (body === null) return slot;
    healed++;
    return healedSlot(slot, body);
  });
  return healed === 0 ? null : { ...draft, slots };
}

/** Whether it was healed by a digest; what was taken on the word of an archive may be damaged there. */
function isProven({ origin }: Slot): boolean {
  return origin.kind === 'healed' && origin.proof !== 'archive';
}

/** What the name of a body says that is cut: nothing is claimed of one that is not whole. */
function nameClaims(entry: number, name: string): Claim[] {
  const digest = blobNameDigest(name);
  return digest === null ? [] : [{ kind: 'digest', named: 'blob', entry, digest, source: name }];
}

function isOfBytes(claim: Claim): boolean {
  return claim.kind === 'digest' && claim.named !== 'layer';
}

function isCut(slot: Slot | undefined, { sizeBytes }: FittingBody): boolean {
  return slot !== undefined && slot.entry.type === 'file' && !isWholeBody(slot) && slot.entry.sizeBytes === sizeBytes;
}

function isCopyOf({ observation }: Slot, { digest }: FittingBody): boolean {
  return Object.values(observation?.digests ?? {}).includes(digest);
}

function replaced(draft: Draft, position: number, body: FittingBody): Draft {
  return { ...draft, slots: draft.slots.map((slot, i) => (i === position ? healedSlot(slot, body) : slot)) };
}

function* healMissing(
  { sources }: Healing,
  draft: Draft,
  { record }: Evaluation,
  insertions: Insertions,
): Steps<Draft | null> {
  let next: Draft | null = null;
  const isPath = record.format === 'docker-archive';
  const idle = new Set(
    record.findings.flatMap(({ code, subject }) =>
      code === 'file-unreferenced' || code === 'blob-unreferenced' ? [subject ?? ''] : [],
    ),
  );
  for (const { code, subject, expected } of record.findings) {
    if (code !== 'blob-missing' || subject === null) continue;
    const found = missingBody({ subject, expected, isPath }, sources);
    const name = found === null ? '' : normalizeName(found.name);
    if (found === null || name === '' || escapes(name) || name.includes('\\') || name.includes('\0')) continue;
    if (subject.startsWith('/')) continue;
    const current: Draft = next ?? draft;
    // Where the bytes are there under a name that nobody has, it is the document that is wrong.
    if (current.slots.some((slot) => idle.has(slot.entry.name) && isCopyOf(slot, found.body))) continue;
    const there = current.slots.findIndex(({ entry }) => entry.name === name);
    if (there === -1) next = yield* insertions.insert(current, name, found.body);
    else if (isCut(current.slots[there], found.body)) next = replaced(current, there, found.body);
    yield;
  }
  return next;
}
