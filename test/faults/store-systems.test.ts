/**
 * A store on file systems that are not like others: read-only ones, those that cannot make a folder durable or have no links, and
 * a network that loses answers, replaces files under their readers and keeps what others have open. Commands do their work,
 * or refuse it and say which path it was.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { type FailingCalls, varveWithFailing } from './failing-calls.js';
import { count, folder, newFolder, runCommand, varve } from './faulty-run.js';

const isRoot = process.getuid?.() === 0;
const sources = join(folder, 'sources');
const names = [1, 2, 3].map((version) => `docker.io/shop/app:${version}`);

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  for (const [i, name] of names.entries()) {
    const own = layer({ files: [{ path: 'own', content: `${name} `.repeat(5000) }] });
    const spec = image({ layers: [own], created: `2024-0${i + 1}-01T00:00:00Z`, tags: [name] });
    writeFileSync(join(sources, `${i + 1}.tar`), await tar(dockerSave([spec], { variant: 'podman' })));
  }
  const loaded = await varve([
    'load',
    join(sources, '1.tar'),
    join(sources, '2.tar'),
    '--store',
    join(folder, 'store'),
  ]);
  expect(loaded.code, loaded.stderr).toBe(0);
});

function copyOfStore(): string {
  const store = join(newFolder(), 'store');
  cpSync(join(folder, 'store'), store, { recursive: true });
  return store;
}

async function namesIn(store: string): Promise<string[]> {
  const { archives } = await scan([store], { workers: 0 });
  expect(archives[0]?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return archives.flatMap(({ images }) => images.flatMap(({ references }) => references)).sort();
}

const third = (): string[] => ['load', join(sources, '3.tar')];
const changes: readonly (readonly [words: () => string[], after: readonly number[]])[] = [
  [third, [1, 2, 3]],
  [() => ['tag', names[0] ?? '', names[2] ?? ''], [1, 2, 3]],
  [() => ['rm', '-f', names[1] ?? ''], [1]],
  [() => ['prune', '--yes', '--grace', '0s'], [1, 2]],
];
const namesAfter = (after: readonly number[]): string[] => after.map((version) => `docker.io/shop/app:${version}`);

/** Runs every change on a store of its own; each has to do its work. */
async function expectAllWork(fault: Omit<FailingCalls, 'under'>): Promise<number> {
  let failed = 0;
  for (const [words, after] of changes) {
    const store = copyOfStore();
    const run = await varveWithFailing({ ...fault, under: [store] }, [...words(), '--store', store]);
    expect([run.code, run.stderr], `${words().join(' ')}: ${JSON.stringify(run.failed)}`).toEqual([0, '']);
    expect(await namesIn(store)).toEqual(namesAfter(after));
    expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
    failed += run.failed.length;
  }
  return failed;
}

describe('a file system that is read-only', () => {
  const readers = [
    ['ls'],
    ['verify'],
    ['df'],
    ['save', names[0] ?? '', '-o', 'out.tar'],
    ['rm', '-f', names[0] ?? '', '--dry-run'],
  ];

  async function expectReadAndRefused(
    store: string,
    run: (words: readonly string[]) => ReturnType<typeof varve>,
  ): Promise<void> {
    const place = newFolder();
    chmodSync(place, 0o777);
    for (const words of readers) {
      const own = words.map((word) => (word === 'out.tar' ? join(place, word) : word));
      const { code, stderr } = await run([...own, '--store', store]);
      expect(code, `${words.join(' ')}: ${stderr}`).toBe(0);
    }
    for (const [words] of changes) {
      const { code, stderr } = await run([...words(), '--store', store]);
      expect([code, stderr], words()[0]).toEqual([4, expect.stringContaining(store)]);
      expect(stderr).not.toContain('bug');
    }
    expect(await namesIn(store)).toEqual(names.slice(0, 2));
  }

  it('is read, and every change of it is refused with 4 and the path', { timeout: 120_000 }, async () => {
    const store = copyOfStore();
    const only = [
      'open',
      'write',
      'fsync',
      'fsync-folder',
      'mkdir',
      'symlink',
      'link',
      'rename',
      'unlink',
      'rmdir',
      'remove',
    ];
    await expectReadAndRefused(store, (words) =>
      varveWithFailing({ at: 0, error: 'EROFS', lasts: true, under: [store], only }, words),
    );
    count('a store on a file system that is read-only', readers.length + changes.length);
  });

  it('is one for whoever may not write there, and is read by them', { timeout: 120_000 }, async () => {
    const store = copyOfStore();
    for (const path of [folder, join(store, '..'), sources]) chmodSync(path, 0o755);
    await runCommand('chmod', ['-R', 'a-w,a+rX', store]);
    const nobody = isRoot ? { uid: 65_534 } : {};
    await expectReadAndRefused(store, (words) => varve(words, nobody));
    await runCommand('chmod', ['-R', 'u+w', store]);
    count('a store that may not be written to', readers.length + changes.length);
  });
});

