/**
 * What an input turned out to be: a source of archives, with where its bytes come from.
 */
import { realpathSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import type { RemoteArchive } from '../archive/remote-archive.js';
import { type Location, pathsAt } from '../sources/location.js';
import { systemPath } from '../sources/path-bytes.js';
import type { SplitArchive } from './split-archive.js';

/** Something to be read as an archive, an inventory, or standard input. */
export interface Source {
  readonly kind: 'plain' | 'compressed' | 'folder' | 'stdin' | 'inventory' | 'remote';
  /** As the user named it, or as it was found below what they named. */
  readonly path: string;
  /** Of a file, or all parts of one; 0 for what is none. */
  readonly sizeBytes: number;
  /** Found by a search and not named like an archive: no fault if it turns out to be something else. */
  readonly optional: boolean;
  /** Where its bytes come from. */
  readonly location: Location;
  /** Of an archive in parts: what is wrong with them, and what they are said to be. */
  readonly split?: Pick<SplitArchive, 'claimed' | 'faults'>;
  /** Of a folder that is an archive: what lies in it and is no part of it, by its name below the folder. */
  readonly beside?: Beside;
  /** Of what is not on this machine. */
  readonly remote?: RemoteArchive;
}

/** Lists that grow while the folder is searched. */
export interface Beside {
  /** Inputs of their own, readable or not. */
  readonly archives: string[];
  readonly leftOut: string[];
}

/** What a source has on the disk; null for what is no file. */
export function fileSize({ kind, sizeBytes }: Pick<Source, 'kind' | 'sizeBytes'>): number | null {
  return kind === 'folder' || kind === 'stdin' || kind === 'remote' ? null : sizeBytes;
}

/** The source that a file is, by whatever name or link, or the folder among them that it lies in; null where it is none. */
export function sourceOf(file: string, sources: readonly Source[]): Source | null {
  let own: Stats;
  let path: string;
  try {
    own = statSync(systemPath(file));
    path = realpathSync(systemPath(file), 'utf8');
  } catch {
    return null;
  }
  return (
    sources.find((source) => source.kind !== 'stdin' && source.kind !== 'remote' && holds(source, own, path)) ?? null
  );
}

function holds(source: Source, own: Stats, path: string): boolean {
  try {
    if (source.kind === 'folder') return path.startsWith(realpathSync(systemPath(source.path), 'utf8') + sep);
    return [source.path, ...pathsAt(source.location)].some((file) => isSame(file, own));
  } catch {
    return false;
  }
}

function isSame(path: string, { dev, ino }: Stats): boolean {
  const found = statSync(systemPath(path), { throwIfNoEntry: false });
  return found !== undefined && found.dev === dev && found.ino === ino;
}
