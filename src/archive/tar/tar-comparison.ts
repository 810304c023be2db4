/**
 * What other readers make of the headers of one entry, held against what Go's archive/tar makes of them: every difference
 * in the name, the type, the target or the size of the entry is noted. Called for each entry, so it looks closer only where
 * a header is out of the ordinary. Hostile input: any header behind any records; never throws.
 */

import { bodilessText, type Disagreements, typeText } from './tar-disagreements.js';
import type { TarEntry } from './tar-entry.js';
import { type NameEncoding, nameByLongPrefix, Oddity, type TarHeader } from './tar-header.js';
import { readersInC } from './tar-number.js';
import { oddSize, sparseVersion } from './tar-pax.js';

/** What stands before the header of an entry. */
export interface Before {
  readonly longName: string | null;
  readonly longLink: string | null;
  readonly pax: ReadonlyMap<string, string> | null;
}

/** One entry, as the cursor reads it. */
export interface Reading {
  readonly header: TarHeader;
  readonly entry: TarEntry;
  /** By the records where they have one, else by the field; also of an entry without a body. */
  readonly claimedBytes: number;
  /** Whether Go reads no body whatever the size is. */
  readonly bodiless: boolean;
}

/** What octal digits and a NUL hold of a size field; beyond it writers go by PAX or base-256. */
const fieldSizeBytes = 8 ** 11 - 1;
/** Names in messages are cut there. */
const shownCharacters = 200;
const knownTypes = new Set(['\0', '0', '1', '2', '3', '4', '5', '6', '7', 'S']);

export class ReaderComparison {
  readonly #found: Disagreements;
  readonly #encoding: NameEncoding;

  constructor(found: Disagreements, encoding: NameEncoding) {
    this.#found = found;
    this.#encoding = encoding;
  }

