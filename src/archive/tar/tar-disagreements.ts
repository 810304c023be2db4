/**
 * Where readers of tars disagree on the bytes at hand: the kinds, and what is said of each, with both readings and the
 * readers that have them (docs/findings.md lists the versions that were compared). The cursor reads on as Go's archive/tar
 * does. Hostile input: a tar may disagree in every header; one place of each kind is kept, the others are counted.
 */

export type DisagreementKind =
  | 'bodiless-size'
  | 'checksum'
  | 'entry-type'
  | 'extended-flag'
  | 'forgotten'
  | 'global'
  | 'link-target'
  | 'long-name'
  | 'no-name'
  | 'number'
  | 'old-folder'
  | 'owner'
  | 'pax-record'
  | 'pax-size'
  | 'prefix'
  | 'repeated'
  | 'size-field'
  | 'sparse-map'
  | 'sparse-fields'
  | 'sparse-records'
  | 'trailing-slash';

/** The first place of one kind. */
export interface Disagreement {
  readonly kind: DisagreementKind;
  /** Both readings, and who has them. */
  readonly detail: string;
  /** Name of the entry, as text; null where it is about no entry. */
  readonly name: string | null;
  readonly offsetBytes: number;
  /** How many places of this kind there are. */
  readonly count: number;
}

/** What is read differently in one tar, by kind. */
export class Disagreements {
  readonly #first = new Map<DisagreementKind, { detail: string; name: string | null; offsetBytes: number }>();
  readonly #counts = new Map<DisagreementKind, number>();

  add(kind: DisagreementKind, offsetBytes: number, name: string | null, detail: () => string): void {
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    if (count === 0) this.#first.set(kind, { detail: detail(), name, offsetBytes });
  }

  list(): Disagreement[] {
    return [...this.#first].map(([kind, first]) => ({ kind, ...first, count: this.#counts.get(kind) ?? 1 }));
  }
}

/** One sentence about a kind. */
export function disagreementText({ detail, count }: Disagreement): string {
  return count === 1 ? detail : `${detail}; so in ${count} places`;
}

const typeNames: Readonly<Record<string, string>> = {
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '5': 'folder',
  '6': 'pipe',
};

/** Who skips a body though Go reads none; of the crate `tar` by its source, of the others by trial. */
const skippers: Readonly<Record<string, string>> = {
  '\0': 'GNU tar and BusyBox',
  '1': 'bsdtar where PAX headers are about, and the crate tar of Rust,',
  '5': 'bsdtar where a PAX record has the size, and the crate tar of Rust,',
};

/** Of an entry that has no body to Go. */
export function bodilessText(type: string, sizeBytes: number): string {
  const what = typeNames[type] ?? 'folder';
  const others = skippers[type] ?? 'GNU tar and the crate tar of Rust';
  return `a ${what} claims ${sizeBytes} bytes: Go's archive/tar reads the next header right behind it, ${others} behind so many bytes`;
}

/** Of a type that is neither a file, a folder, a link nor a device. */
export function typeText(type: string): string {
  const flag = JSON.stringify(type);
  if (type === 'X') {
    return `a header of type "X" (Solaris): to Go's archive/tar it is an entry, to GNU tar, bsdtar and Python its records name and size the next one`;
  }
  if (type === 'N' || type === 'V' || type === 'M' || type === 'D') {
    return `a header of type ${flag} (old GNU tar): Go's archive/tar takes it for an entry that no loader unpacks, GNU tar, bsdtar and Python each for something else`;
  }
  return `an entry of the unknown type ${flag}: to Go's archive/tar it is no file, GNU tar, bsdtar and Python unpack it as one`;
}

/** A long name, a link target and records, as they are called in sentences. */
export const extendedNames: Readonly<Record<string, string>> = {
  x: 'PAX header',
  L: 'GNU long name',
  K: 'GNU long link',
};
