/**
 * A set of paths that holds a 64-bit hash of each and not its name, so that a path that comes twice is found among two
 * million for 34 MB. A false alarm has odds of 1 in 18 million for a million paths. Hostile input: paths that are made
 * to collide cost a bounded search each; where the table gets too crowded for that, the set takes no more.
 */
const startSlots = 64;
/** By so much it grows: rarely, since each path is put in anew then. */
const growth = 4;
/** At most half of the slots are taken; a cluster of this length does not come about by chance. */
const longestSearch = 512;

/** What became of a path. */
type Added = 'new' | 'known' | 'full';

export class PathSet {
  size = 0;
  readonly #capacity: number;
  #slots: Int32Array | null = null;
  #crowded = false;

  /** `capacity`: paths that are remembered. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds a path. `full`: it may be new or known, there is no room to tell. */
  add(path: string): Added {
    let [low, high] = [lowStart, highStart];
    for (let i = 0; i < path.length; i++) {
      const character = path.charCodeAt(i);
      low = stepLow(low, character);
      high = stepHigh(high, character);
    }
    return this.addHash(endLow(low), endHigh(high));
  }

  /** The same of a path whose hashes are known (`build/header/path-hash.ts`), which are signed. */
  addHash(low: number, high: number): Added {
    if (this.#crowded) return 'full';
    this.#slots ??= new Int32Array(startSlots * 2);
    const at = find(this.#slots, low, high);
    if (at === null) {
      this.#crowded = true;
      return 'full';
    }
    if (this.#slots[at + 1] !== 0) return 'known';
    if (this.size >= this.#capacity) return 'full';
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    this.size++;
    if (this.size * 4 > this.#slots.length) this.#grow(this.#slots);
    return 'new';
  }

  #grow(old: Int32Array): void {
    const slots = new Int32Array(old.length * growth);
    for (let i = 0; i < old.length; i += 2) {
      const low = old[i] ?? 0;
      const high = old[i + 1] ?? 0;
      if (high === 0) continue;
      const at = find(slots, low, high);
      if (at === null) {
        this.#crowded = true;
        return;
      }
      slots[at] = low;
      slots[at + 1] = high;
    }
    this.#slots = slots;
  }
}

/** Two independent 32-bit hashes, of one character after another; the second is never zero, which marks a free slot. */
const lowStart = 0x811c9dc5 | 0;
const highStart = 0x9e3779b9 | 0;

function stepLow(low: number, character: number): number {
  return Math.imul(low ^ character, 0x01000193);
}

function stepHigh(high: number, character: number): number {
  const next = Math.imul(high ^ character, 0x85ebca6b);
  return next ^ (next >>> 15);
}

function endLow(low: number): number {
  const mixed = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

function endHigh(high: number): number {
  return Math.imul(high ^ (high >>> 13), 0x27d4eb2f) | 1;
}

/** The slot that holds a hash, or the free one where it belongs; null where neither is near. */
function find(slots: Int32Array, low: number, high: number): number | null {
  const mask = slots.length / 2 - 1;
  for (let step = 0; step < longestSearch; step++) {
    const at = ((low + step) & mask) * 2;
    const held = slots[at + 1];
    if (held === 0 || (held === high && slots[at] === low)) return at;
  }
  return null;
}
