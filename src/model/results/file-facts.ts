/** What was seen of files on the disk that are to be deleted, so that whoever deletes them can see that they are the same. */

/** A file that is to go, by its bytes. */
export interface SeenFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

export type FileFacts =
  | {
      readonly kind: 'file';
      readonly file: SeenFile;
      /** Names that it has on the disk; its bytes are free when all are gone. */
      readonly links: number;
    }
  | {
      readonly kind: 'folder';
      readonly files: readonly SeenFile[];
      /** All that lies in it and is no folder; links, which have no bytes of their own, among them. */
      readonly entries: number;
    }
  /** Not there, or not what was read: it must not be deleted. */
  | { readonly kind: 'unfit'; readonly reason: string };

/** By their paths: the files that are to go, and the sizes of those that stay for them; null for a folder. */
export interface SeenFiles {
  readonly going: ReadonlyMap<string, FileFacts>;
  readonly staying: ReadonlyMap<string, number | null>;
}
