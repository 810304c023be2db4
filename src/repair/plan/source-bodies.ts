/**
 * All bodies that may heal others: those of every archive of the run, the damaged ones too, by what their bytes were seen to
 * be and never by what they are called. A body that was cut or could not be read is none.
 */
import { contentBytesOf } from '../../model/content-size.js';
import type { Digest } from '../../model/digest.js';
import { eachOf, type Work } from '../../model/work/work.js';
import type { BlobObservation, LayerObservation } from '../../observe/observation.js';
import type { ArchivePlaces, PlacedBody } from '../../scan/archive-places.js';
import type { PlacedScan } from '../../scan/scan.js';
import { isLocal } from '../../sources/location.js';

/** One body of an archive of the run, with what its bytes were seen to be. */
export interface SourceBody extends PlacedBody {
  /** Of its archive. */
  readonly path: string;
  /** Of its content. */
  readonly sizeBytes: number;
  readonly observation: BlobObservation;
}

/** An archive that may tell what stood in another one. */
export interface SourceArchive {
  readonly path: string;
  readonly places: ArchivePlaces;
  /** Whether nothing is known to be wrong with it. */
  readonly isWhole: boolean;
  /** Whether the user says that the damaged archives were what it is. */
  readonly isLike: boolean;
}

/** Looks up bodies by the digest of their bytes, or of what is inside. */
export class SourceBodies {
  readonly archives: readonly SourceArchive[];
  readonly #byDigest = new Map<string, SourceBody[]>();
  readonly #byDiffId = new Map<string, SourceBody[]>();
  readonly #excluded: ReadonlySet<string>;

  private constructor(archives: readonly SourceArchive[], excluded: ReadonlySet<string>) {
    this.archives = archives;
    this.#excluded = excluded;
  }

  /** The bodies of some scans; without those of `excluded` digests, of which no copy could be read again. */
  static *of(
    scans: readonly PlacedScan[],
    excluded: ReadonlySet<string>,
    like: ReadonlySet<string>,
  ): Work<SourceBodies> {
    const archives = scans.flatMap(({ inventory, places }) =>
      inventory.archives.flatMap(({ path, status }, i): SourceArchive[] => {
        const own = places[i] ?? null;
        if (own === null) return [];
        return [{ path, places: own, isWhole: ['ok', 'unchecked', 'cached'].includes(status), isLike: like.has(path) }];
      }),
    );
    const sources = new SourceBodies(archives, excluded);
    for (const archive of archives) yield* sources.#take(archive);
    return sources;
  }

  /** The bodies with these bytes, those that can be read by position first. */
  byDigest(digest: string): readonly SourceBody[] {
    return this.#excluded.has(digest) ? [] : (this.#byDigest.get(digest) ?? []);
  }

  /** The layers with that content, in whatever form they are stored. */
  byDiffId(diffId: string): readonly SourceBody[] {
    return this.#excluded.has(diffId) ? [] : (this.#byDiffId.get(diffId) ?? []);
  }

  /** What was seen inside bytes with that digest, wherever somebody looked into them. */
  insideOf(digest: string): BlobObservation | null {
    return (
      this.#byDigest.get(digest)?.find(({ observation: { layer } }) => layer !== null && isOk(layer))?.observation ??
      null
    );
  }

  *#take({ path, places: { bodies, observed } }: SourceArchive): Work<void> {
    yield* eachOf(bodies, (body) => {
      const { entry, location } = body;
      const observation = observed.bodies.get(entry.index);
      if (observation === undefined || entry.type !== 'file' || entry.storedBytes !== entry.sizeBytes) return;
      if (entry.sparse?.refusal != null || !isLocal(location)) return;
      const own = { ...body, path, sizeBytes: contentBytesOf(entry), observation };
      for (const digest of Object.values(observation.digests)) add(this.#byDigest, digest, own);
      const { layer } = observation;
      if (layer !== null && isOk(layer)) for (const id of Object.values(layer.diffIds)) add(this.#byDiffId, id, own);
    });
  }
}

function isOk(layer: LayerObservation): layer is Extract<LayerObservation, { ok: true }> {
  return layer.ok;
}

function add(map: Map<string, SourceBody[]>, key: Digest, body: SourceBody): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [body]);
  else if (body.outer === 'none') known.splice(firstPacked(known), 0, body);
  else known.push(body);
}

/** Where those begin that have to be unpacked. */
function firstPacked(bodies: readonly SourceBody[]): number {
  const first = bodies.findIndex(({ outer }) => outer !== 'none');
  return first === -1 ? bodies.length : first;
}
