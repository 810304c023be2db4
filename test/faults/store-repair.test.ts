/**
 * Repairs of a store that are killed at any moment, that many do at once, and that find no space. What was healed stays
 * healed, nothing gets worse, and what was set aside is never gone.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { beforeAll, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, image, layer, seededRandom, tar } from '../helpers/archive-builder.js';
import { count, folder, killed, killMoment, killsOf, newFolder, program, runCommand, varve } from './faulty-run.js';

const kills = killsOf(60);
const sources = join(folder, 'intact');
const base = layer({ files: [{ path: 'base', content: 'tidewater '.repeat(200_000) }] });

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  for (const version of [1, 2, 3, 4]) {
    const own = layer({ files: [{ path: 'own', content: `version ${version} `.repeat(100_000) }] });
    const tags = [`docker.io/shop/app:${version}`];
    const spec = image({ layers: [base, own], created: `2024-0${version}-01T00:00:00Z`, tags });
    writeFileSync(join(sources, `${version}.tar`), await tar(dockerSave([spec], { variant: 'podman' })));
  }
});

const blobFolder = (store: string): string => join(store, 'blobs/sha256');

/** The blobs of a store that are what they are called, and what is missing or something else of those that a load wrote. */
async function stateOf(
  store: string,
  all: readonly string[],
): Promise<{ readonly right: Set<string>; readonly wrong: string[] }> {
  const { archives } = await scan([store], { workers: 0 });
  const right = new Set(
    archives.flatMap(({ entries }) =>
      entries.flatMap(({ name, digest }) =>
        digest !== null && name === `blobs/sha256/${digest.slice(7)}` ? [digest.slice(7)] : [],
      ),
    ),
  );
  return { right, wrong: all.filter((hex) => !right.has(hex)) };
}

/** Loses some blobs, one way or another. */
function damage(store: string, random: ReturnType<typeof seededRandom>): void {
  for (const hex of readdirSync(blobFolder(store))) {
    const path = join(blobFolder(store), hex);
    const fate = random.integer(0, 5);
    if (fate === 0) rmSync(path);
    else if (fate === 1) writeFileSync(path, readFileSync(path).subarray(1));
    else if (fate === 2) writeFileSync(path, Buffer.alloc(readFileSync(path).length, 7));
  }
}

it(`a repair of a store that is killed at ${kills} random moments keeps what it has healed, and the next one ends it`, {
  timeout: 3_600_000,
}, async () => {
  const random = seededRandom(1917);
  const store = join(newFolder(), 'store');
  await varve(['load', sources, '--store', store]);
  const all = readdirSync(blobFolder(store));
  const index = readFileSync(join(store, 'index.json'), 'utf8');
  const argv = ['repair', '--store', store, '--from', sources];
  damage(store, random);
  const startMs = performance.now();
  expect((await varve(argv)).code).toBe(0);
  const usualMs = performance.now() - startMs;
  damage(store, random);
  for (let i = 0; i < kills; i++) {
    const before = await stateOf(store, all);
    const asideBefore = readdirSync(join(store, '.varve/quarantine')).length;
    await killed(argv, killMoment(random, usualMs));
    const after = await stateOf(store, all);
    for (const hex of before.right) expect(after.right.has(hex), `${hex} was right`).toBe(true);
    expect(readdirSync(join(store, '.varve/quarantine')).length).toBeGreaterThanOrEqual(asideBefore);
    expect(readFileSync(join(store, 'index.json'), 'utf8')).toBe(index);
    if (after.wrong.length === 0) damage(store, random);
  }
  count('a repair of a store that is killed (SIGKILL)', kills);
  expect((await varve(argv)).code).toBe(0);
  expect((await stateOf(store, all)).wrong).toEqual([]);
  expect((await varve(['verify', '--store', store])).code).toBe(0);
  await varve(['prune', '--yes', '--store', store]);
  expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
  expect(existsSync(join(store, '.varve/lock'))).toBe(false);
});

it('four repairs of one store at once end with it whole, and every bad blob set aside once at least', {
  timeout: 600_000,
}, async () => {
  const store = join(newFolder(), 'store');
  await varve(['load', sources, '--store', store]);
  const all = readdirSync(blobFolder(store));
  damage(store, seededRandom(4));
  const runs = Array.from({ length: 4 }, () => varve(['repair', '--store', store, '--from', sources]));
  expect((await Promise.all(runs)).map(({ code, stderr }) => [code, stderr.includes('bug')])).toEqual(
    Array.from({ length: 4 }, () => [0, false]),
  );
  expect((await stateOf(store, all)).wrong).toEqual([]);
});

it('a repair that cannot write one blob for want of space leaves the rest as it was, and says so', {
  timeout: 600_000,
}, async () => {
  const store = join(newFolder(), 'store');
  await varve(['load', sources, '--store', store]);
  const [largest = ''] = readdirSync(blobFolder(store)).sort(
    (a, b) => readFileSync(join(blobFolder(store), b)).length - readFileSync(join(blobFolder(store), a)).length,
  );
  rmSync(join(blobFolder(store), largest));
  const before = await stateOf(store, readdirSync(blobFolder(store)));
  const line = `trap '' XFSZ; ulimit -f 100; "${process.execPath}" "${program}" repair --store "${store}" --from "${sources}"`;
  const { code, stderr } = await runCommand('bash', ['-c', line]);
  expect([code, stderr]).toEqual([4, expect.stringContaining('was not written')]);
  expect(stderr).not.toContain('bug');
  expect(await stateOf(store, readdirSync(blobFolder(store)))).toEqual(before);
  expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
  count('a repair of a store that is cut by a limit on the size of files');
});
