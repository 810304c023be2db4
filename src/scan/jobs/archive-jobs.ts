/**
 * Many small archives, each as one job of the threads: to open one takes longer than to read it, and else one thread opens them
 * all. What the threads leave, for whatever reason, is opened as if there were none.
 */
import { availableParallelism } from 'node:os';
import type { Source } from '../../discover/source.js';
import { interruption } from '../../model/error.js';
import { createControl, stop } from '../../observe/control.js';
import { inThreads } from '../../threads/tasks.js';
import type { ScanSettings } from '../settings.js';
import type { DoneArchive } from '../source-in-progress.js';
import { type ArchiveTask, type SmallArchive, smallArchiveBytes } from './archive-job.js';

/**
 * A thread takes as long as for some thousand archives until its code is compiled to run fast, this one like any other: what is
 * saved is what the further ones do, and they have to do so many.
 */
const worthArchives = 4096;
/** So many are sent at once at most: few enough that no thread is left with much at the end. */
const mostOfTask = 16;

/**
 * Does the small archives among the sources of a scan; what is null in the answer takes the long way. Throws VarveError
 * `interrupted` when the signal fires.
 */
export async function doSmallArchives(
  sources: readonly Source[],
  settings: ScanSettings,
): Promise<ReadonlyMap<Source, DoneArchive | null>> {
  const threads = settings.workers ?? availableParallelism();
  const archives = smallArchives(sources, settings);
  if (archives.length * (threads - 1) < worthArchives) return new Map();
  const totalBytes = archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const onDone = (batch: readonly Source[]): void => {
    for (const { sizeBytes } of batch) doneBytes += sizeBytes;
    settings.onProgress?.({ doneBytes, totalBytes, path: batch.at(-1)?.path ?? '' });
  };
  return doArchives(archives, threads, settings, onDone);
}

/** What is asked of these only a record tells, and nothing of them is known before. */
function smallArchives(sources: readonly Source[], { cache, probes, keepsDocuments }: ScanSettings): PlainFile[] {
  if (cache !== null || probes.length > 0 || keepsDocuments) return [];
  return sources.filter(isPlainFile).filter(({ sizeBytes }) => sizeBytes <= smallArchiveBytes);
}

type PlainFile = Source & SmallArchive;

function isPlainFile(source: Source): source is PlainFile {
  return source.kind === 'plain' && source.location.kind === 'file';
}

async function doArchives(
  archives: readonly PlainFile[],
  threads: number,
  settings: ScanSettings,
  onDone: (archives: readonly Source[]) => void,
): Promise<ReadonlyMap<Source, DoneArchive | null>> {
  const { engine, limits, signal } = settings;
  const control = createControl();
  const onAbort = (): void => stop(control);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const perTask = Math.min(mostOfTask, Math.ceil(archives.length / threads));
  const batches = Array.from({ length: Math.ceil(archives.length / perTask) }, (_, i) =>
    archives.slice(i * perTask, (i + 1) * perTask),
  );
  const done = new Map<Source, DoneArchive | null>(archives.map((archive) => [archive, null]));
  try {
    const task = (batch: readonly SmallArchive[]): ArchiveTask => ({
      archives: batch.map(({ path, location }) => ({ path, location })),
      engine,
      limits,
      control,
    });
    await inThreads<ArchiveTask, string>('archive', threads, batches.map(task), (text, i) => {
      const batch = batches[i] ?? [];
      const results = text === null ? [] : (JSON.parse(text) as (DoneArchive | null)[]);
      for (const [place, result] of results.entries()) {
        const source = batch[place];
        if (result !== null && source !== undefined) done.set(source, result);
      }
      onDone(batch);
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (signal?.aborted) throw interruption(signal);
  return done;
}
