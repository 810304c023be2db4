/** What a search for sources goes by, and what it has found, as plain data. */
import type { RemoteInputs } from '../archive/remote-archive.js';
import type { Finding } from '../model/finding.js';
import type { Limits } from '../model/limits.js';
import type { Source } from './source.js';

/** What a search looks at of a folder: names below it, bytes of a document that tells what is part of an archive. */
export type DiscoveryLimits = Pick<Limits, 'folderFiles' | 'documentBytes' | 'archiveParts'>;

/** What a search may be told beside its inputs. */
export interface DiscoveryOptions {
  readonly signal?: AbortSignal | undefined;
  /** A file that holds what came on standard input. Default: that is read itself. */
  readonly spooledInput?: string | null;
  /** The way to what is not on this machine. Default: there is none. */
  readonly remote?: RemoteInputs | null;
  /**
   * Hears how many files there are that are archives by their names, before the first of these is looked at, and of those of each
   * folder that is searched; the search goes on when what is answered has come.
   */
  readonly onFiles?: ((count: number) => Promise<unknown> | undefined) | undefined;
}

export interface Discovery {
  readonly sources: readonly Source[];
  /** Inputs that cannot be read, each with its place in the order of the sources. */
  readonly unreadable: readonly RefusedInput[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Files below searched folders that are no archives. */
  readonly passedOver: number;
  /** The first of these. */
  readonly passedOverPaths: readonly string[];
  /** Patterns of `exclude` that excluded nothing. */
  readonly idleExcludes: readonly string[];
}

/** An input that cannot be read; `sizeBytes` of a file, as far as that is known. */
export interface RefusedInput {
  readonly path: string;
  /** It could not be read, or it was, and is no archive of images. */
  readonly code: 'input-unreadable' | 'not-an-image-archive';
  readonly reason: string;
  /** The place in `sources` of the source that was named next. */
  readonly insertBefore: number;
  readonly sizeBytes: number | null;
  /** What else was found of it. */
  readonly findings?: readonly Finding[];
}
