/**
 * One 512-byte tar header block → fields. Knows v7, ustar, GNU and PAX headers (POSIX.1-2017 pax, "ustar Interchange
 * Format"; GNU tar manual, "Basic Tar Format"). Pure function of the block; what a header means for the next ones
 * (long names, PAX records, end blocks) is `TarCursor`'s work. Hostile input: any 512 bytes; never throws.
 */

export const blockBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly linkName: string;
  /** Type flag as one character; NUL reads as '0'. */
  readonly type: string;
  /** Body bytes that follow, or null where the field cannot be read. */
  readonly sizeBytes: number | null;
  readonly checksumOk: boolean;
  /** Old GNU sparse header: another block of the sparse map follows. */
  readonly extended: boolean;
}

/** How names are turned into text: `latin1` keeps every byte apart, `utf8` is for people. */
export type NameEncoding = 'utf8' | 'latin1';

/** Whether the block holds nothing but zeros. */
export function isZeroBlock(block: Buffer): boolean {
  for (let i = 0; i < blockBytes; i += 8) {
    if (block.readInt32LE(i) !== 0 || block.readInt32LE(i + 4) !== 0) return false;
  }
  return true;
}

/** Reads the fields of a header block of 512 bytes. */
export function parseTarHeader(block: Buffer, encoding: NameEncoding): TarHeader {
  const magic = block.toString('latin1', 257, 265);
  const ustar = magic.startsWith('ustar');
  const gnu = magic === 'ustar  \0';
  const name = field(block, 0, 100, encoding);
  // GNU headers keep times and sparse maps where ustar has its prefix.
  const prefix = ustar && !gnu ? field(block, 345, 500, encoding) : '';
  const type = block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: field(block, 157, 257, encoding),
    type,
    sizeBytes: parseNumber(block, 124, 136),
    checksumOk: checksumMatches(block),
    extended: type === 'S' && block[482] === 1,
  };
}

function field(block: Buffer, start: number, end: number, encoding: NameEncoding): string {
  const zero = block.indexOf(0, start);
  return block.toString(encoding, start, zero === -1 || zero > end ? end : zero);
}

/** Octal text padded by blanks or NULs, or base-256 where the first bit is set (GNU, for sizes of 8 GiB and more). */
export function parseNumber(block: Buffer, start: number, end: number): number | null {
  const first = block[start] ?? 0;
  if (first & 0x80) {
    let value = first & 0x3f;
    if (first & 0x40) return null; // negative
    for (let i = start + 1; i < end; i++) {
      value = value * 256 + (block[i] ?? 0);
      if (value > Number.MAX_SAFE_INTEGER) return null;
    }
    return value;
  }
  let i = start;
  while (i < end && block[i] === 0x20) i++;
  let value = 0;
  for (; i < end; i++) {
    const c = block[i] ?? 0;
    if (c === 0 || c === 0x20) break;
    if (c < 0x30 || c > 0x37) return null;
    value = value * 8 + (c - 0x30);
  }
  return value;
}

/** The sum of all bytes, the checksum field itself counting as blanks; some old writers summed signed bytes. */
function checksumMatches(block: Buffer): boolean {
  const claimed = parseNumber(block, 148, 156);
  if (claimed === null) return false;
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let i = 0; i < blockBytes; i++) {
    if (i === 148) i = 156;
    const c = block[i] ?? 0;
    unsigned += c;
    if (c > 127) high++;
  }
  return claimed === unsigned || (high > 0 && claimed === unsigned - 256 * high);
}

/**
 * The records of a PAX extended header: `<length> <key>=<value>\n`. Null where they are malformed, as Go has it: a length
 * that is no decimal number, or a name with a NUL, which tools in C would cut there.
 */
export function parsePaxRecords(body: Buffer, encoding: NameEncoding): Map<string, string> | null {
  const records = new Map<string, string>();
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const blank = body.indexOf(0x20, at);
    if (blank === -1 || blank - at > 10) return null;
    const digits = body.toString('latin1', at, blank);
    const end = at + Number(digits);
    if (!/^[0-9]+$/.test(digits) || end > body.length || body[end - 1] !== 0x0a) return null;
    const equals = body.subarray(0, end).indexOf(0x3d, blank);
    if (equals <= blank + 1) return null;
    const key = body.toString('latin1', blank + 1, equals);
    const value = body.toString(encoding, equals + 1, end - 1);
    if (/path$|name$/.test(key) && value.includes('\0')) return null;
    records.set(key, value);
    at = end;
  }
  return records;
}
