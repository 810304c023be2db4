/**
 * Sweeps: one assertion over every cut, every bit, every seed. The suite `sweeps` takes all of them; the unit suite takes
 * a sample, so that what goes wrong everywhere is seen in seconds. A test file that imports this one is run by both
 * suites (vitest.config.ts looks for the import).
 */

/** Set by the suite `sweeps`; `all`, from outside, is more than that. */
const { VARVE_SWEEPS: asked } = process.env;
const whole = asked === 'whole' || asked === 'all';

/**
 * All cases in the suite `sweeps`; else so many of them, evenly spread: the first, the last, and what lies between. Where the step
 * is a multiple of 8, every bit would be the same one of its byte: choose the number so that it is none.
 */
export function sweep<T>(cases: readonly T[], sampled: number): readonly T[] {
  return whole ? cases : spread(cases, sampled);
}

/** As `sweep`, where all cases take minutes: a third of them in the suite `sweeps`, and all with `VARVE_SWEEPS=all`. */
export function longSweep<T>(cases: readonly T[], sampled: number): readonly T[] {
  return asked === 'all' ? cases : spread(cases, whole ? Math.ceil(cases.length / 3) : sampled);
}

function spread<T>(cases: readonly T[], sampled: number): readonly T[] {
  if (cases.length <= sampled) return cases;
  const step = (cases.length - 1) / Math.max(1, sampled - 1);
  return Array.from({ length: sampled }, (_, i) => cases[Math.round(i * step)] as T);
}

/** The numbers from `first` up to `end`, without it, `step` apart. */
export function range(first: number, end: number, step = 1): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((end - first) / step)) }, (_, i) => first + i * step);
}

/** How many runs of random cases: `all` in the suite `sweeps`, else `sampled`. */
export function runs(all: number, sampled: number): number {
  return whole ? all : sampled;
}
