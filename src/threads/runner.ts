/** What runs jobs, in whatever threads, and what a thread is handed: plain types that the runner of a pool and this thread's share. */
import type { Limits } from '../model/limits.js';
import type { Control } from '../observe/control.js';
import type { Engine } from '../observe/hasher.js';
import type { Job, JobResult } from '../observe/observation.js';
import type { Relay } from './pair/relay.js';
import type { SplitJob } from './split/helping-thread.js';
import type { Slots, Split } from './split/split.js';

/** A job with its place among all jobs. */
export interface NumberedJob {
  readonly id: number;
  readonly job: Job;
}

/** What a worker is handed. */
export interface DigestTask {
  readonly jobs: readonly NumberedJob[];
  readonly engine: Engine;
  readonly limits: Limits;
  readonly control: Control;
  /** Where two threads share the one job: what lies between them, and whether this one decodes for the other. */
  readonly relay?: { readonly relay: Relay; readonly owner: number; readonly decodes: boolean };
  /** What another thread reads for both; absent where the one that does not decode reads by itself. */
  readonly input?: Relay;
  /** Where others decode ahead for the one job: what lies between them. */
  readonly split?: { readonly split: Split; readonly slots: Slots };
  /** No jobs, but these of others to be helped with. */
  readonly helps?: { readonly jobs: readonly SplitJob[]; readonly slots: Slots };
}

/** What a pool is for. */
export interface Threads {
  /** How many the pool is to have; 0 where it costs more than it gives. */
  readonly workers: number;
  /** Whether the thread that asks for it all does some of it: it has begun when the others are still starting. */
  readonly takesPart: boolean;
  /** Jobs that two threads share. */
  readonly shared: ReadonlySet<number>;
  /** Jobs that threads without one of their own help with. */
  readonly split: ReadonlySet<number>;
  /** Into pieces of so many bytes. */
  readonly segmentBytes: number;
}

/** Threads that take tasks. A task whose thread is lost rejects; with PoolBroken where none could be started. */
export interface Pool {
  post(jobs: readonly NumberedJob[], split?: DigestTask['split']): Promise<JobResult[]>;
  /** Has a thread that has nothing else to do help with jobs that others have. */
  help(helps: DigestTask['helps']): Promise<unknown>;
  /** Has two threads share a job. `input`: what they read, if not the file of the job; closed at the end. */
  share(jobs: readonly NumberedJob[], input?: Relay): Promise<JobResult[]>;
  close(): Promise<void>;
}

/** Runs batches of jobs, in whatever threads. */
export interface Runner {
  run(batch: readonly NumberedJob[]): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}
