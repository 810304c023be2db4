/**
 * One job → its result, in whatever thread: the line between errors that are thrown and results that travel.
 */
import { isExhausted, messageOf, VarveError } from '../model/error.js';
import { openRelayed } from './decoding-thread.js';
import type { Job, JobResult, Observation } from './observation.js';
import { observeBlob } from './observe-blob.js';
import { observeStream } from './observe-stream.js';
import type { Relay } from './relay.js';
import type { WorkContext } from './work-context.js';

/** Runs one job, unless a stop was asked for. `relay`: another thread reads and decodes for it. Never rejects. */
export async function observe(job: Job, context: WorkContext, relay: Relay | null = null): Promise<JobResult> {
  try {
    context.checkStop();
    return { ok: true, value: await (relay === null ? alone(job, context) : together(job, context, relay)) };
  } catch (error) {
    if (isExhausted(error)) return { ok: false, error: { code: 'input-unreadable', message: unreadable(job, error) } };
    const expected =
      error instanceof VarveError && (error.code === 'input-unreadable' || error.code === 'interrupted')
        ? error.code
        : 'internal';
    return { ok: false, error: { code: expected, message: messageOf(error) } };
  }
}

function alone(job: Job, context: WorkContext): Promise<Observation> {
  return job.kind === 'blob' ? observeBlob(job, context) : observeStream(job, context);
}

async function together(job: Job, context: WorkContext, relay: Relay): Promise<Observation> {
  const { source, decoder } = openRelayed(job, context, relay);
  // What is compressed inside an archive is decoded here.
  return job.kind === 'blob'
    ? observeBlob(job, { ...context, createDecoder: () => decoder }, source)
    : observeStream(job, context, source, () => decoder);
}

function unreadable({ path }: Job, error: unknown): string {
  return `${path ?? 'standard input'}: ${messageOf(error)}`;
}
