/**
 * Headers that wide-spread readers take differently: what Go's archive/tar reads is listed, and the difference is told, in
 * an archive and in a layer alike; near each of them stands one on which all agree.
 */

import { describe, expect, it } from 'vitest';
import { LayerScan } from '../../../src/archive/layer-scan.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { limits } from '../../../src/model/limits.js';
import {
  directory,
  file,
  hardLink,
  paxRecords,
  type RawEntry,
  rawHeader,
  rawTar,
  symlink,
} from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { globalPax } from './tars.js';

const data = Buffer.alloc(512, 'd');
const extension = (typeflag: string, content: string | Buffer): RawEntry => ({
  name: 'meta',
  typeflag,
  content: Buffer.from(content),
});
const x = (records: Readonly<Record<string, string>>): RawEntry => extension('x', paxRecords(records));
const L = (name: string): RawEntry => extension('L', `${name}\0`);
const K = (name: string): RawEntry => extension('K', `${name}\0`);

/** A header with these bytes written into it and its checksum set anew, or a spelling of the checksum. */
function patched(entry: RawEntry, patches: readonly (readonly [number, string])[], checksum = 'right'): Buffer {
  const block = rawHeader(entry);
  for (const [offset, text] of patches) block.write(text, offset, 'latin1');
  block.fill(' ', 148, 156);
  const octal = block
    .reduce((total, byte) => total + byte, 0)
    .toString(8)
    .padStart(6, '0');
  const spellings: Record<string, string> = { right: `${octal}\0 `, NUL: `\0${octal}\0`, letter: `${octal}\0x` };
  block.write(spellings[checksum] ?? '', 148, 'latin1');
  return Buffer.concat([block, entry.content ?? Buffer.alloc(0)]);
}

function read(parts: readonly (RawEntry | Buffer)[]) {
  const bytes = Buffer.concat([
    ...parts.map((part) => (Buffer.isBuffer(part) ? part : rawTar([part], { endBlocks: 0 }))),
    Buffer.alloc(1024),
  ]);
  const index = indexTar(memorySource(bytes), limits);
  const scan = new LayerScan(limits);
  scan.push(bytes);
  const { problem, entries, disagreements } = scan.finish();
  return {
    listed: index.entries.map(({ name, type, sizeBytes, linkName }) => [name, type, linkName ?? sizeBytes]),
    codes: index.findings.map(({ code }) => code),
    layer: { problem, entries, disagreements: disagreements.length },
  };
}

const sparse = { realSizeBytes: 9000, chunks: [] };
const gnu: RawEntry = { ...file('name', ''), format: 'gnu' };
const v7: RawEntry = { ...file('name', ''), format: 'v7' };
const end = file('end', 'e');

