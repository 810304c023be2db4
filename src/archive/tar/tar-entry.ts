/** An entry of a tar, as its headers describe it. */
import type { SparseContent } from '../entry-table.js';
import type { TarAttributes } from './tar-attributes.js';

export type EntryType = 'file' | 'directory' | 'symlink' | 'link' | 'other';

export interface TarEntry {
  /** As written, long names applied. */
  readonly name: string;
  readonly type: EntryType;
  readonly linkName: string | null;
  /** Of its first header (PAX and long-name headers included). */
  readonly offsetBytes: number;
  /** Of its body as it is stored, without the map of a sparse file. */
  readonly sizeBytes: number;
  /** Where the body is not the content. */
  readonly sparse?: SparseContent | undefined;
  /** Where they were asked for. */
  readonly attributes?: TarAttributes | undefined;
}
