/** The index of a plain tar against tar-stream's reader, over every kind of header, and its account of every byte. */

import { posix } from 'node:path';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { ArchiveEntry } from '../../../src/archive/entry-table.js';
import { indexTar } from '../../../src/archive/tar/tar-index.js';
import { limits } from '../../../src/model/limits.js';
import { directory, file, hardLink, rawTar, symlink } from '../../helpers/archive-builder.js';
import { memorySource } from '../../helpers/byte-sources.js';
import { accounted, codesOf, globalPax, imageTars, randomTar, rawTars } from './tars.js';

interface Seen {
  readonly name: string;
  readonly type: ArchiveEntry['type'];
  readonly linkName: string | null;
  readonly sizeBytes: number;
  readonly dataOffsetBytes: number;
  readonly content: string;
}

const types: Readonly<Record<string, ArchiveEntry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  null: 'file', // tar-stream knows no sparse files
  directory: 'directory',
  symlink: 'symlink',
  link: 'link',
};

/** The entries as tar-stream reads them. */
async function readWithTarStream(bytes: Buffer): Promise<Seen[]> {
  const reader = extract({ allowUnknownFormat: true } as object);
  reader.end(bytes);
  const entries: Seen[] = [];
  for await (const { header } of reader as AsyncIterable<{ header: Header; resume(): void } & AsyncIterable<Buffer>>) {
    const { name, linkname, byteOffset } = header;
    const isFolder = header.type === 'directory' || name.endsWith('/');
    const type = isFolder ? 'directory' : (types[String(header.type)] ?? 'other');
    const linked = type === 'symlink' || type === 'link';
    entries.push({
      name: posix.join('/', name).replace(/\/$/, '').slice(1),
      type,
      linkName: linked ? (linkname ?? '') : null,
      sizeBytes: header.size,
      dataOffsetBytes: byteOffset,
      content: bytes.toString('latin1', byteOffset, byteOffset + header.size),
    });
  }
  return entries;
}

interface Header {
  readonly name: string;
  readonly type: string | null;
  readonly size: number;
  readonly linkname: string | null;
  readonly byteOffset: number;
}

function seenByIndex(bytes: Buffer): Seen[] {
  return indexTar(memorySource(bytes), limits).entries.map(({ name, type, linkName, sizeBytes, dataOffsetBytes }) => ({
    name,
    type,
    linkName,
    sizeBytes,
    dataOffsetBytes,
    content: bytes.toString('latin1', dataOffsetBytes, dataOffsetBytes + sizeBytes),
  }));
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('the index of a tar', async () => {
  const archives = [...rawTars, ...(await imageTars())];

  it.each(archives)('lists what tar-stream reads: %s', async (_, bytes) => {
    expect(seenByIndex(bytes)).toEqual(await readWithTarStream(bytes));
  });

  it.each(archives)('accounts for every byte without a finding: %s', (_, bytes) => {
    const index = indexTar(memorySource(bytes), limits);
    expect(codesOf(index)).toEqual([]);
    expect(accounted(index)).toBe(bytes.length);
    expect(index).toMatchObject({ tarBytes: bytes.length, truncated: false });
  });

  it('lists what tar-stream reads in 200 tars of mixed entries, and accounts for every byte', async () => {
    for (const seed of seeds) {
      const bytes = randomTar(seed);
      const index = indexTar(memorySource(bytes), limits);
      expect(seenByIndex(bytes), `seed ${seed}`).toEqual(await readWithTarStream(bytes));
      expect([codesOf(index), accounted(index)], `seed ${seed}`).toEqual([[], bytes.length]);
    }
  });

  it('names the first header of an entry as its place, extended headers included', () => {
    const bytes = rawTar([file('a', 'x'), { ...file('b'.repeat(120), 'y'), longNames: 'gnu' }, file('c', 'z')]);
    const { entries } = indexTar(memorySource(bytes), limits);
    expect(entries.map(({ offsetBytes, dataOffsetBytes }) => [offsetBytes, dataOffsetBytes])).toEqual([
      [0, 512],
      [1024, 2560],
      [3072, 3584],
    ]);
  });

  it('gives each entry the headers and padding that belong to it', () => {
    const bytes = rawTar([file('a', 'x'), { ...file('b'.repeat(120), Buffer.alloc(600)), longNames: 'pax' }]);
    const { entries, overhead } = indexTar(memorySource(bytes), limits);
    expect(entries.map(({ structureBytes }) => structureBytes)).toEqual([
      { headerBytes: 512, paddingBytes: 511 },
      { headerBytes: 1536, paddingBytes: 424 },
    ]);
    expect(overhead).toEqual({ headerBytes: 2048, paddingBytes: 935, endBytes: 1024, trailingBytes: 0 });
  });

  it('accepts the signed checksums of old writers', () => {
    const bytes = rawTar([{ ...file('größe', 'x'), checksum: 'signed' }]);
    expect(indexTar(memorySource(bytes), limits)).toMatchObject({ entries: [{ name: 'größe' }], findings: [] });
  });

  it('follows the further blocks of an old GNU sparse map', () => {
    const bytes = extendedSparse(3);
    const index = indexTar(memorySource(bytes), limits);
    expect(index.entries.map(({ name, offsetBytes, dataOffsetBytes }) => [name, offsetBytes, dataOffsetBytes])).toEqual(
      [
        ['s', 0, 2048],
        ['next', 2560, 3072],
      ],
    );
    expect([codesOf(index), accounted(index)]).toEqual([['entry-form-refused'], bytes.length]);
  });

  it('takes the name of a PAX sparse file from its own record', () => {
    const pax = { 'GNU.sparse.map': '0,1', 'GNU.sparse.numblocks': '1', 'GNU.sparse.name': 'real/name' };
    const bytes = rawTar([{ ...file('GNUSparseFile.0/name', 'x'), pax }]);
    expect(indexTar(memorySource(bytes), limits).entries.map(({ name }) => name)).toEqual(['real/name']);
  });

  it('gives no body to links, folders and devices, whatever size they claim', () => {
    const claims = { claimedSizeBytes: 4096 };
    const device = { name: 'dev', type: 'character-device' as const, device: [1, 3] as const };
    const entries = [symlink('s', 'f'), hardLink('h', 'f'), directory('d'), device].map((entry) => ({
      ...entry,
      ...claims,
    }));
    const { entries: listed, findings } = indexTar(memorySource(rawTar([...entries, file('f', 'x')])), limits);
    expect(listed.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['s', 0],
      ['h', 0],
      ['d', 0],
      ['dev', 0],
      ['f', 1],
    ]);
    expect(findings).toMatchObject([{ code: 'readers-disagree', subject: 's', offsetBytes: 0 }]);
  });

  it('takes a file whose name ends in a slash for a folder', () => {
    const bytes = rawTar([{ ...file('old/', ''), format: 'v7' }]);
    expect(indexTar(memorySource(bytes), limits).entries).toMatchObject([{ name: 'old', type: 'directory' }]);
  });

  it('lists a volume label as Go does and a global header nowhere, and accepts an end behind them', () => {
    const bytes = rawTar([file('a', 'x'), { name: 'label', typeflag: 'V' }, globalPax({ comment: 'c' })], {
      endBlocks: 0,
    });
    const index = indexTar(memorySource(bytes), limits);
    expect([index.entries.length, codesOf(index), accounted(index)]).toEqual([2, ['end-blocks-missing'], bytes.length]);
  });
});

