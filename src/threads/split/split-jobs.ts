/**
 * The jobs of a run that are split: each has a thread of its own, and those that have nothing left help. Helpers wait in the
 * queue behind all jobs, so none begins while a job waits for a thread. A lost helper costs what it had in hand.
 */
import type { JobResult } from '../../observe/observation.js';
import type { NumberedJob, Pool, Threads } from '../runner.js';
import type { SplitJob } from './helping-thread.js';
import { closeSplit, createSlots, createSplit, loseHelper, ring, type Slots } from './split.js';

/** Memory for pieces that are decoded ahead: so much for each thread, and no more than that for all. */
export const slotsPerThread = 3;
export const mostSlots = 20;
/** Where there are so many threads for each such job, one of them hashes the stored bytes of it. */
const threadsToHash = 4;

export class SplitJobs {
  readonly #threads: Threads;
  readonly #pool: Pick<Pool, 'post' | 'help'>;
  readonly #jobs: SplitJob[] = [];
  #slots: Slots | null = null;

  constructor(threads: Threads, pool: Pick<Pool, 'post' | 'help'>) {
    this.#threads = threads;
    this.#pool = pool;
  }

  /** Runs one job. Rejects where its own thread is lost. */
  async run(batch: readonly NumberedJob[]): Promise<JobResult[]> {
    const [numbered] = batch;
    if (numbered === undefined) return [];
    const { workers, segmentBytes, split: ids } = this.#threads;
    const slots = this.#open();
    const split = createSplit(numbered.job.sizeBytes, segmentBytes, workers >= threadsToHash * ids.size);
    this.#jobs.push({ job: numbered.job, split });
    try {
      return await this.#pool.post(batch, { split, slots });
    } finally {
      closeSplit(split, slots);
    }
  }

  #open(): Slots {
    if (this.#slots !== null) return this.#slots;
    const { workers, segmentBytes } = this.#threads;
    const slots = createSlots(Math.min(slotsPerThread * workers, mostSlots), segmentBytes);
    this.#slots = slots;
    // All jobs are posted in one go; what comes after that stands behind them in the queue.
    queueMicrotask(() => {
      for (let helper = 1; helper < workers; helper++) this.#help(slots);
    });
    return slots;
  }

  #help(slots: Slots): void {
    this.#pool.help({ jobs: this.#jobs, slots }).catch(() => {
      loseHelper(slots);
      for (const { split } of this.#jobs) ring(split);
    });
  }
}