/** Label, headers, and the entries that Go reads before `end`. */
const disagreements: readonly (readonly [string, readonly (RawEntry | Buffer)[], readonly unknown[][]])[] = [
  [
    'a type of NUL and a name that ends in a slash, with a size',
    [{ ...file('d/', ''), typeflag: '\0', claimedSizeBytes: 512 }],
    [['d', 'directory', 0]],
  ],
  ['a folder with a size', [{ ...directory('d'), claimedSizeBytes: 512 }], [['d', 'directory', 0]]],
  ['a link with a size', [{ ...symlink('s', 't'), claimedSizeBytes: 512 }], [['s', 'symlink', 't']]],
  ['a hard link with a size', [{ ...hardLink('s', 't'), claimedSizeBytes: 512 }], [['s', 'link', 't']]],
  ['a pipe with a size', [{ name: 'p', type: 'fifo', claimedSizeBytes: 512 }], [['p', 'other', 0]]],
  ['a folder with a size in a PAX record', [x({ size: '512' }), directory('d')], [['d', 'directory', 0]]],
  ['a folder with a negative size', [patched(directory('d'), [[124, '\xff'.repeat(12)]])], [['d', 'directory', 0]]],
  ['a file whose name ends in a slash', [file('f/', data)], [['f', 'file', 512]]],
  ['a contiguous file whose name ends in a slash', [{ ...file('f/', data), typeflag: '7' }], [['f', 'file', 512]]],
  [
    'a type of NUL with a slash in its header alone',
    [L('f'), { ...file('f/', data), typeflag: '\0' }],
    [['f', 'file', 512]],
  ],
  [
    'a type of NUL with a slash in its long name alone',
    [L('f/'), { ...file('f', ''), typeflag: '\0' }],
    [['f', 'directory', 0]],
  ],
  [
    'a header of Solaris',
    [{ ...x({ path: 'other' }), typeflag: 'X' }, file('f', data)],
    [
      ['meta', 'other', 14],
      ['f', 'file', 512],
    ],
  ],
  ['names of old GNU tar', [extension('N', 'Rename a to b\n')], [['meta', 'other', 14]]],
  ['a volume label with a body', [extension('V', 'label')], [['meta', 'other', 5]]],
  [
    'a volume label behind records',
    [x({ path: 'a' }), extension('V', ''), file('f', data)],
    [
      ['a', 'other', 0],
      ['f', 'file', 512],
    ],
  ],
  ['the rest of a file on another volume', [extension('M', data)], [['meta', 'other', 512]]],
  ['a type that nobody knows', [extension('z', data)], [['meta', 'other', 512]]],
  ['a size with a NUL before it', [patched(file('f', data), [[124, '\x000000001000\0']])], [['f', 'file', 512]]],
  ['a size of blanks', [patched(file('f', ''), [[124, ' '.repeat(12)]])], [['f', 'file', 0]]],
  ['a checksum with a NUL before it', [patched(file('f', data), [], 'NUL')], [['f', 'file', 512]]],
  ['a long link that goes on behind a NUL', [extension('K', 'a\0more'), symlink('s', 't')], [['s', 'symlink', 'a']]],
  ['a link without a target', [symlink('s', '')], [['s', 'symlink', '']]],
  ['a long link and an empty one', [K('a'), hardLink('s', '')], [['s', 'link', 'a']]],
  ['a checksum with a letter behind it', [patched(file('f', data), [], 'letter')], [['f', 'file', 512]]],
  [
    'a device in a v7 header that is no number',
    [patched({ ...v7, content: data }, [[329, '0000x00']])],
    [['name', 'file', 512]],
  ],
  [
    'a device in base 256 that only Go reads',
    [patched(file('f', data), [[329, '\x81\0\0\0\0\0\0\x01']])],
    [['f', 'file', 512]],
  ],
  [
    'an old folder of which the prefix alone ends in a slash',
    [patched({ ...file('', ''), typeflag: '\0' }, [[345, 'pre']])],
    [['pre', 'directory', 0]],
  ],
  [
    'the size of a sparse file in a GNU header of another',
    [patched({ ...gnu, content: data }, [[483, '00000002000\0']])],
    [['name', 'file', 512]],
  ],
  [
    'a flag of a sparse map in a GNU header of no sparse file, with a long name',
    [L('long'), patched({ ...gnu, content: data }, [[482, '\x01']])],
    [['long', 'file', 512]],
  ],
  ['a prefix in a v7 header', [patched(v7, [[345, 'pre']])], [['name', 'file', 0]]],
  ['a prefix in a GNU header', [patched(gnu, [[345, 'pre']])], [['pre/name', 'file', 0]]],
  ['times in a GNU header', [patched(gnu, [[345, '00000000001\0']])], [['name', 'file', 0]]],
  [
    'a prefix behind a magic that only begins like ustar',
    [
      patched(file('name', ''), [
        [257, 'ustarx00'],
        [345, 'pre'],
      ]),
    ],
    [['name', 'file', 0]],
  ],
  [
    'a prefix of star that is longer than its field',
    [
      patched(file('name', ''), [
        [345, `${'p'.repeat(131)}00001`],
        [508, 'tar\0'],
      ]),
    ],
    [[`${'p'.repeat(131)}/name`, 'file', 0]],
  ],
  ['a header without a name', [file('', data)], [['', 'file', 512]]],
  [
    'a PAX size that the field could hold, and does not',
    [x({ size: '512' }), { ...file('f', data), claimedSizeBytes: 0 }],
    [['f', 'file', 512]],
  ],
  [
    'a field that says more than the PAX size',
    [x({ size: '512' }), { ...file('f', data), claimedSizeBytes: 1024 }],
    [['f', 'file', 512]],
  ],
  ['an empty PAX path', [x({ path: '' }), file('f', data)], [['f', 'file', 512]]],
  ['a PAX size with a sign', [x({ size: '+512' }), file('f', data)], [['f', 'file', 512]]],
  ['a global path', [globalPax({ path: 'other' }), file('f', data)], [['f', 'file', 512]]],
  ['a global size', [globalPax({ size: '0' }), file('f', data)], [['f', 'file', 512]]],
  ['a global link target', [globalPax({ linkpath: 'other' }), symlink('s', 't')], [['s', 'symlink', 't']]],
  ['global sparse records', [globalPax({ 'GNU.sparse.name': 'other' }), file('f', data)], [['f', 'file', 512]]],
  [
    'records, then a global header',
    [x({ path: 'a' }), globalPax({ comment: 'c' }), file('f', data)],
    [['f', 'file', 512]],
  ],
  ['a long name, then a global header', [L('a'), globalPax({ comment: 'c' }), file('f', data)], [['f', 'file', 512]]],
  [
    'a long link, then a global header',
    [K('a'), globalPax({ comment: 'c' }), symlink('s', 't')],
    [['s', 'symlink', 't']],
  ],
  ['two PAX headers', [x({ path: 'a' }), x({ comment: 'c' }), file('f', data)], [['f', 'file', 512]]],
  ['two long names', [L('a'), L('b'), file('f', data)], [['b', 'file', 512]]],
  ['two long links', [K('a'), K('b'), symlink('s', 't')], [['s', 'symlink', 'b']]],
  ['a long name and another PAX path', [L('a'), x({ path: 'b' }), file('f', data)], [['a', 'file', 512]]],
  ['a long link and another PAX target', [x({ linkpath: 'b' }), K('a'), symlink('s', 't')], [['s', 'symlink', 'a']]],
  ['an empty long name', [L(''), file('f', data)], [['f', 'file', 512]]],
  [
    'the name of a sparse file without a version',
    [x({ 'GNU.sparse.name': 'a' }), file('f', data)],
    [['f', 'file', 512]],
  ],
  [
    'a sparse version that nobody knows',
    [x({ 'GNU.sparse.major': '3', 'GNU.sparse.minor': '1' }), file('f', data)],
    [['f', 'file', 512]],
  ],
  [
    'a sparse flag of 2',
    [patched({ ...file('s', ''), type: 'sparse', format: 'gnu', sparse }, [[482, '\x02']]), Buffer.alloc(512)],
    [['s', 'file', 0]],
  ],
];

