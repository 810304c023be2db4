/**
 * How long the fuzzing goes on. By itself each target gets a fixed number of inputs from a fixed seed, so that a failure in
 * CI comes again; `npm run fuzz -- SECONDS [SEED]` gives every target that time, from a seed of the clock unless told. A
 * failure prints seed and shrunken input; what was found becomes a case of the suite that it belongs to.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, expect } from 'vitest';

const fixedSeed = 20_261_124;
const { VARVE_FUZZ_SECONDS: seconds, VARVE_FUZZ_SEED: seed, VARVE_FUZZ_COUNTS: countsFolder } = process.env;
const parameters: fc.Parameters<unknown> =
  seconds === undefined
    ? { seed: fixedSeed }
    : { seed: Number(seed ?? Date.now() % 2 ** 31), interruptAfterTimeLimit: Number(seconds) * 1000 };
const unlimited = 1_000_000_000;

/** Milliseconds that a test of this suite may take. */
export const timeout = seconds === undefined ? 5 * 60_000 : Number(seconds) * 4000 + 60_000;

/** Inputs tried so far, by target. */
const executions = new Map<string, number>();

/** Holds `check` to whatever `inputs` makes; it fails by a throw. `runs`: inputs tried when no time is given. */
export async function fuzz<T>(
  target: string,
  runs: number,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(inputs, async (input) => {
    executions.set(target, (executions.get(target) ?? 0) + 1);
    await check(input);
  });
  await fc.assert(property, { ...parameters, numRuns: seconds === undefined ? runs : unlimited } as fc.Parameters<[T]>);
  expect(executions.get(target)).toBeGreaterThan(0);
}

/** What a function does with an input: its value, or the error that it is allowed to throw. Any other error goes on. */
export function outcome<T>(call: () => T, allowed: (error: unknown) => boolean): { value: T } | { error: unknown } {
  try {
    return { value: call() };
  } catch (error) {
    if (!allowed(error)) throw error;
    return { error };
  }
}

afterAll(() => {
  if (countsFolder === undefined) return;
  for (const [target, count] of executions) {
    writeFileSync(join(countsFolder, `${target.replaceAll(' ', '-')}.txt`), `${target}\t${count}\n`);
  }
});
