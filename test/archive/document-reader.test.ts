/** Documents: read at most once, from a file, a folder or what a pass has kept, and never more than the limits say. */

import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginsAsDocument, DocumentReader, glimpse } from '../../src/archive/document-reader.js';
import type { ArchiveEntry, DocumentRead, EntryTable } from '../../src/archive/entry-table.js';
import { indexFolder } from '../../src/archive/folder-table.js';
import { indexTar } from '../../src/archive/tar/tar-index.js';
import { limits } from '../../src/model/limits.js';
import { openFile } from '../../src/sources/file-source.js';
import { fileAt } from '../../src/sources/location.js';
import { file, rawTar } from '../helpers/archive-builder.js';
import { memorySource } from '../helpers/byte-sources.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();

function open(contents: readonly string[]): {
  readonly source: ReturnType<typeof memorySource>;
  readonly entries: readonly ArchiveEntry[];
} {
  const source = memorySource(rawTar(contents.map((content, i) => file(`d${i}`, content))));
  return { source, entries: indexTar(source, limits).entries };
}

const outcome = (read: DocumentRead): string =>
  read.ok ? read.text : `${read.finding.code} ${read.finding.message.split(':')[0]}`;

describe('a document', () => {
  it('is read at most once', () => {
    const { source, entries } = open(['{"a":"ü"}']);
    const reader = new DocumentReader({ kind: 'file', file: source }, limits);
    const before = source.readBytes;
    const texts = entries.flatMap((entry) => [reader.read(entry), reader.read(entry)]).map(outcome);
    expect(texts).toEqual(['{"a":"ü"}', '{"a":"ü"}']);
    expect(source.readBytes - before).toBe(10);
  });

  it('keeps its bytes for whoever takes their digest', () => {
    const { source, entries } = open(['first', 'second']);
    const reader = new DocumentReader({ kind: 'file', file: source }, limits);
    reader.read(entries[1] as ArchiveEntry);
    expect([...reader.bytes].map(([entry, bytes]) => [entry, bytes.toString()])).toEqual([[1, 'second']]);
  });

  it('comes from its own file in a folder', () => {
    const path = join(folder, 'layout');
    writeFileSync(join(folder, 'doc'), 'text');
    const [entry] = indexFolder(folder, limits.entries).entries.filter(({ name }) => name === 'doc');
    expect(outcome(new DocumentReader({ kind: 'folder' }, limits).read(entry as ArchiveEntry))).toBe('text');
    expect(path).toContain('layout');
  });

  it('comes from what a pass has kept, by its place in the whole archive', () => {
    const [entry] = open(['x']).entries as [ArchiveEntry];
    const documents = new Map([[7, Buffer.from('--kept--').subarray(2, 6)]]);
    const reader = new DocumentReader({ kind: 'kept', documents }, limits);
    expect(outcome(reader.read({ ...entry, sourceIndex: 7 }))).toBe('kept');
    expect(outcome(reader.read({ ...entry, index: 1, sourceIndex: 8 }))).toMatch(/^document-invalid /);
  });

  it('that a pass has not kept may have found no room, which is told apart from what is no document', () => {
    const [entry] = open(['x']).entries as [ArchiveEntry];
    const documents = new Map([[7, Buffer.from('1234')]]);
    const read = (documentsBytes: number) => {
      const reader = new DocumentReader({ kind: 'kept', documents }, { documentBytes: 10, documentsBytes });
      return outcome(reader.read({ ...entry, index: 1, sourceIndex: 8 })).split(' ')[0];
    };
    expect([read(5), read(4)]).toEqual(['document-invalid', 'limit-exceeded']);
  });

  it('is looked at by its first bytes, and what a pass has not kept is not known', () => {
    const { source, entries } = open([' {"a": 1}', 'text', '   ', '']);
    const reader = new DocumentReader({ kind: 'file', file: source }, limits);
    expect(entries.map((entry) => reader.look(entry, beginsAsDocument))).toEqual([true, false, true, true]);
    const [entry] = entries as [ArchiveEntry];
    expect(new DocumentReader({ kind: 'kept', documents: new Map() }, limits).look(entry, beginsAsDocument)).toBeNull();
  });

  it('that cannot be read is a finding, and no throw', () => {
    writeFileSync(join(folder, 'short'), 'text that goes away');
    const [entry] = indexFolder(folder, limits.entries).entries.filter(({ name }) => name === 'short') as [
      ArchiveEntry,
    ];
    const read = (): string => outcome(new DocumentReader({ kind: 'folder' }, limits).read(entry)).split(' ')[0] ?? '';
    truncateSync(join(folder, 'short'), 4);
    const whenShorter = read();
    rmSync(join(folder, 'short'));
    expect([whenShorter, read()]).toEqual(['input-unreadable', 'input-unreadable']);
  });
});

