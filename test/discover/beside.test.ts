/** Archives beside the parts of a folder that is an archive itself: searched as in any folder, and what is a part is none. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import type { DiscoveryLimits } from '../../src/discover/discovery.js';
import { limits } from '../../src/model/limits.js';
import { file, gzip, rawTar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const tar = rawTar([file('a', 'x')]);
const hex = 'ab'.repeat(32);
const version = '{"imageLayoutVersion":"1.0.0"}';
const layout = { 'oci-layout': version, 'index.json': '{"manifests":[]}', [`blobs/sha256/${hex}`]: tar };

const { newFolder } = temporaryFolder();
let folder = '';

beforeEach(() => {
  folder = newFolder();
});

function write(files: Readonly<Record<string, Buffer | string>>, below = ''): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, below, name)), { recursive: true });
    writeFileSync(join(folder, below, name), content);
  }
}

/** What is found, with paths below the folder of the test; `own`: what the archive of a folder does not list, by path. */
async function found(
  exclude: readonly string[] = [],
  changed: Partial<DiscoveryLimits> = {},
  inputs: readonly string[] = [folder],
) {
  const discovery = await discover(inputs, exclude, { ...limits, ...changed });
  const { sources, unreadable, skipped, passedOver, idleExcludes } = discovery;
  const cut = (path: string) => (path === folder ? '.' : path.replace(`${folder}/`, ''));
  return {
    sources: sources.map(({ kind, path }) => `${kind} ${cut(path)}`),
    unreadable: unreadable.map(({ path, code }) => `${cut(path)}: ${code}`),
    skipped: skipped.map(({ path, reason }) => `${cut(path)}: ${reason.replace(`${folder}/`, '')}`),
    own: sources.flatMap(({ beside }) => (beside === undefined ? [] : [...beside.archives, ...beside.leftOut])),
    passedOver,
    idleExcludes,
  };
}

const none = { unreadable: [], skipped: [], passedOver: 0, idleExcludes: [] };

describe('archives beside the parts of a layout', () => {
  it('are inputs of their own behind it, in the order of their bytes, and those in its sub-folders too', async () => {
    write({ ...layout, 'z.tar': tar, 'a.tar': gzip(tar), 'old/deep/b.tar': tar, 'old/notes.txt': 'text', image: tar });
    expect(await found()).toEqual({
      ...none,
      sources: ['folder .', 'compressed a.tar', 'plain image', 'plain old/deep/b.tar', 'plain z.tar'],
      own: ['a.tar', 'image', 'old/deep/b.tar', 'z.tar'],
    });
  });

  it('are found wherever a search comes upon the layout', async () => {
    write(layout, 'x/layout');
    write({ 'x/layout/a.tar': tar, 'x/b.tar': tar });
    expect(await found()).toMatchObject({
      sources: ['plain x/b.tar', 'folder x/layout', 'plain x/layout/a.tar'],
      own: ['a.tar'],
    });
  });

  it.each([
    ['that is empty', { 'oci-layout': '' }],
    ['that is no JSON', { 'oci-layout': 'x' }],
    ['beside an index alone', { 'oci-layout': version, 'index.json': '{"manifests":[]}' }],
    ['that is not there', { 'index.json': '{}', 'blobs/sha256/x': '' }],
  ])('are found beside an oci-layout %s', async (_, documents) => {
    write({ ...documents, 'a.tar': tar });
    expect(await found()).toEqual({ ...none, sources: ['folder .', 'plain a.tar'], own: ['a.tar'] });
  });

  it('are found beside a folder of that name, which makes no layout', async () => {
    write({ 'oci-layout/a.tar': tar, 'b.tar': tar });
    expect(await found()).toEqual({ ...none, sources: ['plain b.tar', 'plain oci-layout/a.tar'], own: [] });
  });

  it('are not what lies in its blobs, whatever it is called', async () => {
    write({ ...layout, 'blobs/sha256/y.tar': tar, 'blobs/z.tar': tar, 'blobs/more/oci-layout': version });
    expect(await found()).toEqual({ ...none, sources: ['folder .'], own: [] });
  });

  it('may be layouts themselves, with archives of their own', async () => {
    write(layout);
    write({ ...layout, 'b.tar': tar }, 'inner');
    expect(await found()).toEqual({
      ...none,
      sources: ['folder .', 'folder inner', 'plain inner/b.tar'],
      own: ['inner', 'b.tar'],
    });
  });

  it('are told by content, and what is none stays with the layout unless it is called an archive', async () => {
    write({
      ...layout,
      'broken.tar': 'text',
      'none.tgz': '',
      'l.tar.lz4': Buffer.from('04224d186440a7', 'hex'),
      '.gitkeep': '',
      'notes.txt': 'text',
      'before.json': '{"kind":"varve.inventory","schemaVersion":1}',
      '._a.tar': 'junk',
      '__MACOSX/b.tar': tar,
    });
    const refused = ['broken.tar', 'l.tar.lz4', 'none.tgz'];
    expect(await found()).toEqual({
      ...none,
      sources: ['folder .'],
      unreadable: refused.map((name) => `${name}: not-an-image-archive`),
      own: refused,
    });
  });

  it('count once where they were named before, and then are no part of it either', async () => {
    write({ ...layout, 'a.tar': tar });
    symlinkSync('a.tar', join(folder, 'b.tar'));
    expect(await found([], {}, [join(folder, 'b.tar'), folder])).toEqual({
      ...none,
      sources: ['plain b.tar', 'folder .'],
      skipped: ['a.tar: the same file as b.tar'],
      own: ['a.tar', 'b.tar'],
    });
  });

  it('are not links to its blobs, nor links that lead nowhere and have no name of an archive', async () => {
    write({ ...layout, 'outside.txt': 'text' });
    symlinkSync(`blobs/sha256/${hex}`, join(folder, 'base.tar'));
    symlinkSync('nowhere', join(folder, 'lost'));
    symlinkSync('nowhere', join(folder, 'lost.tar'));
    expect(await found()).toMatchObject({ sources: ['folder .'], unreadable: ['lost.tar: input-unreadable'] });
  });

  it('are not looked for behind a link to a folder, which is said', async () => {
    write({ 'real/a.tar': tar });
    write(layout, 'l');
    symlinkSync('../real', join(folder, 'l/more'));
    expect(await found([], {}, [join(folder, 'l')])).toEqual({
      ...none,
      sources: ['folder l'],
      skipped: ['l/more: a link to a folder'],
      own: [],
    });
  });

  it('are left out by --exclude, of the layout as well, and no part of it ever is', async () => {
    write({ ...layout, 'a.tar': tar, 'old/b.tar': tar });
    expect(await found(['*.tar', 'old', 'blobs', '*.json', 'zip'])).toEqual({
      ...none,
      sources: ['folder .'],
      skipped: ['a.tar: excluded', 'old: excluded'],
      own: ['a.tar', 'old'],
      idleExcludes: ['blobs', '*.json', 'zip'],
    });
  });

  it('are searched up to the number of names below the folder, without its blobs, and no further', async () => {
    write({ ...layout, '1.tar': tar, '2.tar': tar, 'b/3.tar': tar });
    expect((await found([], { folderFiles: 4 })).unreadable).toEqual([]);
    expect(await found([], { folderFiles: 2 })).toMatchObject({
      sources: ['folder .', 'plain 1.tar', 'plain 2.tar'],
      unreadable: ['.: input-unreadable'],
    });
  });
});

