/**
 * One job → its result, in whatever thread: the line between errors that are thrown and results that travel.
 */
import { isExhausted, messageOf, VarveError } from '../model/error.js';
import { openBody } from '../observe/body-source.js';
import type { Job, JobResult, Observation } from '../observe/observation.js';
import { observeBlob } from '../observe/observe-blob.js';
import { recodeLayer } from '../observe/recode-layer.js';
import { observeStream } from '../observe/stream/observe-stream.js';
import type { WorkContext } from '../observe/work-context.js';
import type { ByteSource } from '../sources/byte-source.js';
import { nameOfLocation } from '../sources/location.js';
import { openRelayed } from './pair/decoding-thread.js';
import type { Relay } from './pair/relay.js';
import type { DigestTask } from './runner.js';
import { observeSplit } from './split/observe-split.js';

/** Where the bytes of a job come from, if not from its file. */
export interface JobInput {
  /** Another thread decodes. */
  readonly relay?: Relay | undefined;
  /** With `relay`: a third one reads; what lies between. */
  readonly input?: Relay | undefined;
  /** Other threads decode ahead. */
  readonly split?: DigestTask['split'] | undefined;
  /** The bytes of an archive in one pass, or those of what a body lies in. */
  readonly source?: ByteSource | undefined;
}

/** Runs one job, unless a stop was asked for. Never rejects. */
export async function observe(
  job: Job,
  context: WorkContext,
  { relay, input, source, split }: JobInput = {},
): Promise<JobResult> {
  try {
    context.checkStop();
    const ahead = split === undefined || job.kind === 'recode' ? null : await observeSplit(job, context, split);
    const rest = (): Promise<Observation> =>
      relay === undefined ? alone(job, context, source) : together(job, context, relay, input);
    return { ok: true, value: ahead ?? (await rest()) };
  } catch (error) {
    return failureOf(job, error);
  }
}

/** What was thrown in a job, as it travels. */
export function failureOf(job: Job, error: unknown): JobResult {
  if (isExhausted(error)) return { ok: false, error: { code: 'input-unreadable', message: unreadable(job, error) } };
  const expected =
    error instanceof VarveError && (error.code === 'input-unreadable' || error.code === 'interrupted')
      ? error.code
      : 'internal';
  return { ok: false, error: { code: expected, message: messageOf(error) } };
}

function alone(job: Job, context: WorkContext, source: ByteSource | undefined): Promise<Observation> {
  if (job.kind === 'recode') return recodeLayer(job, context);
  if (job.kind === 'stream') return observeStream(job, context, source);
  return source === undefined ? observeBlob(job, context) : observeBlob(job, context, openBody(job, source));
}

async function together(job: Job, context: WorkContext, relay: Relay, input?: Relay): Promise<Observation> {
  if (job.kind === 'recode') throw new TypeError('a layer is recoded by one thread');
  const { source, decoder } = openRelayed(job, context, relay, input);
  // What is compressed inside an archive is decoded here.
  return job.kind === 'blob'
    ? observeBlob(job, { ...context, createDecoder: () => decoder }, source)
    : observeStream(job, context, source, () => decoder);
}

function unreadable({ location }: Job, error: unknown): string {
  return `${nameOfLocation(location)}: ${messageOf(error)}`;
}
