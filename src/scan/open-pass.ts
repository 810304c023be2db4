/**
 * What a single pass over an archive gave → its archives: the table that came by, documents that were kept, and
 * observations of bodies that were made before anyone knew what they are for.
 */
import { type ArchiveEntry, type EntryTable, tableOfTar } from '../archive/entry-table.js';
import { describeStart } from '../discover/file-kind.js';
import { fileSize, type Source } from '../discover/source.js';
import { finding } from '../model/finding.js';
import type { StreamObservation } from '../observe/observation.js';
import { wasTar } from '../observe/tar-start.js';
import type { Steps } from '../sources/steps.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { type KnownBodies, openTable } from './open-archive.js';
import { openedArchives, type ScanRun, type SourceInProgress } from './source-in-progress.js';

/**
 * Opens a source from its pass (`observed`: why there is none, as text); false where a file that a search had found is no
 * archive at all.
 */
export function* openPass(
  opened: SourceInProgress,
  observed: StreamObservation | string,
  run: ScanRun,
): Steps<boolean> {
  const { source } = opened;
  const { path, optional } = source;
  if (typeof observed === 'string') {
    opened.archives = [unreadableRecord(path, 'input-unreadable', observed, { sizeBytes: fileSize(source) })];
    return true;
  }
  const { compression, sizeBytes, failure, documents } = observed;
  if (!observed.isTar) {
    if (optional) return false;
    const what = observed.start.length === 0 ? 'it holds no byte' : describeStart(Buffer.from(observed.start));
    const reason = failure === null ? what : `its ${compression} compression cannot be decoded: ${failure.detail}`;
    opened.archives = [unreadableRecord(path, 'not-an-image-archive', reason, { sizeBytes, compression })];
    return true;
  }
  const { settings, budget, held, memory } = run;
  const { engine, limits, keepsDocuments } = settings;
  const options = { engine, limits, budget, held, keepsDocuments, known: knownOf(observed) };
  opened.archives = yield* openTable(tableOf(source, observed), { kind: 'kept', documents }, options);
  for (const archive of openedArchives(opened)) {
    archive.take(observed.bodies);
    for (const { entry, layer } of archive.requests) {
      const observation = archive.bodies.get(entry);
      if (observation !== undefined && layer !== null) memory.layers.keep(observation);
    }
  }
  return true;
}

/** Documents were hashed as they went by, and are not hashed again, unless by an algorithm that nobody could foresee. */
function knownOf({ bodies }: StreamObservation): KnownBodies {
  return {
    bodyOf: ({ layer, algorithms }, { sourceIndex }: ArchiveEntry) => {
      const observation = bodies.get(sourceIndex);
      const answers = algorithms.every((name) => observation?.digests[name] !== undefined);
      if (observation === undefined || layer !== null || !answers) return null;
      return { ...observation, compression: null, layer: null };
    },
    keep: () => {},
    isTar: ({ sourceIndex }) => wasTar(bodies.get(sourceIndex)),
  };
}

/** The table of a streamed archive. Where its compression failed, that is the one finding about its end. */
function tableOf(source: Source, observed: StreamObservation): EntryTable {
  const { path, location } = source;
  const { compression, sizeBytes, failure, index } = observed;
  const base = tableOfTar(index, { path, location, compression, sizeBytes });
  if (failure === null) return base;
  const codes = { truncated: 'archive-truncated', limit: 'limit-exceeded' } as const;
  const code = failure.code in codes ? codes[failure.code as keyof typeof codes] : 'archive-undecodable';
  const last = index.entries.filter((entry) => entry.storedBytes === entry.sizeBytes).at(-1);
  const where = `the last whole entry is ${last?.name ?? 'none'}`;
  const message = `its ${compression} compression cannot be decoded to the end: ${failure.detail}; ${where}`;
  const others = index.findings.filter(
    (found) => found.code !== 'archive-truncated' && found.code !== 'end-blocks-missing',
  );
  return { ...base, truncated: true, findings: [finding(code, message, { offsetBytes: index.tarBytes }), ...others] };
}
