/**
 * Headers over whose size readers differ: one that takes the header to have a body sees the good document behind it, one that
 * does not sees the bad one inside, or the other way round.
 */
import type { RawEntry, SeededRandom } from '../helpers/archive-builder.js';
import type { Kind } from './kinds.js';
import { blocks, ended, fork, octal, type Patch, patched } from './raw-blocks.js';
import { pairOf, shapeOf } from './specimens.js';

type Opening = (bodyBytes: number, rng: SeededRandom) => Buffer;

/** The header alone, with a size that is not its body's. */
function header(entry: Partial<RawEntry>, sizeBytes: number, patch: Patch = {}): Buffer {
  return patched({ name: 'pad', ...entry, claimedSizeBytes: sizeBytes }, patch);
}

const pax = (records: Record<string, string>, entry: Partial<RawEntry> = {}, sizeBytes = 0) =>
  header({ ...entry, pax: records }, sizeBytes);

const global = (records: Record<string, string>, sizeBytes: number) => {
  const body = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      return `${String(rest.length + 2).length + rest.length}${rest}`;
    })
    .join('');
  return Buffer.concat([blocks({ name: 'g', typeflag: 'g', content: Buffer.from(body) }), header({}, sizeBytes)]);
};

const typed =
  (typeflag: string, name = 'pad') =>
  (n: number) =>
    header({ name, typeflag, linkname: 'index' }, n);

const base256 = (value: number, first: number): Buffer => {
  const field = Buffer.alloc(12, first === 0xff ? 0xff : 0);
  field.writeUInt8(first, 0);
  if (first === 0xff) field.writeInt32BE(-value, 8);
  else field.writeUInt32BE(value, 8);
  return field;
};

const openings: Readonly<Record<string, Opening>> = {
  'null-type-slash': (n) => header({ name: 'pad/', typeflag: '\0', format: 'v7' }, n),
  'null-type-slash-ustar': (n) => header({ name: 'pad/', typeflag: '\0' }, n),
  'file-slash': (n) => header({ name: 'pad/', typeflag: '0' }, n),
  'contiguous-slash': (n) => header({ name: 'pad/', typeflag: '7' }, n),
  ...Object.fromEntries(['1', '2', '3', '4', '5', '6', '7'].map((type) => [`type-${type}`, typed(type)])),
  ...Object.fromEntries(['A', 'D', 'M', 'N', 'V', 'X', 'Z', '8', '9'].map((type) => [`type-${type}`, typed(type)])),
  'size-leading-nul': (n) => header({}, 0, { 124: `\0${octal(n, 11)}` }),
  'size-leading-nuls': (n) => header({}, 0, { 124: `\0\0\0${octal(n, 9)}` }),
  'size-nul-amid': (n) => header({}, n, { 130: '\0' }),
  'size-leading-space': (n) => header({}, 0, { 124: `  ${octal(n, 10)}` }),
  'size-trailing-text': (n) => header({}, 0, { 124: `${octal(n, 8).slice(0, 7)} 123 ` }),
  'size-unterminated': (n) => header({}, 0, { 124: n.toString(8).padStart(12, '0') }),
  'size-sign': (n) => header({}, 0, { 124: `+${octal(n, 11)}` }),
  'size-minus': (n) => header({}, 0, { 124: `-${octal(n, 11)}` }),
  'size-eight': (n) => header({}, 0, { 124: `${octal(n, 9).slice(0, 8)}8\0\0\0` }),
  'size-hex': (n) => header({}, 0, { 124: `0x${n.toString(16)}`.padEnd(12, '\0') }),
  'size-empty': () => header({}, 0, { 124: Buffer.alloc(12) }),
  'size-blank': () => header({}, 0, { 124: ' '.repeat(12) }),
  'size-base-256': (n) => header({}, 0, { 124: base256(n, 0x80) }),
  'size-base-256-negative': (n) => header({}, 0, { 124: base256(n, 0xff) }),
  'size-base-256-c0': (n) => header({}, 0, { 124: base256(n, 0xc0) }),
  'pax-size-zero': (n) => pax({ size: '0' }, {}, n),
  'pax-size': (n) => pax({ size: String(n) }),
  'pax-size-octal': (n) => pax({ size: `0${n.toString(8)}` }),
  'pax-size-plus': (n) => pax({ size: `+${n}` }),
  'pax-size-space': (n) => pax({ size: ` ${n}` }),
  'pax-size-point': (n) => pax({ size: `${n}.0` }),
  'pax-size-empty': (n) => pax({ size: '' }, {}, n),
  'pax-size-negative': (n) => pax({ size: '-1' }, {}, n),
  'pax-size-of-directory': (n) => pax({ size: String(n) }, { name: 'pad/', typeflag: '5' }),
  'pax-size-of-link': (n) => pax({ size: String(n) }, { typeflag: '2', linkname: 'x' }),
  'global-size': (n) => global({ size: String(n) }, 0),
  'global-size-zero': (n) => global({ size: '0' }, n),
  'x-then-global': (n) =>
    Buffer.concat([
      blocks({ name: 'x', typeflag: 'x', content: Buffer.from('11 size=00\n') }),
      global({ comment: 'a' }, n),
    ]),
  'pax-realsize-only': (n) => pax({ 'GNU.sparse.realsize': '0' }, {}, n),
  'pax-sparse-size': (n) => pax({ 'GNU.sparse.size': '0', 'GNU.sparse.numblocks': '0', 'GNU.sparse.map': '' }, {}, n),
  'checksum-signed': (n) => blocks({ name: 'päd', claimedSizeBytes: n, checksum: 'signed' }),
  'sparse-empty': (n) => header({ typeflag: 'S', format: 'gnu', sparse: { realSizeBytes: 0, chunks: [] } }, n),
  'sparse-extended-odd': (n) =>
    header({ typeflag: 'S', format: 'gnu', sparse: { realSizeBytes: 0, chunks: [] } }, n, { 482: '\x02' }),
  'sparse-extended-digit': (n) =>
    header({ typeflag: 'S', format: 'gnu', sparse: { realSizeBytes: 0, chunks: [] } }, n, { 482: '1' }),
  'sparse-in-ustar': (n) => header({ typeflag: 'S', sparse: { realSizeBytes: 0, chunks: [] } }, n),
};

export const sizeKinds: readonly Kind[] = Object.entries(openings).map(([name, opening]) => ({
  name: `size/${name}`,
  family: 'hostile',
  make: (rng) => {
    const shape = shapeOf(rng, pairOf(rng));
    const [inside, outside] = rng.pick([true, false]) ? [shape.bad, shape.good] : [shape.good, shape.bad];
    const forked = fork(
      (n) => opening(n, rng),
      { name: shape.document, content: inside },
      { name: shape.document, content: outside },
    );
    return rng.pick([true, false]) ? ended(blocks(...shape.bodies), forked) : ended(forked, blocks(...shape.bodies));
  },
}));
