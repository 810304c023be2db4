/** One table split along folders: each byte and each entry in exactly one part, names as seen from inside. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryNames } from '../../src/archive/entry-names.js';
import type { EntryTable } from '../../src/archive/entry-table.js';
import { nameFindings } from '../../src/archive/name-findings.js';
import { splitTable } from '../../src/archive/nested-table.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { fileAt } from '../../src/sources/location.js';
import { directory, file, hardLink, type RawEntry, rawTar, symlink } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';
import { runs } from '../helpers/sweep.js';
import { accounted, globalPax } from './tar/tars.js';

function table(entries: readonly RawEntry[], compression: EntryTable['compression'] = 'none'): EntryTable {
  const bytes = rawTar(entries, { trailing: Buffer.from('tail') });
  const facts = { path: 'a.tar', filePath: '/in/a.tar', location: fileAt('/in/a.tar'), container: 'tar' } as const;
  return { ...indexTar(memorySource(bytes), limits), ...facts, sizeBytes: bytes.length, compression };
}

const names = ({ entries }: EntryTable): string[] => entries.map(({ name }) => name);

describe('a split table', () => {
  const whole = table([
    file('readme', 'r'),
    file('p/a', '1'),
    file('q/b', '22'),
    file('p/sub/c', '333'),
    directory('p'),
    file('px', 'x'),
  ]);
  const [p, q] = splitTable(whole, ['p', 'q']) as [EntryTable, EntryTable];

  it('names each part after its folder, and its entries as seen from there', () => {
    expect([p.path, q.path]).toEqual(['a.tar!/p', 'a.tar!/q']);
    expect([p.filePath, q.filePath]).toEqual(['/in/a.tar', '/in/a.tar']);
    expect(names(q)).toEqual(['b']);
  });

  it('keeps what lies in no folder with the first part, under a name that no name inside can have', () => {
    expect(names(p)).toEqual(['/readme', 'a', 'sub/c', '/p', '/px']);
    expect(new EntryNames(p, limits).get('readme')).toBeUndefined();
  });

  it('numbers entries anew and remembers their place in the whole', () => {
    expect(p.entries.map(({ index, sourceIndex }) => [index, sourceIndex])).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
      [3, 4],
      [4, 5],
    ]);
    expect(q.entries[0]).toMatchObject({
      index: 0,
      sourceIndex: 2,
      dataOffsetBytes: whole.entries[2]?.dataOffsetBytes,
    });
  });

  it('has what lies in the folder by backslashes, named as it is written below it', () => {
    const spelled = ['p\\a', 'p\\sub\\c', 'p/sub\\d', '.\\p\\e', 'p\\\\f', 'p\\..\\q\\g', 'p\\../../h', 'px\\i'];
    const [inside] = splitTable(table(spelled.map((name) => file(name, ''))), ['p', 'q']) as [EntryTable];
    expect(names(inside)).toEqual(['a', 'sub\\c', 'sub\\d', 'e', 'f', '/p\\..\\q\\g', '/p\\../../h', '/px\\i']);
  });

  it('gives the end of the tar and the findings about it to the first part', () => {
    expect([p.overhead.endBytes, p.overhead.trailingBytes]).toEqual([1024, 4]);
    expect([q.overhead.endBytes, q.overhead.trailingBytes]).toEqual([0, 0]);
    expect([p.findings.length, q.findings.length]).toEqual([1, 0]);
  });

  it('counts a compressed file once', () => {
    const parts = splitTable(table([file('p/a', '1'), file('q/b', '2')], 'gzip'), ['p', 'q']);
    expect(parts.map(({ sizeBytes }) => sizeBytes > 0)).toEqual([true, false]);
  });

  it('accounts for every byte of every archive in exactly one part', () => {
    const part = fc.constantFrom('p', 'q', 'r/s', 'r', 'pp', '..', 'x');
    const entry = fc.oneof(
      fc.tuple(part, part, fc.nat(1200)).map(([a, b, size]): RawEntry => file(`${a}/${b}`, Buffer.alloc(size))),
      fc.constant(globalPax({ comment: 'c' })),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (entries) => {
        const one = table(entries);
        const parts = splitTable(one, ['q', 'r/s', 'p']);
        expect(parts.reduce((sum, each) => sum + each.tarBytes, 0)).toBe(one.tarBytes);
        for (const each of parts) expect(accounted(each)).toBe(each.tarBytes);
        const places = parts.flatMap((each) => each.entries.map(({ sourceIndex }) => sourceIndex));
        expect(places.sort((a, b) => a - b)).toEqual(one.entries.map(({ index }) => index));
      }),
      { numRuns: 300 },
    );
  });

  it('looks an entry up instead of comparing it with each folder', () => {
    const folders = Array.from({ length: 1000 }, (_, i) => `pkg/${i}`);
    const one = table([]);
    const length = runs(250_000, 60_000);
    const entries = Array.from({ length }, (_, i) => {
      const place = {
        index: i,
        sourceIndex: i,
        offsetBytes: 0,
        dataOffsetBytes: 0,
        sizeBytes: 0,
        storedBytes: 0,
        location: null,
      };
      const structureBytes = { headerBytes: 512, paddingBytes: 0 };
      return { ...place, name: `pkg/${i % 1500}/f${i}`, type: 'file' as const, linkName: null, structureBytes };
    });
    const overhead = { ...one.overhead, headerBytes: 512 * entries.length };
    const parts = splitTable({ ...one, entries, overhead }, folders);
    const inFirst = Math.ceil(length / 1500);
    const besides = Math.floor(length / 1500) * 500 + Math.max(0, (length % 1500) - 1000);
    expect(parts.map((part) => part.entries.length).slice(0, 3)).toEqual([inFirst + besides, inFirst, inFirst]);
  });
});

describe('links in a split table', () => {
  const part = (entries: readonly RawEntry[]): EntryTable => splitTable(table(entries), ['p', 'q'])[0] as EntryTable;

  it('that are hard are named from the folder as well', () => {
    const found = part([file('p/blobs/x', 'x'), hardLink('p/copy', 'p/blobs/x'), hardLink('p/other', './p/blobs/x')]);
    const inside = new EntryNames(found, limits);
    expect(['copy', 'other'].map((name) => inside.file(name)?.name)).toEqual(['blobs/x', 'blobs/x']);
    expect([...nameFindings(found, inside)].filter((found) => found !== null)).toEqual([]);
  });

  it('never lead to something inside by way of a name outside', () => {
    const found = part([file('p/x', 'inside'), file('x', 'outside'), hardLink('p/link', 'x'), symlink('p/up', '../x')]);
    const inside = new EntryNames(found, limits);
    expect(['link', 'up'].map((name) => inside.file(name))).toEqual([null, null]);
    expect(
      [...nameFindings(found, inside)].filter((found) => found !== null).map(({ code, subject }) => [code, subject]),
    ).toEqual([
      ['path-escape', 'link'],
      ['path-escape', 'up'],
    ]);
  });

  it('that lie outside have no finding as long as they stay in the archive', () => {
    const found = part([file('p/x', ''), file('y', ''), hardLink('h', 'y'), symlink('s', 'y'), symlink('out', '../y')]);
    expect(
      [...nameFindings(found, new EntryNames(found, limits))]
        .filter((found) => found !== null)
        .map(({ code, subject }) => [code, subject]),
    ).toEqual([['path-escape', '/out']]);
  });
});
