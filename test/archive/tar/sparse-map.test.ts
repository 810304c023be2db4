import { describe, expect, it } from 'vitest';
import { readContent } from '../../../src/archive/entry-content.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { contentBytesOf } from '../../../src/model/content-size.js';
import { limits } from '../../../src/model/limits.js';
import { file } from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { paxRecords, type RawEntry, rawHeader, rawTar } from '../../helpers/raw-tar.js';
import { sparseEntry, sparseFile, sparseForms, sparseMapBlocks } from '../../helpers/sparse-files.js';
import { accounted, codesOf, equalPieces, streamTar } from './tars.js';

const after = file('after', 'still read');

/** What both ways of reading make of entries with one more file behind them. */
function read(entries: readonly RawEntry[], given = rawTar([...entries, after])) {
  const source = memorySource(given);
  const index = indexTar(source, limits);
  const streamed = streamTar(equalPieces(given, 100));
  const [entry] = index.entries;
  const content = Buffer.alloc(entry === undefined ? 0 : contentBytesOf(entry));
  if (entry !== undefined) readContent(source, entry, content, 0);
  expect(streamed.index).toEqual(index);
  expect(accounted(index)).toBe(given.length);
  return {
    codes: codesOf(index),
    names: index.entries.map(({ name }) => name),
    details: index.findings.map(({ message }) => message).join('\n'),
    entry,
    content,
    streamed: streamed.bodies[0],
  };
}

/** Bytes that are no zeros at these chunks, zeros elsewhere. */
function contentOf(sizeBytes: number, chunks: readonly { offset: number; sizeBytes: number }[]): Buffer {
  const content = Buffer.alloc(sizeBytes);
  for (const { offset, sizeBytes: length } of chunks) {
    for (let i = offset; i < offset + length; i++) content[i] = 1 + (i % 255);
  }
  return content;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => ({ offset: i * 1536, sizeBytes: 512 }));

const maps: readonly [string, number, { offset: number; sizeBytes: number }[]][] = [
  [
    'holes between, before and behind',
    6000,
    [512, 2048, 6000].map((offset) => ({ offset, sizeBytes: offset < 6000 ? 512 : 0 })),
  ],
  ['no hole', 1024, [{ offset: 0, sizeBytes: 1024 }]],
  ['nothing but a hole', 4096, [{ offset: 4096, sizeBytes: 0 }]],
  ['no byte at all', 0, [{ offset: 0, sizeBytes: 0 }]],
  ['data up to the end, inside a block', 1537, [{ offset: 1024, sizeBytes: 513 }]],
  [
    'pieces that touch, and empty ones',
    2048,
    [0, 512, 512, 1024].map((offset, i) => ({ offset, sizeBytes: i === 1 ? 0 : i === 3 ? 1024 : 512 })),
  ],
  ['five pieces, one more than a header holds', 4 * 1536 + 512, many(5)],
  ['25 and one more, which take a second block', 25 * 1536 + 512, many(26)],
  ['more pieces than fit into one block of numbers', 299 * 1536 + 512, many(300)],
];

