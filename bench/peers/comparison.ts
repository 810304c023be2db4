/**
 * Commands side by side: in each round all of them run once, one after the other, so that a machine that is slow for a
 * while is slow for all. The medians of the rounds count; short commands, which a moment's trouble changes most, get more of them.
 */

import type { Case, Comparison } from '../results.js';
import { median, rounded } from '../statistics.js';
import { type Command, isThere, readAll, run } from './processes.js';

/** One command before it is run. */
export interface PlannedCase {
  readonly name: string;
  readonly shown: string;
  /** Run in this order and timed as one. */
  readonly commands: readonly Command[];
  /** Programs that have to be there. */
  readonly needs?: readonly string[];
  /** Why it cannot be run here; default: it can. */
  readonly notRun?: string | null;
  /** Before each run, and not timed. */
  readonly before?: () => void;
  /** Default: those of the benchmark. */
  readonly rounds?: number;
  /** Whether what it writes is a figure of it. */
  readonly countsWrites?: boolean;
}

export interface PlannedComparison {
  readonly name: string;
  readonly about: string;
  /** Read to the end before each run, and not timed: some systems drop what was not read for half a minute. */
  readonly files: readonly string[];
  readonly cases: readonly PlannedCase[];
}

interface Sample {
  readonly elapsedMs: number;
  readonly peakBytes: number | null;
  readonly writtenBytes: number | null;
}

/** So many rounds make a benchmark; fewer are a trial. */
export const leastRounds = 5;
/** Further rounds of a benchmark begin within this time of the first one, and are so many with them at most. */
const further = { withinMs: 60_000, mostRounds: 25 };

/** Runs the rounds of a comparison. `tell` gets a line for each case. */
export function compare(planned: PlannedComparison, rounds: number, tell: (line: string) => void): Comparison {
  const start = performance.now();
  const goesOn = (round: number): boolean =>
    round < rounds ||
    (rounds >= leastRounds && round < further.mostRounds && performance.now() - start < further.withinMs);
  const samples = new Map<PlannedCase, Sample[]>();
  const reasons = new Map(planned.cases.map((item) => [item, reasonNotToRun(item)]));
  for (let round = 0; goesOn(round); round++) {
    for (const item of planned.cases) {
      if (reasons.get(item) !== null || round >= (item.rounds ?? Number.POSITIVE_INFINITY)) continue;
      samples.set(item, [...(samples.get(item) ?? []), sampleOf(item, planned.files)]);
    }
  }
  const cases = planned.cases.map((item) => summary(item, samples.get(item) ?? [], reasons.get(item) ?? null));
  for (const { name, medianMs, notRun } of cases) tell(`  ${name}: ${medianMs === null ? notRun : `${medianMs} ms`}`);
  return { name: planned.name, about: planned.about, cases };
}

function reasonNotToRun({ needs = [], notRun = null }: PlannedCase): string | null {
  if (notRun !== null) return notRun;
  const missing = needs.filter((program) => !isThere(program));
  return missing.length === 0 ? null : `${missing.join(', ')} not there`;
}

function sampleOf({ before, commands }: PlannedCase, files: readonly string[]): Sample {
  before?.();
  // What a peer has written is not to be flushed while the next command is measured.
  run({ argv: ['sync'] });
  readAll(files);
  const runs = commands.map(run);
  const peaks = runs.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    elapsedMs: runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    writtenBytes: runs.reduce<number | null>(
      (sum, { writtenBytes }) => (sum === null || writtenBytes === null ? null : sum + writtenBytes),
      0,
    ),
  };
}

function summary(
  { name, shown, countsWrites = false }: PlannedCase,
  samples: readonly Sample[],
  notRun: string | null,
): Case {
  const times = samples.map(({ elapsedMs }) => elapsedMs);
  const peaks = samples.flatMap(({ peakBytes }) => peakBytes ?? []);
  const written = samples.flatMap(({ writtenBytes }) => writtenBytes ?? []);
  const of = (figure: (values: readonly number[]) => number): number | null =>
    times.length === 0 ? null : rounded(figure(times));
  return {
    name,
    shown,
    notRun,
    medianMs: of(median),
    leastMs: of((values) => Math.min(...values)),
    mostMs: of((values) => Math.max(...values)),
    peakBytes: peaks.length === 0 ? null : Math.max(...peaks),
    rounds: samples.length,
    ...(countsWrites ? { writtenBytes: written.length === 0 ? null : Math.max(...written) } : {}),
  };
}