describe('a file system that lacks something', () => {
  it.each([
    ['EINVAL', 'fsync-folder'],
    ['ENOTSUP', 'fsync-folder'],
    ['EPERM', 'symlink'],
    ['ENOTSUP', 'symlink'],
    ['EPERM', 'link'],
    ['ENOTSUP', 'link'],
  ] as const)('does for all that changes a store: %s for each %s', { timeout: 120_000 }, async (error, call) => {
    const failed = await expectAllWork({ at: 0, error, lasts: true, only: [call] });
    const fresh = join(newFolder(), 'store');
    const made = await varveWithFailing({ at: 0, error, lasts: true, under: [fresh], only: [call] }, [
      ...third(),
      '--store',
      fresh,
    ]);
    expect([made.code, await namesIn(fresh)]).toEqual([0, [names[2]]]);
    expect(failed + made.failed.length).toBeGreaterThan(0);
    count('a store on a file system that cannot make a folder durable, or has no links', changes.length + 1);
  });

  it('without links keeps two writers from each other all the same', { timeout: 120_000 }, async () => {
    const store = copyOfStore();
    const tags = ['one', 'two', 'three', 'four'];
    const runs = tags.map((tag) =>
      varveWithFailing({ at: 0, error: 'EPERM', lasts: true, under: [store], only: ['symlink'] }, [
        'tag',
        names[0] ?? '',
        `shop/app:${tag}`,
        '--store',
        store,
      ]),
    );
    expect((await Promise.all(runs)).map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await namesIn(store)).toEqual(
      [...names.slice(0, 2), ...tags.map((tag) => `docker.io/shop/app:${tag}`)].sort(),
    );
  });
});

describe('a network file system', () => {
  it.each([
    ['symlink', 'EEXIST'],
    ['unlink', 'ENOENT'],
    ['mkdir', 'EEXIST'],
  ] as const)(
    'that loses the answer to a %s, and says %s to the second question, costs nothing',
    { timeout: 120_000 },
    async (call, error) => {
      await expectAllWork({ at: 0, error, lasts: true, only: [call], does: true });
      const fresh = join(newFolder(), 'store');
      const made = await varveWithFailing({ at: 0, error, lasts: true, under: [fresh], only: [call], does: true }, [
        ...third(),
        '--store',
        fresh,
      ]);
      expect([made.code, made.failed.length > 0, await namesIn(fresh)]).toEqual([0, true, [names[2]]]);
      count('an answer of a network file system that is lost', changes.length + 1);
    },
  );

  it.each([
    ['rename', 'ENOENT'],
    ['link', 'EEXIST'],
  ] as const)(
    'that loses the answer to a %s costs at most that the command is given once more',
    { timeout: 300_000 },
    async (call, error) => {
      for (const [words, after] of changes) {
        for (let at = 0, isEnded = false; !isEnded; at++) {
          const store = copyOfStore();
          const fault: FailingCalls = { at, error, lasts: false, under: [store], only: [call], does: true };
          const { failed, code, stderr } = await varveWithFailing(fault, [...words(), '--store', store]);
          isEnded = failed.length === 0;
          expect([0, 4], stderr).toContain(code);
          const now = await namesIn(store);
          for (const name of [...names.slice(0, 2)].filter((one) => namesAfter(after).includes(one)))
            expect(now).toContain(name);
          expect((await varve([...words(), '--store', store])).code).toBe(0);
          expect(await namesIn(store)).toEqual(namesAfter(after));
          count('an answer of a network file system that is lost', failed.length);
        }
      }
    },
  );

  it('that replaces a file under its reader (ESTALE) is asked again, or said', { timeout: 300_000 }, async () => {
    for (const [words, after] of changes) {
      for (let at = 0, isEnded = false; !isEnded; at++) {
        const store = copyOfStore();
        const fault: FailingCalls = { at, error: 'ESTALE', lasts: false, under: [store], only: ['read-open'] };
        const { failed, code, stderr } = await varveWithFailing(fault, [...words(), '--store', store]);
        isEnded = failed.length === 0;
        expect([0, 3, 4], `${JSON.stringify(failed)} ${stderr}`).toContain(code);
        expect(stderr).not.toContain('bug');
        const possible = code === 0 ? [namesAfter(after)] : [namesAfter(after), names.slice(0, 2)];
        expect(possible).toContainEqual(await namesIn(store));
        count('a file of a store that is replaced under its reader (ESTALE)', failed.length);
      }
    }
  });

  it('that keeps what another process has open (.nfs…) hinders no removal', async () => {
    const store = copyOfStore();
    const kept = ['.varve/uploads/.nfs0001', 'blobs/sha256/.nfs0002'].map((name) => join(store, name));
    for (const path of kept) writeFileSync(path, 'open elsewhere');
    const fault: FailingCalls = { at: 0, error: 'EBUSY', lasts: true, under: kept };
    const pruned = await varveWithFailing(fault, ['prune', '--yes', '--grace', '0s', '--store', store]);
    expect([pruned.code, pruned.failed]).toEqual([0, []]);
    expect(kept.map((path) => existsSync(path) && readFileSync(path, 'utf8'))).toEqual([
      'open elsewhere',
      'open elsewhere',
    ]);
    expect(await namesIn(store)).toEqual(names.slice(0, 2));
  });
});
