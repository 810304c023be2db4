/**
 * What is to be reached, and what was: one row for each. A figure is the median of one command against that of another in
 * the same rounds; where a command was not run, there is none.
 */
import type { Comparison, Goal } from '../results.js';
import { rounded } from '../statistics.js';
import { besides } from './cases.js';
import { inspectedSmall } from './comparisons.js';

/** What the figures are made of. */
export interface Measured {
  readonly comparisons: readonly Comparison[];
  /** Of rates.ts; empty where they were not measured. */
  readonly rates: Readonly<Record<string, number>>;
  /** Bytes of the archives of the comparison `set`. */
  readonly setBytes: number;
  /** How many small archives there are. */
  readonly small: number;
  /** Of the machine. */
  readonly processors: number;
}

type Figure = number | null;

/** The medians in milliseconds, the peaks in MB and the rates by their names. */
interface Figures {
  readonly time: (comparison: string, name: string) => Figure;
  readonly peak: (comparison: string, name: string) => Figure;
  /** What was given to the disk to write, in MB. */
  readonly written: (comparison: string, name: string) => Figure;
  readonly rate: (name: string) => Figure;
  readonly measured: Measured;
}

/** What is to be reached, before it is measured. */
export interface GoalRow extends Pick<Goal, 'what' | 'figure'> {
  /** At least this many times, at most this many times, or at most this many MB or milliseconds. */
  readonly target:
    | { readonly least: number }
    | { readonly most: number }
    | { readonly mostMb: number }
    | { readonly mostMs: number };
  readonly value: (figures: Figures) => Figure;
  readonly remark?: string | ((figures: Figures) => string | null) | null;
}

const memory = 'peak memory';

// biome-ignore format: a table
const rows: readonly GoalRow[] = [
  { what: 'verify, uncompressed, digest phase', figure: 'bytes a second / the limit', target: { least: 0.92 },
    value: ({ rate }) => ratio(rate('digestPhase'), rate('limit')) },
  { what: 'verify, uncompressed, whole command with its start', figure: 'bytes a second / the limit', target: { least: 0.75 },
    value: ({ rate, time, measured }) => ratio(ratio(measured.setBytes * 1000, time('set', 'varve')), rate('limit')) },
  { what: 'verify of all images', figure: 'skopeo copy to dir: / varve', target: { least: 8 },
    value: ({ time }) => ratio(time('set', 'skopeo copy'), time('set', 'varve docker')), remark: 'skopeo writes them, too' },
  { what: 'verify of the set', figure: 'sha256sum / varve', target: { least: 5 },
    value: ({ time }) => ratio(time('set', 'sha256sum'), time('set', 'varve')) },
  { what: 'verify of one image', figure: 'skopeo copy to dir: / varve', target: { least: 5 },
    value: ({ time }) => ratio(time('one', 'skopeo copy'), time('one', 'varve')), remark: 'skopeo writes it, too' },
  { what: 'verify of one image', figure: 'sha256sum / varve', target: { least: 3.5 },
    value: ({ time }) => ratio(time('one', 'sha256sum'), time('one', 'varve')) },
  { what: 'verify of one image', figure: 'crane validate / varve', target: { least: 4 },
    value: ({ time }) => ratio(time('one', 'crane validate'), time('one', 'varve')) },
  { what: 'verify of one image', figure: 'podman load / varve', target: { least: 1 },
    value: ({ time }) => ratio(time('one', 'podman load'), time('one', 'varve')), remark: 'podman unpacks it, too' },
  { what: 'verify, gzip layers, one core', figure: 'igzip and openssl / varve', target: { least: 0.85 },
    value: ({ time }) => ratio(time('gzip', 'igzip'), time('gzip', 'varve, one core')),
    remark: 'with its start; it also hashes the stored bytes' },
  { what: 'verify, gzip layers', figure: 'one core / all cores', target: { least: 1.65 },
    value: ({ time }) => ratio(time('gzip', 'varve, one core'), time('gzip', 'varve, all cores')),
    remark: (figures) => scaling(figures, 'gzip') },
  { what: 'verify of one gzip layer of 1 GB', figure: 'one core / all cores', target: { least: 1.5 },
    value: ({ time }) => ratio(time('one layer', 'varve, one core'), time('one layer', 'varve, all cores')),
    remark: (figures) => scaling(figures, 'one layer') },
  { what: 'verify of one gzip layer of 1 GB, one core', figure: 'igzip and openssl / varve', target: { least: 0.85 },
    value: ({ time }) => ratio(time('one layer', 'igzip'), time('one layer', 'varve, one core')), remark: 'as for gzip' },
  { what: 'verify, zstd layers, one core, Node 24', figure: 'zstd and openssl / varve', target: { least: 1 },
    value: ({ time }) => ratio(time('zstd', 'zstd'), time('zstd', 'varve, one core')), remark: 'as for gzip' },
  { what: '20 archives that share 80 % of their gzip layers', figure: 'together / one by one', target: { most: 0.45 },
    value: ({ time }) => ratio(time('sharing', 'together'), time('sharing', 'one by one')) },
  { what: 'second run with --cache', figure: 'varve / node -e 0', target: { most: 3 },
    value: ({ time }) => ratio(time('cache', 'second'), time('cache', 'node')) },
  { what: 'ls of an archive of 20 GiB', figure: 'varve / node -e 0', target: { most: 2.5 },
    value: ({ time }) => ratio(time('huge', 'varve'), time('huge', 'node')) },
  { what: 'ls of an archive of 20 GiB, without the start of Node', figure: 'skopeo inspect / varve', target: { least: 1 },
    value: ({ time }) => ratio(time('huge', 'skopeo inspect'), difference(time('huge', 'varve'), time('huge', 'node'))) },
  { what: 'start, --version', figure: 'varve / node -e 0', target: { most: 1.4 },
    value: ({ time }) => ratio(time('start', 'version'), time('start', 'node')) },
  { what: 'start, --help', figure: 'varve / node -e 0', target: { most: 1.4 },
    value: ({ time }) => ratio(time('start', 'help'), time('start', 'node')) },
  { what: 'start, ls', figure: 'varve over node -e 0', target: { mostMs: 35 },
    value: ({ time }) => difference(time('start', 'ls'), time('start', 'node')) },
  { what: 'start, ls, Node 24', figure: 'varve over node -e 0', target: { mostMs: 35 },
    value: ({ time }) => difference(time('start', 'ls, Node 24'), time('start', 'node, Node 24')) },
  { what: 'report on one image', figure: 'dive --ci / varve', target: { least: 1 },
    value: ({ time }) => ratio(time('report', 'dive'), time('report', 'varve')) },
  { what: 'report on 2,000 small archives', figure: 'skopeo inspect of each / varve', target: { least: 20 },
    value: ({ time, measured }) =>
      ratio(product(time('small', 'skopeo inspect'), measured.small / inspectedSmall), time('small', 'varve')),
    remark: `from ${inspectedSmall} of them` },
  { what: 'report on 2,000 small archives', figure: 'one core / all cores', target: { least: 1.7 },
    value: ({ time }) => ratio(time('small', 'varve, one core'), time('small', 'varve')),
    remark: (figures) => scaling(figures, 'small') },
  { what: 'verify of an archive of 20 GiB', figure: memory, target: { mostMb: 200 },
    value: ({ peak }) => peak('huge verify', 'varve') },
  { what: 'verify of the set', figure: memory, target: { mostMb: 200 }, value: ({ peak }) => peak('set', 'varve') },
  { what: 'verify of the set, 2 threads', figure: memory, target: { mostMb: 250 },
    value: ({ peak }) => peak('threads', 'varve, 2 threads') },
  { what: 'verify of the set, 16 threads', figure: memory, target: { mostMb: 1000 },
    value: ({ peak }) => peak('threads', 'varve, 16 threads') },
  { what: 'verify of gzip layers', figure: memory, target: { mostMb: 200 },
    value: ({ peak }) => peak('gzip', 'varve, all cores') },
  { what: 'report on 2,000 images', figure: memory, target: { mostMb: 400 }, value: ({ peak }) => peak('small', 'varve') },
];

