/**
 * Which branches were ever taken, and about how often in one execution: a branch that is taken 3 times is another feature
 * than the same taken 40 times, as in AFL. Looked at after each execution, so that it is a loop over words and nothing else.
 */

const [once, twice, thrice] = [1, 2, 4];

/** The bit of each count: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more. */
const bits = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count < 4) return [0, once, twice, thrice][count] ?? 0;
  const step = [8, 16, 32, 128, 256].findIndex((end) => count < end);
  return 8 << step;
});

export class Coverage {
  /** Branches that were taken, and branches with how often. */
  branches = 0;
  features = 0;
  readonly #counters: Uint8Array;
  readonly #words: Uint32Array;
  /** Bits of the counts that each branch had. */
  readonly #seen: Uint8Array;

  constructor(counters: Uint8Array) {
    this.#counters = counters;
    this.#words = new Uint32Array(counters.buffer, 0, counters.length / 4);
    this.#seen = new Uint8Array(counters.length);
  }

  /** What the last execution reached that none before it did, as numbers of features; sets the counters to zero. */
  take(): readonly number[] | null {
    const counters = this.#counters;
    const words = this.#words;
    let found: number[] | null = null;
    for (let word = 0; word < words.length; word++) {
      if (words[word] === 0) continue;
      for (let at = 4 * word; at < 4 * word + 4; at++) {
        const bit = bits[counters[at] ?? 0] ?? 0;
        const seen = this.#seen[at] ?? 0;
        if ((seen & bit) !== bit) {
          if (seen === 0) this.branches += 1;
          this.features += 1;
          this.#seen[at] = seen | bit;
          found ??= [];
          found.push(256 * at + bit);
        }
      }
      words[word] = 0;
    }
    return found;
  }

  /** Whether the last execution has all of these features; sets the counters to zero. */
  has(features: readonly number[]): boolean {
    const all = features.every((feature) => bits[this.#counters[feature >> 8] ?? 0] === (feature & 255));
    this.#counters.fill(0);
    return all;
  }
}
