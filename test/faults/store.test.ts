/**
 * A store in a world that breaks: writers that are killed at any moment, many at once, readers while blobs go, a limit on the
 * size of files. Afterwards every image that was there before or after is whole, and nothing else has gone.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, image, layer, seededRandom, tar } from '../helpers/archive-builder.js';
import { varveWithFailing } from './failing-calls.js';
import { count, folder, killed, killMoment, killsOf, newFolder, program, runCommand, varve } from './faulty-run.js';

const kills = killsOf(60);
/** How long writers and readers are at it; minutes where it is asked for. */
const writerSeconds = Number(process.env['VARVE_WRITERS'] ?? 5);
const sources = join(folder, 'stored');
const names = [1, 2, 3, 4].map((version) => `docker.io/shop/app:${version}`);

const base = layer({ files: [{ path: 'base', content: 'tidewater '.repeat(100_000) }] });

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  for (const [position, name] of names.entries()) {
    const own = layer({ files: [{ path: 'own', content: `${name} `.repeat(100_000) }] });
    const spec = image({ layers: [base, own], created: `2024-0${position + 1}-01T00:00:00Z`, tags: [name] });
    writeFileSync(join(sources, `${position + 1}.tar`), await tar(dockerSave([spec], { variant: 'podman' })));
  }
});

/** The names in a store, all of which have to be whole. */
async function namesIn(store: string): Promise<string[]> {
  const { archives }: Inventory = await scan([store], { workers: 0 });
  const faults = archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  expect(faults.map(({ message }) => message)).toEqual([]);
  return archives.flatMap(({ images }) => images.flatMap(({ references }) => references)).sort();
}

it(`killed at ${kills} random moments, leaves every image whole, and a lock that holds nobody up`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(1701);
  const store = join(newFolder(), 'store');
  const archives = ['1.tar', '2.tar', '3.tar', '4.tar'].map((name) => join(sources, name));
  await varve(['load', ...archives, '--store', store]);
  const startMs = performance.now();
  await varve(['load', ...archives, '--store', store]);
  const usualMs = performance.now() - startMs;
  let sure = new Set(await namesIn(store));
  for (let i = 0; i < kills; i++) {
    const name = random.pick(names);
    const archive = random.pick(archives);
    const own = names[archives.indexOf(archive)] ?? '';
    const [argv, unsure] = random.pick<readonly [readonly string[], readonly string[]]>([
      [['load', archive], [own]],
      [['tag', [...sure][0] ?? name, name], [name]],
      [['rm', '-f', name], [name]],
      [['prune', '--yes', '--grace', '0s'], []],
      [['save', [...sure][0] ?? name, '-o', join(store, '../saved.tar')], []],
    ]);
    await killed([...argv, '--store', store], killMoment(random, usualMs));
    const now = new Set(await namesIn(store));
    for (const one of sure) if (!unsure.includes(one)) expect(now.has(one), `${argv.join(' ')} took ${one}`).toBe(true);
    for (const one of now) if (!unsure.includes(one)) expect(sure.has(one), `${argv.join(' ')} made ${one}`).toBe(true);
    sure = now;
  }
  count('a command on a store that is killed (SIGKILL)', kills);
  expect((await varve(['load', ...archives, '--store', store])).code).toBe(0);
  expect((await varve(['prune', '--yes', '--grace', '0s', '--store', store])).code).toBe(0);
  expect(await namesIn(store)).toEqual(names);
  expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
  expect(existsSync(join(store, '.varve/lock'))).toBe(false);
});

it.each([2, 8])('%i writers at once lose nothing of each other', { timeout: 600_000 }, async (writers) => {
  const store = join(newFolder(), 'store');
  const runs = Array.from({ length: writers }, async (_, i) => {
    const archive = join(sources, `${(i % names.length) + 1}.tar`);
    const loaded = await varve(['load', archive, '--store', store]);
    const tagged = await varve(['tag', names[i % names.length] ?? '', `writer:${i}`, '--store', store]);
    return [loaded.code, tagged.code];
  });
  expect(await Promise.all(runs)).toEqual(runs.map(() => [0, 0]));
  const tags = Array.from({ length: writers }, (_, i) => `docker.io/library/writer:${i}`);
  expect(await namesIn(store)).toEqual([...new Set([...names.slice(0, writers), ...tags])].sort());
});

