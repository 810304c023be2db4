/** What varve info says of this program, of a store and of a cache, in each of its forms. */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limits, scanLimitNames } from '../../src/model/limits.js';
import type { Info } from '../../src/model/results/store/info.js';
import { fileSystemName } from '../../src/store/check/file-systems.js';
import { lockText, ownerOf } from '../../src/store/lock-owner.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { filesOf, self } from '../store/loading.js';
import { varve } from './console.js';

const { at } = temporaryFolder();
const api = 'samples/api-1.0-docker24.tar';

async function infoOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Info> {
  const { code, stdout, stderr } = await varve(['info', ...argv, '--format', 'json'], { env });
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Info;
}

describe('varve info', () => {
  it('says which versions, engines and codecs are here, and how many threads would hash', async () => {
    const info = await infoOf(['--engine', 'noble', '--workers', '3']);
    expect(info).toMatchObject({
      node: process.versions.node,
      zlib: process.versions.zlib,
      hashing: { engine: 'noble', engines: ['node', 'noble'] },
      workers: { used: 3 },
      cache: null,
    });
    expect(info.codecs.map(({ codec }) => codec)).toEqual(['gzip', 'zstd', 'xz', 'bzip2']);
    expect((await varve(['--version'])).stdout).toContain(info.version);
  });

  it('lists every limit that --max takes, with the value in force and the usual one', async () => {
    const { limits: listed } = await infoOf(['--max', 'entries=1000', '--max', 'documentBytes=1MiB']);
    expect(listed.map(({ name }) => name)).toEqual([...scanLimitNames]);
    expect(listed.filter(({ value, usual }) => value !== usual)).toEqual([
      { name: 'entries', value: 1000, usual: limits.entries },
      { name: 'documentBytes', value: 1024 * 1024, usual: limits.documentBytes },
    ]);
    const { stdout } = await varve(['info', '--max', 'entries=1000']);
    expect(stdout).toContain('entries: 1,000 (by --max; else 250,000)');
  });

  it('says where the store lies, and what said so', async () => {
    expect((await infoOf(['--store', at('a')], { VARVE_STORE: at('b') })).store).toMatchObject({
      path: at('a'),
      from: 'option',
    });
    expect((await infoOf([], { VARVE_STORE: at('b') })).store).toMatchObject({ path: at('b'), from: 'VARVE_STORE' });
    expect((await infoOf([], { XDG_DATA_HOME: at('data') })).store).toMatchObject({ from: 'user', state: 'absent' });
  });

  it('counts what is in a store, and changes nothing in it', async () => {
    await varve(['load', api, '--store', at('store')]);
    writeFileSync(at('store/.varve/uploads/left'), Buffer.alloc(1000));
    writeFileSync(at('store/.varve/quarantine/bad'), 'bad');
    const before = filesOf(at('store'));
    const { store } = await infoOf(['--store', at('store')]);
    expect(filesOf(at('store'))).toEqual(before);
    const blobs = readdirSync(at('store/blobs/sha256'));
    expect(store).toMatchObject({
      state: 'store',
      reason: null,
      format: 'oci-layout',
      images: 2,
      names: 2,
      blobs: blobs.length,
      lock: null,
      quarantine: { files: 1, bytes: 3 },
      uploads: { files: 1, bytes: 1000 },
      ballastBytes: 256 * 1024,
    });
    expect(store.freeBytes).toBeGreaterThan(0);
    const { stdout } = await varve(['info', '--store', at('store')]);
    for (const part of ['Images: 2, 2 names', 'Lock: free', 'Quarantine: 1 file, 3B']) expect(stdout).toContain(part);
  });

  it('says who holds the lock, and whether that process is gone', async () => {
    await varve(['load', api, '--store', at('locked')]);
    const lock = at('locked/.varve/lock');
    symlinkSync(lockText(ownerOf(self)), lock);
    const held = await infoOf(['--store', at('locked')]);
    expect(held.store.lock).toMatchObject({ holder: expect.stringContaining(`process ${process.pid}`), isGone: false });
    expect((await varve(['info', '--store', at('locked')])).stdout).toMatch(/Lock: held by process \d+ of .* since 20/);
    rmSync(lock);
    symlinkSync(lockText({ ...ownerOf(self), pid: 999_999 }), lock);
    expect((await infoOf(['--store', at('locked')])).store.lock).toMatchObject({ isGone: true });
  });

  it.each<[string, (path: string) => void, Partial<Info['store']>]>([
    ['nothing is there', () => {}, { state: 'absent', reason: 'there is no store; varve load makes one' }],
    ['a file is there', (path) => writeFileSync(path, 'dear'), { state: 'refused' }],
    [
      'a folder of other files is there',
      (path) => {
        mkdirSync(path);
        writeFileSync(join(path, 'letter'), 'dear');
      },
      { state: 'refused' },
    ],
  ])('ends with 0 and says why there is no store where %s', async (what, make, facts) => {
    const path = at(`no store ${what.length}`);
    make(path);
    expect((await infoOf(['--store', path])).store).toMatchObject(facts);
    expect((await varve(['info', '--store', path])).stdout).toContain('State: ');
  });

  it('tells of an index that cannot be read beside the rest', async () => {
    await varve(['load', api, '--store', at('broken')]);
    writeFileSync(at('broken/index.json'), '{');
    const { store } = await infoOf(['--store', at('broken')]);
    expect(store).toMatchObject({
      state: 'store',
      images: null,
      names: null,
      reason: expect.stringContaining('index.json'),
    });
  });

  it('counts what a cache holds, and makes none', async () => {
    await varve(['verify', api, '--cache', at('cache')]);
    const files = readdirSync(at('cache')).filter((name) => name.endsWith('.json'));
    const { cache } = await infoOf(['--cache', at('cache'), '--cache-limit', '10MB']);
    expect(cache).toMatchObject({ path: at('cache'), entries: files.length, limitBytes: 10_000_000 });
    expect(cache?.bytes).toBeGreaterThan(0);
    expect((await infoOf(['--cache', at('no cache')])).cache).toMatchObject({ entries: 0, bytes: 0 });
    expect(readdirSync(at('.'))).not.toContain('no cache');
  });

  it('takes a Go template with docker’s capitals, or the keys of the JSON, and docker’s spelling', async () => {
    const template = '{{.Node}} {{.Store.From}} {{.store.path}}';
    const capitals = await varve(['system', 'info', '--store', at('a'), '--format', '{{.Node}} {{.Store.Path}}']);
    expect([capitals.code, capitals.stdout]).toEqual([0, `${process.versions.node} ${at('a')}\n`]);
    const keys = await varve(['info', '--store', at('a'), '--format', '{{.node}} {{.store.path}}']);
    expect(keys.stdout).toBe(`${process.versions.node} ${at('a')}\n`);
    expect((await varve(['info', '--format', template])).code).toBe(2);
    expect((await varve(['info', 'samples'])).code).toBe(2);
  });

  it('knows file systems by their numbers, and gives the number of others', () => {
    expect([
      fileSystemName(0xef53, 'linux'),
      fileSystemName(0x1234, 'linux'),
      fileSystemName(0xef53, 'darwin'),
    ]).toEqual(['ext4', '0x1234', '0xef53']);
  });
});
