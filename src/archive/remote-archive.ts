/**
 * What is not on this machine and read as an archive all the same: the table of its entries, with the documents that were
 * fetched for it, and the door to whoever fetches. Plain types, so that the way through the house knows of no network.
 */
import type { Limits } from '../model/limits.js';
import type { ByteSource } from '../sources/byte-source.js';
import type { RegistryBlob } from '../sources/location.js';
import type { EntryTable } from './entry-table.js';

/** An archive whose documents are here and whose bodies are not. */
export interface RemoteArchive {
  readonly table: EntryTable;
  /** Whole documents by the index of their entry. */
  readonly documents: ReadonlyMap<number, Buffer>;
  /** Why a document is not here that was asked for, by the index of its entry. */
  readonly unread: ReadonlyMap<number, string>;
}

/** What became of inputs that are not on this machine, in the order of those inputs. */
export type RemoteFound =
  | { readonly kind: 'archive'; readonly input: string; readonly archive: RemoteArchive }
  /** `path`: what cannot be read, by its full name. */
  | { readonly kind: 'refused'; readonly input: string; readonly path: string; readonly reason: string };

/** The way to what is not on this machine. */
export interface RemoteInputs {
  /** Whether an INPUT names something that is not on this machine. */
  isRemote(input: string): boolean;
  /**
   * Fetches the documents of these inputs, and no body. What cannot be read is refused by name, and the others are done.
   * Throws VarveError `usage` for an input that means nothing or may not be fetched, `interrupted`.
   */
  find(inputs: readonly string[], limits: Limits, signal: AbortSignal | undefined): Promise<readonly RemoteFound[]>;
  /** The bytes of a blob, as they come; they are not compared with its digest here. */
  open(blob: RegistryBlob, sizeBytes: number): ByteSource;
  /** So many bodies are read at a time. */
  readonly parallel: number;
}
