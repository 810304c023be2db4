/**
 * The digest phase of `verify` by itself: the bodies of all archives, hashed and looked into by the digest stage with all
 * processors. It runs over the set once and then several times in one call; the difference is what the bytes cost, without
 * the start and the end of the threads. Prints `bytes milliseconds`.
 *
 *   node dist/bench/peers/digest-phase.js ARCHIVE..
 */

import process from 'node:process';
import { DocumentBudget } from '../../src/archive/document-budget.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { noMemory } from '../../src/cache/memory.js';
import { limits } from '../../src/model/limits.js';
import { RunBudget } from '../../src/model/work/run-budget.js';
import { ArchiveInProgress, openTable } from '../../src/scan/open-archive.js';
import { openFile } from '../../src/sources/file-source.js';
import { fileAt } from '../../src/sources/location.js';
import { atOnce } from '../../src/sources/steps.js';
import { runJobs } from '../../src/threads/run.js';
import { type BodyInProgress, blobJob, leadersOf } from '../../src/threads/shared-facts.js';

const times = 4;

const bodies = process.argv
  .slice(2)
  .flatMap((path) => {
    const file = openFile(path);
    const table = {
      ...indexTar(file, limits),
      path,
      filePath: path,
      location: fileAt(path),
      container: 'tar',
      compression: 'none',
    } as const;
    const opening = openTable(
      { ...table, sizeBytes: file.sizeBytes },
      { kind: 'file', file },
      {
        engine: 'node',
        known: noMemory.source(path),
        limits,
        budget: new DocumentBudget(limits),
        keepsDocuments: false,
        held: new RunBudget(limits),
      },
    );
    return atOnce(opening).flatMap((archive) => (archive instanceof ArchiveInProgress ? archive.requests : []));
  })
  .map((request): BodyInProgress => ({ request, archive: 0, observation: null }));
const leaders = leadersOf(bodies, noMemory.layers);
const jobs = bodies.map((body) => blobJob(body, [], leaders.has(body)));
const bytes = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

async function elapsedMs(repeats: number): Promise<number> {
  const started = performance.now();
  const results = await runJobs(Array.from({ length: repeats }, () => jobs).flat(), { engine: 'node', limits });
  if (results.some(({ ok }) => !ok)) throw new Error('a body was not read');
  return performance.now() - started;
}

const once = await elapsedMs(1);
const often = await elapsedMs(1 + times);
console.log(`${times * bytes} ${often - once}`);
