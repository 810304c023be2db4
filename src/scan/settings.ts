/**
 * What a scan is asked for, by callers of the library (`ScanOptions`), and what that means (`ScanSettings`): every default
 * taken, every limit a number, so that no stage below asks again what was left out.
 */
import type { RemoteInputs } from '../archive/remote-archive.js';
import type { CacheOptions } from '../cache/result-cache.js';
import { type Limits, limitsWith, type ScanLimits } from '../model/limits.js';
import type { Engine } from '../observe/hasher.js';
import type { ProbeName } from '../observe/observation.js';

export type { CacheOptions } from '../cache/result-cache.js';

/** How far a scan is. `totalBytes` counts what is known to be read; standard input adds nothing to it. */
export interface Progress {
  /** Never goes back, and reaches `totalBytes` with the last call. */
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** The archive that is being read. */
  readonly path: string;
}

export interface ScanOptions {
  /** Read and hash every byte. Default true; false = headers, documents and first bytes only. */
  readonly verify?: boolean;
  /** Threads that hash, 0 to 9,999; 0 = this thread. Default: the machine's parallelism, at most the work. */
  readonly workers?: number;
  /**
   * Without `workers`: the calling thread is one of those that hash, and has begun when the others are still starting. It gives way
   * every few milliseconds, so this is for a program that has nothing else to do; with many small archives V8 is told, for all of
   * the process, to optimize late. Default false.
   */
  readonly takesPart?: boolean;
  /** Default `node`. */
  readonly engine?: Engine;
  /** Globs of files and folders that a search of folders leaves out. */
  readonly exclude?: readonly string[];
  /** Accept inventories as INPUT. Default true. */
  readonly inventories?: boolean;
  /** Keep the `ok` of an inventory's archives instead of calling it `recorded`. Default false. */
  readonly acceptRecorded?: boolean;
  /**
   * Keeps what was observed in a folder and takes it from there, for files and blobs that have not changed; only with
   * `verify`, and not with `limits`. What was taken is marked *cached*. Default: all is computed.
   */
  readonly cache?: CacheOptions;
  /** Other limits than those of the program (`limits`), by name. Raising one costs what a hostile input makes of it. */
  readonly limits?: ScanLimits;
  /** A file that is about to be written: refused (`usage`) where it is one of the inputs, before their contents are read. */
  readonly output?: string;
  /**
   * With `verify`, also fetch the bodies of what is not on this machine, to be hashed; none is kept. Default false: of that
   * documents only, and it stays unverified.
   */
  readonly verifyRemote?: boolean;
  /** The way to inputs that are not on this machine. Default: there is none, and they are paths that nobody has. */
  readonly remote?: RemoteInputs;
  readonly onProgress?: (progress: Progress) => void;
  /** Is told what has no effect, such as a pattern of `exclude` that matches nothing. Default: nobody is told. */
  readonly onRemark?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** What a scan does. */
export interface ScanSettings {
  /** Whether bodies are read. */
  readonly verified: boolean;
  /** Null: as many threads as are of use. */
  readonly workers: number | null;
  readonly takesPart: boolean;
  /** Whether the program has nothing else to do. */
  readonly isAlone: boolean;
  readonly engine: Engine;
  readonly exclude: readonly string[];
  readonly inventories: boolean;
  readonly acceptRecorded: boolean;
  /** Null where nothing is remembered. */
  readonly cache: CacheOptions | null;
  readonly limits: Limits;
  readonly output: string | null;
  /** Looks inside layers beyond what is verified. */
  readonly probes: readonly ProbeName[];
  /** Whether the documents of all archives stay at hand when their claims are known. */
  readonly keepsDocuments: boolean;
  /** A file that holds what came on standard input; null where that is read itself. */
  readonly spooledInput: string | null;
  /** Whether bodies are read that are not on this machine. */
  readonly verifiedRemote: boolean;
  /** Null: what is not on this machine is not read. */
  readonly remote: RemoteInputs | null;
  readonly onProgress: ((progress: Progress) => void) | null;
  readonly onRemark: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** The settings that options mean. Throws VarveError `usage` for a limit that is none. */
export function resolveSettings(options: ScanOptions, probes: readonly ProbeName[]): ScanSettings {
  const verified = options.verify ?? true;
  // What other limits make of a body is no answer for a run with those of the program.
  const isRemembered = verified && options.limits === undefined;
  return {
    verified,
    workers: options.workers ?? null,
    takesPart: options.workers === undefined && (options.takesPart ?? false),
    isAlone: options.takesPart ?? false,
    engine: options.engine ?? 'node',
    exclude: options.exclude ?? [],
    inventories: options.inventories ?? true,
    acceptRecorded: options.acceptRecorded ?? false,
    cache: isRemembered ? (options.cache ?? null) : null,
    limits: limitsWith(options.limits ?? {}),
    output: options.output ?? null,
    probes: verified ? probes : [],
    keepsDocuments: false,
    spooledInput: null,
    verifiedRemote: verified && (options.verifyRemote ?? false),
    remote: options.remote ?? null,
    onProgress: options.onProgress ?? null,
    onRemark: options.onRemark ?? (() => {}),
    signal: options.signal,
  };
}