describe.each(sparseForms)('a sparse file of the form %s', (form) => {
  it.each(maps)('with %s is expanded, by position and as a stream', (_, sizeBytes, chunks) => {
    const content = contentOf(sizeBytes, chunks);
    const { codes, names, entry, ...read1 } = read(sparseFile('f', content, chunks, form));
    expect(codes).toEqual(form === 'gnu' ? ['entry-form-refused'] : []);
    expect(names).toEqual(['f', 'after']);
    expect(entry?.sparse).toMatchObject({ sizeBytes, refusal: null });
    expect(read1.content.equals(content)).toBe(true);
    expect(read1.streamed?.equals(content)).toBe(true);
  });

  const lies: [string, { offset: number; sizeBytes: number }[], number][] = [
    [
      'whose stretches overlap',
      [
        { offset: 0, sizeBytes: 1024 },
        { offset: 512, sizeBytes: 512 },
      ],
      2048,
    ],
    [
      'whose stretches are out of order',
      [
        { offset: 1024, sizeBytes: 512 },
        { offset: 0, sizeBytes: 512 },
      ],
      2048,
    ],
    ['that goes beyond the file', [{ offset: 1024, sizeBytes: 1024 }], 2047],
    [
      'with an empty stretch beyond the file',
      [
        { offset: 0, sizeBytes: 512 },
        { offset: 2048, sizeBytes: 0 },
      ],
      2047,
    ],
  ];
  it.each(lies)('with a map %s ends the reading, as it does in Go', (_, chunks, realSizeBytes) => {
    const stored = Buffer.alloc(
      chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      'x',
    );
    const { codes, names, details } = read(sparseEntry({ name: 'f', stored, chunks, realSizeBytes, form }));
    expect(codes).toEqual(['header-invalid']);
    expect(names).toEqual([]);
    expect(details).toMatch(/sparse file/);
  });

  it.each([
    ['fewer', 511],
    ['more', 513],
  ])('of which %s bytes are stored than its map says is listed, and not read', (_, storedBytes) => {
    const chunks = [{ offset: 0, sizeBytes: 512 }];
    const stored = Buffer.alloc(storedBytes, 'x');
    const { codes, names, entry } = read(sparseEntry({ name: 'f', stored, chunks, realSizeBytes: 512, form }));
    expect(codes).toContain('header-invalid');
    expect(names).toEqual(['f', 'after']);
    expect(entry?.sparse?.refusal).toMatch(/reads no such file to its end/);
  });

  it('is read differently by GNU tar where a stretch ends inside a block', () => {
    const chunks = [
      { offset: 0, sizeBytes: 5 },
      { offset: 1024, sizeBytes: 3 },
    ];
    const content = contentOf(1027, chunks);
    const { codes, details, ...read1 } = read(sparseFile('f', content, chunks, form));
    expect(codes).toContain('readers-disagree');
    expect(details).toMatch(/GNU tar/);
    expect(read1.content.equals(content)).toBe(true);
  });

  it('is read differently by GNU tar where its map ends before it', () => {
    const content = contentOf(2048, [{ offset: 0, sizeBytes: 512 }]);
    const { codes, details } = read(sparseFile('f', content, [{ offset: 0, sizeBytes: 512 }], form));
    expect(codes).toContain('readers-disagree');
    expect(details).toMatch(/as long as the map/);
  });
});

