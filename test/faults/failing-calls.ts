/**
 * The built program with one call of the system that fails, or all from one on: the n-th that opens or changes something
 * below a folder (preload/failing-call.c, which is compiled here). Without a C compiler this throws: nothing is left out.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { type Ended, folder, varve } from './faulty-run.js';

/** Errors of a disk, by their names. */
export type DiskError =
  | 'EIO'
  | 'ENOSPC'
  | 'EDQUOT'
  | 'EROFS'
  | 'EINVAL'
  | 'ENOTSUP'
  | 'ESTALE'
  | 'EPERM'
  | 'EEXIST'
  | 'ENOENT'
  | 'EBUSY';

export interface FailingCalls {
  /** The number of the first call that fails, from 0. */
  readonly at: number;
  /** Null: none fails, and those that would have are told. */
  readonly error: DiskError | null;
  /** Whether each one after it fails as well. */
  readonly lasts: boolean;
  /** The folders in which calls count. */
  readonly under: readonly string[];
  /** The calls that count; all unless told. */
  readonly only?: readonly string[];
  /** Whether a call does its work and fails all the same. */
  readonly does?: boolean;
}

export interface FaultyRun extends Ended {
  /** The calls that failed: what each was, and its path. */
  readonly failed: readonly (readonly [call: string, path: string])[];
}

let library: string | null = null;
let runs = 0;

/** The compiled library. Throws where there is no C compiler. */
function compiled(): string {
  if (library === null) {
    const source = resolve('test/faults/preload/failing-call.c');
    library = join(folder, 'failing-call.so');
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'inherit' });
  }
  return library;
}

/** Runs the program with these words, and with calls that fail. */
export async function varveWithFailing(
  { at, error, lasts, under, only, does = false }: FailingCalls,
  words: readonly string[],
  input?: string,
): Promise<FaultyRun> {
  const log = join(folder, `failed-${runs++}`);
  const env = {
    LD_PRELOAD: compiled(),
    FAULT_AT: String(at),
    FAULT_ERRNO: String(error === null ? 0 : numberOf(error)),
    FAULT_UNDER: under.join(':'),
    FAULT_LOG: log,
    ...(lasts ? { FAULT_LASTS: '1' } : {}),
    ...(does ? { FAULT_DOES: '1' } : {}),
    ...(only === undefined ? {} : { FAULT_ONLY: `,${only.join(',')},` }),
  };
  const ended = await varve(words, { env, ...(input === undefined ? {} : { input }) });
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
  const failed = lines.map((line) => {
    const space = line.indexOf(' ');
    return [line.slice(0, space), line.slice(space + 1)] as const;
  });
  return { ...ended, failed };
}

/** By the system that the tests run on. */
function numberOf(error: DiskError): number {
  const { ESTALE } = constants.errno;
  return { ...constants.errno, ESTALE: ESTALE ?? 116 }[error];
}
