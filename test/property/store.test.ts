/**
 * The laws of a store, on random sets of small archives: it is whole after each change, what a removal frees is what the plan
 * says and what goes from the disk, removals one by one in any order end in the same store, and a store that was loaded
 * twice is the same store.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreRemoval } from '../../src/model/results/store/removal.js';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { loadInto, wholeStore } from '../store/loading.js';

/** Of each set two stores are made. */
const sets = Number(process.env['VARVE_RUNS'] ?? 150);

function blobBytes(store: string): number {
  const folder = join(store, 'blobs/sha256');
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

function stateOf(store: string): string {
  return [readFileSync(join(store, 'index.json'), 'utf8'), ...readdirSync(join(store, 'blobs/sha256')).sort()].join(
    '\n',
  );
}

/** What is wrong with a store, which may be empty. */
async function faultsOf(store: string): Promise<string[]> {
  const { archives } = await scan([store], { workers: 0 });
  const findings = archives.flatMap((archive) => archive.findings);
  return findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

/** Each name and each nameless image of a store. */
async function thingsIn(store: string): Promise<string[]> {
  const { stdout } = await varve([
    'ls',
    '--store',
    store,
    '--no-trunc',
    '--format',
    '{{.ID}} {{.Repository}}:{{.Tag}}',
  ]);
  const things = stdout.split('\n').flatMap((line) => {
    const [id = '', name = ''] = line.split(' ');
    if (id === '') return [];
    return name.startsWith('<none>') ? [id] : [name.replace('<none>', '')];
  });
  return [...new Set(things)];
}

async function removed(store: string, argv: readonly string[]): Promise<StoreRemoval> {
  const before = blobBytes(store);
  const { code, stdout, stderr } = await varve([...argv, '--store', store, '--format', 'json']);
  expect(code, stderr).toBe(0);
  const result = JSON.parse(stdout) as StoreRemoval;
  expect(result.freedBytes).toBe(result.plan.freedBytes);
  expect(before - blobBytes(store)).toBe(result.freedBytes);
  return result;
}

describe('a store of random archives', () => {
  it('is whole after each change, frees what was said, and has no order', async () => {
    for (let seed = 1; seed <= sets; seed++) {
      await inTemporaryFolder(async ({ at, write }) => {
        const random = seededRandom(seed);
        const files = await randomSet(random);
        write(files);
        const inputs = Object.keys(files).map(at);
        const stores = ['a', 'b'].map(at);
        for (const store of stores) await loadInto(store, inputs);
        await loadInto(at('b'), inputs);
        expect(stateOf(at('b')), `seed ${seed}: loaded twice`).toBe(stateOf(at('a')));
        await wholeStore(at('a'));
        for (const store of stores) await removed(store, ['prune', '--yes', '--grace', '0s']);
        const things = (await thingsIn(at('a'))).filter(() => random.integer(0, 2) > 0);
        const orders = [things, [...things].reverse()];
        for (const [i, store] of stores.entries()) {
          for (const thing of orders[i] ?? []) await removed(store, ['rm', '-f', thing]);
          expect(await faultsOf(store), `seed ${seed}`).toEqual([]);
        }
        const settled = await Promise.all(stores.map((store) => removed(store, ['prune', '--yes', '--grace', '0s'])));
        expect(settled).toHaveLength(2);
        expect(stateOf(at('b')), `seed ${seed}: in another order`).toBe(stateOf(at('a')));
      });
    }
  });
});