it.each([2, 8])(
  '%i writers and two readers at once, for a while, see and leave every image whole',
  {
    timeout: 3_600_000,
  },
  async (writers) => {
    const store = join(newFolder(), 'store');
    expect((await varve(['load', sources, '--store', store])).code).toBe(0);
    const endMs = performance.now() + writerSeconds * 1000;
    const random = seededRandom(writers);
    const kept = new Map<string, string>();
    /** Each changes names of its own, and loads, removes and prunes what all of them share. */
    const write = async (writer: number): Promise<number> => {
      let commands = 0;
      for (; performance.now() < endMs || commands === 0; commands++) {
        const [archive, own] = [random.integer(1, names.length), `docker.io/writer/${writer}:${random.integer(1, 3)}`];
        const argv = random.pick([
          ['load', join(sources, `${archive}.tar`)],
          ['tag', names[0] ?? '', own],
          ['rm', '-f', own],
          ['prune', '--yes', '--grace', '0s'],
          ['save', names[0] ?? '', '-o', join(store, `../${writer}.tar`)],
        ]);
        const { code, stderr } = await varve([...argv, '--store', store]);
        expect(code, `${argv.join(' ')}: ${stderr}`).toBe(0);
        if (argv[0] === 'tag') kept.set(own, own);
        if (argv[0] === 'rm') kept.delete(own);
      }
      return commands;
    };
    const read = async (words: readonly string[]): Promise<number> => {
      let reads = 0;
      for (; performance.now() < endMs || reads === 0; reads++) {
        const { code, stdout, stderr } = await varve([...words, '--store', store]);
        expect(code, `${words.join(' ')}: ${stdout}${stderr}`).toBe(0);
      }
      return reads;
    };
    const [reads, ...done] = await Promise.all([
      Promise.all([read(['verify']), read(['ls'])]),
      ...Array.from({ length: writers }, (_, writer) => write(writer)),
    ]);
    expect(await namesIn(store)).toEqual([...names, ...kept.keys()].sort());
    count(
      'a command of one of two or eight writers at once',
      done.reduce((sum, commands) => sum + commands, 0),
    );
    count(
      'a reading of a store while two or eight writers are at it',
      reads.reduce((sum, each) => sum + each, 0),
    );
  },
);

it('readers while images go see what was there before or after, whole', { timeout: 600_000 }, async () => {
  const store = join(newFolder(), 'store');
  await varve(['load', sources, '--store', store]);
  let isDone = false;
  const changes = (async () => {
    for (let i = 0; i < 6; i++) {
      await varve(['rm', '-f', ...names.slice(1), '--store', store]);
      await varve(['load', sources, '--store', store]);
    }
    isDone = true;
  })();
  let reads = 0;
  while (!isDone) {
    const { code, stdout, stderr } = await varve(['verify', '--store', store]);
    expect(code, stdout + stderr).toBe(0);
    reads++;
  }
  await changes;
  count('a verification of a store while images go', reads);
  expect(reads).toBeGreaterThan(3);
});

describe('a load with a cache of what a store has', () => {
  /** The calls that open or change a blob. The folder itself is made durable by each load, whoever has put its blobs there. */
  const loadInto = async (store: string, archives: string) => {
    const calls = { at: 0, error: null, lasts: true, under: [join(store, 'blobs/sha256')] };
    const cache = join(store, '../cache');
    const { code, failed } = await varveWithFailing(calls, ['load', archives, '--store', store, '--cache', cache]);
    return { code, calls: failed.filter(([, path]) => path !== join(store, 'blobs/sha256')).map(([call]) => call) };
  };
  const named = (calls: readonly string[], name: string) => calls.filter((call) => call === name).length;

  it('writes nothing of any blob, and soon reads none', async () => {
    const store = join(newFolder(), 'store');
    const first = await loadInto(store, sources);
    expect([first.code, named(first.calls, 'rename')]).toEqual([0, 13]);
    // What was written just before its end might have changed without a trace: that little is looked at once more.
    const second = await loadInto(store, sources);
    expect([second.code, second.calls.filter((call) => call !== 'read-open')]).toEqual([0, []]);
    expect(await loadInto(store, sources)).toEqual({ code: 0, calls: [] });
  });

  it('reads none at once where they are large, since it waits until no change could go unseen', async () => {
    const store = join(newFolder(), 'store');
    const archive = join(store, '../large.tar');
    const content = Buffer.alloc(80 * 1024 * 1024, 'tidewater ');
    const large = image({ layers: [layer({ files: [{ path: 'large', content }] })], tags: ['shop/large:1'] });
    writeFileSync(archive, await tar(dockerSave([large], { variant: 'podman' })));
    const first = await loadInto(store, archive);
    expect([first.code, named(first.calls, 'rename')]).toEqual([0, 3]);
    expect(await loadInto(store, archive)).toEqual({ code: 0, calls: [] });
  });
});

describe('a disk that is full', () => {
  it('leaves a load undone, and the store as it was', async () => {
    const store = join(newFolder(), 'store');
    await varve(['load', join(sources, '1.tar'), '--store', store]);
    const before = await namesIn(store);
    const line = `trap '' XFSZ; ulimit -f 300; "${process.execPath}" "${program}" load "${sources}/2.tar" --store "${store}"`;
    const { code, stderr } = await runCommand('bash', ['-c', line]);
    expect([code, stderr]).toEqual([4, expect.stringContaining('was not written')]);
    expect(stderr).not.toContain('bug');
    expect(await namesIn(store)).toEqual(before);
    expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
    count('a load that is cut by a limit on the size of files');
  });
});

it('a store without a place for its lock is read, and refuses every change', async () => {
  const store = join(newFolder(), 'store');
  await varve(['load', join(sources, '1.tar'), '--store', store]);
  const copy = join(newFolder(), 'copy');
  cpSync(store, copy, { recursive: true });
  rmSync(join(copy, '.varve'), { recursive: true });
  writeFileSync(join(copy, '.varve'), 'no folder');
  const { code, stderr } = await varve(['rm', '-f', names[0] ?? '', '--store', copy]);
  expect([code, stderr]).toEqual([3, expect.stringContaining('is no folder')]);
  expect(readFileSync(join(copy, 'index.json'))).toEqual(readFileSync(join(store, 'index.json')));
  expect(await namesIn(copy)).toEqual([names[0]]);
});
