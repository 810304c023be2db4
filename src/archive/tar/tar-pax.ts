/**
 * The records of a PAX extended header, `<length> <key>=<value>\n`, as Go's archive/tar takes them: what it refuses is
 * refused, since no tool that loads images reads on there. Where other readers find other records in the same bytes, the
 * spelling is odd. Hostile input: any bytes up to the limit of an extended header; never throws.
 */
import type { NameEncoding } from './tar-header.js';

export interface PaxRecords {
  readonly values: ReadonlyMap<string, string>;
  /** What other readers take differently, or null. */
  readonly oddity: string | null;
}

const digits = /^\+?[0-9]+$/;
const plainDigits = /^[0-9]{1,6}$/;
const integer = /^[+-]?[0-9]+$/;
const time = /^([+-]?[0-9]+)(?:\.[0-9]*)?$/;
const smallestInt64 = -(2n ** 63n);
const largestInt64 = 2n ** 63n - 1n;
const sparseOffset = 'GNU.sparse.offset';
const sparseBytes = 'GNU.sparse.numbytes';
const sparseMap = 'GNU.sparse.map';
const twoMaps =
  "PAX records have two maps of a sparse file: Go's archive/tar goes by the numbers one by one (0.0), Python by the list (0.1)";
/** In a name these would be cut at a NUL by tools in C. */
const noNul = new Set(['path', 'linkpath', 'uname', 'gname']);
const wholeNumbers = ['size', 'uid', 'gid'];
const times = ['mtime', 'atime', 'ctime'];
/** Those that decide what an entry is; an empty one keeps the field of the header, says Go. */
const deciding = ['path', 'linkpath', 'size', 'uid', 'gid'];

/** Null where Go refuses the header. */
export function parsePaxRecords(body: Buffer, encoding: NameEncoding): PaxRecords | null {
  const values = new Map<string, string>();
  const map: string[] = [];
  let oddity: string | null = null;
  for (let at = 0; at < body.length; ) {
    const record = recordAt(body, at, encoding);
    if (record === null) return null;
    const { key, value, length } = record;
    oddity ??= oddityOf(length, key, value);
    at += Number(length);
    if (key !== sparseOffset && key !== sparseBytes) values.set(key, value);
    // Sparse format 0.0 repeats two keys in turn; joined, they are the map of 0.1.
    else if ((map.length % 2 === 0) !== (key === sparseOffset) || value.includes(',')) return null;
    else map.push(value);
  }
  if (map.length > 0) {
    if (values.has(sparseMap)) oddity ??= twoMaps;
    values.set(sparseMap, map.join(','));
  }
  return { values, oddity: oddity ?? emptyRecord(values) };
}

function recordAt(
  body: Buffer,
  at: number,
  encoding: NameEncoding,
): { readonly length: string; readonly key: string; readonly value: string } | null {
  const blank = body.indexOf(0x20, at);
  if (blank === -1) return null;
  const length = body.toString('latin1', at, blank);
  const end = at + Number(length);
  if (!digits.test(length) || end - at < 5 || end <= blank + 1 || end > body.length) return null;
  const equals = body.indexOf(0x3d, blank);
  if (body[end - 1] !== 0x0a || equals <= blank + 1 || equals >= end - 1) return null;
  const key = body.toString('latin1', blank + 1, equals);
  const value = body.toString(encoding, equals + 1, end - 1);
  return (noNul.has(key) ? value : key).includes('\0') ? null : { length, key, value };
}

function oddityOf(length: string, key: string, value: string): string | null {
  if (!plainDigits.test(length)) {
    return `the length ${JSON.stringify(length)} of a PAX record is a number to Go's archive/tar, not to bsdtar and GNU tar`;
  }
  if (/^[ \t]/.test(key)) {
    return `a PAX record begins with several blanks: GNU tar skips them, Go's archive/tar, bsdtar and Python take them for a part of the key`;
  }
  return key === 'GNU.sparse.name' && value.includes('\0')
    ? `a NUL stands in the PAX record "${key}": GNU tar and bsdtar end the name there, Go's archive/tar and Python go on`
    : null;
}

function emptyRecord(values: ReadonlyMap<string, string>): string | null {
  const key = deciding.find((name) => values.get(name) === '');
  return key === undefined
    ? null
    : `the PAX record "${key}" is empty: Go's archive/tar goes by the field of the header, GNU tar and Python by the empty record`;
}

/** The first record that Go refuses an entry for, or null. */
export function refusedRecord(values: ReadonlyMap<string, string>): string | null {
  for (const key of wholeNumbers) if (!isInt64(values.get(key) ?? '')) return key;
  return times.find((key) => !isTime(values.get(key) ?? '')) ?? null;
}

function isInt64(text: string): boolean {
  if (text === '') return true;
  if (!integer.test(text)) return false;
  if (text.length < 19) return true;
  const value = BigInt(text.replace('+', ''));
  return value >= smallestInt64 && value <= largestInt64;
}

function isTime(text: string): boolean {
  if (text === '') return true;
  const seconds = time.exec(text)?.[1];
  return seconds !== undefined && isInt64(seconds);
}

/** A size that Go reads and others do not, or null. */
export function oddSize(values: ReadonlyMap<string, string>): string | null {
  const value = values.get('size') ?? '';
  if (!/^[+-]/.test(value)) return null;
  return `the PAX record "size" has a sign: Go's archive/tar and Python read ${value.slice(0, 40)}, bsdtar no number`;
}

/**
 * Which sparse format Go takes the records for. `unknown`: there are sparse records, and it passes over all of them, the
 * name of the file among them.
 */
export function sparseVersion(values: ReadonlyMap<string, string>): '0.x' | '1.0' | 'unknown' | null {
  const major = values.get('GNU.sparse.major') ?? '';
  const minor = values.get('GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) return '0.x';
  if (major === '1' && minor === '0') return '1.0';
  const versioned = major !== '' || minor !== '';
  if (!versioned && (values.get('GNU.sparse.map') ?? '') !== '') return '0.x';
  for (const key of values.keys()) if (key.startsWith('GNU.sparse.')) return 'unknown';
  return null;
}
