/**
 * What the other side has, by digest, as its inventory says it. Pure. Bytes that somebody hashed count by what was found; of
 * others a name is no more than a claim, which counts where the size fits, since whoever applies a delta hashes them all.
 */
import { storedForm } from '../analysis/set/stored-copies.js';
import type { Digest } from '../model/digest.js';
import type { EntryRecord, Inventory } from '../model/results/inventory.js';

/** Bodies of a base. */
export class Have {
  /** By digest; true where it was computed, else the sizes of the bodies that are called so. */
  readonly #bodies = new Map<string, true | Set<number>>();

  constructor({ archives }: Inventory) {
    for (const [archive, { entries }] of archives.entries()) {
      for (const [entry, record] of entries.entries()) {
        if (record.role === 'document' || record.intact === false) continue;
        this.#add(storedForm(archive, entry, record), record);
      }
    }
  }

  /** Whether such a body is there, `verified` or by its name; null where there is none. */
  find(digest: Digest, sizeBytes: number): 'verified' | 'claimed' | null {
    const known = this.#bodies.get(digest);
    if (known === true) return 'verified';
    return known?.has(sizeBytes) === true ? 'claimed' : null;
  }

  #add(form: string, { intact, digest, claimedDigest, storedBytes }: EntryRecord): void {
    const known = this.#bodies.get(form);
    if (known === true) return;
    const isVerified = intact === true || (claimedDigest === null && digest !== null);
    if (isVerified) this.#bodies.set(form, true);
    else if (known === undefined) this.#bodies.set(form, new Set([storedBytes]));
    else known.add(storedBytes);
  }
}
