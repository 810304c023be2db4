/**
 * The files of one layer, put into columns while the tar goes by: names, modes, owners, and the SHA-256 of each body, which
 * is hashed as its bytes pass and never held. Hostile input: how many files one layer may have, and how many bytes the
 * lists of all layers may take in all threads, is limited; a list that is refused is dropped at once.
 */
import { hash } from 'node:crypto';
import { escapes, normalizeName } from '../archive/entry-table.js';
import type { TarAttributes } from '../archive/tar/tar-attributes.js';
import type { TarEntry } from '../archive/tar/tar-entry.js';
import { contentBytesOf } from '../model/content-size.js';
import { encodedOf } from '../model/digest.js';
import {
  type FileList,
  type FileListRefusal,
  type FileType,
  fileListsRefusal,
  fileTypes,
  sha256Bytes,
} from '../model/file-list.js';
import { limitMessage } from '../model/limits.js';
import { reserveListBytes } from './control.js';
import { digestBytes, Hashers } from './hasher.js';
import type { LayerProbe } from './probe.js';
import type { WorkContext } from './work-context.js';

/** Of all columns, for each entry. */
const entryBytes = 3 * 4 + 1 + 2 + 2 * 8 + 8 + sha256Bytes;
/** What is asked for at a time of the bytes that all threads may list. */
const reserveBytes = 4096;
/** Holes of all sparse files of one layer that are hashed. */
const maxHoleBytes = 64 * 1024 * 1024;
const zeroBytes = Buffer.alloc(64 * 1024);

// biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL or a line end would end the field of a list
const hasControl = /[\x00-\x1f]/;
const specialTypes: Readonly<Record<string, FileType>> = { '3': 'character', '4': 'block', '6': 'fifo' };

export class FileLister implements LayerProbe<FileList | FileListRefusal> {
  readonly #context: WorkContext;
  #refusal: FileListRefusal | null = null;
  #count = 0;
  #textBytes = 0;
  #reservedBytes = 0;
  #texts = Buffer.alloc(0);
  #ends = new Uint32Array(0);
  #types = new Uint8Array(0);
  #modes = new Uint16Array(0);
  #owners = new Float64Array(0);
  #sizes = new Float64Array(0);
  #digests = Buffer.alloc(0);
  /** Of the body at hand, once it came in more than one piece. */
  #hashers: Hashers | null = null;
  #bodyBytes = 0;
  #hex: string | null = null;
  #holeBytes = 0;

  constructor(context: WorkContext) {
    this.#context = context;
  }

