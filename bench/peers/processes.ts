/**
 * Runs one command to its end: wall-clock time, and the peak memory of its largest process and what it writes, as the kernel
 * counts them and GNU time tells. A small shell starts the command and looks at the clock: for a process as large as the benchmark itself
 * to fork takes as long as some commands do. A command that ends otherwise than it should ends the benchmark: a failure
 * can be very quick.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** Where install.sh puts what no package manager has. */
const ownPrograms = 'bench/peers/bin';

export interface Command {
  readonly argv: readonly string[];
  /** Default: all. */
  readonly cores?: 1;
  /** Default: 0 only. */
  readonly endsWith?: readonly number[];
  /** Output is thrown away instead of kept. */
  readonly discard?: boolean;
}

export interface Run {
  readonly elapsedMs: number;
  readonly peakBytes: number | null;
  /** What it and its children have given to disks to write, as the kernel counts it: nothing on a file system in memory. */
  readonly writtenBytes: number | null;
  readonly stdout: string;
}

/** In which the kernel counts what is written. */
const blockBytes = 512;

const path = `${join(process.cwd(), ownPrograms)}${delimiter}${process.env['PATH'] ?? ''}`;
/** Without further authorities, all of which Node would read whenever it starts. */
export const env = { ...process.env, PATH: path, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '', CI: 'true' };

/** Writes the times before and after a command, in seconds, into the file that comes first. */
const clock =
  'times=$1; shift; before=$EPOCHREALTIME; "$@"; status=$?; echo $before $EPOCHREALTIME >"$times"; exit $status';

/** Whether a program can be found. */
export function isThere(program: string): boolean {
  return path.split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Runs a command; its output is kept, up to 64 MiB. */
export function run({ argv, cores, endsWith = [0], discard = false }: Command): Run {
  const folder = mkdtempSync(join(tmpdir(), 'varve-time-'));
  try {
    const note = join(folder, 'peak');
    const times = join(folder, 'times');
    const watch = isThere('time') ? ['time', '--quiet', '--format', '%M %O', '--output', note] : [];
    const pin = cores === undefined ? [] : ['taskset', '--cpu-list', '0'];
    const [program = '', ...args] = [...watch, ...pin, 'bash', '-c', clock, 'bash', times, ...argv];
    const ended = spawnSync(program, args, {
      env,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', discard ? 'ignore' : 'pipe', 'pipe'],
    });
    if (ended.error !== undefined) throw ended.error;
    if (ended.status === null || !endsWith.includes(ended.status)) {
      throw new Error(`${argv.join(' ')} ends with ${ended.status ?? ended.signal}: ${ended.stderr.slice(-500)}`);
    }
    const [before = 0, after = 0] = readFileSync(times, 'utf8').split(' ').map(Number);
    const elapsedMs = (after - before) * 1000;
    const [peakKib = 0, blocks = 0] = watch.length === 0 ? [] : readFileSync(note, 'utf8').split(' ').map(Number);
    const [peakBytes, writtenBytes] = watch.length === 0 ? [null, null] : [peakKib * 1024, blocks * blockBytes];
    return { elapsedMs, peakBytes, writtenBytes, stdout: ended.stdout ?? '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Reads files to the end, so that they are in the page cache. */
export function readAll(files: readonly string[]): void {
  if (files.length > 0) run({ argv: ['cat', ...files], discard: true });
}

/** The versions of all programs that take part, as they print them; null where one is not there. */
export function versionsOf(programs: Readonly<Record<string, readonly string[]>>): Record<string, string | null> {
  const versionOf = ([program, args]: readonly [string, readonly string[]]): [string, string | null] => {
    if (!isThere(program)) return [program, null];
    const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    return [program, /v?\d+(?:\.\d+)+/.exec(stdout + stderr)?.[0] ?? 'unknown'];
  };
  return Object.fromEntries(Object.entries(programs).map(versionOf));
}
