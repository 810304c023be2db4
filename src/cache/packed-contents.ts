/**
 * The files of a layer as a file of the cache holds them: the columns behind each other, deflated. Hostile input: a file of
 * a cache may hold anything; columns that do not fit each other are none.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type FileList, fileTypes, sha256Bytes } from '../model/file-list.js';

/** What the columns of one layer may take; a list that is larger is not kept. */
const maxBytes = 64 * 1024 * 1024;
/** Of all columns but the texts, for each file. */
const fileBytes = 3 * 4 + 1 + 2 + 2 * 8 + 8 + sha256Bytes;

/** The columns as one text, with what is needed to take them apart again. */
export interface PackedContents {
  readonly count: number;
  readonly textBytes: number;
  /** Base64 of the deflated columns. */
  readonly columns: string;
}

/** Null where the list is too large to be kept. */
export function packContents(list: FileList): PackedContents | null {
  const { count, texts, ends, types, modes, owners, sizes, digests } = list;
  if (texts.length + count * fileBytes > maxBytes) return null;
  const columns = Buffer.concat([texts, ends, types, modes, owners, sizes, digests].map(bytesOf));
  return { count, textBytes: texts.length, columns: deflateRawSync(columns, { level: 1 }).toString('base64') };
}

/** The list again. Throws TypeError where the columns are not those of a list. */
export function unpackContents({ count, textBytes, columns }: PackedContents): FileList {
  const sizeBytes = textBytes + count * fileBytes;
  if (sizeBytes > maxBytes) throw new TypeError('its columns are too large');
  const bytes = inflateRawSync(Buffer.from(columns, 'base64'), { maxOutputLength: sizeBytes + 1 });
  if (bytes.length !== sizeBytes) throw new TypeError('its columns have another length');
  let at = 0;
  // Each in memory of its own, so that it lies where its numbers may lie.
  const take = (length: number): ArrayBuffer => {
    const column = new Uint8Array(bytes.subarray(at, at + length));
    at += length;
    return column.buffer;
  };
  const list: FileList = {
    count,
    texts: new Uint8Array(take(textBytes)),
    ends: new Uint32Array(take(3 * 4 * count)),
    types: new Uint8Array(take(count)),
    modes: new Uint16Array(take(2 * count)),
    owners: new Float64Array(take(2 * 8 * count)),
    sizes: new Float64Array(take(8 * count)),
    digests: new Uint8Array(take(sha256Bytes * count)),
  };
  const isOrdered = list.ends.every((end, i) => end >= (i === 0 ? 0 : (list.ends[i - 1] ?? 0)));
  if (!isOrdered || (list.ends.at(-1) ?? 0) !== textBytes) throw new TypeError('its texts do not end in order');
  if (list.types.some((type) => type >= fileTypes.length)) throw new TypeError('a file has no type');
  return list;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
