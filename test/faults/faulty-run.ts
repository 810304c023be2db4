/**
 * Runs of the built program in a world that breaks: with a fault in its reads (fault-hook.ts), under limits of the shell,
 * as another user. Counts what was injected, for docs/reliability.md.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { afterAll, expect } from 'vitest';
import type { Verification } from '../../src/model/results.js';
import type { Fault } from './fault-hook.js';

export const program = resolve('dist/src/cli/main.js');
const hook = resolve('dist/test/faults/fault-hook.js');

/** A folder of this test file, removed at its end. */
export const folder = mkdtempSync(join(tmpdir(), 'varve-faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export interface Ended {
  /** Of a process that a signal ended: null. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. `env` comes on top of that of the tests. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly uid?: number } = {},
): Promise<Ended> {
  const { env, ...rest } = options;
  const child = spawn(command, args, { ...rest, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number | null>((end, reject) => child.once('error', reject).once('close', end));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}

/** Runs the program with these words. */
export function varve(args: readonly string[], options: Parameters<typeof runCommand>[2] = {}): Promise<Ended> {
  return runCommand(process.execPath, [program, ...args], options);
}

let runs = 0;

/** Runs `verify` with a fault in its reads. `faults`: how often it struck, which must not be never. */
export async function verifyWith(
  fault: Omit<Fault, 'countFile'>,
  inputs: readonly string[],
  args: readonly string[] = [],
): Promise<{ readonly result: Verification; readonly code: number | null; readonly faults: number }> {
  const countFile = join(folder, `faults-${runs++}`);
  // So small a heap is soon exhausted, and large enough for all that the program does.
  const options = ['--max-old-space-size=96', '--import', hook];
  const words = ['verify', ...inputs, '--format', 'json', ...args];
  const { code, stdout, stderr } = await runCommand(process.execPath, [...options, program, ...words], {
    env: { VARVE_FAULT: JSON.stringify({ ...fault, countFile }) },
  });
  const faults = existsSync(countFile) ? readFileSync(countFile).length : 0;
  expect(faults, stderr).toBeGreaterThan(0);
  return { result: JSON.parse(stdout) as Verification, code, faults };
}

/** Status and codes of errors of each archive, by the end of its path. */
export function verdicts({ archives }: Verification): Record<string, readonly string[]> {
  return Object.fromEntries(
    archives.map(({ path, status, findings }) => {
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
      return [path.slice(path.lastIndexOf('/') + 1), [status, ...new Set(errors)]];
    }),
  );
}
