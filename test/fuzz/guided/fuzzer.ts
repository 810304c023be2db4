/**
 * The loop of the guided fuzzing: changes an input that once reached something new, runs the target, and keeps what reaches
 * something new in its turn, cut down to what that needs. The same seed gives the same executions. Nothing is kept of an
 * execution but that, so that it goes on for any time in the same memory.
 */
import { Chance } from './chance.js';
import { Coverage } from './coverage.js';
import type { Instrumented } from './instrument.js';
import { Mutator } from './mutation.js';

/** An input that the target finds wrong, as short as it was made. */
export interface Failure {
  readonly input: Buffer;
  readonly error: Error;
}

/** Executions of one input before another is taken. */
const roundExecutions = 64;
const mostCuts = 200;

export class Fuzzer {
  executions = 0;
  failure: Failure | null = null;
  /** Inputs that reached something new, the newest last. */
  readonly corpus: Buffer[] = [];
  readonly coverage: Coverage;
  readonly #instrumented: Instrumented;
  readonly #chance: Chance;
  readonly #mutator: Mutator;

  constructor(instrumented: Instrumented, seed: number) {
    const { target, counters, words } = instrumented;
    this.#instrumented = instrumented;
    this.coverage = new Coverage(counters);
    this.#chance = new Chance(seed);
    const dictionary = [...new Set([...words, ...(target.words ?? [])])].map((word) => Buffer.from(word, 'latin1'));
    this.#mutator = new Mutator(target.maxBytes, this.#chance, dictionary, () => this.#chance.pick(this.corpus));
  }

  /** Tries these as they are, and begins with them. */
  async begin(inputs: readonly Uint8Array[]): Promise<void> {
    const { target, counters } = this.#instrumented;
    for (const input of inputs) {
      await target.prepare?.();
      counters.fill(0);
      if (this.failure === null) this.#try(Buffer.from(input).subarray(0, target.maxBytes), true);
    }
  }

  /** Runs so many more executions, or up to the first failure. */
  async run(executions: number): Promise<void> {
    const { target, counters } = this.#instrumented;
    const end = this.executions + executions;
    while (this.executions < end && this.failure === null) {
      await target.prepare?.();
      counters.fill(0);
      const parent = this.#pick();
      for (let left = Math.min(roundExecutions, end - this.executions); left > 0 && this.#goesOn; left--) {
        let length = this.#mutator.change(parent);
        // Now and then a sum stays wrong.
        if (target.mend !== undefined && this.#chance.below(16) > 0) length = target.mend(this.#mutator.bytes, length);
        this.#try(this.#mutator.bytes.subarray(0, length), false);
      }
    }
  }

  get #goesOn(): boolean {
    return this.failure === null && this.#isReady;
  }

  get #isReady(): boolean {
    return this.#instrumented.target.isReady?.() ?? true;
  }

  /** Half of the time one of the newest, which nobody has changed much. */
  #pick(): Buffer {
    const { length } = this.corpus;
    const newest = this.#chance.below(2) === 0 ? Math.max(0, length - Math.max(8, length >> 3)) : 0;
    return this.corpus[newest + this.#chance.below(length - newest)] ?? Buffer.alloc(0);
  }

  #try(input: Buffer, isSeed: boolean): void {
    this.executions += 1;
    const error = this.#errorOf(input);
    if (error !== null) {
      this.failure = { input: this.#shortened(input, (cut) => this.#errorOf(cut) !== null), error };
      return;
    }
    const found = this.coverage.take();
    if (found === null && this.corpus.length > 0) return;
    if (isSeed || found === null) this.corpus.push(Buffer.from(input));
    else this.corpus.push(this.#shortened(input, (cut) => this.#errorOf(cut) === null && this.coverage.has(found)));
  }

  #errorOf(input: Buffer): Error | null {
    try {
      this.#instrumented.target.check(input);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** The input without what `keeps` does not need: ever smaller pieces are left out, each where it stands. */
  #shortened(input: Buffer, keeps: (input: Buffer) => boolean): Buffer {
    const { counters } = this.#instrumented;
    let shortest = Buffer.from(input);
    let tries = 0;
    for (let size = shortest.length >> 1; size > 0 && this.#isReady; size >>= 1) {
      for (let at = 0; at < shortest.length && tries < mostCuts && this.#isReady; tries++) {
        counters.fill(0);
        const cut = Buffer.concat([shortest.subarray(0, at), shortest.subarray(at + size)]);
        if (keeps(cut)) shortest = cut;
        else at += size;
      }
    }
    counters.fill(0);
    this.executions += tries;
    return shortest;
  }
}
