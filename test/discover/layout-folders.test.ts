/** Folders that are an archive: told by their documents, searched where they are none. */

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { discover } from '../../src/discover/discover.js';
import { limits } from '../../src/model/limits.js';
import { file, rawTar } from '../helpers/archive-builder.js';
import { discoveryFolder, nothing } from './found.js';

const tar = rawTar([file('a', 'x')]);

const inTest = discoveryFolder();
const { at, short, write } = inTest;
beforeEach(inTest.renew);

describe('a layout folder', () => {
  const save = '[{"Config":"c.json","Layers":[]}]';

  it.each([
    ['an OCI layout', { 'oci-layout': '{}', 'index.json': '{}' }],
    ['an OCI layout without its file', { 'index.json': '{}', 'blobs/sha256/x': '' }],
    ['an unpacked save archive', { 'manifest.json': save, 'c.json': '{}' }],
    ['one whose keys are written in another case', { 'manifest.json': '[{"config": "c.json"}]' }],
    ['a hybrid with nothing in its manifest', { 'manifest.json': 'null', 'blobs/sha256/x': '' }],
    ['an unpacked v1 archive', { repositories: '{}', 'abc/json': '{}' }],
  ])('is a source and is not entered: %s', async (_, files) => {
    const inside = Object.fromEntries(Object.entries(files).map(([name, content]) => [`x/layout/${name}`, content]));
    write({ ...inside, 'x/layout/blobs/sha256/y.tar': tar, 'x/z.tar': tar });
    expect(short(await discover(at('x'), [], limits))).toEqual({
      ...nothing,
      sources: ['folder x/layout', 'plain x/z.tar'],
    });
    expect(short(await discover(at('x/layout'), [], limits)).sources).toEqual(['folder x/layout']);
  });

  it.each([
    ['a web application', { 'manifest.json': '{"name":"app"}', 'index.json': '{}' }],
    ['a list of something else', { 'manifest.json': '[{"name":"x"}]' }],
    ['repositories of something else', { repositories: '{}', file: 'x' }],
    ['blobs alone', { 'blobs/sha256/x': 'x' }],
    ['a folder of that name', { 'oci-layout/x': 'x', 'manifest.json/y': 'y' }],
  ])('is none: %s', async (_, files) => {
    write(files);
    write({ 'good.tar': tar });
    expect(short(await discover(at(''), [], limits)).sources).toEqual(['plain good.tar']);
  });

  it('of skopeo is refused with the way out', async () => {
    write({
      'dir/manifest.json': '{"schemaVersion":2}',
      'dir/version': 'Directory Transport Version: 1.1\n',
      'a.tar': tar,
    });
    for (const input of ['', 'dir']) {
      const { unreadable } = await discover(at(input), [], limits);
      expect(unreadable).toMatchObject([
        { path: join(inTest.folder, 'dir'), reason: expect.stringContaining('skopeo copy') },
      ]);
    }
  });

  it('reached twice counts once', async () => {
    write({ 'l/oci-layout': '{}' });
    symlinkSync('l', join(inTest.folder, 'link'));
    expect(short(await discover(at('link', 'l', ''), [], limits))).toMatchObject({
      sources: ['folder link'],
      skipped: ['l: the same file as link', 'l: the same file as link', 'link: a link to a folder'],
    });
  });

  it('is not looked for behind documents that are links to themselves', async () => {
    for (const name of ['oci-layout', 'manifest.json', 'repositories', 'version'])
      symlinkSync(name, join(inTest.folder, name));
    write({ 'a.tar': tar });
    expect(short(await discover(at(''), [], limits)).sources).toEqual(['plain a.tar']);
  });
});
