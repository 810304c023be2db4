/**
 * An archive as it is to be: its entries in their order, each with where its header and its body come from. What is whole
 * keeps its own bytes; only what is healed comes from elsewhere.
 */
import type { ArchiveEntry } from '../../archive/entry-table.js';
import { paddingOf } from '../../archive/tar/tar-cursor.js';
import type { Digest } from '../../model/digest.js';
import type { BlobObservation } from '../../observe/observation.js';
import type { Location } from '../../sources/location.js';
import type { SourceBody } from './source-bodies.js';

/** Bytes as they stand in a file, taken as they are. */
export interface Stretch {
  readonly kind: 'stretch';
  readonly location: Location;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** Bytes that are at hand. */
export interface MadeBytes {
  readonly kind: 'bytes';
  readonly bytes: Buffer;
  readonly sizeBytes: number;
}

/** A body that is verified while it is copied, from any of its copies. */
export interface TakenBody {
  readonly kind: 'taken';
  /** Of the bytes as they are written. */
  readonly digest: Digest;
  readonly copies: readonly SourceBody[];
  /** Whether the copies are compressed, and this is what is inside. */
  readonly isDecoded: boolean;
  readonly sizeBytes: number;
}

/** Where bytes of an output come from. */
export type RepairPiece = Stretch | MadeBytes | TakenBody;

/** Why a body is what it is: untouched, or healed, and by what. */
export type Origin =
  | { readonly kind: 'own' }
  | { readonly kind: 'healed'; readonly from: string; readonly proof: 'digest' | 'content' | 'archive' };

export interface Slot {
  /** As it was, or as it is to be; its offsets are those of the file that it comes from. */
  readonly entry: ArchiveEntry;
  /** All that stands before its body; null in a folder. */
  readonly head: RepairPiece | null;
  readonly body: RepairPiece;
  /** Behind its body; null in a folder. */
  readonly padding: RepairPiece | null;
  readonly origin: Origin;
  readonly observation: BlobObservation | null;
  /** Why its own body cannot be read, or null. */
  readonly failure: string | null;
  /** Of a document that was read. */
  readonly document: Buffer | null;
}

export function madeOf(bytes: Buffer): MadeBytes {
  return { kind: 'bytes', bytes, sizeBytes: bytes.length };
}

export function stretchOf(location: Location, fromBytes: number, toBytes: number): Stretch {
  return { kind: 'stretch', location, offsetBytes: fromBytes, sizeBytes: toBytes - fromBytes };
}

/** Zeros up to the next block. */
export function zerosBehind(sizeBytes: number): MadeBytes {
  return madeOf(Buffer.alloc(paddingOf(sizeBytes)));
}

/** Where an entry of a tar ends: behind its padding, as far as that is there. */
export function endOf({ dataOffsetBytes, storedBytes, structureBytes }: ArchiveEntry): number {
  return dataOffsetBytes + storedBytes + structureBytes.paddingBytes;
}

/** What stands before the body of each entry of a tar, which begins where the one before it ends. */
export function headsOf(entries: readonly ArchiveEntry[], location: Location): Stretch[] {
  return entries.map((entry, i) => {
    const before = entries[i - 1];
    return stretchOf(location, before === undefined ? 0 : endOf(before), entry.dataOffsetBytes);
  });
}
