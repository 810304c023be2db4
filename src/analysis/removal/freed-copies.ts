/**
 * Which stored copies go when images go. A blob goes, with all its copies, when no image that stays holds it: never the
 * sum of single removals, and nothing of what is shared with an image that stays. Classes of copies go only where they
 * are named, and whatever is named, of each layer and blob that an image still needs one copy is left. A file that no image
 * or artifact is left in goes as a whole, with what others have copies of: nobody writes it anew for those.
 */

import { digestOfBlobName } from '../../model/foreign/layout-names.js';
import type { Classification } from '../bytes/classification.js';
import { type BlobHolders, goesWith } from '../set/blob-holders.js';
import type { ImageSet } from '../set/image-set.js';
import { bestOf, isUsable, type StoredCopy, storedBytesOf } from '../set/stored-copies.js';
import { emptiedFiles, type FileRoots } from './emptied-files.js';

/**
 * Copies that can go beside images: those of three classes of the report as it is before, and `stranded` ones, which the
 * removal leaves in an archive that no longer has an image for them, while others have both.
 */
export const copyClasses = ['unreferenced', 'duplicate', 'twin', 'stranded'] as const;

export type CopyClass = (typeof copyClasses)[number];

/** The copies that go, and the bytes of each reason; every byte once. */
export interface Freed {
  readonly copies: readonly StoredCopy[];
  readonly bytes: Readonly<Record<'image' | CopyClass, number>>;
  /** Copies that are left in an archive that has no more use for them. */
  readonly stranded: readonly StoredCopy[];
}

/** What all questions about removals from one set start from. */
export interface Stock {
  readonly set: ImageSet;
  readonly holders: BlobHolders;
  /** Of everything as it is before. */
  readonly classification: Classification;
  readonly files: readonly FileRoots[];
  /** Positions of archives that are stores: what is no blob there was put there by somebody, and stays. */
  readonly stores: ReadonlySet<number>;
}

/** What goes with these images (by position) and these classes of copies. */
export function freedCopies(stock: Stock, images: ReadonlySet<number>, classes: ReadonlySet<CopyClass>): Freed {
  const ledger = new Ledger();
  for (const { copies, holders } of stock.holders.blobs.values()) {
    if (goesWith(holders, images)) ledger.free('image', copies);
  }
  if (classes.has('twin')) freeTwins(stock, images, ledger);
  for (const name of ['duplicate', 'unreferenced'] as const) {
    if (classes.has(name)) ledger.free(name, copiesOf(stock, name));
  }
  const isNamed = classes.has('stranded');
  const emptied = emptiedFiles(stock.files, images);
  const within = new Set(emptied.flatMap(({ archives }) => archives));
  const { stranded, spared } = strandedCopies(stock, images, ledger, ({ archive }) => isNamed || within.has(archive));
  const whole = new Set(
    emptied.flatMap(({ archives }) => (spared.some(({ archive }) => archives.includes(archive)) ? [] : archives)),
  );
  // In one store nothing is deleted file by file: what is left of an emptied one goes, but for the copy that is needed.
  const inStore = classes.has('duplicate') || classes.has('twin');
  const partly = isNamed || inStore;
  ledger.free('stranded', partly ? stranded : stranded.filter(({ archive }) => whole.has(archive)));
  ledger.free('unreferenced', unreferencedIn(stock, inStore ? within : whole));
  const left = isNamed ? [] : strandedCopies(stock, images, ledger, () => true).stranded;
  return { ...ledger.result(), stranded: left };
}

class Ledger {
  readonly #copies = new Map<string, StoredCopy>();
  readonly #bytes = { image: 0, unreferenced: 0, duplicate: 0, twin: 0, stranded: 0 };

  has(copy: StoredCopy): boolean {
    return this.#copies.has(placeOf(copy));
  }

  free(reason: keyof Freed['bytes'], copies: readonly StoredCopy[]): void {
    for (const copy of copies) {
      if (this.has(copy)) continue;
      this.#copies.set(placeOf(copy), copy);
      this.#bytes[reason] += copy.record.storedBytes;
    }
  }

