/**
 * First step of the analysis: the records of all archives become distinct images, told apart by ID. What the records say
 * is united; what only one value can stand for comes from the first record that has it. Order is that of the input, so
 * that the same archives give the same result, and an archive that could not be read contributes nothing.
 */
import type { Digest } from '../../model/digest.js';
import type {
  ArchiveRecord,
  HistoryRecord,
  ImageRecord,
  Inventory,
  LayerRecord,
  ReadArchiveRecord,
} from '../../model/results/inventory.js';
import { distinct, eachOfAll, finished, mapped, type Work } from '../../model/work/work.js';

/** The worst first. */
const namedUsers: readonly NonNullable<ImageRecord['namedUser']>[] = ['root', 'missing', 'user'];

/** One place where an image was found: the record and the positions of its archive and of itself in that archive. */
interface Occurrence {
  readonly archive: number;
  readonly position: number;
  readonly record: ImageRecord;
}

/** An image of the set, whatever number of archives hold it; arrays are in first-seen order unless they are sorted. */
export interface DistinctImage {
  readonly id: string;
  /** In input order; never empty. */
  readonly occurrences: readonly Occurrence[];
  readonly manifestDigests: readonly Digest[];
  /** Indexes that lead to it. */
  readonly indexDigests: readonly Digest[];
  /** Normalised, sorted. */
  readonly references: readonly string[];
  /** As written, sorted; each means something only in the archives that carry it. */
  readonly localTags: readonly string[];
  readonly platform: string | null;
  readonly osVersion: string | null;
  readonly createdAt: string | null;
  readonly author: string | null;
  /** The run configuration as the image config has it. */
  readonly config: ImageRecord['config'];
  /** What /etc/passwd makes of the user that the config names, at its worst; null where no archive says so. */
  readonly namedUser: NonNullable<ImageRecord['namedUser']> | null;
  readonly history: readonly HistoryRecord[];
  /** Base first, from one occurrence. */
  readonly layers: readonly LayerRecord[];
  /** Position of the archive that `layers[].entry` points into. */
  readonly layersArchive: number;
}

/** Whether the archive takes part in the analysis. */
export function isReadable(archive: ArchiveRecord): archive is ReadArchiveRecord {
  return archive.status !== 'unreadable';
}

/** The archives that take part in the analysis, with their positions in the inventory. */
export function readableArchives({ archives }: Inventory): [position: number, archive: ReadArchiveRecord][] {
  const readable: [number, ReadArchiveRecord][] = [];
  archives.forEach((archive, position) => {
    if (isReadable(archive)) readable.push([position, archive]);
  });
  return readable;
}

/** For each entry of each archive such a value; none for an archive that takes no part in the analysis. */
export function entryRows<T>({ archives }: Inventory, value: T): T[][] {
  return archives.map((archive) => (isReadable(archive) ? new Array<T>(archive.entries.length).fill(value) : []));
}

/** The distinct images of all readable archives, in first-seen order. */
export function distinctImages(inventory: Inventory): DistinctImage[] {
  return finished(uniteImages(inventory));
}

/** The same, with rests. */
export function* uniteImages({ archives }: Inventory): Work<DistinctImage[]> {
  const occurrences = new Map<string, Occurrence[]>();
  const images = archives.map((archive) => (isReadable(archive) ? archive.images : []));
  yield* eachOfAll(images, (record, position, archive) => {
    const known = occurrences.get(record.id);
    if (known === undefined) occurrences.set(record.id, [{ archive, position, record }]);
    else known.push({ archive, position, record });
  });
  return yield* mapped(occurrences.values(), unite);
}

function unite(occurrences: readonly Occurrence[]): DistinctImage {
  const layersFrom = occurrences.find(({ record }) => record.layers.length > 0);
  return {
    id: occurrences[0]?.record.id ?? '',
    occurrences,
    manifestDigests: union(occurrences, (record) => record.manifestDigests),
    indexDigests: union(occurrences, (record) => record.indexDigests),
    references: union(occurrences, (record) => record.references).sort(),
    localTags: union(occurrences, (record) => record.localTags).sort(),
    platform: firstKnown(occurrences, (record) => record.platform),
    osVersion: firstKnown(occurrences, (record) => record.osVersion),
    createdAt: firstKnown(occurrences, (record) => record.createdAt),
    author: firstKnown(occurrences, (record) => record.author),
    config: firstKnown(occurrences, (record) => record.config),
    namedUser: worstUser(occurrences),
    history: occurrences.find(({ record }) => record.history.length > 0)?.record.history ?? [],
    layers: layersFrom?.record.layers ?? [],
    layersArchive: layersFrom?.archive ?? 0,
  };
}

function union<T>(occurrences: readonly Occurrence[], of: (record: ImageRecord) => readonly T[]): T[] {
  const [first] = occurrences;
  return distinct(
    first !== undefined && occurrences.length === 1
      ? of(first.record)
      : occurrences.flatMap(({ record }) => of(record)),
  );
}

function worstUser(occurrences: readonly Occurrence[]): DistinctImage['namedUser'] {
  let worst = namedUsers.length;
  for (const { record } of occurrences) {
    if (record.namedUser != null) worst = Math.min(worst, namedUsers.indexOf(record.namedUser));
  }
  return namedUsers[worst] ?? null;
}

function firstKnown<T>(occurrences: readonly Occurrence[], of: (record: ImageRecord) => T | null): T | null {
  for (const { record } of occurrences) {
    const value = of(record);
    if (value !== null) return value;
  }
  return null;
}