describe('the limits of documents', () => {
  const texts = (contents: readonly string[], documentBytes: number, documentsBytes: number): string[] => {
    const { source, entries } = open(contents);
    const reader = new DocumentReader({ kind: 'file', file: source }, { documentBytes, documentsBytes });
    return entries.map((entry) => outcome(reader.read(entry)));
  };

  it('let a document of exactly that size pass, and not one byte more', () => {
    expect(texts(['1234', '12345'], 4, 100)).toEqual(['1234', 'limit-exceeded documentBytes']);
  });

  it('let documents of exactly that size together pass, and not one byte more', () => {
    expect(texts(['1234', '123', '1', ''], 10, 7)).toEqual(['1234', '123', 'limit-exceeded documentsBytes', '']);
  });

  it('count a document that was refused as nothing', () => {
    const { source, entries } = open(['1234', '1234', '12']);
    const reader = new DocumentReader({ kind: 'file', file: source }, { documentBytes: 10, documentsBytes: 6 });
    const order = [0, 1, 1, 1, 2].map((i) => outcome(reader.read(entries[i] as ArchiveEntry)));
    expect(order.at(-1)).toBe('12');
  });

  it('are 8 MiB and 64 MiB unless told otherwise', () => {
    expect(limits).toMatchObject({ documentBytes: 8 * 1024 ** 2, documentsBytes: 64 * 1024 ** 2 });
    const [entry] = open(['x']).entries as [ArchiveEntry];
    const huge = { ...entry, sizeBytes: limits.documentBytes + 1 };
    const read = new DocumentReader({ kind: 'folder' }, limits).read(huge);
    expect(outcome(read)).toBe('limit-exceeded documentBytes');
  });
});

describe('the ends of a body', () => {
  const table = (entries: readonly ArchiveEntry[]): EntryTable => ({
    ...indexTar(memorySource(rawTar([])), limits),
    path: 'a.tar!/sub',
    filePath: join(folder, 'on-disk.tar'),
    location: fileAt(join(folder, 'on-disk.tar')),
    container: 'tar',
    compression: 'none',
    sizeBytes: 0,
    entries,
  });

  it('are 512 bytes, or all of a shorter one, and as many of the last as are asked for', () => {
    const { source, entries } = open(['abc', `${'x'.repeat(2000)}end`]);
    const ends = entries.map((entry) =>
      glimpse(table(entries), entry, source, (body) => [body.start.toString(), body.end(4).toString()]),
    );
    expect(ends).toEqual([
      ['abc', 'abc'],
      ['x'.repeat(512), 'xend'],
    ]);
  });

  it('are read once where the body is short, and its end only where it is asked for', () => {
    const { source, entries } = open(['x'.repeat(512), 'x'.repeat(513)]);
    const readBytes = (look: Parameters<typeof glimpse>[3]): number[] =>
      entries.map((entry) => {
        const before = source.readBytes;
        glimpse(table(entries), entry, source, look);
        return source.readBytes - before;
      });
    expect(readBytes((body) => body.start)).toEqual([512, 512]);
    expect(readBytes((body) => body.end(8))).toEqual([512, 520]);
  });

  it('are read from the file itself where none is open', () => {
    const bytes = rawTar([file('a', 'from disk')]);
    writeFileSync(join(folder, 'on-disk.tar'), bytes);
    const { entries } = indexTar(memorySource(bytes), limits);
    const start = glimpse(table(entries), entries[0] as ArchiveEntry, null, (body) => body.start.toString());
    expect(start).toBe('from disk');
  });

  it('throw input-unreadable where the file went away', () => {
    const [entry] = open(['abc']).entries as [ArchiveEntry];
    const lost = { ...entry, location: fileAt(join(folder, 'nowhere')) };
    const look = () => glimpse(table([]), lost, null, (body) => body.start);
    expect(look).toThrowError(expect.objectContaining({ code: 'input-unreadable' }));
  });
});

describe('a byte file', () => {
  it('fills the target from a position, and less at its end', () => {
    const path = join(folder, 'bytes');
    writeFileSync(path, '0123456789');
    const opened = openFile(path);
    const target = Buffer.alloc(6, '.');
    const counts = [opened.read(target, 2), opened.read(target.subarray(0, 4), 8), opened.read(target, 50)];
    opened.close();
    expect([counts, target.toString(), opened.readBytes, opened.sizeBytes]).toEqual([[6, 2, 0], '894567', 8, 10]);
  });

  it.each([
    ['is not there', 'nowhere'],
    ['is a folder', '.'],
  ])('throws input-unreadable with the path where it %s', (_, name) => {
    const path = join(folder, name);
    const read = (): void => {
      const opened = openFile(path);
      try {
        opened.read(Buffer.alloc(1), 0);
      } finally {
        opened.close();
      }
    };
    expect(read).toThrowError(
      expect.objectContaining({ code: 'input-unreadable', message: expect.stringContaining(path) }),
    );
  });
});
