/**
 * Stored copies: one body in one archive. Copies of one blob have the same form; the same layer may be stored in several
 * forms (plain, gzip, zstd). What a form is goes by the claim, since a copy with wrong bytes is still a copy of what it
 * was meant to be. Whatever nothing identifies is a form of its own, never equal to another.
 */
import type { Digest } from '../../model/digest.js';
import type { EntryRecord } from '../../model/results/inventory.js';

/** A body, with the positions of its archive and of itself in that archive. */
export interface StoredCopy {
  readonly archive: number;
  readonly entry: number;
  readonly record: EntryRecord;
}

/** A key that is equal for copies of the same blob: its digest where one is claimed, observed or implied. */
export function storedForm({ archive, entry, record }: StoredCopy): string {
  return (
    record.claimedDigest ??
    record.digest ??
    // Before verification docker's own layers have no digest, but the diffID of a plain tar is that of its bytes.
    (record.compression === 'none' ? record.diffId : null) ??
    // No digest can equal it: their grammar has no `#`.
    `#${archive}/${entry}`
  );
}

/** What the copies take, as they are stored. */
export function storedBytesOf(copies: readonly StoredCopy[]): number {
  return copies.reduce((sum, { record }) => sum + record.storedBytes, 0);
}

/** Whether nothing is known to be wrong with the bytes. */
export function isUsable({ record }: StoredCopy): boolean {
  return record.intact !== false;
}

/** The copy to keep: the first whose bytes are not known to be wrong, else the first; undefined where there is none. */
export function firstUsable(copies: readonly StoredCopy[]): StoredCopy | undefined {
  return copies.find(isUsable) ?? copies[0];
}

/** The copies by their form, both in the order given. */
export function formsOf(copies: readonly StoredCopy[]): Map<string, StoredCopy[]> {
  const forms = new Map<string, StoredCopy[]>();
  for (const copy of copies) {
    const form = storedForm(copy);
    const known = forms.get(form);
    if (known === undefined) forms.set(form, [copy]);
    else known.push(copy);
  }
  return forms;
}

/** Of each form the copy to keep, by form. */
export function keptCopies(copies: readonly StoredCopy[]): Map<string, StoredCopy> {
  const kept = new Map<string, StoredCopy>();
  for (const [form, same] of formsOf(copies)) {
    const copy = firstUsable(same);
    if (copy !== undefined) kept.set(form, copy);
  }
  return kept;
}

/**
 * The copy of a layer to keep, of copies in any number of forms: of the smallest form with a usable copy, then of the
 * lowest digest, the first usable copy. Undefined where there is no copy.
 */
export function bestCopy(copies: readonly StoredCopy[]): StoredCopy | undefined {
  return bestOf([...formsOf(copies).values()].flatMap((form) => firstUsable(form) ?? []));
}

/** The best of some copies that are each of another form; undefined where there is none. */
export function bestOf(candidates: readonly StoredCopy[]): StoredCopy | undefined {
  let best: StoredCopy | undefined;
  for (const candidate of candidates) if (best === undefined || isBetter(candidate, best)) best = candidate;
  return best;
}

function isBetter(candidate: StoredCopy, best: StoredCopy): boolean {
  if (isUsable(candidate) !== isUsable(best)) return isUsable(candidate);
  const bytes = candidate.record.storedBytes - best.record.storedBytes;
  if (bytes !== 0) return bytes < 0;
  return isDigestBelow(storedForm(candidate), storedForm(best));
}

/** Forms without a digest come after all others, and among themselves stay in the order of the input. */
function isDigestBelow(form: string, other: string): boolean {
  return !isPrivate(form) && (isPrivate(other) || form < other);
}

function isPrivate(form: string): boolean {
  return form.startsWith('#');
}

/** The digest of a form; null where nothing identifies it. */
export function digestOfForm(form: string): Digest | null {
  return isPrivate(form) ? null : (form as Digest);
}
