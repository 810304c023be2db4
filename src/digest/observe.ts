/**
 * One job → its result, in whatever thread: the line between errors that are thrown and results that travel.
 */
import { messageOf, VarveError } from '../model/error.js';
import type { Job, JobResult } from './observation.js';
import { observeBlob } from './observe-blob.js';
import { observeStream } from './observe-stream.js';
import type { WorkContext } from './work-context.js';

/** Runs one job, unless a stop was asked for. Never rejects. */
export async function observe(job: Job, context: WorkContext): Promise<JobResult> {
  try {
    context.checkStop();
    const value = job.kind === 'blob' ? await observeBlob(job, context) : await observeStream(job, context);
    return { ok: true, value };
  } catch (error) {
    const expected =
      error instanceof VarveError && (error.code === 'input-unreadable' || error.code === 'interrupted')
        ? error.code
        : 'internal';
    return { ok: false, error: { code: expected, message: messageOf(error) } };
  }
}
