/**
 * Tars that readers may take differently, one for each seed: headers of every format whose fields are spelled in every way
 * that some reader accepts, extended headers in any order, bodies that are headers themselves, so that whoever takes a size
 * for another reads other entries. A seed gives the same bytes for ever, since answers of other readers are recorded.
 */
import { type SeededRandom, seededRandom } from '../helpers/archive-builder.js';

const blockBytes = 512;
const names = ['a', 'b', 'd/', 'dir/f', './c', '/r', 'x'.repeat(100), `${'y'.repeat(99)}/`, 'é', '\xe9', '..', 'f//'];
const magics = ['ustar\x0000', 'ustar\x0000', 'ustar\x0000', 'ustar  \0', 'ustar  \0', '\0\0\0\0\0\0\0\0'];
const oddMagics = ['ustar\0xx', 'ustar \0\0', 'ustarx00', 'ustar\0  '];
const usualTypes = ['0', '0', '0', '0', '\0', '\0', '5', '2', '1', '7'];
const oddTypes = ['3', '4', '6', 'V', 'N', 'X', 'M', 'D', 'A', 'z', '8', '\xff', ' '];
const keys = [
  'path',
  'path',
  'linkpath',
  'size',
  'size',
  'mtime',
  'uid',
  'comment',
  'SCHILY.xattr.user.path',
  'hdrcharset',
];
const values = [
  '',
  'p',
  'dir/g',
  'p',
  'q/',
  'dir/g',
  '0',
  '1',
  '512',
  '600',
  '1024',
  '+512',
  '-1',
  '00512',
  '5x',
  '1.5',
  'a\0b',
  'z'.repeat(120),
];
const sparseKeys = ['GNU.sparse.major', 'GNU.sparse.minor', 'GNU.sparse.name', 'GNU.sparse.size', 'GNU.sparse.map'];

/** The tar of a seed. `sparse`: with sparse files of every kind among its entries. */
export function generatedTar(seed: number, sparse = false): Buffer {
  const rng = seededRandom(seed);
  const dice: Dice = { rng, calm: rng.pick([1, 3, 10, 40]) };
  const parts: Buffer[] = [];
  const count = rng.integer(1, 4);
  for (let i = 0; i < count; i++) parts.push(...entryOf(dice, sparse, 0));
  if (chance(dice, 10))
    parts.splice(dice.rng.integer(0, parts.length), 0, Buffer.alloc(blockBytes * dice.rng.integer(1, 2)));
  parts.push(Buffer.alloc(dice.rng.pick([0, 512, 1024, 1024, 1024, 1024, 10_240])));
  const bytes = Buffer.concat(parts);
  return chance(dice, 10) ? bytes.subarray(0, dice.rng.integer(0, bytes.length)) : bytes;
}

/** Chance, and how seldom a tar is to be odd: one with a single odd field shows more than one of nothing else. */
interface Dice {
  readonly rng: SeededRandom;
  readonly calm: number;
}

/** True once in so many times, or more seldom in a calm tar. */
function chance({ rng, calm }: Dice, times: number): boolean {
  return rng.integer(1, times * calm) === 1;
}

function entryOf(dice: Dice, sparse: boolean, depth: number): Buffer[] {
  const parts: Buffer[] = [];
  const extensions = dice.rng.pick([0, 0, 0, 1, 1, 2, 3]);
  for (let i = 0; i < extensions; i++) parts.push(...extensionOf(dice, sparse));
  const type = chance(dice, 4) ? dice.rng.pick(oddTypes) : dice.rng.pick(usualTypes);
  const hasBody = '07\0S'.includes(type) || chance(dice, 2);
  const body = hasBody ? bodyOf(dice, sparse, depth) : Buffer.alloc(0);
  const header = headerOf(dice, sparse && chance(dice, 3) ? 'S' : type, body.length);
  return [...parts, header, ...padded(body)];
}

function extensionOf(dice: Dice, sparse: boolean): Buffer[] {
  const type = dice.rng.pick(['x', 'x', 'x', 'L', 'K', 'g']);
  const isPax = type === 'x' || type === 'g';
  const body = isPax
    ? recordsOf(dice, sparse)
    : Buffer.from(`${dice.rng.pick(names)}${dice.rng.pick(['\0', '\0', '', '\0more'])}`, 'latin1');
  return [headerOf(dice, type, body.length), ...padded(body)];
}

function recordsOf(dice: Dice, sparse: boolean): Buffer {
  const records: Buffer[] = [];
  const count = dice.rng.integer(1, 3);
  for (let i = 0; i < count; i++) {
    const key = sparse && chance(dice, 2) ? dice.rng.pick(sparseKeys) : dice.rng.pick(keys);
    const value = key.startsWith('GNU') ? dice.rng.pick(['0', '1', '0,5', '0,1,600,1', 's']) : dice.rng.pick(values);
    records.push(recordOf(dice, chance(dice, 12) ? ` ${key}` : key, fitting(dice, key, value)));
  }
  if (chance(dice, 12)) records.push(Buffer.alloc(dice.rng.integer(1, 9)));
  return Buffer.concat(records);
}

/** Numbers where numbers belong, most of the time. */
function fitting(dice: Dice, key: string, value: string): string {
  const isNumber = ['size', 'uid', 'mtime'].includes(key);
  return isNumber && !/^[0-9]+$/.test(value) && !chance(dice, 3) ? '512' : value;
}

