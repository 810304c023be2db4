/**
 * A set of paths that holds a 64-bit hash of each and not its name, so that a path that comes twice is found among two
 * million for 34 MB. A false alarm has odds of 1 in 18 million for a million paths. Hostile input: paths that are made
 * to collide cost a bounded search each; where the table gets too crowded for that, the set takes no more.
 */
const startSlots = 64;
/** At most half of the slots are taken; a cluster of this length does not come about by chance. */
const longestSearch = 512;

export class PathSet {
  size = 0;
  readonly #capacity: number;
  #slots: Uint32Array | null = null;
  #crowded = false;

  /** `capacity`: paths that are remembered. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Adds a path. `full`: it may be new or known, there is no room to tell. */
  add(path: string): 'new' | 'known' | 'full' {
    if (this.#crowded) return 'full';
    this.#slots ??= new Uint32Array(startSlots * 2);
    const [low, high] = hash(path);
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

  #grow(old: Uint32Array): void {
    const slots = new Uint32Array(old.length * 2);
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

/** Two independent 32-bit hashes; the second is never zero, which marks a free slot. */
function hash(path: string): [number, number] {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < path.length; i++) {
    const c = path.charCodeAt(i);
    low = Math.imul(low ^ c, 0x01000193);
    high = Math.imul(high ^ c, 0x85ebca6b);
    high ^= high >>> 15;
  }
  low = Math.imul(low ^ (low >>> 16), 0xc2b2ae35);
  low = (low ^ (low >>> 13)) >>> 0;
  high = (Math.imul(high ^ (high >>> 13), 0x27d4eb2f) | 1) >>> 0;
  return [low, high];
}

/** The slot that holds a hash, or the free one where it belongs; null where neither is near. */
function find(slots: Uint32Array, low: number, high: number): number | null {
  const mask = slots.length / 2 - 1;
  for (let step = 0; step < longestSearch; step++) {
    const at = ((low + step) & mask) * 2;
    const held = slots[at + 1];
    if (held === 0 || (held === high && slots[at] === low)) return at;
  }
  return null;
}
