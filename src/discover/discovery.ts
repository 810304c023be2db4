/** What a search for sources has found, as plain data. */
import type { Finding } from '../model/finding.js';
import type { Source } from './source.js';

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
