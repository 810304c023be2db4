/**
 * One job → its result, in whatever thread: the line between errors that are thrown and results that travel.
 */
import { messageOf, VarveError } from '../model/error.js';
import type { Job, JobResult } from './observation.js';
import { observeBlob } from './observe-blob.js';
import { observeStream } from './observe-stream.js';
import type { WorkContext } from './work-context.js';

/** Runs one job. Never rejects. */
export async function observe(job: Job, context: WorkContext): Promise<JobResult> {
  try {
    return {
      ok: true,
      value: job.kind === 'blob' ? await observeBlob(job, context) : await observeStream(job, context),
    };
  } catch (error) {
    const code =
      error instanceof VarveError && (error.code === 'input-unreadable' || error.code === 'interrupted')
        ? error.code
        : 'internal';
    return { ok: false, error: { code, message: messageOf(error) } };
  }
}
