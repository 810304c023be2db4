/** Fast numbers by chance (xorshift32): the same for the same seed, on every machine. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    // Zero would stay zero for ever.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  }

  /** A whole number of 32 bits. */
  word(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** A whole number from 0 on that is less. */
  below(end: number): number {
    return end <= 1 ? 0 : this.word() % end;
  }

  /** One of those; there has to be one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
