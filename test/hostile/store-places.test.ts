/**
 * A store in which something else stands where a file or folder of it should: links, loops, pipes, devices, folders, files. A
 * command does its work or refuses to, in time; nothing outside of the store is written or removed, and where the thing is put
 * back, every image is whole.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at, newFolder, write } = temporaryFolder();
const names = ['docker.io/shop/app:1', 'docker.io/shop/app:2'];

beforeAll(async () => {
  for (const [i, name] of [...names, 'docker.io/shop/app:3'].entries()) {
    const own = layer({ files: [{ path: 'own', content: `${name} `.repeat(500) }] });
    const spec = image({ layers: [own], created: `2024-0${i + 1}-01T00:00:00Z`, tags: [name] });
    write({ [`${i + 1}.tar`]: await tar(dockerSave([spec], { variant: 'podman' })) });
  }
  await varve(['load', at('1.tar'), at('2.tar'), '--store', at('store')]);
});

/** Every file below a folder, by name, with what it holds or leads to. */
function stateOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const stat = lstatSync(join(folder, name));
        return [name, stat.isFile() ? readFileSync(join(folder, name), 'latin1') : `${stat.mode & 0o170000}`];
      }),
  );
}

/** What stands in a place; what it leads to lies in `outside`. */
const things: Readonly<Record<string, (path: string, outside: string) => void>> = {
  'a link to a file': (path, outside) => symlinkSync(join(outside, 'file'), path),
  'a link to a folder': (path, outside) => symlinkSync(join(outside, 'folder'), path),
  'a link to what was there': (path, outside) => symlinkSync(join(outside, 'moved'), path),
  'a link to nothing': (path, outside) => symlinkSync(join(outside, 'nothing'), path),
  'a link to itself': (path) => symlinkSync(path, path),
  'a link to a device': (path) => symlinkSync('/dev/zero', path),
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'an empty folder': (path) => mkdirSync(path),
  'a folder with a file': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'letter.txt'), 'dear');
  },
  'a file': (path) => writeFileSync(path, 'no part of a store'),
};

const changes = [
  ['load', '3.tar'],
  ['rm', '-f', names[1] ?? ''],
  ['prune', '--yes', '--grace', '0s'],
];
const commands = [...changes, ['save', names[0] ?? '', '-o', 'out.tar']];

const folders = ['an empty folder', 'a folder with a file'];

/** Places of a store: with which things each command does its work, and with which it depends on the command. */
const places: Readonly<Record<string, { readonly survived: readonly string[]; readonly either?: readonly string[] }>> =
  {
    blobs: { survived: [], either: folders },
    'blobs/sha256': { survived: [], either: folders },
    'blobs/sha512': { survived: folders },
    'index.json': { survived: [] },
    'oci-layout': { survived: [], either: ['a file'] },
    '.varve': { survived: folders },
    '.varve/uploads': { survived: folders },
    '.varve/quarantine': { survived: folders },
    '.varve/lock': { survived: [] },
    '.varve/ballast': { survived: Object.keys(things) },
    '.varve/removing': { survived: Object.keys(things) },
  };

/** A store in which something else stands in a place, and what lies outside of it. */
function attacked(place: string, what: string): { readonly folder: string; readonly undo: () => void } {
  const folder = newFolder();
  const outside = join(folder, 'outside');
  cpSync(at('store'), join(folder, 'store'), { recursive: true });
  mkdirSync(join(outside, 'folder'), { recursive: true });
  for (const name of ['file', 'folder/file']) writeFileSync(join(outside, name), 'mine');
  const [path, moved] = [join(folder, 'store', place), join(outside, 'moved')];
  if (existsSync(path)) renameSync(path, moved);
  mkdirSync(dirname(path), { recursive: true });
  things[what]?.(path, outside);
  const undo = (): void => {
    rmSync(path, { recursive: true, force: true });
    if (existsSync(moved)) renameSync(moved, path);
  };
  return { folder, undo };
}

/** The names in a store that has to be whole. */
async function wholeNames(store: string): Promise<readonly string[]> {
  const { archives } = await scan([store], { workers: 0 });
  expect(archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
  return archives.flatMap(({ images }) => images.flatMap(({ references }) => references)).sort();
}

describe.each(Object.entries(places))('a store in which %s is something else', (place, { survived, either = [] }) => {
  it.each(Object.keys(things))('refuses to work or does its work, and nothing outside is touched: %s', async (what) => {
    for (const command of commands) {
      const { folder, undo } = attacked(place, what);
      const [store, outside] = [join(folder, 'store'), join(folder, 'outside')];
      const before = stateOf(outside);
      const words = command.map((word) =>
        word.endsWith('.tar') ? (word === 'out.tar' ? join(folder, word) : at(word)) : word,
      );
      const isChange = changes.includes(command);
      const timeout = isChange ? ['--lock-timeout', '0'] : [];
      const { code, stderr } = await varve([...words, '--store', store, ...timeout]);
      const told = `${words.join(' ')}: ${code} ${stderr}`;
      expect(stateOf(outside), told).toEqual(before);
      expect(stderr, told).not.toContain('bug');
      const codes = survived.includes(what) ? [0] : isChange && !either.includes(what) ? [3] : [0, 1, 2, 3];
      expect(codes, told).toContain(code);
      undo();
      expect(code === 0 ? names : await wholeNames(store), told).toEqual(names);
    }
  });
});
