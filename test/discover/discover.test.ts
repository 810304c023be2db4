/** Inputs become sources: told by content, in the order given and then of their bytes, nothing left out in silence. */

import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import { limits } from '../../src/model/limits.js';
import { file, gzip, rawTar, xz, zstd } from '../helpers/archive-builder.js';
import { discoveryFolder, nothing } from './found.js';

const tar = rawTar([file('a', 'x')]);
const inventory = '{"kind":"varve.inventory","schemaVersion":1}';

const inTest = discoveryFolder();
const { at, short, write } = inTest;
beforeEach(inTest.renew);

describe('whoever waits for many files', () => {
  it('hears how many look like archives, of the inputs and of each folder, before any of them is looked at', async () => {
    write({ 'a.tar': tar, 'b.tar.gz': gzip(tar), 'c.txt': 'no', 'sub/d.tar': tar, 'sub/e.tgz': gzip(tar) });
    const heard: number[] = [];
    const onFiles = async (count: number): Promise<void> => {
      await setImmediate();
      heard.push(count);
      // The search waits: of this folder it has not seen that one more has come.
      if (heard.length === 1) write({ 'f.tar': 'no archive' });
    };
    const found = await discover(at('a.tar', 'c.txt', ''), [], limits, { onFiles });
    expect(heard).toEqual([1, 3, 2]);
    expect(short(found).sources).toHaveLength(4);
  });
});

