/**
 * What the benchmarks write: four documents in bench/results, each with a schema, and the machine that made them. The
 * tables of bench/README.md are made of them (readme.ts), and a test holds both to each other.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import process from 'node:process';
import { z } from 'zod';

const ms = z.number().nonnegative();
const count = z.number().int().nonnegative();

const machineSchema = z.object({
  processor: z.string(),
  processors: count,
  memoryBytes: count,
  system: z.string(),
  node: z.string(),
  varve: z.string().describe('the last commit that changed the program; with a plus where it was changed since'),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  load: z
    .number()
    .nonnegative()
    .nullable()
    .describe('average of the minute before it began: 0 is a quiet machine; null: not told'),
});

/** One command of a comparison. Null: not run, and why. */
const caseSchema = z.object({
  name: z.string(),
  shown: z.string().describe('the command, with words in capitals for its files'),
  notRun: z.string().nullable(),
  medianMs: ms.nullable(),
  leastMs: ms.nullable(),
  mostMs: ms.nullable(),
  peakBytes: count.nullable().describe('of its largest process, the highest of all rounds; null where not measured'),
  rounds: count,
  writtenBytes: count
    .nullable()
    .exactOptional()
    .describe('what it has given to the disk to write, the most of all rounds; null where not measured'),
});

const comparisonSchema = z.object({
  name: z.string(),
  about: z.string(),
  cases: z.array(caseSchema),
});

const goalSchema = z.object({
  what: z.string(),
  figure: z.string().describe('what is divided by what'),
  target: z.number(),
  atLeast: z.boolean().describe('false: at most'),
  unit: z.enum(['x', 'MB', 'ms']),
  measured: z.number().nullable(),
  met: z.boolean().nullable(),
  remark: z.string().nullable(),
});

export const peersSchema = z.object({
  kind: z.literal('varve-bench.peers'),
  schemaVersion: z.literal(1),
  machine: machineSchema,
  versions: z.record(z.string(), z.string().nullable()).describe('null: not there'),
  rounds: count,
  sets: z.array(z.object({ name: z.string(), about: z.string(), files: count, sizeBytes: count })),
  rates: z
    .record(z.string(), z.number().nonnegative())
    .describe('bytes a second, medians of the rounds: of all cores together'),
  comparisons: z.array(comparisonSchema),
  goals: z.array(goalSchema),
});

export const writesSchema = peersSchema.omit({ rates: true }).extend({ kind: z.literal('varve-bench.writes') });

export const hotSchema = z.object({
  kind: z.literal('varve-bench.hot'),
  schemaVersion: z.literal(1),
  machine: machineSchema,
  tasks: z.array(
    z.object({
      suite: z.string(),
      name: z.string(),
      unit: z.string().describe('what is counted: bytes, entries, references'),
      amount: count.describe('so many of them each time'),
      medianMs: ms,
      marginPercent: z.number().nonnegative().describe('half the width of the 95 % interval of the mean'),
      samples: count,
    }),
  ),
});

export const growthSchema = z.object({
  kind: z.literal('varve-bench.growth'),
  schemaVersion: z.literal(1),
  machine: machineSchema,
  series: z.array(
    z.object({
      what: z.string(),
      unit: z.string(),
      points: z.array(z.object({ size: count, medianMs: ms })),
      exponent: z.number(),
    }),
  ),
});

export type Machine = z.infer<typeof machineSchema>;
export type Case = z.infer<typeof caseSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Goal = z.infer<typeof goalSchema>;
export type Peers = z.infer<typeof peersSchema>;
export type Writes = z.infer<typeof writesSchema>;
export type Hot = z.infer<typeof hotSchema>;
export type Growth = z.infer<typeof growthSchema>;

/** This machine and this state of the repository; to be asked before anything is measured. */
export function machineFacts(): Machine {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const program = ['--', 'src', 'workers'];
  const changed = git('status', '--porcelain', '--untracked-files=no', ...program) !== '';
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    varve: `${git('log', '-1', '--abbrev=12', '--format=%h', ...program)}${changed ? '+' : ''}`,
    date: new Date().toISOString().slice(0, 10),
    // Windows has none, and Node says 0.
    load: platform() === 'win32' ? null : Number(loadavg()[0]?.toFixed(1)),
  };
}

export type ResultName = 'peers' | 'writes' | 'hot' | 'growth';

/** Where a document lies, from the root of the repository. */
export function resultPath(name: ResultName): string {
  return `bench/results/${name}.json`;
}

/** Writes a document, as biome would format it where lines are short. */
export function writeResult(name: ResultName, document: unknown): void {
  writeFileSync(resultPath(name), `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads a document; throws where it is not what its schema says. */
export function readResult<T>(name: ResultName, schema: z.ZodType<T>): T {
  return schema.parse(JSON.parse(readFileSync(resultPath(name), 'utf8')));
}