  /** Takes a copy back that would have gone with its images. */
  keep(reason: keyof Freed['bytes'], copy: StoredCopy): void {
    if (this.#copies.delete(placeOf(copy))) this.#bytes[reason] -= copy.record.storedBytes;
  }

  result(): Pick<Freed, 'copies' | 'bytes'> {
    return { copies: [...this.#copies.values()], bytes: this.#bytes };
  }
}

function placeOf({ archive, entry }: StoredCopy): string {
  return `${archive}/${entry}`;
}

/**
 * Without twins an image has its layer in the needed form, whoever that came from: the needed copy stays as long as one
 * of the images whose form goes does. Where it is larger than what would go for it (a damaged copy may be), those stay.
 */
function freeTwins({ set, holders, classification }: Stock, images: ReadonlySet<number>, ledger: Ledger): void {
  const classOf = ({ archive, entry }: StoredCopy) => classification.classes[archive]?.[entry];
  const stays = (copy: StoredCopy) => !goesWith(holders.blobs.get(copy.form)?.holders ?? null, images);
  for (const { copies } of set.layers) {
    const twins = copies.filter((copy) => classOf(copy) === 'twin' && stays(copy));
    const needed = bestOf(copies.filter((copy) => classOf(copy) === 'needed'));
    if (needed !== undefined && !stays(needed)) {
      const savedBytes = storedBytesOf(twins);
      if (savedBytes <= needed.record.storedBytes) continue;
      ledger.keep('twin', needed);
    }
    ledger.free('twin', twins);
  }
}

function copiesOf(stock: Stock, name: CopyClass): StoredCopy[] {
  const { holders, classification } = stock;
  return [...holders.blobs.values()].flatMap(({ copies }) =>
    copies.filter(
      (copy) => classification.classes[copy.archive]?.[copy.entry] === name && !isForeign(copy, stock.stores),
    ),
  );
}

/** Whether a file of a store is no blob by its name. */
function isForeign({ archive, record }: StoredCopy, stores: ReadonlySet<number>): boolean {
  return stores.has(archive) && digestOfBlobName(record.name) === null;
}

/** Bodies of these archives that no root reaches. */
function unreferencedIn({ holders, stores }: Stock, archives: ReadonlySet<number>): StoredCopy[] {
  if (archives.size === 0) return [];
  return [...holders.blobs.values()].flatMap(({ copies }) =>
    copies.filter((copy) => {
      const { archive, entry, record } = copy;
      const isUnreached = record.role === 'stray' || (holders.reach[archive]?.[entry] ?? null) === null;
      return archives.has(archive) && isUnreached && !isForeign(copy, stores);
    }),
  );
}

/**
 * Stranded copies that may go: no image of their archive needs them any more. Minus one spare per blob where no archive that
 * still needs it has a usable copy.
 */
function strandedCopies(
  { holders }: Stock,
  images: ReadonlySet<number>,
  ledger: Ledger,
  mayGo: (copy: StoredCopy) => boolean,
): { readonly stranded: readonly StoredCopy[]; readonly spared: readonly StoredCopy[] } {
  const reachOf = ({ archive, entry }: StoredCopy) => holders.reach[archive]?.[entry] ?? null;
  const spared: StoredCopy[] = [];
  const stranded = [...holders.blobs.values()].flatMap((blob) => {
    if (blob.holders === null || goesWith(blob.holders, images)) return [];
    const left = blob.copies.filter((copy) => !ledger.has(copy));
    const going = new Set(
      left.filter((copy) => mayGo(copy) && copy.record.role !== 'stray' && goesWith(reachOf(copy), images)),
    );
    const others = left.filter((copy) => reachOf(copy) !== null && !going.has(copy));
    if (others.some(isUsable)) return [...going];
    const kept = [...going].find(isUsable) ?? (others.length === 0 ? [...going][0] : undefined);
    if (kept !== undefined) spared.push(kept);
    return [...going].filter((copy) => copy !== kept);
  });
  return { stranded, spared };
}
