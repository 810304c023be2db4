/** The folder of a cache: files are whole or absent, only our own are read or removed, and the limit holds. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CacheFolder } from '../../src/cache/cache-folder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { writeFile } = temporaryFolder();
let folders = 0;

function open(limitBytes = 10 ** 9, path = join(writeFile('x', ''), '..', `cache-${folders++}`)) {
  const remarks: string[] = [];
  const folder = new CacheFolder(path, limitBytes, (text) => remarks.push(text));
  return { folder, path, remarks, at: (name: string) => join(path, name), names: () => readdirSync(path).sort() };
}

const read = (folder: CacheFolder, name: string): string | null => folder.parse(name, (content) => content);
const name = (i: number): string => `source-1-${i}.json`;
const hours = (count: number): Date => new Date(Date.now() - count * 3_600_000);

describe('a cache folder', () => {
  it('gives back what was written, and nothing for what was not', () => {
    const { folder, remarks, at } = open();
    folder.write(name(1), 'varve ≠ silt');
    expect(read(folder, name(1))).toBe('varve ≠ silt');
    expect(read(folder, name(2))).toBeNull();
    expect(statSync(at(name(1))).mode & 0o777).toBe(0o600);
    expect(remarks).toEqual([]);
  });

  it('is its owner’s alone, and marked as one that backups may leave out', () => {
    const { folder, path, at } = open();
    folder.write(name(1), 'x');
    folder.close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readFileSync(at('CACHEDIR.TAG'), 'utf8')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
  });

  it('is not written to where nothing was kept', () => {
    const { folder, names } = open();
    folder.close();
    expect(names()).toEqual([]);
  });

  it.each([
    ['cut', (path: string) => truncateSync(path, 70)],
    ['empty', (path: string) => truncateSync(path, 0)],
    ['changed by a bit', (path: string) => writeFileSync(path, readFileSync(path, 'utf8').replace('silt', 'salt'))],
    ['without a checksum', (path: string) => writeFileSync(path, '{}')],
  ])('ignores a file that is %s, and says so', (_, damage) => {
    const { folder, remarks, at } = open();
    folder.write(name(1), 'clay and silt');
    damage(at(name(1)));
    expect(read(folder, name(1))).toBeNull();
    expect(remarks).toEqual([expect.stringContaining(at(name(1)))]);
  });

  it('ignores what is no file: a link, a folder, a pipe, a huge one', () => {
    const { folder, remarks, at } = open();
    folder.write(name(1), 'x');
    symlinkSync(at(name(1)), at(name(2)));
    mkdirSync(at(name(3)));
    execFileSync('sh', ['-c', 'mkfifo "$0"', at(name(4))]);
    writeFileSync(at(name(5)), '');
    truncateSync(at(name(5)), 40 * 1024 ** 2);
    expect([2, 3, 4, 5].map((i) => read(folder, name(i)))).toEqual([null, null, null, null]);
    expect(remarks).toHaveLength(4);
  });

  it('ignores a file that its reader refuses', () => {
    const { folder, remarks } = open();
    folder.write(name(1), 'x');
    const refuse = (): never => {
      throw new TypeError('no');
    };
    expect(folder.parse(name(1), refuse)).toBeNull();
    expect(remarks).toHaveLength(1);
  });

  it('replaces a link with a file instead of writing through it', () => {
    const { folder, at } = open();
    const elsewhere = writeFile('elsewhere', 'mine');
    symlinkSync(elsewhere, at(name(1)));
    folder.write(name(1), 'x');
    expect(readFileSync(elsewhere, 'utf8')).toBe('mine');
    expect(read(folder, name(1))).toBe('x');
  });

  it('leaves out what is too large to be read again', () => {
    const { folder, names, remarks } = open();
    folder.write(name(1), 'x'.repeat(32 * 1024 ** 2));
    expect(names()).toEqual([]);
    expect(remarks).toEqual([]);
  });
});

describe('the limit of a cache folder', () => {
  it('removes what was used least lately, until the rest fits', () => {
    const { folder, path, names, at } = open();
    for (let i = 0; i < 5; i++) {
      folder.write(name(i), 'x'.repeat(3000));
      utimesSync(at(name(i)), hours(10 - i), hours(10 - i));
    }
    expect(read(folder, name(0))).not.toBeNull();
    const { folder: later } = open(3 * 4096, path);
    later.write(name(5), 'x');
    later.close();
    expect(names()).toEqual(['CACHEDIR.TAG', name(0), name(4), name(5)]);
  });

  it('may be nothing', () => {
    const { folder, names } = open(0);
    folder.write(name(1), 'x');
    folder.close();
    expect(names()).toEqual(['CACHEDIR.TAG']);
  });

  it('takes no file that is not of the cache, and no temporary one of a writer at work', () => {
    const { folder, names, at } = open(0);
    const temporary = '.varve-00000000-0000-0000-0000-000000000000.tmp';
    const strangers = ['notes.txt', 'source-1-1.json.bak', 'layer-sha256-xyz.json', temporary];
    for (const stranger of strangers) writeFileSync(at(stranger), 'x'.repeat(10_000));
    mkdirSync(at(name(7)));
    folder.write(name(1), 'x');
    folder.close();
    expect(names()).toEqual(['CACHEDIR.TAG', name(7), ...strangers].sort());
  });

  it('also ends temporary files that a killed writer left long ago', () => {
    const { folder, at } = open();
    const [old, young] = ['1', '2'].map((i) => at(`.varve-${i}.tmp`)) as [string, string];
    for (const path of [old, young]) writeFileSync(path, 'half');
    utimesSync(old, hours(2), hours(2));
    folder.write(name(1), 'x');
    folder.close();
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });
});

describe('a writer that is killed', () => {
  it('leaves files that are whole, and at most a temporary one that nobody reads', async () => {
    const { folder, path, names, remarks } = open();
    const module = new URL('../../dist/src/cache/cache-folder.js', import.meta.url).href;
    const program = `import { CacheFolder } from ${JSON.stringify(module)};
      const folder = new CacheFolder(${JSON.stringify(path)}, 1e9, () => {});
      for (let i = 0; ; i++) {
        folder.write('source-1-' + (i % 3) + '.json', String(i % 10).repeat(4_000_000));
        if (i === 5) console.log('at work');
      }`;
    for (let round = 0; round < 3; round++) {
      const writer = spawn(process.execPath, ['--input-type=module', '--eval', program]);
      await once(writer.stdout, 'data');
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      const contents = names()
        .filter((each) => each.startsWith('source-'))
        .map((each) => read(folder, each));
      expect(contents.map((content) => content?.length)).toEqual([4_000_000, 4_000_000, 4_000_000]);
    }
    expect(remarks).toEqual([]);
  });
});

describe('a place that is no cache folder', () => {
  it('is a usage error where it is a file or lies below one', () => {
    const path = writeFile('file', 'x');
    for (const place of [path, join(path, 'below')]) {
      expect(() => open(1, place)).toThrow(expect.objectContaining({ name: 'VarveError', code: 'usage' }));
    }
  });

  it('is a remark where it cannot be made or written to', () => {
    const { folder, remarks } = open(1, join(writeFile('x', ''), '..', 'n'.repeat(300)));
    folder.write(name(1), 'x');
    folder.write(name(2), 'x');
    folder.close();
    expect(read(folder, name(1))).toBeNull();
    expect(remarks.filter((text) => text.includes('not kept'))).toHaveLength(1);
  });
});