  entry(entry: TarEntry): boolean {
    if (this.#refusal !== null || entry.attributes === undefined) return false;
    const path = normalizeName(entry.name);
    const { attributes } = entry;
    const type = typeOf(entry, attributes);
    this.#refusal = refusalOf({ path, type, attributes, sparse: entry.sparse }) ?? this.#refuseHoles(entry);
    if (this.#refusal === null) this.#add(path, type ?? 'file', entry, attributes);
    if (this.#refusal !== null) this.#drop();
    if (this.#refusal !== null || type !== 'file') return false;
    this.#bodyBytes = contentBytesOf(entry);
    this.#hashers = null;
    this.#hex = null;
    return true;
  }

  body(bytes: Buffer): void {
    if (this.#hashers === null && bytes.length === this.#bodyBytes) this.#hex = this.#hashWhole(bytes);
    else {
      this.#hashers ??= new Hashers(this.#context.engine, ['sha256']);
      this.#hashers.update(bytes);
    }
  }

  zeros(sizeBytes: number): void {
    for (let left = sizeBytes; left > 0; left -= zeroBytes.length) this.body(zeroBytes.subarray(0, left));
  }

  bodyEnd(): void {
    const digest = this.#hashers?.digests().sha256;
    const hex = this.#hex ?? (digest === undefined ? this.#hashWhole(Buffer.alloc(0)) : encodedOf(digest));
    this.#digests.write(hex, sha256Bytes * (this.#count - 1), 'hex');
    this.#hashers = null;
    this.#hex = null;
  }

  /** The list, after the last byte; `doubt`: why it is not what the tar holds to every reader. */
  finish(doubt: string | null): FileList | FileListRefusal {
    const refusal = this.#refusal ?? (doubt === null ? null : refuse(doubt));
    if (refusal !== null) {
      this.#drop();
      return refusal;
    }
    const count = this.#count;
    return {
      count,
      // Copies of the right size: what was kept ready for more is not to travel.
      texts: new Uint8Array(this.#texts.subarray(0, this.#textBytes)),
      ends: this.#ends.slice(0, 3 * count),
      types: this.#types.slice(0, count),
      modes: this.#modes.slice(0, count),
      owners: this.#owners.slice(0, 2 * count),
      sizes: this.#sizes.slice(0, count),
      digests: new Uint8Array(this.#digests.subarray(0, sha256Bytes * count)),
    };
  }

  #hashWhole(bytes: Buffer): string {
    const { engine } = this.#context;
    // Several times as fast as a hash object where bodies are small, and most are.
    return engine === 'node' ? hash('sha256', bytes, 'hex') : encodedOf(digestBytes(engine, 'sha256', bytes));
  }

  #add(path: string, type: FileType, entry: TarEntry, attributes: TarAttributes): void {
    const target = type === 'character' || type === 'block' ? attributes.device : (entry.linkName ?? '');
    const texts = [path, target, extendedText(attributes)];
    const bytes = texts.reduce((sum, text) => sum + text.length, 0);
    this.#refusal = this.#reserve(bytes);
    if (this.#refusal !== null) return;
    this.#grow(bytes);
    const i = this.#count;
    for (const [position, text] of texts.entries()) {
      this.#textBytes += this.#texts.write(text, this.#textBytes, 'latin1');
      this.#ends[3 * i + position] = this.#textBytes;
    }
    this.#types[i] = fileTypes.indexOf(type);
    this.#modes[i] = attributes.mode ?? 0;
    this.#owners[2 * i] = attributes.uid ?? 0;
    this.#owners[2 * i + 1] = attributes.gid ?? 0;
    this.#sizes[i] = type === 'file' ? contentBytesOf(entry) : 0;
    this.#count = i + 1;
  }

  /** Holes are hashed at once, whatever else the thread has to do. */
  #refuseHoles(entry: TarEntry): FileListRefusal | null {
    this.#holeBytes += contentBytesOf(entry) - entry.sizeBytes;
    return this.#holeBytes > maxHoleBytes
      ? refuse(`the holes of its sparse files have more than ${maxHoleBytes} bytes`)
      : null;
  }

  #reserve(textBytes: number): FileListRefusal | null {
    const { layerFiles, fileListsBytes } = this.#context.limits;
    if (this.#count >= layerFiles) return refuse(limitMessage('layerFiles', layerFiles, 'the layer has more files'));
    this.#reservedBytes -= entryBytes + textBytes;
    if (this.#reservedBytes >= 0) return null;
    const wanted = Math.ceil(-this.#reservedBytes / reserveBytes) * reserveBytes;
    this.#reservedBytes += wanted;
    if (reserveListBytes(this.#context.control, wanted) <= fileListsBytes) return null;
    return fileListsRefusal(fileListsBytes);
  }

  #grow(textBytes: number): void {
    this.#texts = grown(this.#texts, this.#textBytes + textBytes);
    this.#ends = grown(this.#ends, 3 * (this.#count + 1));
    this.#types = grown(this.#types, this.#count + 1);
    this.#modes = grown(this.#modes, this.#count + 1);
    this.#owners = grown(this.#owners, 2 * (this.#count + 1));
    this.#sizes = grown(this.#sizes, this.#count + 1);
    this.#digests = grown(this.#digests, sha256Bytes * (this.#count + 1));
  }

  #drop(): void {
    this.#texts = this.#digests = Buffer.alloc(0);
    this.#ends = new Uint32Array(0);
    this.#types = new Uint8Array(0);
    this.#modes = new Uint16Array(0);
    this.#owners = this.#sizes = new Float64Array(0);
  }
}

function refuse(refusal: string): FileListRefusal {
  return { refusal, scope: 'layer' };
}

/** Null for a type that no layer has. */
function typeOf(entry: TarEntry, { typeFlag }: TarAttributes): FileType | null {
  return entry.type === 'other' ? (specialTypes[typeFlag] ?? null) : entry.type;
}

type Listed = Pick<TarEntry, 'sparse'> & { path: string; type: FileType | null; attributes: TarAttributes };

function refusalOf({ path, type, attributes, sparse }: Listed): FileListRefusal | null {
  const name = JSON.stringify(Buffer.from(path.slice(0, 200), 'latin1').toString('utf8'));
  if (type === null) return refuse(`the entry ${name} is of the type ${JSON.stringify(attributes.typeFlag)}`);
  // No runtime unpacks type S, and not every reader knows every version of the records.
  if (attributes.sparse && sparse?.form !== 'pax') return refuse(`${name} is stored as a sparse file`);
  if (escapes(path)) return refuse(`the path ${name} leads upwards`);
  const { mode, uid, gid, extended } = attributes;
  if ([...extended.keys()].some((key) => hasControl.test(key)))
    return refuse(`an attribute of ${name} has no proper name`);
  return [mode, uid, gid].includes(null) ? refuse(`mode or owner of ${name} is no number`) : null;
}

function extendedText({ extended }: TarAttributes): string {
  if (extended.size === 0) return '';
  const names = [...extended.keys()].sort();
  return names.map((name) => `${name}=${Buffer.from(extended.get(name) ?? '', 'latin1').toString('hex')}`).join(',');
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** The same column with room for so many items at least; twice as much as before, so that it seldom moves. */
function grown<T extends Column>(column: T, length: number): T {
  if (length <= column.length) return column;
  const size = Math.max(length, 2 * column.length, 64);
  if (Buffer.isBuffer(column)) {
    const bigger = Buffer.alloc(size);
    column.copy(bigger);
    return bigger as unknown as T;
  }
  const bigger = new (column.constructor as new (size: number) => T)(size);
  bigger.set(column);
  return bigger;
}