describe('a tar that readers take differently', () => {
  it.each(disagreements)('is read as Go reads it, and has the finding: %s', (_, parts, expected) => {
    const { listed, codes, layer } = read([...parts, end]);
    expect(listed).toEqual([...expected, ['end', 'file', 1]]);
    const disagreeing = codes.filter((code) => code !== 'entry-ambiguous' && code !== 'entry-form-refused');
    expect([...new Set(disagreeing)]).toEqual(['readers-disagree']);
    expect(layer).toMatchObject({ problem: null, disagreements: disagreeing.length });
  });
});

const agreed: readonly (readonly [string, readonly (RawEntry | Buffer)[], readonly unknown[][]])[] = [
  ['an old folder', [{ ...file('d/', ''), typeflag: '\0' }], [['d', 'directory', 0]]],
  ['an old folder with a long name', [L('long/'), { ...file('d/', ''), typeflag: '\0' }], [['long', 'directory', 0]]],
  ['a volume label', [{ name: 'label', typeflag: 'V', format: 'gnu' }], [['label', 'other', 0]]],
  ['a contiguous file', [{ ...file('f', data), typeflag: '7' }], [['f', 'file', 512]]],
  ['a long name that was cut behind a slash', [x({ path: 'a/b' }), file('a/', data)], [['a/b', 'file', 512]]],
  ['a PAX size like the field', [x({ size: '512' }), file('f', data)], [['f', 'file', 512]]],
  [
    'a global comment and time',
    [globalPax({ comment: 'c', mtime: '1', 'SCHILY.xattr.user.path': 'a' }), file('f', data)],
    [['f', 'file', 512]],
  ],
  [
    'a global header before records',
    [globalPax({ comment: 'c' }), x({ path: 'a' }), file('f', data)],
    [['a', 'file', 512]],
  ],
  ['a long name and the same PAX path', [L('a'), x({ path: 'a' }), file('f', data)], [['a', 'file', 512]]],
  ['a long name and a long link', [K('t2'), L('a'), symlink('s', 't')], [['a', 'symlink', 't2']]],
  [
    'attributes with names and NULs of all kinds',
    [x({ 'SCHILY.xattr.user.path': 'a\0b', 'SCHILY.xattr.x.filename': '\0' }), file('f', data)],
    [['f', 'file', 512]],
  ],
  [
    'owners in base 256',
    [
      patched(file('f', data), [
        [108, '\x80\0\0\0\0\x20\0\0'],
        [136, '\xff'.repeat(12)],
      ]),
    ],
    [['f', 'file', 512]],
  ],
  [
    'a star header',
    [
      patched(file('name', ''), [
        [345, 'pre'],
        [476, '00000000001 '],
        [488, '00000000001 '],
        [508, 'tar\0'],
      ]),
    ],
    [['pre/name', 'file', 0]],
  ],
  ['a GNU header without times', [{ ...gnu, content: data }], [['name', 'file', 512]]],
];

describe('a tar that all readers take alike', () => {
  it.each(agreed)('has no finding: %s', (_, parts, expected) => {
    const { listed, codes, layer } = read([...parts, end]);
    expect([listed, codes]).toEqual([[...expected, ['end', 'file', 1]], []]);
    expect(layer).toEqual({ problem: null, entries: listed.length, disagreements: 0 });
  });
});

describe('owners behind a NUL', () => {
  it('are told in a layer, where they count, and not in an archive', () => {
    const { codes, layer } = read([patched(file('f', data), [[108, '\x000001750']]), end]);
    expect([codes, layer.disagreements]).toEqual([[], 1]);
  });
});

describe('a difference in a hundred places', () => {
  it('is one finding with their number, in an archive and in a layer', () => {
    const folders = Array.from({ length: 100 }, (_, i) => ({ ...directory(`d${i}`), claimedSizeBytes: 512 }));
    const bytes = rawTar(folders);
    const { findings } = indexTar(memorySource(bytes), limits);
    expect(findings).toMatchObject([{ code: 'readers-disagree', subject: 'd0/', offsetBytes: 0 }]);
    expect(findings[0]?.message).toContain('in 100 places');
    const scan = new LayerScan(limits);
    scan.push(bytes);
    expect(scan.finish().disagreements).toMatchObject([{ detail: expect.stringContaining('in 100 places') }]);
  });
});
