/**
 * The state between the header blocks of a tar: long names, PAX records, sparse maps, end blocks, and the account of
 * every byte that is structure. It does no I/O: the caller hands over blocks and is told what comes next. The index of
 * a plain archive, the splitter of a streamed one and the scan of a layer all drive this one cursor, so a tar means the
 * same to each. Where readers of tars disagree, it follows Go's archive/tar, which is in every tool that loads images,
 * and says so. Hostile input: every block; work and memory are bounded by `limits`.
 */
import { limitMessage } from '../../model/limits.js';
import { openSparseMap, type SparseMap } from './sparse-map.js';
import { readAttributes } from './tar-attributes.js';
import { ReaderComparison } from './tar-comparison.js';
import { Disagreements, extendedNames } from './tar-disagreements.js';
import type { EntryType, TarEntry } from './tar-entry.js';
import { blockBytes, isZeroBlock, type NameEncoding, parseTarHeader, type TarHeader } from './tar-header.js';
import { parsePaxRecords, refusedRecord } from './tar-pax.js';

/** What follows the block that was just accepted. */
export type TarStep =
  | { readonly kind: 'header' }
  | { readonly kind: 'meta'; readonly metaBytes: number }
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  | { readonly kind: 'end' }
  | { readonly kind: 'damaged'; readonly problem: TarProblem };

export interface TarProblem {
  readonly code: 'header-invalid' | 'limit-exceeded';
  readonly detail: string;
  readonly offsetBytes: number;
}

/** No place: a number, so that what V8 makes of a field of small numbers stays good. */
const nowhere = -1;

const header: TarStep = { kind: 'header' };
const types: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'other',
  '4': 'other',
  '5': 'directory',
  '6': 'other',
};
// Types without a body, whatever their size field says (as Go's archive/tar has it).
const bodiless = new Set(['1', '2', '3', '4', '5', '6']);
const extensions = new Set(['x', 'g', 'L', 'K']);
/** What a global header may not decide without a word: Go passes over it, POSIX has it apply to every entry behind it. */
const decidedForAll = /^(?:path|linkpath|size|uid|gid|GNU\.sparse\..*)$/;

/** Zero bytes after the end blocks that still count as the padding of a record, not as trailing data. */
export const recordPaddingBytes = 1024 * 1024;

/** Bytes from a body's end to the next block. */
export function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}