function recordOf(dice: Dice, key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`, 'latin1');
  let length = rest.length + 1;
  while (String(length).length + rest.length > length) length++;
  const text = chance(dice, 30)
    ? dice.rng.pick([`0${length + 1}`, `+${length + 1}`, `${length + 1}`, `${length - 1}`])
    : String(length);
  return Buffer.concat([Buffer.from(text), rest]);
}

function bodyOf(dice: Dice, sparse: boolean, depth: number): Buffer {
  const kind = dice.rng.integer(0, 9);
  if (kind < 4) return Buffer.alloc(0);
  // Read as headers by whoever takes the size for less than it is.
  if (kind < 8 && depth < 2) return Buffer.concat(entryOf(dice, sparse, depth + 1));
  return Buffer.alloc(dice.rng.pick([1, 5, 511, 512, 513, 600]), 'b');
}

function headerOf(dice: Dice, type: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const write = (offset: number, text: string): number => block.write(text, offset, 'latin1');
  write(0, chance(dice, 12) ? '' : dice.rng.pick(names).slice(0, 100));
  write(100, '0000644\x000000000\x000000000\0');
  write(124, sizeField(dice, sizeBytes));
  write(136, '00000000000\0');
  write(156, type);
  write(157, dice.rng.pick(['', 't', 'dir/t', 't/']));
  write(257, chance(dice, 2) ? dice.rng.pick(oddMagics) : dice.rng.pick(magics));
  if (chance(dice, 6))
    write(
      345,
      dice.rng.pick([
        'pre',
        'pre/',
        '00000000001\0',
        '00000000001\x0000000000002\0',
        'p'.repeat(155),
        '\xe9pre',
        `${'p'.repeat(131)}0`,
      ]),
    );
  if (chance(dice, 4)) write(508, 'tar\0');
  if (chance(dice, 4)) oddNumber(dice, block);
  if (type === 'S') sparseMap(dice, block, sizeBytes);
  block.write(checksumField(dice, block), 148, 'latin1');
  return block;
}

function sizeField(dice: Dice, sizeBytes: number): string {
  const octal = sizeBytes.toString(8);
  const eleven = octal.padStart(11, '0');
  if (!chance(dice, 3)) return `${eleven}\0`;
  return dice.rng
    .pick([
      `${octal.padStart(12, '0')}`,
      `${eleven} `,
      `${octal.padStart(11, ' ')} `,
      `${octal}\0`,
      `${octal}\0x`,
      `\0${eleven.slice(1)}\0`,
      `\0\0${eleven.slice(2)}\0`,
      ` \0${eleven.slice(2)}\0`,
      ' '.repeat(12),
      '\0'.repeat(12),
      `   ${'\0'.repeat(9)}`,
      `\x80${'\0'.repeat(9)}${String.fromCharCode(sizeBytes >> 8, sizeBytes & 255)}`,
      `\x81${'\0'.repeat(9)}${String.fromCharCode(sizeBytes >> 8, sizeBytes & 255)}`,
      '\xff'.repeat(12),
      `\xff${'\xff'.repeat(9)}\xfe\0`,
      `+${eleven.slice(1)}\0`,
      `-${eleven.slice(1)}\0`,
      `\t${eleven.slice(1)}\0`,
      `${octal} x`,
      `0o${octal}\0`,
      '00000001000\0',
      '00000000000\0',
      '77777777777\0',
    ])
    .slice(0, 12);
}

function oddNumber(dice: Dice, block: Buffer): void {
  const offset = dice.rng.pick([100, 108, 116, 136, 329, 337, 476, 488]);
  const text = dice.rng.pick([
    '\x000000001',
    '        ',
    '\0\0\0\0\0\0\0\0',
    '0000x00\0',
    '\x80\0\0\0\0\0\0\x01',
    '\xff\xff\xff\xff\xff\xff\xff\xff',
    '-000001\0',
    '7777777 ',
  ]);
  block.write(text, offset, 'latin1');
}

function sparseMap(dice: Dice, block: Buffer, sizeBytes: number): void {
  const octal = (value: number): string => value.toString(8).padStart(11, '0');
  block.write(`${octal(dice.rng.pick([0, 0, 100]))}\0${octal(sizeBytes)}\0`, 386, 'latin1');
  block[482] = dice.rng.pick([0, 0, 0, 1, 2]);
  block.write(`${octal(sizeBytes + dice.rng.pick([0, 100, 600]))}\0`, 483, 'latin1');
}

function checksumField(dice: Dice, block: Buffer): string {
  let sum = 8 * 0x20;
  let high = 0;
  for (let i = 0; i < blockBytes; i++) {
    if (i === 148) i = 156;
    const byte = block[i] ?? 0;
    sum += byte;
    if (byte > 127) high++;
  }
  const octal = sum.toString(8).padStart(6, '0');
  if (!chance(dice, 8)) return `${octal}\0 `;
  return dice.rng.pick([
    `${octal} \0`,
    ` ${octal}\0`,
    `\0${octal}\0`,
    `${octal.padStart(8, '0')}`,
    `${(sum - 256 * high).toString(8).padStart(6, '0')}\0 `,
    `${(sum + 1).toString(8).padStart(6, '0')}\0 `,
    `${octal}\0x`,
    `${octal} x`,
    ' '.repeat(8),
  ]);
}

function padded(body: Buffer): Buffer[] {
  return [body, Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)];
}
