/**
 * Where the bodies of an archive lie, beside its record in the inventory: what it takes to read one of them again, to copy
 * it. Plain data over the entry table; nothing is opened here.
 */
import type { ArchiveEntry } from '../archive/entry-table.js';
import type { ArchiveClaims } from '../formats/claims.js';
import type { Compression } from '../model/media-type.js';
import type { Location } from '../sources/location.js';
import { recordedEntries } from '../verify/archive-record.js';
import type { ObservedArchive } from '../verify/observed.js';
import type { ArchiveInProgress } from './open-archive.js';

/** One archive of an inventory with the places of its bodies. */
export interface ArchivePlaces {
  readonly claims: ArchiveClaims;
  /** One for each entry of its record, in that order. */
  readonly bodies: readonly PlacedBody[];
  /** By the entries of its table. */
  readonly observed: Pick<ObservedArchive, 'bodies' | 'failed'>;
}

/** A body, and where its bytes lie. */
export interface PlacedBody {
  readonly entry: ArchiveEntry;
  /** The file, or standard input. */
  readonly location: Location;
  /** What has to be undone to all of `location` before a position in it means anything. */
  readonly outer: Compression;
  /** Where it is a document that was read; else null. */
  readonly document: Buffer | null;
}

export function placesOf({ claims, documents, bodies: observed, failed }: ArchiveInProgress): ArchivePlaces {
  const { table } = claims;
  const bodies = recordedEntries(table).map(
    (entry): PlacedBody => ({
      entry,
      location: entry.location ?? table.location,
      outer: table.compression,
      document: documents.get(entry.index) ?? null,
    }),
  );
  return { claims, bodies, observed: { bodies: observed, failed } };
}
