/** What is fuzzed: a pure function of bytes, and how it is fed. */

export interface Target {
  readonly name: string;
  /** Whole inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Texts to try beside those of the code. */
  readonly words?: readonly string[];
  /** Inputs are not longer. */
  readonly maxBytes: number;
  /** What has to be ready before some executions and cannot be had at once: WebAssembly. */
  prepare?(): Promise<void>;
  /** False once that is used up. */
  isReady?(): boolean;
  /** Throws where something is wrong with what the code made of the input, which is not to be kept. */
  check(input: Buffer): void;
  /** Makes changed bytes fit again what nobody looks behind: sums of headers. Returns their new length. */
  mend?(bytes: Buffer, length: number): number;
}

/** Texts as seeds. */
export function texts(...lines: readonly string[]): Buffer[] {
  return lines.map((line) => Buffer.from(line));
}

/** Fails with both sides where two readings of one input differ. */
export function same(what: string, one: unknown, other: unknown): void {
  if (one === other) return;
  throw new Error(`${what}: ${String(one)} is not ${String(other)}`);
}