/** All rows, in the order in which they are shown. Throws RangeError where a command that a row is about was not compared. */
export function goals(measured: Measured): Goal[] {
  return goalsOf(rows, measured);
}

/** The same of other rows. */
export function goalsOf(wanted: readonly GoalRow[], measured: Measured): Goal[] {
  const { comparisons, rates } = measured;
  const figures: Figures = {
    time: (comparison, name) => caseOf(comparisons, comparison, name).medianMs,
    peak: (comparison, name) => product(caseOf(comparisons, comparison, name).peakBytes, 1e-6),
    written: (comparison, name) => product(caseOf(comparisons, comparison, name).writtenBytes ?? null, 1e-6),
    rate: (name) => rates[name] ?? null,
    measured,
  };
  return wanted.map((row) => goalOf(row, figures));
}

function goalOf({ what, figure, target, value, remark = null }: GoalRow, figures: Figures): Goal {
  const exact = value(figures);
  const measured = exact === null ? null : rounded(exact);
  const atLeast = 'least' in target;
  const [bound = 0] = Object.values(target);
  return {
    what,
    figure,
    target: bound,
    atLeast,
    unit: 'mostMb' in target ? 'MB' : 'mostMs' in target ? 'ms' : 'x',
    measured,
    met: measured === null ? null : atLeast ? measured >= bound : measured <= bound,
    remark: typeof remark === 'function' ? remark(figures) : remark,
  };
}

/** Null where one of them was not measured. */
export function ratio(over: Figure, under: Figure): Figure {
  return over === null || under === null || under <= 0 ? null : over / under;
}

function product(value: Figure, factor: number): Figure {
  return value === null ? null : value * factor;
}

function difference(value: Figure, less: Figure): Figure {
  return value === null || less === null ? null : value - less;
}

/** How much more than one core all cores do in the same rounds, where each has work that has nothing to do with the others'. */
function scaling({ time, measured }: Figures, comparison: string): string | null {
  const factor = product(ratio(time(comparison, 'varve, one core'), time(comparison, besides)), measured.processors);
  return factor === null ? null : `one on each core, at once: ${rounded(factor)} ×`;
}

function caseOf(comparisons: readonly Comparison[], comparison: string, name: string) {
  const found = comparisons.find((item) => item.name === comparison)?.cases.find((item) => item.name === name);
  if (found === undefined) throw new RangeError(`nothing was compared as ${comparison}: ${name}`);
  return found;
}
