/** Layers on top of each other: whiteouts, replaced files, symlinks on the way, hard links, and what cannot be unpacked. */

import { describe, expect, it } from 'vitest';
import { FileTree, UnpackError } from '../../../src/analysis/contents/file-tree.js';
import type { LayerFile } from '../../../src/model/file-list.js';
import { limits } from '../../../src/model/limits.js';

type Draft = Partial<LayerFile> & { readonly path: string };

const file = (path: string, content = path): Draft => ({ path, type: 'file', sha256: content });
const directory = (path: string, mode = 0o755): Draft => ({ path, type: 'directory', mode });
const symlink = (path: string, target: string): Draft => ({ path, type: 'symlink', target });
const link = (path: string, target: string): Draft => ({ path, type: 'link', target });

function entry(draft: Draft): LayerFile {
  return { type: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, target: '', sha256: '', attributes: '', ...draft };
}

/** The tree of these layers, each file as its path and what is in it. */
function treeOf(...layers: readonly (readonly Draft[])[]): Record<string, string> {
  const tree = new FileTree(limits.treeFiles);
  for (const drafts of layers) tree.apply(() => drafts.map(entry));
  return Object.fromEntries(
    [...tree.files()].map(([path, { type, sha256, target, mode }]) => {
      const folder = mode === 0o755 ? 'folder' : `folder ${mode.toString(8)}`;
      return [path, type === 'directory' ? folder : type === 'symlink' ? `-> ${target}` : sha256];
    }),
  );
}

function reasonFor(...layers: readonly (readonly Draft[])[]): string {
  try {
    treeOf(...layers);
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(UnpackError);
    return (error as Error).message;
  }
}

describe('the tree of no layers', () => {
  it('is the root', () => {
    expect(treeOf()).toEqual({ '/': 'folder' });
  });
});

describe('a layer of a file tree', () => {
  it('has its files, with the folders that it does not list', () => {
    expect(treeOf([file('usr/bin/sh')])).toEqual({
      '/': 'folder',
      '/usr': 'folder',
      '/usr/bin': 'folder',
      '/usr/bin/sh': 'usr/bin/sh',
    });
  });

  it('gives the root its mode', () => {
    expect(treeOf([directory('', 0o700)])).toEqual({ '/': 'folder 700' });
  });

  it('gives a folder that it makes and then lists the mode that it lists', () => {
    expect(treeOf([file('a/b', 'x'), directory('a', 0o700)])).toEqual({
      '/': 'folder',
      '/a': 'folder 700',
      '/a/b': 'x',
    });
  });

  it('has of two entries of one path the last', () => {
    expect(treeOf([file('a', 'first'), file('a', 'second')])).toMatchObject({ '/a': 'second' });
  });

  it('lists a folder before what is in it, and names by their bytes', () => {
    const paths = ['a-b', 'a/c', 'a/b/d', 'b', 'Z', 'a/\xe9'].map((path) => file(path));
    expect(Object.keys(treeOf(paths))).toEqual(['/', '/Z', '/a', '/a/b', '/a/b/d', '/a/c', '/a/\xe9', '/a-b', '/b']);
  });
});

describe('a layer on top of another', () => {
  const base = [directory('etc'), file('etc/hosts', 'old'), file('etc/motd', 'old')];

  it('replaces a file, and keeps the others', () => {
    expect(treeOf(base, [file('etc/hosts', 'new')])).toMatchObject({ '/etc/hosts': 'new', '/etc/motd': 'old' });
  });

  it('changes the mode of a folder and keeps what is in it', () => {
    expect(treeOf(base, [directory('etc', 0o700)])).toMatchObject({ '/etc': 'folder 700', '/etc/hosts': 'old' });
  });

  it('keeps the mode of a folder that it does not list', () => {
    expect(treeOf([directory('etc', 0o700)], [file('etc/x', 'x')])).toMatchObject({ '/etc': 'folder 700' });
  });

  it('puts a file in the place of a folder, with all that was in it', () => {
    expect(treeOf(base, [file('etc', 'file')])).toEqual({ '/': 'folder', '/etc': 'file' });
  });

  it('puts a folder in the place of a file or a symlink', () => {
    expect(treeOf([file('a'), symlink('b', 'a')], [directory('a'), directory('b')])).toEqual({
      '/': 'folder',
      '/a': 'folder',
      '/b': 'folder',
    });
  });
});

describe('a whiteout in a file tree', () => {
  const base = [file('a/x', '1'), file('a/y', '2'), file('a/sub/z', '3')];

  it('hides a file of the layers below', () => {
    expect(treeOf(base, [file('a/.wh.x')])).not.toHaveProperty(['/a/x']);
    expect(treeOf(base, [file('a/.wh.x')])).toHaveProperty(['/a/y']);
  });

  it('hides a folder with all that is in it', () => {
    expect(Object.keys(treeOf(base, [file('.wh.a')]))).toEqual(['/']);
  });

  it('hides nothing of its own layer, wherever it stands', () => {
    expect(treeOf(base, [file('a/x', 'new'), file('a/.wh.x')])).toMatchObject({ '/a/x': 'new' });
    expect(treeOf(base, [file('a/.wh.x'), file('a/x', 'new')])).toMatchObject({ '/a/x': 'new' });
  });

  it('that is opaque hides all that is below in its folder, and the folder stays', () => {
    const shown = { '/': 'folder', '/a': 'folder', '/a/new': 'n' };
    expect(treeOf(base, [file('a/new', 'n'), file('a/.wh..wh..opq')])).toEqual(shown);
    expect(treeOf(base, [file('a/.wh..wh..opq'), file('a/new', 'n')])).toEqual(shown);
  });

  it('that is opaque may stand in the root', () => {
    expect(treeOf(base, [file('.wh..wh..opq'), file('b', 'n')])).toEqual({ '/': 'folder', '/b': 'n' });
  });

  it('of something that is not there is nothing, and makes nothing', () => {
    expect(treeOf(base, [file('b/.wh.x'), file('.wh.c'), file('b/.wh..wh..opq')])).toEqual(treeOf(base));
  });

  it('is found behind a symlink', () => {
    expect(treeOf([...base, symlink('l', 'a')], [file('l/.wh.x')])).not.toHaveProperty(['/a/x']);
  });

  it('without a name is refused', () => {
    expect(reasonFor(base, [file('a/.wh.')])).toMatch(/hides nothing/);
    expect(reasonFor(base, [file('a/.wh...')])).toMatch(/hides nothing/);
  });
});