describe('archives beside the parts of an unpacked save archive', () => {
  const save = JSON.stringify([{ config: `${hex}.json`, Layers: ['odd/base.tar', `${hex}\\layer.tar`, './top.tar'] }]);
  const parts = {
    'manifest.json': save,
    [`${hex}.json`]: '{}',
    'odd/base.tar': tar,
    [`${hex}/layer.tar`]: tar,
    [`${hex}/VERSION`]: '1.0',
    'top.tar': tar,
    [`${'cd'.repeat(32)}.tar`]: tar,
    [`${'cd'.repeat(32)}.tar.gz`]: gzip(tar),
    [`sha256:${hex}`]: '{}',
  };

  it('are what its manifest does not name and no writer calls a layer', async () => {
    write({ ...parts, 'other.tar': tar, 'odd/other.tar': tar, [`${hex}/hidden.tar`]: tar });
    expect(await found()).toEqual({
      ...none,
      sources: ['folder .', `plain ${hex}/hidden.tar`, 'plain odd/other.tar', 'plain other.tar'],
      own: [`${hex}/hidden.tar`, 'odd/other.tar', 'other.tar'],
    });
  });

  it('leave it its parts whatever is excluded', async () => {
    write({ ...parts, 'odd/other.tar': tar });
    expect(await found(['odd/', '*.tar', hex])).toEqual({
      ...none,
      sources: ['folder .'],
      skipped: ['odd/other.tar: excluded'],
      own: ['odd/other.tar'],
      idleExcludes: ['odd/', hex],
    });
  });

  it('are found where its manifest is damaged or names what is no text', async () => {
    for (const manifest of ['[{"Config": ', '[{"Config": 1, "Layers": [[], null, {}]}, 2]']) {
      write({ 'manifest.json': manifest, 'blobs/x': '', 'a.tar': tar, [`${hex}.tar`]: tar });
      expect(await found()).toMatchObject({ sources: ['folder .', 'plain a.tar'], own: ['a.tar'] });
    }
  });

  it('are all whose names no writer has where its manifest has more bytes than a document may', async () => {
    write({ 'manifest.json': save, [`${hex}.json`]: '{}', 'odd/base.tar': tar });
    expect(await found([], { documentBytes: save.length })).toMatchObject({ sources: ['folder .'], own: [] });
    expect(await found([], { documentBytes: save.length - 1 })).toMatchObject({ own: ['odd/base.tar'] });
  });

  it('are none where its manifest has more bytes than a document has by itself, and this run allows that', async () => {
    write({ 'manifest.json': save + ' '.repeat(limits.documentBytes), 'odd/base.tar': tar });
    expect(await found()).toMatchObject({ own: ['odd/base.tar'] });
    expect(await found([], { documentBytes: 2 * limits.documentBytes })).toMatchObject({ own: [] });
  });

  it('are not its folders by links, and the names of an old one belong to it', async () => {
    write({ repositories: '{}', 'abc/json': '{}', 'abc/layer.tar': tar, 'abc/x.tar': tar, 'def/layer.tar': tar });
    symlinkSync('abc', join(folder, 'ghi'));
    expect(await found()).toEqual({
      ...none,
      sources: ['folder .', 'plain abc/x.tar', 'plain def/layer.tar'],
      own: ['abc/x.tar', 'def/layer.tar'],
    });
  });
});

it("archives beside the files of skopeo's dir: are searched, though that is refused", async () => {
  write({
    'manifest.json': '{"schemaVersion":2}',
    version: 'Directory Transport Version: 1.1\n',
    [hex]: gzip(tar),
    'signature-1': gzip(tar),
    'a.tar': tar,
  });
  expect(await found()).toMatchObject({ sources: ['plain a.tar'], unreadable: ['.: not-an-image-archive'] });
});