export class TarCursor {
  /** Bytes of headers, of PAX and long-name bodies and their padding. */
  headerBytes = 0;
  /** The first place that tools read in different ways; reading goes on behind it. */
  irregularity: TarProblem | null = null;
  /** Where other readers see other entries than Go. */
  readonly disagreements = new Disagreements();
  readonly #comparison: ReaderComparison;
  readonly #encoding: NameEncoding;
  readonly #withAttributes: boolean;
  readonly #extendedHeaderBytes: number;
  /** Places that are none yet are `nowhere`. */
  #zeroAt = nowhere;
  #firstHeaderAt = nowhere;
  #meta: { type: string; offsetBytes: number } | null = null;
  #sparse: { readonly entry: TarEntry; readonly map: SparseMap } | null = null;
  readonly #before = {
    longName: null as string | null,
    longLink: null as string | null,
    pax: null as ReadonlyMap<string, string> | null,
  };

  constructor(encoding: NameEncoding, extendedHeaderBytes: number, withAttributes = false) {
    this.#encoding = encoding;
    this.#withAttributes = withAttributes;
    this.#extendedHeaderBytes = extendedHeaderBytes;
    this.#comparison = new ReaderComparison(this.disagreements, encoding);
  }

  /** Whether a zero block was seen that no second one has followed yet. */
  get afterZeroBlock(): boolean {
    return this.#zeroAt !== nowhere;
  }

  /** Whether the last block leaves an entry unfinished (long name without its entry, open sparse map). */
  get pending(): boolean {
    return this.#firstHeaderAt !== nowhere;
  }

  /** Whether nothing that came before bears on the next header. */
  get atRest(): boolean {
    return this.#zeroAt === nowhere && this.#firstHeaderAt === nowhere;
  }

  /** Takes note of a header of an entry in which there was nothing to note (`UsualHeader`); only at rest. */
  pass(): void {
    this.headerBytes += blockBytes;
  }

  /** Takes the header block at that offset. The block may be reused afterwards. */
  accept(block: Buffer, offsetBytes: number): TarStep {
    if (this.#sparse !== null) return this.#acceptSparseMap(this.#sparse, block);
    if (isZeroBlock(block)) return this.#acceptZeroBlock(offsetBytes);
    if (this.#zeroAt !== nowhere) {
      this.#note('a single zero block stands between two entries; some tools end here', this.#zeroAt);
      this.headerBytes += blockBytes;
      this.#zeroAt = nowhere;
    }
    const parsed = parseTarHeader(block, this.#encoding);
    const fault = faultOf(parsed);
    if (fault !== null) return damaged('header-invalid', fault, offsetBytes);
    this.headerBytes += blockBytes;
    if (this.#firstHeaderAt === nowhere) this.#firstHeaderAt = offsetBytes;
    if (parsed.oddities !== 0) this.#comparison.compareBlock(parsed, block, offsetBytes);
    return extensions.has(parsed.type)
      ? this.#startMeta(parsed.type, parsed.sizeBytes ?? 0, offsetBytes)
      : this.#finish(parsed, offsetBytes, block);
  }

  /** Takes the body of the last `meta` step, without its padding. */
  acceptMeta(body: Buffer): TarStep {
    const meta = this.#meta;
    if (meta === null) throw new TypeError('no extended header is open');
    this.#meta = null;
    this.headerBytes += body.length + paddingOf(body.length);
    if (meta.type === 'L' || meta.type === 'K') {
      const key = meta.type === 'L' ? 'longName' : 'longLink';
      this.#noteRepeated(this.#before[key], meta);
      this.#before[key] = this.#untilZero(body, meta.offsetBytes);
      return header;
    }
    const records = parsePaxRecords(body, this.#encoding);
    if (records === null) return damaged('header-invalid', 'the PAX records are malformed', meta.offsetBytes);
    const { values, oddity } = records;
    if (oddity !== null) this.disagreements.add('pax-record', meta.offsetBytes, null, () => oddity);
    if (meta.type === 'x') {
      this.#noteRepeated(this.#before.pax, meta);
      this.#before.pax = values;
    } else this.#acceptGlobal(values, meta.offsetBytes);
    return header;
  }

  #untilZero(body: Buffer, offsetBytes: number): string {
    const zero = body.indexOf(0);
    const end = zero === -1 ? body.length : zero;
    if (body.subarray(end).some((byte) => byte !== 0)) {
      this.disagreements.add(
        'long-name',
        offsetBytes,
        null,
        () =>
          "a GNU long name goes on behind a NUL: Go's archive/tar, GNU tar and Python end it there, bsdtar drops it",
      );
    }
    return body.toString(this.#encoding, 0, end);
  }

  #noteRepeated(before: unknown, { type, offsetBytes }: { type: string; offsetBytes: number }): void {
    if (before === null) return;
    this.disagreements.add('repeated', offsetBytes, null, () => {
      const what = extendedNames[type] ?? '';
      return `one entry has more than one ${what}: Go's archive/tar and GNU tar go by the last alone, Python by the first before it, BusyBox by all records`;
    });
  }

  /** To Go a global header is an entry of its own: it uses up what stands before it, and changes nothing behind it. */
  #acceptGlobal(records: ReadonlyMap<string, string>, offsetBytes: number): void {
    const { longName, longLink, pax } = this.#before;
    const forgotten = pax !== null ? 'x' : longName !== null ? 'L' : longLink !== null ? 'K' : null;
    if (forgotten !== null) {
      this.disagreements.add(
        'forgotten',
        offsetBytes,
        null,
        () =>
          `a global PAX header stands between a ${extendedNames[forgotten]} and its entry: Go's archive/tar forgets what stood before it, GNU tar, bsdtar and Python apply it`,
      );
    }
    const key = [...records.keys()].find((name) => decidedForAll.test(name));
    if (key !== undefined) {
      this.disagreements.add(
        'global',
        offsetBytes,
        null,
        () =>
          `a global PAX header sets "${key}": GNU tar and Python apply it to every entry behind it, Go's archive/tar passes over it`,
      );
    }
    this.#forget();
  }

  /** A global header stands for itself as an entry does: an archive may end behind it. */
  #forget(): void {
    this.#before.longName = this.#before.longLink = this.#before.pax = null;
    this.#firstHeaderAt = nowhere;
  }

  #acceptZeroBlock(offsetBytes: number): TarStep {
    if (this.#zeroAt === nowhere) {
      this.#zeroAt = offsetBytes;
      return header;
    }
    if (this.#firstHeaderAt !== nowhere) this.#note('an extended header has no entry behind it', this.#firstHeaderAt);
    return { kind: 'end' };
  }

  #note(detail: string, offsetBytes: number): void {
    this.irregularity ??= { code: 'header-invalid', detail, offsetBytes };
  }

  #startMeta(type: string, sizeBytes: number, offsetBytes: number): TarStep {
    const most = this.#extendedHeaderBytes;
    if (sizeBytes > most) {
      const detail = limitMessage('extendedHeaderBytes', most, `an extended header has ${sizeBytes} bytes`);
      return damaged('limit-exceeded', detail, offsetBytes);
    }
    this.#meta = { type, offsetBytes };
    // Not `sizeBytes`: V8 lays such an object out as those of files, whose sizes are no small numbers, and what comes of them neither.
    return { kind: 'meta', metaBytes: sizeBytes };
  }

  #finish(parsed: TarHeader, headerAt: number, block: Buffer): TarStep {
    const offsetBytes = this.#firstHeaderAt === nowhere ? headerAt : this.#firstHeaderAt;
    const { pax } = this.#before;
    const refused = pax === null ? null : refusedRecord(pax);
    if (refused !== null) {
      return damaged('header-invalid', `the PAX record "${refused}" is no number`, offsetBytes);
    }
    const record = this.#record('size');
    const claimedBytes = record === null ? (parsed.sizeBytes ?? 0) : Number(record);
    const hasNoBody = bodiless.has(parsed.type);
    const name = this.#before.longName || this.#record('path') || parsed.name;
    let type = types[parsed.type] ?? 'other';
    // Before POSIX a folder was a file whose name ends in a slash. It has no body.
    if (parsed.type === '\0' && name.endsWith('/')) type = 'directory';
    const withoutBody = hasNoBody || type === 'directory';
    if (!withoutBody && !(Number.isSafeInteger(claimedBytes) && claimedBytes >= 0)) {
      return damaged('header-invalid', 'the size is negative, or beyond all files', offsetBytes);
    }
    const linked = type === 'symlink' || type === 'link';
    const entry: TarEntry = {
      name,
      type,
      linkName: linked ? this.#before.longLink || this.#record('linkpath') || parsed.linkName : null,
      offsetBytes,
      sizeBytes: withoutBody ? 0 : claimedBytes,
      attributes: this.#withAttributes ? readAttributes(block, pax) : undefined,
    };
    this.#comparison.compareEntry({ header: parsed, entry, claimedBytes, bodiless: withoutBody }, this.#before, block);
    const map = openSparseMap({ type: parsed.type, block, pax, sizeBytes: entry.sizeBytes, bodiless: withoutBody });
    const sparseName = map?.form === 'pax' ? this.#record('GNU.sparse.name') : null;
    this.#forget();
    if (map !== null) return this.#readSparse({ ...entry, name: sparseName ?? name }, map);
    return { kind: 'entry', entry };
  }

  /** A PAX record of the entry at hand; an empty value means that the header's own field counts (POSIX pax). */
  #record(key: string): string | null {
    return this.#before.pax?.get(key) || null;
  }

  /** The map of a sparse file may go on in blocks of its own, which are structure as headers are. */
  #acceptSparseMap({ entry, map }: { entry: TarEntry; map: SparseMap }, block: Buffer): TarStep {
    this.headerBytes += blockBytes;
    map.take(block);
    return this.#readSparse(entry, map);
  }

  #readSparse(entry: TarEntry, map: SparseMap): TarStep {
    const { offsetBytes } = entry;
    this.#sparse = map.wantsBlock ? { entry, map } : null;
    this.#firstHeaderAt = map.wantsBlock ? offsetBytes : nowhere;
    if (map.wantsBlock) return header;
    const sizeBytes = entry.sizeBytes - map.bodyBytes;
    const sparse = map.content(sizeBytes);
    if (sparse === null) return damaged('header-invalid', map.refusal ?? '', offsetBytes);
    const { doubt } = map;
    if (sparse.refusal !== null) this.#note(sparse.refusal, offsetBytes);
    else if (doubt !== null) this.#comparison.note('sparse-map', entry, () => doubt);
    return { kind: 'entry', entry: { ...entry, sizeBytes, sparse } };
  }
}

/** Why Go refuses a header, or null. */
function faultOf({ checksumOk, sizeBytes, numbersOk, type }: TarHeader): string | null {
  if (!checksumOk) return 'the checksum does not match the header';
  if (sizeBytes === null) return 'the size field is no number';
  if (!numbersOk) return 'a field that must be a number is none';
  return sizeBytes < 0 && !bodiless.has(type) ? 'the size is negative' : null;
}

function damaged(code: TarProblem['code'], detail: string, offsetBytes: number): TarStep {
  return { kind: 'damaged', problem: { code, detail, offsetBytes } };
}
