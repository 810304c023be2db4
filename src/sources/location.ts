/**
 * Where bytes come from, as plain data: it travels between threads, stands in a plan, and holds no secret. What is not
 * local gets a kind of its own here, and a way to open it in the room that has it.
 */

import type { Digest } from '../model/digest.js';

/** One file of several that are one when they are put behind each other. */
export interface Part {
  readonly path: string;
  readonly sizeBytes: number;
}

export type Location =
  /** A file that is read by position. */
  | { readonly kind: 'file'; readonly path: string }
  /** Several files that are read as one; the first of them begins at `startBytes` of the whole. `path`: what it is called. */
  | { readonly kind: 'parts'; readonly path: string; readonly startBytes: number; readonly parts: readonly Part[] }
  /** Standard input, once and from its start. */
  | { readonly kind: 'stdin' }
  /** A registry as a whole: what is in it is read blob by blob. */
  | { readonly kind: 'registry'; readonly registry: string }
  /** A blob that a registry holds, by its digest. */
  | RegistryBlob;

/** A blob of one repository; `registry`: its host, and its port where it has one. */
export interface RegistryBlob {
  readonly kind: 'blob';
  readonly registry: string;
  readonly repository: string;
  readonly digest: Digest;
}

/** What lies on a disk here. */
export type LocalLocation = Extract<Location, { readonly kind: 'file' | 'parts' }>;

/** Whether a location is read by position from a disk here. */
export function isLocal(location: Location): location is LocalLocation {
  return location.kind === 'file' || location.kind === 'parts';
}

export const standardInput: Location = { kind: 'stdin' };

export function fileAt(path: string): Location {
  return { kind: 'file', path };
}

/** How a location is called in messages, findings and progress. */
export function nameOfLocation(location: Location): string {
  if (location.kind === 'stdin') return 'standard input';
  if (location.kind === 'registry') return `registry://${location.registry}`;
  if (location.kind === 'blob') return `docker://${location.registry}/${location.repository}@${location.digest}`;
  return location.path;
}

/** The files that a location is read from; none for standard input and for what is not here. */
export function pathsAt(location: Location): readonly string[] {
  if (!isLocal(location)) return [];
  return location.kind === 'file' ? [location.path] : location.parts.map(({ path }) => path);
}

/** The same place, with no other parts than those that hold these bytes: what is sent to a thread for one body of many. */
export function narrowed(location: Location, offsetBytes: number, sizeBytes: number): Location {
  if (location.kind !== 'parts') return location;
  const parts: Part[] = [];
  let { startBytes } = location;
  let position = startBytes;
  for (const part of location.parts) {
    const endBytes = position + part.sizeBytes;
    if (endBytes > offsetBytes && position < offsetBytes + sizeBytes) {
      if (parts.length === 0) startBytes = position;
      parts.push(part);
    }
    position = endBytes;
  }
  return { ...location, startBytes, parts };
}