describe('where tools read a tar in different ways, the index', () => {
  it('passes over what a global PAX header sets, as Go does, and says so', () => {
    const bytes = rawTar([globalPax({ path: 'other', size: '0' }), file('a', 'x'), file('b', 'y')]);
    const index = indexTar(memorySource(bytes), limits);
    expect(index.entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(index.findings).toMatchObject([{ code: 'readers-disagree', offsetBytes: 0 }]);
  });

  it('takes a GNU long name before a PAX name, as Go does, and says so', () => {
    const long = { name: '././@LongLink', typeflag: 'L', content: Buffer.from('from-gnu\0') };
    const index = indexTar(memorySource(rawTar([long, { ...file('a', 'x'), pax: { path: 'from-pax' } }])), limits);
    expect(index.entries.map(({ name }) => name)).toEqual(['from-gnu']);
    expect(index.findings).toMatchObject([{ code: 'readers-disagree', offsetBytes: 0 }]);
  });

  it('has no finding where both names are the same', () => {
    const long = { name: '././@LongLink', typeflag: 'L', content: Buffer.from('same\0') };
    const index = indexTar(memorySource(rawTar([long, { ...file('a', 'x'), pax: { path: 'same' } }])), limits);
    expect([index.entries.map(({ name }) => name), codesOf(index)]).toEqual([['same'], []]);
  });

  it('keeps the header field where a PAX record is empty', () => {
    const index = indexTar(memorySource(rawTar([{ ...file('a', 'x'), pax: { path: '', size: '' } }])), limits);
    expect(index).toMatchObject({ entries: [{ name: 'a', sizeBytes: 1 }], findings: [{ code: 'readers-disagree' }] });
  });

  it('reads on behind a single zero block and says so', () => {
    const one = rawTar([file('a', 'x')], { endBlocks: 1 });
    const bytes = Buffer.concat([one, rawTar([file('b', 'y')])]);
    const index = indexTar(memorySource(bytes), limits);
    expect(index.entries.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(index.findings).toMatchObject([{ code: 'header-invalid', offsetBytes: 1024 }]);
    expect(accounted(index)).toBe(bytes.length);
  });

  it('says so where a long name has no entry behind it', () => {
    const bytes = rawTar([file('a', 'x'), { name: '././@LongLink', typeflag: 'L', content: Buffer.from('lost\0') }]);
    const index = indexTar(memorySource(bytes), limits);
    expect(index.findings).toMatchObject([{ code: 'header-invalid', offsetBytes: 1024 }]);
    expect(accounted(index)).toBe(bytes.length);
  });
});

/** A sparse file whose map goes on in that many blocks, and a file behind it. */
function extendedSparse(blocks: number): Buffer {
  const raw = rawTar(
    [
      {
        name: 's',
        type: 'sparse',
        format: 'gnu',
        content: Buffer.from('data'),
        sparse: { realSizeBytes: 4, chunks: [{ offset: 0, sizeBytes: 4 }] },
      },
    ],
    { endBlocks: 0 },
  );
  const head = Buffer.from(raw.subarray(0, 512));
  head[482] = 1;
  head.fill(' ', 148, 156);
  head.write(
    `${head
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  const map = Array.from({ length: blocks }, (_, i) => Buffer.alloc(512, 0).fill(i < blocks - 1 ? 1 : 0, 504, 505));
  return Buffer.concat([head, ...map, raw.subarray(512), rawTar([file('next', 'x')])]);
}
