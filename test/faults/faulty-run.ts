/**
 * Runs of the built program in a world that breaks: with a fault in its reads (fault-hook.ts), under limits of the shell,
 * as another user. Counts what was injected, for docs/reliability.md.
 */

import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect } from 'vitest';
import type { Verification } from '../../src/model/results/results.js';
import type { seededRandom } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import type { Fault } from './fault-hook.js';

export const program = resolve('dist/src/cli/main.cjs');
export const hook = resolve('dist/test/faults/fault-hook.js');

/** A folder of this test file, removed at its end. */
export const { folder, newFolder } = temporaryFolder();

export interface Ended {
  /** Of a process that a signal ended: null. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly input?: string;
}

/** Runs a command to its end. `env` comes on top of that of the tests; `input` is a file to be its standard input. */
export async function runCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { env, input, ...rest } = options;
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const child = spawn(command, args, { ...rest, env: { ...process.env, ...env }, stdio: [stdin, 'pipe', 'pipe'] });
  if (stdin !== 'ignore') closeSync(stdin);
  const closed = new Promise<number | null>((end, reject) => child.once('error', reject).once('close', end));
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    closed,
  ]);
  return { code, stdout, stderr };
}

/** Runs the program with these words. */
export function varve(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return runCommand(process.execPath, [program, ...args], options);
}

/** How often a program is killed: so many times, or `VARVE_KILLS` of them, up to `most` where each one takes long. */
export function killsOf(usual: number, most = Number.POSITIVE_INFINITY): number {
  return Math.min(Number(process.env['VARVE_KILLS'] ?? usual), most);
}

/** Starts the program with these words and kills it after so long. */
export async function killed(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(timer);
}

let runs = 0;
const injected = new Map<string, number>();

/**
 * When a run is killed, in milliseconds behind its start: at some moment of it, and one time in eight at one that may lie far behind
 * its end, since a machine that has become slower would never show what a whole run leaves.
 */
export function killMoment(random: ReturnType<typeof seededRandom>, usualMs: number): number {
  const longest = random.integer(0, 7) === 0 ? 6 : 1.3;
  return random.integer(0, Math.ceil(usualMs * longest));
}

/** Counts faults for docs/reliability.md: what went wrong, and how often it did. */
export function count(what: string, times = 1): void {
  injected.set(what, (injected.get(what) ?? 0) + times);
}

afterAll(() => {
  const { VARVE_FACTS: factsFolder } = process.env;
  if (factsFolder === undefined) return;
  const name = `faults-${basename(expect.getState().testPath ?? 'suite', '.test.ts')}.json`;
  writeFileSync(join(factsFolder, name), JSON.stringify([...injected]));
});

/** Runs `verify` with a fault in its reads. `faults`: how often it struck, which must not be never. */
export async function verifyWith(
  fault: Omit<Fault, 'countFile'>,
  inputs: readonly string[],
  args: readonly string[] = [],
  input?: string,
): Promise<{ readonly result: Verification; readonly code: number | null; readonly faults: number }> {
  const countFile = join(folder, `faults-${runs++}`);
  // So small a heap is soon exhausted, and large enough for all that the program does.
  const options = ['--max-old-space-size=96', '--import', hook];
  const argv = ['verify', ...inputs, '--format', 'json', ...args];
  const { code, stdout, stderr } = await runCommand(process.execPath, [...options, program, ...argv], {
    env: { VARVE_FAULT: JSON.stringify({ ...fault, countFile }) },
    ...(input === undefined ? {} : { input }),
  });
  const faults = existsSync(countFile) ? readFileSync(countFile).length : 0;
  expect(faults, stderr).toBeGreaterThan(0);
  count(words[fault.kind], faults);
  return { result: JSON.parse(stdout) as Verification, code, faults };
}

const words: Readonly<Record<Fault['kind'], string>> = {
  unreadable: 'a read that fails (EIO)',
  exit: 'a thread that ends itself while it reads',
  terminate: 'a thread that is ended from outside',
  'terminate-first': 'a thread that is ended from outside',
  'terminate-second': 'a thread that is ended from outside',
  'terminate-others': 'a thread that is ended from outside while another reads for it',
  'exhaust-heap': 'a thread that exhausts its memory',
  shrink: 'a file that shrinks while it is read',
  grow: 'a file that grows while it is read',
  replace: 'a file that is replaced while it is read',
  slow: 'a read that takes long',
};

/** Status and codes of errors of each archive, by the end of its path. */
export function verdicts({ archives }: Verification): Record<string, readonly string[]> {
  return Object.fromEntries(
    archives.map(({ path, status, findings }) => {
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      return [path.slice(path.lastIndexOf('/') + 1), [status, ...new Set(errors)]];
    }),
  );
}