  /** Notes what of one header block is taken differently, whatever the block is for. */
  compareBlock(header: TarHeader, block: Buffer, offsetBytes: number): void {
    const { oddities } = header;
    const name = this.#shown(header.name);
    if (oddities & Oddity.size) {
      this.#found.add('size-field', offsetBytes, name, () => {
        const text = JSON.stringify(block.toString('latin1', 124, 136));
        return `out of the size field ${text} Go's archive/tar reads ${header.sizeBytes}; bsdtar, Python or GNU tar read ${readersInC(block, 124, 136)}, or no number`;
      });
    }
    if (oddities & Oddity.checksum) {
      this.#found.add(
        'checksum',
        offsetBytes,
        name,
        () =>
          "the checksum is written so that Go's archive/tar takes the header for a good one, bsdtar and Python for a damaged one",
      );
    }
    if (oddities & Oddity.number) {
      this.#found.add(
        'number',
        offsetBytes,
        name,
        () =>
          "a number is written so that Go's archive/tar reads the header, Python refuses it and ends the archive there",
      );
    }
    if (oddities & Oddity.noName) {
      this.#found.add(
        'no-name',
        offsetBytes,
        null,
        () =>
          "a header has no name: to Go's archive/tar it is one, BusyBox takes it for a block of zeros, bsdtar ends there",
      );
    }
  }

  /** Notes what of one entry is taken differently. */
  compareEntry(reading: Reading, before: Before, block: Buffer): void {
    const { header, entry, claimedBytes, bodiless } = reading;
    if (header.oddities & (Oddity.prefix | Oddity.owner | Oddity.extended | Oddity.sparse))
      this.#compareFields(reading, before, block);
    if (bodiless) {
      if (claimedBytes !== 0) {
        this.note('bodiless-size', entry, () => bodilessText(header.type, claimedBytes));
      }
    } else if (entry.type === 'file' && entry.name.endsWith('/')) this.#compareSlash(entry);
    if (header.type === '\0') this.#compareOldType(header, entry, block[0] !== 0);
    else if (!knownTypes.has(header.type)) this.#compareType(reading, before);
    if (entry.linkName !== null && header.linkName === '') {
      this.note(
        'link-target',
        entry,
        () =>
          "a link has no target in its header: Go's archive/tar, GNU tar and Python take the long one if there is one, bsdtar none",
      );
    }
    if (before.pax !== null) this.#compareRecords(reading, before.pax);
    if (before.longName !== null) this.#compareLong(entry, 'path', before.longName, before.pax);
    if (before.longLink !== null) this.#compareLong(entry, 'linkpath', before.longLink, before.pax);
  }

  #compareFields({ header, entry }: Reading, before: Before, block: Buffer): void {
    const named = before.longName !== null || (before.pax?.get('path') ?? '') !== '';
    if (header.oddities & Oddity.prefix && !named) this.note('prefix', entry, () => this.#prefixText(header, block));
    if (header.oddities & Oddity.owner) {
      this.note(
        'owner',
        entry,
        () =>
          "mode or owner begin with a NUL or have other odd bytes: Go's archive/tar skips these, bsdtar and Python read 0",
      );
    }
    if (header.oddities & Oddity.sparse) {
      this.note(
        'sparse-fields',
        entry,
        () =>
          "a GNU header of no sparse file has a sparse map or size: bsdtar reads the entry by it, Go's archive/tar, GNU tar and Python do not",
      );
    }
    if (header.oddities & Oddity.extended) {
      this.note(
        'extended-flag',
        entry,
        () =>
          `the sparse map goes on by a flag of ${block[482]}: Go's archive/tar, GNU tar, bsdtar and Python read on, readers that look for 1 (the crate tar of Rust) do not`,
      );
    }
  }

  #prefixText({ name, format }: TarHeader, block: Buffer): string {
    const go = `Go's archive/tar reads the name ${this.#quoted(name)}`;
    const long = nameByLongPrefix(block, this.#encoding);
    // In a GNU header GNU tar has no prefix, Python always one, and Go by what it looks like.
    if (format === 'gnu' && name === long) return `${go}, GNU tar and bsdtar the same without its prefix`;
    const others = format === 'star' ? 'GNU tar, bsdtar and Python' : 'Python';
    return `${go}, ${others} ${this.#quoted(long)}`;
  }

  #compareSlash(entry: TarEntry): void {
    this.note(
      'trailing-slash',
      entry,
      () =>
        "the name of a file ends in a slash: Go's archive/tar and Python read a file, GNU tar a folder with its body, bsdtar one without",
    );
  }

  /**
   * Before POSIX a folder was a file whose name ends in a slash; Python looks at the name in the header block alone,
   * without its prefix. `hasName`: there is more than a prefix.
   */
  #compareOldType({ name }: TarHeader, entry: TarEntry, hasName: boolean): void {
    const isFolder = entry.type === 'directory';
    if ((hasName && name.endsWith('/')) === isFolder) return;
    const [go, python] = isFolder ? ['a folder', 'a file'] : ['a file', 'a folder'];
    this.note(
      'old-folder',
      entry,
      () =>
        `the name field in a header of type NUL and the whole name end differently: Go's archive/tar reads ${go}, Python ${python}`,
    );
  }

  #compareType({ header, entry, claimedBytes }: Reading, before: Before): void {
    // The label of a volume, as GNU tar writes it: an entry by name only.
    const extended = before.longName !== null || before.longLink !== null || before.pax !== null;
    if (header.type === 'V' && claimedBytes === 0 && !extended) return;
    this.note('entry-type', entry, () => typeText(header.type));
  }

  #compareRecords({ header, entry }: Reading, pax: ReadonlyMap<string, string>): void {
    const size = pax.get('size') ?? '';
    const inRecord = Number(size);
    if (size !== '' && inRecord !== header.sizeBytes && inRecord <= fieldSizeBytes) {
      this.note(
        'pax-size',
        entry,
        () =>
          `the PAX record "size" says ${inRecord}, the size field ${header.sizeBytes}: Go's archive/tar, GNU tar, bsdtar and Python go by the record, BusyBox and readers of ustar by the field`,
      );
    }
    const odd = oddSize(pax);
    if (odd !== null) this.note('pax-record', entry, () => odd);
    if (sparseVersion(pax) === 'unknown') {
      this.note(
        'sparse-records',
        entry,
        () =>
          "sparse records without a map or a version that Go's archive/tar knows: it passes over them, GNU tar, bsdtar and Python take the name or the size of the file from them",
      );
    }
    if (pax.has('SUN.holesdata')) {
      this.note(
        'sparse-records',
        entry,
        () =>
          'the PAX record "SUN.holesdata": bsdtar expands the file by it, Go\'s archive/tar, GNU tar and Python do not',
      );
    }
  }

  /** Go takes the GNU name, whichever comes first. */
  #compareLong(entry: TarEntry, key: string, long: string, pax: ReadonlyMap<string, string> | null): void {
    if (long === '') {
      this.note(
        'long-name',
        entry,
        () =>
          "a GNU long name is empty: Go's archive/tar goes by the name in the header, GNU tar and Python by the empty one",
      );
    }
    const record = pax?.get(key) ?? '';
    if (long === '' || record === '' || record === long) return;
    const [go, other] = [this.#quoted(long), this.#quoted(record)];
    this.note(
      'long-name',
      entry,
      () =>
        `a GNU long name and the PAX record "${key}" differ: Go's archive/tar reads ${go}, GNU tar, bsdtar or Python ${other}`,
    );
  }

  /** Takes note of one more, about an entry. */
  note(kind: Parameters<Disagreements['add']>[0], entry: TarEntry, detail: () => string): void {
    this.#found.add(kind, entry.offsetBytes, this.#shown(entry.name), detail);
  }

  #quoted(name: string): string {
    return JSON.stringify(this.#shown(name));
  }

  /** A name as text, not longer than is of use. */
  #shown(name: string): string {
    const start = name.slice(0, shownCharacters);
    return this.#encoding === 'latin1' ? Buffer.from(start, 'latin1').toString('utf8') : start;
  }
}
