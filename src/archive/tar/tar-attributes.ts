/**
 * What a tar says of a file beside its name, size and target: mode, owner, device, extended attributes. Only lists of
 * files need it, so it is read only where they are asked for. A PAX record counts before the header's own field, as in
 * Go's archive/tar. Hostile input: any 512 bytes and any records; never throws.
 */
import { parseTarNumber } from './tar-number.js';

export interface TarAttributes {
  /** Type flag as one character; NUL reads as '0'. */
  readonly typeFlag: string;
  /** Permission bits with setuid, setgid and sticky; null where the field is no number, as for the next two. */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** `major:minor`, which only devices have a use for. */
  readonly device: string;
  /** Whether the body is the map and the pieces of a file with holes, not its content. */
  readonly sparse: boolean;
  /** Extended attributes by name; values in the encoding of the records. */
  readonly extended: ReadonlyMap<string, string>;
}

const extendedPrefix = 'SCHILY.xattr.';
const sparsePrefix = 'GNU.sparse.';
const decimal = /^[0-9]{1,15}$/;
const none: ReadonlyMap<string, string> = new Map();

/** The attributes of the entry with that header block and these PAX records. */
export function readAttributes(block: Buffer, pax: ReadonlyMap<string, string> | null): TarAttributes {
  const typeFlag = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  const mode = numberOf(block, 100);
  return {
    typeFlag,
    mode: mode === null ? null : mode % 0o10000,
    uid: ownerOf(pax, 'uid') ?? numberOf(block, 108),
    gid: ownerOf(pax, 'gid') ?? numberOf(block, 116),
    device: `${numberOf(block, 329) ?? 0}:${numberOf(block, 337) ?? 0}`,
    sparse: typeFlag === 'S' || hasKey(pax, sparsePrefix),
    extended: hasKey(pax, extendedPrefix) ? extendedOf(pax) : none,
  };
}

/** A field of eight bytes; a negative number is none that anybody could use. */
function numberOf(block: Buffer, start: number): number | null {
  const value = parseTarNumber(block, start, start + 8);
  return value === null || value < 0 ? null : value;
}

function ownerOf(pax: ReadonlyMap<string, string> | null, key: string): number | null {
  const record = pax?.get(key) ?? '';
  return decimal.test(record) ? Number(record) : null;
}

function hasKey(pax: ReadonlyMap<string, string> | null, prefix: string): pax is ReadonlyMap<string, string> {
  if (pax === null) return false;
  for (const key of pax.keys()) if (key.startsWith(prefix)) return true;
  return false;
}

function extendedOf(pax: ReadonlyMap<string, string>): Map<string, string> {
  const own = [...pax].filter(([key]) => key.startsWith(extendedPrefix));
  return new Map(own.map(([key, value]) => [key.slice(extendedPrefix.length), value]));
}
