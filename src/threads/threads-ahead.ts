/**
 * Threads that start before anyone knows what they are for: each takes as long until it can do something as this one takes to
 * open the archives. Whoever has jobs for them takes them, once; whoever has started them closes what nobody took.
 */
import type { JobResult } from '../observe/observation.js';
import type { DigestTask } from './runner.js';
import { type StartedThreads, startThreads, type ThreadCount } from './start-threads.js';

export type DigestThreads = StartedThreads<DigestTask, JobResult[]>;

export class ThreadsAhead {
  #threads: DigestThreads | null;

  private constructor(threads: DigestThreads | null) {
    this.#threads = threads;
  }

  static async start(count: ThreadCount): Promise<ThreadsAhead> {
    return new ThreadsAhead(await startThreads('digest', count));
  }

  /** The threads, for one run; null where they were taken, and where none could be started. */
  take(): DigestThreads | null {
    const threads = this.#threads;
    this.#threads = null;
    return threads;
  }

  async close(): Promise<void> {
    await this.take()?.close();
  }
}
