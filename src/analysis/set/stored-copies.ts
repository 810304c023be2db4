/**
 * Stored copies: one body in one archive. Copies of one blob have the same form; the same layer may be stored in several
 * forms (plain, gzip, zstd). What a form is goes by the claim, since a copy with wrong bytes is still a copy of what it
 * was meant to be. Whatever nothing identifies is a form of its own, never equal to another.
 */
import type { Digest } from '../../model/digest.js';
import type { EntryRecord, Inventory } from '../../model/results/inventory.js';
import { eachOfAll, type Work } from '../../model/work/work.js';
import { isReadable } from './distinct-images.js';

/** A body, with the positions of its archive and of itself among the entries of that archive. */
export interface StoredCopy {
  readonly archive: number;
  readonly entry: number;
  readonly record: EntryRecord;
  /** As `storedForm` tells. */
  readonly form: string;
}

/** For each archive its bodies, in archive order; none for one that takes no part in the analysis. */
export function* storedCopies({ archives }: Inventory): Work<StoredCopy[][]> {
  const copies = archives.map((): StoredCopy[] => []);
  const entries = archives.map((archive) => (isReadable(archive) ? archive.entries : []));
  yield* eachOfAll(entries, (record, entry, archive) => {
    // What the format knows by name is no blob of anything, and most entries of a small archive are that.
    if (record.role === 'document') return;
    copies[archive]?.push({ archive, entry, record, form: storedForm(archive, entry, record) });
  });
  return copies;
}

/** A key that is equal for copies of the same blob: its digest where one is claimed, observed or implied. */
export function storedForm(archive: number, entry: number, record: EntryRecord): string {
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
  let sum = 0;
  for (const { record } of copies) sum += record.storedBytes;
  return sum;
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
    const known = forms.get(copy.form);
    if (known === undefined) forms.set(copy.form, [copy]);
    else known.push(copy);
  }
  return forms;
}

/** Of each form the copy to keep, by form. */
export function keptCopies(copies: readonly StoredCopy[]): Map<string, StoredCopy> {
  const kept = new Map<string, StoredCopy>();
  for (const copy of copies) {
    const known = kept.get(copy.form);
    if (known === undefined || (!isUsable(known) && isUsable(copy))) kept.set(copy.form, copy);
  }
  return kept;
}

/**
 * The copy of a layer to keep, of copies in any number of forms: of the smallest form with a usable copy, then of the
 * lowest digest, the first usable copy. Undefined where there is no copy.
 */
export function bestCopy(copies: readonly StoredCopy[]): StoredCopy | undefined {
  return bestOf(keptCopies(copies).values());
}

/** The best of some copies that are each of another form; undefined where there is none. */
export function bestOf(candidates: Iterable<StoredCopy>): StoredCopy | undefined {
  let best: StoredCopy | undefined;
  for (const candidate of candidates) if (best === undefined || isBetter(candidate, best)) best = candidate;
  return best;
}

/** Whether one of two copies of a layer, each of another form, is the one to keep; false where nothing decides. */
export function isBetter(candidate: StoredCopy, best: StoredCopy): boolean {
  if (isUsable(candidate) !== isUsable(best)) return isUsable(candidate);
  const bytes = candidate.record.storedBytes - best.record.storedBytes;
  if (bytes !== 0) return bytes < 0;
  return isDigestBelow(candidate.form, best.form);
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
