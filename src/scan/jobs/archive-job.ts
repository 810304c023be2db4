/**
 * A whole archive as one job, for a thread that has nothing of the scan but this: headers, documents, claims, bodies,
 * verdict. What makes a result depend on other archives, or needs more than a small honest one does, is not for a job: then it
 * gives none, and the archive takes the long way (`open-sources.ts`, `read-bodies.ts`), as if nobody had tried.
 */
import { DocumentBudget } from '../../archive/document-budget.js';
import { noMemory } from '../../cache/memory.js';
import { VarveError } from '../../model/error.js';
import type { Limits } from '../../model/limits.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';
import { RunBudget } from '../../model/work/run-budget.js';
import { type Control, createExpandedBytes } from '../../observe/control.js';
import type { Engine } from '../../observe/hasher.js';
import type { BlobObservation, Job } from '../../observe/observation.js';
import { createContext, type WorkContext } from '../../observe/work-context.js';
import type { SizedSource } from '../../sources/byte-source.js';
import { FileState } from '../../sources/file-state.js';
import { holdSource } from '../../sources/held-source.js';
import { type LocalLocation, pathsAt } from '../../sources/location.js';
import { atOnce } from '../../sources/steps.js';
import { observe } from '../../threads/observe.js';
import type { EntryRequest } from '../../threads/requests.js';
import { type BodyInProgress, blobJob, leadersOf, shareFacts } from '../../threads/shared-facts.js';
import { ArchiveInProgress, openTable } from '../open-archive.js';
import { tableOfPlain } from '../open-sources.js';
import type { DoneArchive } from '../source-in-progress.js';

/** An archive that a job can open: one file that is not compressed as a whole. */
export interface SmallArchive {
  readonly path: string;
  readonly location: LocalLocation;
}

/** What a thread is handed. */
export interface ArchiveTask {
  readonly archives: readonly SmallArchive[];
  readonly engine: Engine;
  readonly limits: Limits;
  readonly control: Control;
}

/** Larger files have bodies of their own to be planned with those of others. */
export const smallArchiveBytes = 1024 * 1024;

/**
 * What a thread runs: does archives one after the other. The text is JSON of a list with a `DoneArchive` for each, or null where it takes
 * the long way: plain data that the other thread parses when it has time for it. `rest`: asked between two of them. Throws
 * VarveError `interrupted` once a stop was asked for.
 */
export function createArchiveThread(rest: () => Promise<void> | undefined): (task: ArchiveTask) => Promise<string> {
  let desk: ArchiveDesk | null = null;
  return async ({ archives, ...settings }) => {
    desk ??= createDesk(settings);
    const done: (DoneArchive | null)[] = [];
    for (const archive of archives) {
      done.push(await doArchive(archive, desk));
      await rest();
    }
    return JSON.stringify(done);
  };
}

/** What a thread keeps from one archive to the next. */
export interface ArchiveDesk {
  readonly buffer: Buffer;
  readonly context: WorkContext;
}

export function createDesk({ engine, limits, control }: Omit<ArchiveTask, 'archives'>): ArchiveDesk {
  return {
    buffer: Buffer.allocUnsafeSlow(smallArchiveBytes + 1),
    context: createContext({ engine, limits, control: { ...control, expandedBytes: createExpandedBytes(1) } }),
  };
}

/** Does one archive; null where it takes the long way. Throws VarveError `interrupted` once a stop was asked for. */
export async function doArchive(archive: SmallArchive, { buffer, context }: ArchiveDesk): Promise<DoneArchive | null> {
  context.checkStop();
  try {
    const state = new FileState(pathsAt(archive.location));
    const file = holdSource(archive.location, buffer);
    const done = file === null ? null : await doHeld(archive, file, context);
    return state.changed() === null ? done : null;
  } catch (error) {
    if (error instanceof VarveError && error.code === 'input-unreadable') return null;
    throw error;
  }
}

async function doHeld(archive: SmallArchive, file: SizedSource, context: WorkContext): Promise<DoneArchive | null> {
  const { engine, limits } = context;
  const budget = new DocumentBudget(limits);
  const held = new RunBudget(limits);
  const known = noMemory.source(archive.path);
  const options = { engine, limits, budget, held, known, keepsDocuments: false };
  const table = atOnce(tableOfPlain(archive, file, limits));
  const [opened, ...more] = atOnce(openTable(table, { kind: 'file', file }, options));
  if (opened === undefined || more.length > 0) return null;
  const record = opened instanceof ArchiveInProgress ? await recordOf(opened, file, context) : opened;
  const taken = { held: held.taken(), documents: budget.taken() };
  if (record === null || taken.held === null || taken.documents === null) return null;
  return { record, held: taken.held, documents: taken.documents };
}

/** Reads all bodies of an archive; null where one cannot be read, or its layers become more than those of one archive may. */
async function recordOf(
  archive: ArchiveInProgress,
  file: SizedSource,
  context: WorkContext,
): Promise<ArchiveRecord | null> {
  const { expandedBytes } = context.control;
  expandedBytes[0] = 0n;
  const bodies = archive.requests.map((request): OwnBody => ({ request, archive: 0, observation: null }));
  const leaders = leadersOf(bodies, noMemory.layers);
  let round = bodies.map((body) => ({ body, job: blobJob(body, [], leaders.has(body)) }));
  while (round.length > 0) {
    for (const { body, job } of round) {
      body.observation = await observed(job, file, context);
      if (body.observation === null) return null;
    }
    if ((expandedBytes[0] ?? 0n) > context.limits.archiveExpansionBytes) return null;
    round = shareFacts(bodies, noMemory.layers).map((body) => ({ body, job: blobJob(body, []) }));
  }
  for (const { request, observation } of bodies) {
    if (observation !== null) archive.bodies.set(request.entry, observation);
  }
  return atOnce(archive.record(true, { streamed: false, changed: null, parts: [] }));
}

interface OwnBody extends BodyInProgress {
  readonly request: EntryRequest;
}

async function observed(job: Job, source: SizedSource, context: WorkContext): Promise<BlobObservation | null> {
  const result = await observe(job, context, { source });
  if (result.ok) return result.value as BlobObservation;
  if (result.error.code === 'input-unreadable') return null;
  throw new VarveError(result.error.code === 'thread-lost' ? 'internal' : result.error.code, result.error.message);
}