describe('sparse records', () => {
  const name = 'GNUSparseFile.0/x';
  const block = Buffer.alloc(512, 'x');
  const entry = (records: Record<string, string>, content: Buffer = block): RawEntry[] => [
    { name, pax: records, content },
  ];
  const v1 = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'f' };
  const v01 = { 'GNU.sparse.size': '512', 'GNU.sparse.name': 'f' };
  const mapped = (...numbers: (number | string)[]): Buffer => Buffer.concat([sparseMapBlocks(numbers), block]);

  it.each([
    ['an unknown version', { 'GNU.sparse.major': '2', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 'f' }],
    ['half a version', { 'GNU.sparse.major': '1', 'GNU.sparse.name': 'f' }],
    ['a name alone', { 'GNU.sparse.name': 'f' }],
    ['an empty map', { 'GNU.sparse.map': '', 'GNU.sparse.numblocks': '0', 'GNU.sparse.name': 'f' }],
  ])('with %s change nothing, not even the name', (_, records) => {
    const { names, entry: first } = read(entry(records));
    expect(names).toEqual([name, 'after']);
    expect(first?.sparse).toBeUndefined();
  });

  it('count by GNU.sparse.size before GNU.sparse.realsize, and two that differ are a finding', () => {
    const sizes = { 'GNU.sparse.size': '700', 'GNU.sparse.realsize': '900' };
    const { codes, entry: first } = read(entry({ ...v1, ...sizes }, mapped(1, 0, 512)));
    expect(codes).toEqual(['readers-disagree']);
    expect(first?.sparse?.sizeBytes).toBe(700);
  });

  it('with the marks of two versions go by the version, and are a finding', () => {
    const marks = { 'GNU.sparse.realsize': '512', 'GNU.sparse.map': '0,512' };
    const { codes, entry: first } = read(entry({ ...v1, ...marks }, mapped(1, 0, 512)));
    expect(codes).toEqual(['readers-disagree']);
    expect(first?.sparse).toMatchObject({ sizeBytes: 512, refusal: null });
  });

  it('may leave the size out, and then the file is as large as its body with the map', () => {
    const { codes, entry: first } = read(entry(v1, mapped(2, 0, 512, 1024, 0)));
    expect(codes).toEqual([]);
    expect(first?.sparse?.sizeBytes).toBe(1024);
  });

  it.each([
    ['a size that is no number', { ...v1, 'GNU.sparse.realsize': '5x' }, mapped(1, 0, 512)],
    ['a negative size', { ...v1, 'GNU.sparse.realsize': '-1' }, mapped(0)],
    ['a size of more than 64 bits', { ...v1, 'GNU.sparse.realsize': '9223372036854775808' }, mapped(1, 0, 512)],
    ['a count that is no number', v1, mapped('one', 0, 512)],
    ['a negative count', v1, mapped(-1, 0, 512)],
    ['a count beyond the body', v1, mapped(1_000_000, 0, 512)],
    ['a negative place', v1, mapped(1, -512, 512)],
    ['a negative length', v1, mapped(2, 512, -512, 512, 512)],
    ['a place in hexadecimal', v1, mapped(1, '0x0', 512)],
    ['a map that is cut by the end of the body', v1, Buffer.from('1\n0\n5')],
    ['a map of 300 bytes, which is no whole block', v1, Buffer.from('0\n'.padEnd(300, '\0'))],
    ['no body for a map', v1, Buffer.alloc(0)],
    [
      'a number of stretches that is not that of the map',
      { ...v01, 'GNU.sparse.map': '0,512', 'GNU.sparse.numblocks': '2' },
      block,
    ],
    ['half a stretch', { ...v01, 'GNU.sparse.map': '0,512,512', 'GNU.sparse.numblocks': '1' }, block],
    ['no number of stretches', { ...v01, 'GNU.sparse.map': '0,512' }, block],
    ['a blank in the map', { ...v01, 'GNU.sparse.map': '0, 512', 'GNU.sparse.numblocks': '1' }, block],
  ])('with %s end the reading, as they do in Go', (_, records, content) => {
    const { codes, names } = read(entry(records, content));
    expect(codes).toEqual(['header-invalid']);
    expect(names).toEqual([]);
  });

  it('take numbers with a plus and with zeros before them, as Go does', () => {
    const { codes, entry: first } = read(entry({ ...v1, 'GNU.sparse.realsize': '+0512' }, mapped('+1', '00', '0512')));
    expect(codes).toEqual([]);
    expect(first?.sparse?.sizeBytes).toBe(512);
  });

  it('for a folder or a link end the reading, as they do in Go', () => {
    const records = { ...v01, 'GNU.sparse.map': '0,512', 'GNU.sparse.numblocks': '1' };
    for (const type of ['directory', 'symlink', 'link'] as const) {
      expect(read([{ name, type, linkname: 'x', pax: records }]).codes).toEqual(['header-invalid']);
    }
  });

  it.each([
    ['two places in a row', ['GNU.sparse.offset', 'GNU.sparse.offset']],
    ['a length before its place', ['GNU.sparse.numbytes', 'GNU.sparse.offset']],
  ])('of version 0.0 with %s are malformed', (_, keys) => {
    const content = Buffer.concat(keys.map((key) => paxRecords({ [key]: '0' })));
    expect(
      read([
        { name: 'pax', typeflag: 'x', content },
        { name, content: block },
      ]).codes,
    ).toEqual(['header-invalid']);
  });

  it('beside a map of type S do not count, and are a finding', () => {
    const sparse = { realSizeBytes: 512, chunks: [{ offset: 0, sizeBytes: 512 }] };
    const { codes, entry: first } = read([
      { name: 'f', type: 'sparse', format: 'gnu', content: block, sparse, pax: { 'GNU.sparse.realsize': '900' } },
    ]);
    expect(codes).toEqual(['entry-form-refused', 'readers-disagree', 'readers-disagree']);
    expect(first?.sparse).toMatchObject({ form: 'gnu', sizeBytes: 512 });
  });
});

describe('an entry of type S', () => {
  const sparse = { realSizeBytes: 512, chunks: [{ offset: 0, sizeBytes: 512 }] };
  const content = Buffer.alloc(512, 'x');

  it.each(['ustar', 'v7'] as const)('in a header of the format %s ends the reading, as it does in Go', (format) => {
    const { codes, names } = read([{ name: 'f', type: 'sparse', format, content, sparse }]);
    expect(codes).toEqual(['header-invalid']);
    expect(names).toEqual([]);
  });

  it('goes on in the next block whatever its flag is, if it is not zero', () => {
    const header = rawHeader({ name: 'f', type: 'sparse', format: 'gnu', content, sparse });
    header[482] = 2;
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    const tar = Buffer.concat([header, Buffer.alloc(512), content, rawTar([after])]);
    const { names, content: expanded } = read([], tar);
    expect(names).toEqual(['f', 'after']);
    expect(expanded.equals(content)).toBe(true);
  });
});
