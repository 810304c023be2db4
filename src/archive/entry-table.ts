/**
 * The entry table: what one archive holds, by name, with the position of every body. Plain data without Node, so that
 * `formats` can read it. Names are normalised once, here: `./x`, `/x` and `x` are one name (real writers use each);
 * `..` is kept, since a name that climbs must never match one that does not.
 */

import type { Finding } from '../model/finding.js';
import type { LayerAccounts } from '../model/foreign/accounts.js';
import type { Compression } from '../model/media-type.js';
import type { Location } from '../sources/location.js';

/** A stretch of a sparse file that is stored. */
export interface SparsePiece {
  /** In the file. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** In the body, where the pieces stand one behind the other. */
  readonly storedAtBytes: number;
}

/** A file that is stored without its holes: these pieces, and zeros everywhere else. */
export interface SparseContent {
  /** `gnu`: an entry of type S; `pax`: by PAX records. */
  readonly form: 'gnu' | 'pax';
  /** Of the file with its holes. */
  readonly sizeBytes: number;
  readonly pieces: readonly SparsePiece[];
  /** Why it is not read, or null. */
  readonly refusal: string | null;
}

/** One entry of an archive, or one file of a layout folder. */
export interface ArchiveEntry {
  /** Position in `EntryTable.entries`. */
  readonly index: number;
  /** Position in the table of the whole archive; another one only where a sub-folder is read as an archive. */
  readonly sourceIndex: number;
  /** Normalised. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'other';
  readonly linkName: string | null;
  /** Of its first header in the tar stream; 0 in a folder. */
  readonly offsetBytes: number;
  /** Of its body: in the tar stream, or at `location`. */
  readonly dataOffsetBytes: number;
  /** Body bytes by the header. */
  readonly sizeBytes: number;
  /** Body bytes that are there; fewer than `sizeBytes` where the archive is cut. */
  readonly storedBytes: number;
  /** Headers and padding of this entry. */
  readonly structureBytes: { readonly headerBytes: number; readonly paddingBytes: number };
  /** Of its body, where it lies by itself, as in a layout folder; null in a tar. */
  readonly location: Location | null;
  /** Where the body is not the content; absent where it is. */
  readonly sparse?: SparseContent | undefined;
}

export interface Overhead {
  readonly headerBytes: number;
  readonly paddingBytes: number;
  readonly endBytes: number;
  readonly trailingBytes: number;
}

export interface EntryTable {
  /** As the user named it, `FILE!/folder` for an image below a folder of the archive. */
  readonly path: string;
  /** The file or folder itself, by its name. */
  readonly filePath: string;
  /** Where its bytes come from; of a folder, those of its entries that have no location. */
  readonly location: Location;
  readonly container: 'tar' | 'folder';
  readonly compression: Compression;
  /** The file itself; of a folder the sum of its files. */
  readonly sizeBytes: number;
  readonly tarBytes: number;
  readonly entries: readonly ArchiveEntry[];
  readonly overhead: Overhead;
  /** Whether the archive ends before its time. */
  readonly truncated: boolean;
  readonly findings: readonly Finding[];
  /** Of a folder: how many archives lie in it that are inputs of their own; absent where none does. */
  readonly besides?: number;
}

/** What a tar consists of; the part of an entry table that does not depend on where it lies. */
export type TarIndex = Pick<EntryTable, 'entries' | 'overhead' | 'tarBytes' | 'truncated' | 'findings'>;

/** The table of a tar that lies there; `sizeBytes`: of the file or stream itself, as it is compressed. */
export function tableOfTar(
  { entries, overhead, tarBytes, truncated, findings }: TarIndex,
  { path, location, compression, sizeBytes }: Pick<EntryTable, 'path' | 'location' | 'compression' | 'sizeBytes'>,
): EntryTable {
  return {
    path,
    filePath: path,
    location,
    container: 'tar',
    compression,
    sizeBytes,
    tarBytes,
    entries,
    overhead,
    truncated,
    findings,
  };
}

/** What the tar inside a layer turned out to be. */
export interface LayerTar {
  readonly entries: number;
  /** Why it is no well-formed tar, or null. */
  readonly problem: { readonly detail: string; readonly offsetBytes: number } | null;
  /** What other readers of tars take for other entries than loaders do, one for each kind of difference. */
  readonly disagreements: readonly { readonly detail: string; readonly offsetBytes: number }[];
  /** The first path that occurs twice, or null. */
  readonly duplicatePath: string | null;
  /** Whether so many paths occurred that not all could be told apart. */
  readonly pathsUnchecked: boolean;
  readonly endBlocks: boolean;
  /** Whether something other than zeros follows the end blocks. */
  readonly trailingData: boolean;
  /** What it says of the users of the image; absent where it says nothing. */
  readonly accounts?: LayerAccounts;
}

/** A small document as text, or why it could not be had. */
export type DocumentRead =
  | {
      readonly ok: true;
      readonly text: string;
      /** Set where the bytes are no UTF-8: the text has U+FFFD for each byte that is none, as Go reads it. */
      readonly isRepaired?: boolean;
    }
  | { readonly ok: false; readonly finding: Finding };

/** `./a//b/` → `a/b`. Keeps `..`. */
export function normalizeName(name: string): string {
  if (!/^[./]|\/\/|\/\.\/|\/\.?$/.test(name)) return name;
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** Whether a normalised name climbs out of where it is rooted. */
export function escapes(name: string): boolean {
  return name === '..' || name.startsWith('../') || name.includes('/../') || name.endsWith('/..');
}

/** Whether a name is that of a file which an operating system leaves behind: AppleDouble, `.DS_Store`. */
export function isJunkName(name: string): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (last.startsWith('._') || last === '.DS_Store' || last === '__MACOSX') return true;
  return name.startsWith('__MACOSX/') || name.includes('/__MACOSX/');
}
