/**
 * Many small archives, each as one job: read at once, judged and done with. Where there are very many, threads share them, since
 * to open one takes longer than to read it. What a job leaves, for whatever reason, takes the long way.
 */
import type { Source } from '../../discover/source.js';
import { interruption } from '../../model/error.js';
import { createControl, stop } from '../../observe/control.js';
import { createTurns } from '../../sources/steps.js';
import { optimizeLate } from '../../threads/late-optimizer.js';
import { inThreads } from '../../threads/tasks.js';
import type { ScanSettings } from '../settings.js';
import type { DoneArchive } from '../source-in-progress.js';
import {
  type ArchiveTask,
  createArchiveThread,
  createDesk,
  doArchive,
  type SmallArchive,
  smallArchiveBytes,
} from './archive-job.js';
import { type ArchiveThreads, areRecordsEnough } from './archive-threads.js';

/** So many by one thread, and what V8's optimizer costs is paid back. */
const worthOptimizing = 4096;
/** So many are sent at once at most: few enough that no thread is left with much at the end. */
const mostOfTask = 16;
/** So long others wait for this thread at most, where it does some of them. */
const shortTurnMs = 1;

/**
 * So small, and so many, that this thread does them one by one as well: to open a file twice, and to keep what is known of each until
 * all are open, takes longer than to look into a layer that another one has, too.
 */
const worthHere = { archives: 64, sizeBytes: 64 * 1024 };

/**
 * Does the small archives among the sources of a scan, where that is worth it; what is null in the answer takes the long way.
 * Throws VarveError `interrupted` when the signal fires.
 */
export async function doSmallArchives(
  sources: readonly Source[],
  settings: ScanSettings,
  threads: ArchiveThreads,
): Promise<ReadonlyMap<Source, DoneArchive | null>> {
  const small = smallArchives(sources, settings);
  const inOthers = threads.areWorth(small.length);
  const archives = inOthers ? small : small.filter(({ sizeBytes }) => sizeBytes <= worthHere.sizeBytes);
  if (!inOthers && archives.length < worthHere.archives) return new Map();
  if (settings.isAlone && archives.length / threads.all < worthOptimizing) optimizeLate();
  const totalBytes = archives.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let doneBytes = 0;
  const onDone = (batch: readonly Source[]): void => {
    for (const { sizeBytes } of batch) doneBytes += sizeBytes;
    settings.onProgress?.({ doneBytes, totalBytes, path: batch.at(-1)?.path ?? '' });
  };
  const control = createControl();
  const { engine, limits, signal } = settings;
  const onAbort = (): void => stop(control);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const done = new Map<Source, DoneArchive | null>(archives.map((archive) => [archive, null]));
  const take = (batch: readonly PlainFile[], results: readonly (DoneArchive | null)[]): void => {
    for (const [i, archive] of batch.entries()) done.set(archive, results[i] ?? null);
    onDone(batch);
  };
  try {
    if (inOthers) await doInThreads(archives, threads, { engine, limits, control }, take);
    else await doHere(archives, { engine, limits, control }, take);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
  if (signal?.aborted) throw interruption(signal);
  return done;
}

/** What is asked of these only a record tells, and nothing of them is known before. */
function smallArchives(sources: readonly Source[], settings: ScanSettings): PlainFile[] {
  if (!areRecordsEnough(settings)) return [];
  return sources.filter(isPlainFile).filter(({ sizeBytes }) => sizeBytes <= smallArchiveBytes);
}

type PlainFile = Source & SmallArchive;

function isPlainFile(source: Source): source is PlainFile {
  return source.kind === 'plain' && source.location.kind === 'file';
}

type Take = (batch: readonly PlainFile[], results: readonly (DoneArchive | null)[]) => void;
type TaskSettings = Omit<ArchiveTask, 'archives'>;

async function doInThreads(
  archives: readonly PlainFile[],
  threads: ArchiveThreads,
  settings: TaskSettings,
  take: Take,
): Promise<void> {
  const perTask = Math.min(mostOfTask, Math.ceil(archives.length / threads.all));
  const batches = Array.from({ length: Math.ceil(archives.length / perTask) }, (_, i) =>
    archives.slice(i * perTask, (i + 1) * perTask),
  );
  const tasks = batches.map((batch): ArchiveTask => {
    return { ...settings, archives: batch.map(({ path, location }) => ({ path, location })) };
  });
  const here = threads.others < threads.all ? createArchiveThread(createTurns(shortTurnMs)) : null;
  const runners = { threads: threads.start(archives.length), count: threads.others, here };
  await inThreads(tasks, runners, (text, i) =>
    take(batches[i] ?? [], text === null ? [] : (JSON.parse(text) as (DoneArchive | null)[])),
  );
}

/** Does them in this thread, in turns. */
async function doHere(archives: readonly PlainFile[], settings: TaskSettings, take: Take): Promise<void> {
  const desk = createDesk(settings);
  const rest = createTurns();
  for (const archive of archives) {
    take([archive], [await doArchive(archive, desk)]);
    await rest();
  }
}
