/**
 * The files of one layer as its tar lists them, each with the digest of its content. A layer may hold a million, so they
 * stand in columns of numbers and bytes that pass between threads without being taken apart. Names are not decoded: each
 * character stands for one byte of the tar.
 */

import { limitMessage } from './limits.js';

export type FileType = 'file' | 'directory' | 'symlink' | 'link' | 'character' | 'block' | 'fifo';

/** One entry of a layer. */
export interface LayerFile {
  /** Without `./`, slashes at the ends and empty parts; empty for the root folder. */
  readonly path: string;
  readonly type: FileType;
  /** Permission bits with setuid, setgid and sticky, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of its content; 0 where it has none. */
  readonly sizeBytes: number;
  /** What a symlink or link points to, as written; `major:minor` of a device; else empty. */
  readonly target: string;
  /** SHA-256 of the content in hexadecimal; empty where the entry is no file. */
  readonly sha256: string;
  /** Extended attributes, `name=hex` in the order of their names, with commas between; mostly empty. */
  readonly attributes: string;
}

/** The columns; entries keep the order of the tar. */
export interface FileList {
  readonly count: number;
  /** Path, target and attributes of each entry, one text behind the other. */
  readonly texts: Uint8Array;
  /** Three for each entry: where each of its texts ends. */
  readonly ends: Uint32Array;
  /** Positions in `fileTypes`. */
  readonly types: Uint8Array;
  readonly modes: Uint16Array;
  /** Two for each entry: user and group. */
  readonly owners: Float64Array;
  readonly sizes: Float64Array;
  /** 32 bytes for each entry. */
  readonly digests: Uint8Array;
}

/** Why there is no list of a layer's files. */
export interface FileListRefusal {
  readonly refusal: string;
  /** `all`: no layer of the scan has one, for the same reason. */
  readonly scope: 'layer' | 'all';
}

/** Why no layer has a list where those of all layers are too much. */
export function fileListsRefusal(limitBytes: number): FileListRefusal {
  const refusal = limitMessage('fileListsBytes', limitBytes, 'the lists of the files of all layers take more bytes');
  return { refusal, scope: 'all' };
}

/** What a list takes in memory. */
export function bytesOfList(found: FileList | FileListRefusal): number {
  if ('refusal' in found) return 0;
  const { texts, ends, types, modes, owners, sizes, digests } = found;
  return [texts, ends, types, modes, owners, sizes, digests].reduce((sum, column) => sum + column.byteLength, 0);
}

/** Why the tar of a layer is not what every reader sees, so that nothing is listed of it; null where it is. */
export function doubtOf(tar: {
  readonly problem: { readonly detail: string } | null;
  readonly disagreements: readonly { readonly detail: string }[];
}): string | null {
  const { problem, disagreements } = tar;
  if (problem !== null) return `its tar is damaged: ${problem.detail}`;
  const [disagreement] = disagreements;
  return disagreement === undefined ? null : `readers disagree on its tar: ${disagreement.detail}`;
}

export const fileTypes: readonly FileType[] = ['file', 'directory', 'symlink', 'link', 'character', 'block', 'fifo'];

/** Of one SHA-256. */
export const sha256Bytes = 32;
const hexDigits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The entries of a list, in its order. */
export function* filesOf(list: FileList): Generator<LayerFile> {
  let at = 0;
  for (let i = 0; i < list.count; i++) {
    const [pathEnd, targetEnd, end] = [list.ends[3 * i] ?? at, list.ends[3 * i + 1] ?? at, list.ends[3 * i + 2] ?? at];
    const type = fileTypes[list.types[i] ?? 0] ?? 'file';
    yield {
      path: binaryText(list.texts, at, pathEnd),
      type,
      mode: list.modes[i] ?? 0,
      uid: list.owners[2 * i] ?? 0,
      gid: list.owners[2 * i + 1] ?? 0,
      sizeBytes: list.sizes[i] ?? 0,
      target: binaryText(list.texts, pathEnd, targetEnd),
      sha256: type === 'file' ? hexText(list.digests, sha256Bytes * i) : '',
      attributes: binaryText(list.texts, targetEnd, end),
    };
    at = end;
  }
}

function binaryText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  // A call takes a limited number of arguments.
  for (let at = start; at < end; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
  return text;
}

function hexText(bytes: Uint8Array, start: number): string {
  let text = '';
  for (let i = start; i < start + sha256Bytes; i++) text += hexDigits[bytes[i] ?? 0];
  return text;
}