describe('a named file', () => {
  it('is told by its content, whatever its name says', async () => {
    write({
      'a.gz': tar,
      'b.tar': gzip(tar),
      c: zstd(tar),
      d: xz(tar),
      'e.txt': 'BZh91AY&SY',
      'f.tar': inventory,
      'zeros.bin': Buffer.alloc(1024),
    });
    const found = await discover(at('a.gz', 'b.tar', 'c', 'd', 'e.txt', 'f.tar', 'zeros.bin'), [], limits);
    expect(short(found)).toEqual({
      ...nothing,
      sources: [
        'plain a.gz',
        'compressed b.tar',
        'compressed c',
        'compressed d',
        'compressed e.txt',
        'inventory f.tar',
        'plain zeros.bin',
      ],
    });
    expect(found.sources.map(({ sizeBytes, optional }) => [sizeBytes, optional])[0]).toEqual([tar.length, false]);
  });

  it.each([
    ['an empty file', '', /empty/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', /git lfs pull/],
    ['a ZIP file', 'PK\x03\x04 and so on', /ZIP/],
    ['an HTML page', '  <!DOCTYPE html><html>', /HTML/],
    ['another HTML page', '<HTML><head>', /HTML/],
    ['a JSON text', ' {"a":1}', /JSON/],
    ['UTF-16 of PowerShell', Buffer.from('\uFEFFoci-layout', 'utf16le'), /FF FE/],
    ['lz4', Buffer.from('04224d186440a7', 'hex'), /lz4/],
    ['some text', 'hello', /not a tar archive: it starts with "hello"/],
    ['a tar that is cut within its first header', tar.subarray(0, 511), /not a tar/],
  ])('that is %s is refused, and the reason says what it is', async (_, content, reason) => {
    write({ 'some.tar': content });
    const found = await discover(at('some.tar'), [], limits);
    expect(short(found)).toEqual({ ...nothing, unreadable: ['some.tar before 0'] });
    expect(found.unreadable[0]?.reason).toMatch(reason);
  });

  it('that is a v7 tar is known by its checksum, and one with a damaged header by its magic', async () => {
    const damaged = rawTar([{ ...file('a', 'x'), checksum: 'wrong' }]);
    write({ v7: rawTar([{ ...file('a', 'x'), format: 'v7' }]), damaged });
    expect(short(await discover(at('v7', 'damaged'), [], limits)).sources).toEqual(['plain v7', 'plain damaged']);
  });

  it('that is not there, dangles or is no file at all is refused', async () => {
    symlinkSync('nowhere', join(inTest.folder, 'dangling'));
    symlinkSync('loop', join(inTest.folder, 'loop'));
    const server = createServer().listen(join(inTest.folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const found = await discover(at('missing.tar', 'dangling', 'loop', 'socket'), [], limits);
    server.close();
    expect(short(found).unreadable).toEqual([
      'missing.tar before 0',
      'dangling before 0',
      'loop before 0',
      'socket before 0',
    ]);
    expect(found.unreadable.map(({ reason }) => reason)).toEqual([
      'no such file or folder',
      expect.stringContaining('ENOENT'),
      expect.stringContaining('ELOOP'),
      expect.stringContaining('neither a file nor a folder'),
    ]);
  });
});

describe('the inputs of a search', () => {
  it('keep their order, and what is refused keeps its place', async () => {
    write({ a: tar, b: 'no', c: tar, d: 'no' });
    expect(short(await discover(at('d', 'c', 'b', 'none', 'a'), [], limits))).toEqual({
      ...nothing,
      sources: ['plain c', 'plain a'],
      unreadable: ['d before 0', 'b before 1', 'none before 1'],
    });
  });

  it('that reach one file twice count once, under the first path', async () => {
    write({ a: tar, 'sub/c.tar': tar });
    linkSync(join(inTest.folder, 'a'), join(inTest.folder, 'hard'));
    symlinkSync('a', join(inTest.folder, 'soft'));
    expect(short(await discover(at('soft', 'a', 'hard', 'soft'), [], limits))).toEqual({
      ...nothing,
      sources: ['plain soft'],
      skipped: ['a: the same file as soft', 'hard: the same file as soft'],
    });
    expect(short(await discover(at('sub/c.tar', 'sub', 'sub'), [], limits)).sources).toEqual(['plain sub/c.tar']);
  });

  it('that cannot be read count once as well', async () => {
    write({ 'sub/empty.tar': '' });
    expect(short(await discover(at('sub', 'sub/empty.tar', 'none', 'none'), [], limits)).unreadable).toEqual([
      'sub/empty.tar before 0',
      'none before 0',
    ]);
  });

  it('may be standard input, once', async () => {
    write({ a: tar });
    const { sources } = await discover(['-', ...at('a'), '-'], [], limits);
    expect(sources.map(({ kind, path, sizeBytes }) => [kind, path, sizeBytes])).toEqual([
      ['stdin', '-', 0],
      ['plain', join(inTest.folder, 'a'), tar.length],
    ]);
  });

  it('that are none lead to no source', async () => {
    expect(await discover([], [], limits)).toEqual({ ...nothing, idleExcludes: [], passedOverPaths: [] });
  });
});

describe('a searched folder', () => {
  it('is searched to its depths, in the order of the bytes of paths', async () => {
    write({
      'b/z.tar': tar,
      'b/a/deep/x.tar': tar,
      'B.tar': tar,
      'a.tar': gzip(tar),
      '.hidden/h.tar': tar,
      'é.tar': tar,
      '\uffee.tar': tar,
      '\u{1f600}.tar': tar,
    });
    expect(short(await discover(at(''), [], limits)).sources).toEqual([
      'plain .hidden/h.tar',
      'plain B.tar',
      'compressed a.tar',
      'plain b/a/deep/x.tar',
      'plain b/z.tar',
      'plain é.tar',
      'plain \uffee.tar',
      'plain \u{1f600}.tar',
    ]);
  });

  it('gives up what is named like an archive or starts like one and is none, and passes over the rest', async () => {
    write({
      'a.tar': 'text',
      'b.tgz': 'text',
      'c.tar.zst': 'text',
      empty: '',
      'notes.txt': 'text',
      data: '{"a":1}',
      good: tar,
    });
    expect(short(await discover(at(''), [], limits))).toEqual({
      ...nothing,
      sources: ['plain good'],
      unreadable: ['a.tar before 0', 'b.tgz before 0', 'c.tar.zst before 0', 'empty before 0'],
      passedOver: 2,
    });
  });

  it('takes a compressed file with any other name for no fault if it is something else', async () => {
    write({ 'x.gz': gzip(tar), 'y.tar.gz': gzip(tar), 'z.tgz': gzip(tar), plain: tar });
    const { sources } = await discover(at(''), [], limits);
    expect(sources.map(({ optional }) => optional)).toEqual([false, true, false, false]);
    expect((await discover(at('x.gz'), [], limits)).sources[0]?.optional).toBe(false);
  });

  it('passes over inventories, which count where they are named', async () => {
    write({ 'a.tar': tar, 'before.json': inventory });
    expect(short(await discover(at(''), [], limits))).toEqual({ ...nothing, sources: ['plain a.tar'], passedOver: 1 });
    expect(short(await discover(at('before.json'), [], limits)).sources).toEqual(['inventory before.json']);
  });

  it('follows links to files and none to folders, and refuses one that leads nowhere', async () => {
    write({ 'real/a.tar': tar, 'other/b.tar': tar });
    symlinkSync('../real', join(inTest.folder, 'other/to-real'));
    symlinkSync('..', join(inTest.folder, 'other/up'));
    symlinkSync('../real/a.tar', join(inTest.folder, 'other/a-link'));
    symlinkSync('nothing', join(inTest.folder, 'other/lost.tar'));
    const found = short(await discover(at('other'), [], limits));
    expect(found.sources).toEqual(['plain other/a-link', 'plain other/b.tar']);
    expect(found.unreadable).toEqual(['other/lost.tar before 2']);
    expect(found.skipped).toEqual(['other/to-real: a link to a folder', 'other/up: a link to a folder']);
  });

  it('that was named by a link is searched', async () => {
    write({ 'real/a.tar': tar });
    symlinkSync('real', join(inTest.folder, 'link'));
    expect(short(await discover(at('link'), [], limits)).sources).toEqual(['plain link/a.tar']);
  });

  it('without any archive is refused, and so is an empty one', async () => {
    write({ 'sub/notes.txt': 'text' });
    mkdirSync(join(inTest.folder, 'bare'));
    const found = await discover(at('', 'bare'), [], limits);
    expect(short(found)).toEqual({ ...nothing, unreadable: [' before 0', 'bare before 0'], passedOver: 1 });
    expect(found.unreadable[0]?.reason).toContain('no image archive');
  });

  it('is not refused where its archives were reached before, or cannot be read', async () => {
    write({ 'sub/a.tar': tar, 'broken/b.tar': '' });
    expect(short(await discover(at('sub/a.tar', 'sub', 'broken'), [], limits)).unreadable).toEqual([
      'broken/b.tar before 1',
    ]);
  });

  it('leaves out what is excluded, by name anywhere or by its path, and says so', async () => {
    write({
      'a.tar': tar,
      'old/a.tar': tar,
      'old/b.tar': tar,
      'new/b.tar': tar,
      'new/cache/c.tar': tar,
      '.tmp/d.tar': tar,
    });
    const excluded = async (...globs: string[]) => short(await discover(at(''), globs, limits));
    expect((await excluded('a.tar', '.tmp')).sources).toEqual([
      'plain new/b.tar',
      'plain new/cache/c.tar',
      'plain old/b.tar',
    ]);
    expect((await excluded('old/*', '**/cache', '.*')).sources).toEqual(['plain a.tar', 'plain new/b.tar']);
    expect((await excluded('old', 'new', '.tmp')).skipped).toEqual([
      '.tmp: excluded',
      'new: excluded',
      'old: excluded',
    ]);
    expect((await excluded('*.tar')).unreadable).toEqual([' before 0']);
  });

  it('takes a glob that ends in a slash for folders alone', async () => {
    write({ 'old/a.tar': tar, 'new/old': tar, 'new/b.tar': tar });
    const { sources, skipped } = short(await discover(at(''), ['old/'], limits));
    expect(sources).toEqual(['plain new/b.tar', 'plain new/old']);
    expect(skipped).toEqual(['old: excluded']);
    expect(short(await discover(at(''), ['new/old/'], limits)).sources).toHaveLength(3);
  });

  it('says which globs have left nothing out', async () => {
    write({ 'a.tar': tar, 'old/b.tar': tar });
    expect((await discover(at(''), ['old/', 'odl/', '*.zip'], limits)).idleExcludes).toEqual(['odl/', '*.zip']);
  });

  it('finds what has a name that is no UTF-8, at any depth, by search and by glob', async () => {
    const latin = Buffer.concat([Buffer.from(`${inTest.folder}/`), Buffer.from([0x67, 0xf6]), Buffer.from('/sub')]);
    mkdirSync(latin, { recursive: true });
    writeFileSync(Buffer.concat([latin, Buffer.from('/'), Buffer.from([0xe9]), Buffer.from('.tar')]), tar);
    const sources = ['plain g\udcf6/sub/\udce9.tar'];
    expect(short(await discover(at(''), [], limits))).toEqual({ ...nothing, sources });
    expect(short(await discover(at('*/sub/*.tar'), [], limits))).toEqual({ ...nothing, sources });
  });

  it('refuses a path that is longer than the system takes', async () => {
    const name = 'd'.repeat(250);
    // Made and removed from inside, since no call takes the whole path.
    const inDepth = (line: string) =>
      execFileSync('bash', ['-c', `set -e; for i in $(seq 20); do mkdir -p ${name}; cd ${name}; done; ${line}`], {
        cwd: inTest.folder,
      });
    inDepth('echo x > deep.tar');
    try {
      const reasons = async (input: string) =>
        (await discover(at(input), [], limits)).unreadable.map(({ reason }) => reason);
      expect(await reasons('')).toEqual([expect.stringContaining('ENAMETOOLONG')]);
      expect(await reasons('**/*.tar')).toEqual([expect.stringContaining('ENAMETOOLONG')]);
    } finally {
      execFileSync('rm', ['-rf', name], { cwd: inTest.folder });
    }
  });

  it('refuses a stream that is named like an archive', async () => {
    await new Promise<void>((done) => createServer().listen(join(inTest.folder, 's.tar'), done));
    expect(short(await discover(at(''), [], limits)).unreadable).toEqual(['s.tar before 0']);
  });

  it('excludes nothing that was named itself', async () => {
    write({ 'a.tar': tar });
    expect(short(await discover(at('a.tar'), ['*.tar'], limits)).sources).toEqual(['plain a.tar']);
  });

  it('is searched up to a number of names, which is said once', async () => {
    write({ 'a/1': tar, 'a/2': tar, 'b/c/3': tar, 'b/c/4': tar, 'b/5': tar });
    const upTo = async (files: number, ...names: string[]) =>
      discover(at(...names), [], { ...limits, folderFiles: files });
    expect(short(await upTo(8, '')).unreadable).toEqual([]);
    const hit = await upTo(6, '');
    expect(short(hit)).toMatchObject({
      sources: ['plain a/1', 'plain a/2', 'plain b/5'],
      unreadable: ['b/c before 3'],
    });
    expect(hit.unreadable[0]?.reason).toContain('folderFiles');
    expect(short(await upTo(2, 'a', 'b/c')).unreadable).toEqual([]);
  });
});

describe('a glob', () => {
  it('gives its matches in the order of their bytes, folders searched', async () => {
    write({ 'b.tar': tar, 'a.tar': tar, 'c.txt': 'text', 'd.tar/inside': tar });
    expect(short(await discover(at('*.tar'), [], limits)).sources).toEqual([
      'plain a.tar',
      'plain b.tar',
      'plain d.tar/inside',
    ]);
  });

  it('refuses a match that is no archive, as if it was named', async () => {
    write({ 'a.tar': tar, 'c.txt': 'text' });
    expect(short(await discover(at('*'), [], limits)).unreadable).toEqual(['c.txt before 1']);
  });

  it('from here gives paths from here', async () => {
    const found = await discover(['src/discover/*.ts', './src/../src/disc*/file-*.ts'], [], limits);
    expect(found.unreadable.map(({ path }) => path)).toEqual([
      'src/discover/archive-parts.ts',
      'src/discover/discover.ts',
      'src/discover/discovery.ts',
      'src/discover/excludes.ts',
      'src/discover/file-kind.ts',
      'src/discover/glob-search.ts',
      'src/discover/joined-parts.ts',
      'src/discover/layout-folder.ts',
      'src/discover/part-series.ts',
      'src/discover/remote-sources.ts',
      'src/discover/source.ts',
      'src/discover/split-archive.ts',
      'src/discover/split-names.ts',
    ]);
  });

  it('takes a file that has the name of standard input for a file', async () => {
    write({ '-': tar });
    const before = process.cwd();
    process.chdir(inTest.folder);
    try {
      expect((await discover(['?'], [], limits)).sources).toMatchObject([{ kind: 'plain', path: '-' }]);
    } finally {
      process.chdir(before);
    }
  });

  it('without a match is refused', async () => {
    const found = await discover(at('*.tar'), [], limits);
    expect(found.unreadable).toEqual([
      {
        code: 'input-unreadable',
        path: join(inTest.folder, '*.tar'),
        reason: 'no file or folder matches',
        sizeBytes: null,
        insertBefore: 0,
      },
    ]);
  });

  it('leaves out what is excluded', async () => {
    write({ 'a.tar': tar, 'b.tar': tar });
    expect(short(await discover(at('*.tar'), ['b.tar'], limits)).sources).toEqual(['plain a.tar']);
  });

  it('is a plain name where a file has that name', async () => {
    write({ 'a[1].tar': tar, 'a1.tar': tar });
    expect(short(await discover(at('a[1].tar'), [], limits)).sources).toEqual(['plain a[1].tar']);
  });
});
