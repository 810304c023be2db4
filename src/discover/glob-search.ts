/**
 * The paths that a glob matches. The library that walks the folders passes over what it cannot open or follow; here such a
 * path is told, since an archive may lie behind it. Names that are no UTF-8 keep their bytes. Hostile input: a tree of any
 * shape, which may change while it is searched.
 */
import { type Dirent, type PathLike, readdir, realpath, stat } from 'node:fs';
import { relative } from 'node:path';
import { messageOf } from '../model/error.js';
import { pathOfBytes, systemPath } from '../sources/path-bytes.js';

export interface GlobResult {
  /** As they match, in no order; those of folders end in a slash. */
  readonly paths: readonly string[];
  /** What could not be looked at, and may have led to more. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

type Callback<T> = (error: NodeJS.ErrnoException | null, value?: T) => void;

/** Expands a glob; `absolute`: paths from the root, else from here. Null where it is a plain path. */
export async function expandGlob(pattern: string, absolute: boolean): Promise<GlobResult | null> {
  const { glob, isDynamicPattern } = await import('tinyglobby');
  if (!isDynamicPattern(pattern)) return null;
  const { default: picomatch } = await import('picomatch');
  const matches = picomatch(pattern, { dot: false });
  const failed = new Map<string, string>();
  const shown = (path: string) => (absolute ? path : relative('', path)).replace(/(?<=.)\/$/, '');
  const note = (path: PathLike, error: unknown) => failed.set(shown(String(path)), messageOf(error));
  const paths = await glob(pattern, {
    onlyFiles: false,
    expandDirectories: false,
    dot: false,
    absolute,
    fs: {
      readdir: ((path: string, options: object, done: Callback<Dirent[]>) => {
        readdir(systemPath(path), { ...options, encoding: 'buffer', withFileTypes: true }, (error, entries) => {
          // Where nothing is, nothing matches; everything else may hide something.
          if (error !== null && error.code !== 'ENOENT' && error.code !== 'ENOTDIR') note(path, error);
          if (error !== null) done(error);
          else done(null, entries.map(namedEntry));
        });
      }) as typeof readdir,
      realpath: ((path: string, done: Callback<string>) => {
        realpath(systemPath(path), 'buffer', (error, real) => {
          if (error !== null && matches(shown(path))) note(path, error);
          if (error !== null) done(error);
          else done(null, pathOfBytes(real));
        });
      }) as typeof realpath,
      stat: ((path: string, done: Callback<unknown>) => {
        stat(systemPath(path), (error, stats) => {
          if (error !== null && matches(shown(path))) note(path, error);
          done(error, stats);
        });
      }) as typeof stat,
    },
  });
  return { paths, unreadable: [...failed].map(([path, reason]) => ({ path, reason })) };
}

/** The entry with its name as text that keeps every byte. */
function namedEntry(entry: Dirent<Buffer>): Dirent {
  return Object.assign(Object.create(entry) as Dirent, { name: pathOfBytes(entry.name) });
}
