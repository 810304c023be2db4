/**
 * The threads for small archives. A search for archives takes as long as threads take to start, so they start when it has
 * read the names of many, before it has looked into any. That the archives are not small, or are none, is found later:
 * then nobody takes them.
 */
import { availableParallelism } from 'node:os';
import type { StartedThreads } from '../../threads/start-threads.js';
import type { ScanSettings } from '../settings.js';
import type { ArchiveTask } from './archive-job.js';

/** Null where none could be started. */
export type Starting = Promise<StartedThreads<ArchiveTask, string> | null>;

/** To start threads, and to run most code for the first time there, takes as long as so many that others do meanwhile. */
const worthArchives = 256;

export class ArchiveThreads {
  /** How many do archives, this one too where it takes part. */
  readonly all: number;
  /** Those of them that are to be started. */
  readonly others: number;
  readonly #isAsked: boolean;
  #expected = 0;
  #starting: Starting | null = null;

  constructor(settings: ScanSettings) {
    this.all = Math.max(settings.workers ?? availableParallelism(), 1);
    this.others = settings.takesPart ? this.all - 1 : this.all;
    this.#isAsked = settings.verified && areRecordsEnough(settings);
  }

  /** Whether so many archives are worth threads. */
  areWorth(archives: number): boolean {
    return archives * (1 - 1 / this.all) >= worthArchives;
  }

  /** Hears of so many more files that may be archives. Where that makes them enough threads begin to start; what is answered ends then. */
  expect(files: number): Starting | undefined {
    this.#expected += files;
    if (!this.#isAsked || this.#starting !== null || !this.areWorth(this.#expected)) return undefined;
    return this.start(this.#expected);
  }

  /** Those that are starting already, or else new ones; beyond what there are processors for, each when there is a task for it. */
  start(archives: number): Starting {
    const least = Math.min(this.others, archives, availableParallelism());
    this.#starting ??= this.#start({ least, most: this.others });
    return this.#starting;
  }

  async #start(count: { readonly least: number; readonly most: number }): Starting {
    const { startThreads } = await import('../../threads/start-threads.js');
    return startThreads('archive', count);
  }

  /** To be called when nobody needs them any more, and as often as anybody likes. */
  async close(): Promise<void> {
    await (await this.#starting)?.close();
  }
}

/** Whether of each archive only its record is asked for, and nothing is known before: a thread has nothing else to tell. */
export function areRecordsEnough({ cache, probes, keepsDocuments }: ScanSettings): boolean {
  return cache === null && probes.length === 0 && !keepsDocuments;
}
