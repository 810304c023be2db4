/** What a damaged archive is before it is repaired: its entries, or why it cannot be repaired as it is. */
import { tableOfTar } from '../archive/entry-table.js';
import { walkTar } from '../archive/tar/tar-index.js';
import { messageOf, VarveError } from '../model/error.js';
import type { Limits } from '../model/limits.js';
import type { ArchiveRecord } from '../model/results/inventory.js';
import type { ArchivePlaces } from '../scan/archive-places.js';
import { openFile } from '../sources/file-source.js';
import { fileAt } from '../sources/location.js';
import type { Steps } from '../sources/steps.js';
import type { DamagedArchive } from './plan/damaged-archive.js';

type Opened =
  | { readonly kind: 'opened'; readonly archive: DamagedArchive }
  | { readonly kind: 'refused'; readonly reason: string };

/** Opens an archive for its repair; one in which nothing was recognised may still be like another one behind its damage. */
export function* openDamaged(
  record: ArchiveRecord,
  places: ArchivePlaces | null,
  archives: readonly ArchiveRecord[],
  limits: Limits,
): Steps<Opened> {
  const { path, nestedIn, compression } = record;
  const isNested = nestedIn !== undefined || archives.some((other) => other.nestedIn === path);
  if (isNested) {
    return refused('it lies in a sub-folder of an archive; unpack that, and repair the folder');
  }
  if (compression !== null && compression !== 'none' && record.status !== 'ok') {
    return refused(
      'it is compressed as a whole, and its compressed bytes cannot be had again; decompress it as far as that goes, and repair what comes out',
    );
  }
  if (places === null) return yield* openUnrecognised(record, limits);
  const { bodies, observed, claims } = places;
  const { table } = claims;
  if (table.compression !== 'none')
    return refused('it is compressed as a whole, and nothing is wrong with it: copy it');
  if (table.location.kind !== 'file')
    return refused('it is in parts; put them behind each other in one file, and repair that');
  return {
    kind: 'opened',
    archive: { record, bodies, observed, table, location: table.location, limits: claims.limits },
  };
}

function refused(reason: string): Opened {
  return { kind: 'refused', reason };
}

function* openUnrecognised(record: ArchiveRecord, limits: Limits): Steps<Opened> {
  const { path, findings } = record;
  try {
    const file = openFile(path);
    try {
      const index = yield* walkTar(file, limits);
      const location = fileAt(path);
      const table = tableOfTar(index, { path, location, compression: 'none', sizeBytes: file.sizeBytes });
      const observed = { bodies: new Map(), failed: new Map() };
      return { kind: 'opened', archive: { record, bodies: [], observed, table, location, limits } };
    } finally {
      file.close();
    }
  } catch (error) {
    if (!(error instanceof VarveError)) return refused(findings[0]?.message ?? messageOf(error));
    return refused(findings[0]?.message ?? error.message);
  }
}
