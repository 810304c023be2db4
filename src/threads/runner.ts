/** What runs jobs, in whatever threads, and what a thread is handed: plain types that the runner of a pool and this thread's share. */
import type { Limits } from '../model/limits.js';
import type { Control } from '../observe/control.js';
import type { Engine } from '../observe/hasher.js';
import type { Job, JobResult } from '../observe/observation.js';
import type { Relay } from './relay.js';

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
  /** What another thread reads for the one that decodes; absent where that reads by itself. */
  readonly input?: Relay;
}

/** Runs batches of jobs, in whatever threads. */
export interface Runner {
  run(batch: readonly NumberedJob[]): Promise<readonly JobResult[]>;
  close(): Promise<void>;
}