describe('a symlink on the way', () => {
  it('is followed inside of the image, whether it is relative, absolute or leads out', () => {
    for (const target of ['usr/lib', '/usr/lib', '../../usr/./lib/']) {
      expect(treeOf([directory('usr/lib'), symlink('lib', target)], [file('lib/x', 'x')])).toMatchObject({
        '/lib': `-> ${target}`,
        '/usr/lib/x': 'x',
      });
    }
  });

  it('may lead over others, and to a folder that is then made', () => {
    const links = [symlink('a', 'b'), symlink('b', 'c/d')];
    expect(treeOf(links, [file('a/x', 'x')])).toMatchObject({ '/c/d/x': 'x' });
  });

  it('is replaced where it is the entry itself', () => {
    expect(treeOf([symlink('a', 'b'), file('b', 'b')], [file('a', 'new')])).toMatchObject({ '/a': 'new', '/b': 'b' });
  });

  it('that leads round in a circle is refused', () => {
    expect(reasonFor([symlink('a', 'b'), symlink('b', 'a')], [file('a/x')])).toMatch(/too many symlinks/);
  });
});

describe('a hard link in a file tree', () => {
  it('is a file of its own, as its target was when it was made', () => {
    const linked = [file('a', '1'), link('b', 'a')];
    expect(treeOf(linked)).toMatchObject({ '/a': '1', '/b': '1' });
    expect(treeOf(linked, [file('a', '2')])).toMatchObject({ '/a': '2', '/b': '1' });
  });

  it('may have its target in a layer below, with any way of writing its path', () => {
    expect(treeOf([file('a/x', '1')], [link('b', './a//x')])).toMatchObject({ '/b': '1' });
    expect(treeOf([file('a/x', '1'), symlink('l', 'a')], [link('b', '/l/x')])).toMatchObject({ '/b': '1' });
  });

  it('of a symlink is that symlink', () => {
    expect(treeOf([symlink('a', 'x'), link('b', 'a')])).toMatchObject({ '/b': '-> x' });
  });

  it('may point into what aufs left at the top of old layers, which is itself not there', () => {
    const layer = [
      directory('.wh..wh.plnk'),
      file('.wh..wh.plnk/12.3', '1'),
      file('.wh..wh.aufs'),
      link('a', '.wh..wh.plnk/12.3'),
    ];
    expect(treeOf(layer)).toEqual({ '/': 'folder', '/a': '1' });
  });

  it.each([
    ['nothing', [link('b', 'a')], /which is not there/],
    ['itself', [link('b', 'b')], /which is not there/],
    ['what comes later', [link('b', 'a'), file('a')], /which is not there/],
    ['a folder', [directory('a'), link('b', 'a')], /to the folder/],
    ['the root', [link('b', '/')], /which is not there/],
  ])('to %s is refused', (_, layer, reason) => {
    expect(reasonFor(layer)).toMatch(reason);
  });
});

describe('what cannot be unpacked', () => {
  it('is a path through a file', () => {
    expect(reasonFor([file('a')], [file('a/b')])).toMatch(/through a file/);
  });

  it('is a path that Linux does not take', () => {
    expect(reasonFor([file(`${'d/'.repeat(2000)}x`)])).toBe('none');
    expect(reasonFor([file(`${'d/'.repeat(2100)}x`)])).toMatch(/4096 bytes/);
  });

  it('is a path that only symlinks make too long', () => {
    const half = `${'d/'.repeat(1500)}d`;
    expect(reasonFor([directory(half), symlink('l', half)], [file(`l/${half}/x`)])).toMatch(/4096 bytes/);
  });

  it('is one file more than the limit treeFiles, implied folders counted', () => {
    const unpack = (limit: number) => () => new FileTree(limit).apply(() => [file('a/b'), file('c')].map(entry));
    expect(unpack(3)).not.toThrow();
    expect(unpack(2)).toThrow(/^treeFiles:/);
  });

  it('is what walks further than so many files can need', () => {
    const deep = Array.from({ length: 40 }, (_, i) => symlink(`l${i}`, `${'./'.repeat(2000)}l${i + 1}`));
    const walk = () => new FileTree(1000).apply(() => [...deep, file('l1/x')].map(entry));
    expect(walk).toThrow(/too many folders/);
  });
});

it('a path in a message is shown as text where it is UTF-8, and byte by byte where it is not', () => {
  expect(reasonFor([link(Buffer.from('é%41').toString('latin1'), 'a')])).toContain('"é%41"');
  expect(reasonFor([link('\xe9', 'a')])).toContain('"%e9"');
});
