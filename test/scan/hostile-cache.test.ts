/** Whatever the files of a cache say: a scan ends, calls ok only what it computed, and says what it could not use. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cacheVersion } from '../../src/model/results/cache-document.js';
import { type Inventory, inventorySchema } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { gzip, seededRandom, tar } from '../helpers/archive-builder.js';
import { runs } from '../helpers/sweep.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { app, base, ociEntries } from './archives.js';

const { at, write } = temporaryFolder();
const good: (readonly [string, string])[] = [];
let plain: Inventory;

const sealed = (content: string): string => `${createHash('sha256').update(content).digest('hex')}\n${content}`;

beforeAll(async () => {
  const oci = await tar(ociEntries([base, app]));
  write({ 'in/oci.tar': oci, 'in/whole.tar.gz': gzip(oci) });
  await new Promise((resolve) => setTimeout(resolve, 80));
  plain = await scan([at('in')], { workers: 0 });
  await scan([at('in')], { workers: 0, cache: { folder: at('cache') } });
  for (const name of readdirSync(at('cache')).filter((each) => each.endsWith('.json'))) {
    good.push([name, readFileSync(at(`cache/${name}`), 'utf8').slice(65)]);
  }
});

/** A scan over a cache with these files, and what it remarks. */
async function scanWith(files: Iterable<readonly [string, string]>) {
  const remarks: string[] = [];
  for (const [name, content] of files) writeFileSync(join(at('cache'), name), content);
  const cache = { folder: at('cache'), onRemark: (text: string) => remarks.push(text) };
  return { inventory: await scan([at('in')], { workers: 0, cache }), remarks };
}

const all = (change: (content: string) => string) => good.map(([name, content]) => [name, change(content)] as const);

describe('files of a cache', () => {
  it('that are as they were written are used', async () => {
    const { inventory, remarks } = await scanWith(all(sealed));
    expect(inventory.archives.map(({ status }) => status)).toEqual(['cached', 'cached']);
    expect(remarks).toEqual([]);
  });

  it.each<[string, (content: string) => string]>([
    ['cut short', (content) => sealed(content).slice(0, -1)],
    ['no JSON', () => sealed('{')],
    ['something else', () => sealed(`{"version":${cacheVersion}}`)],
    ['a list', () => sealed('[]')],
    ['of the wrong kind', (content) => sealed(content.replace('varve.cached-', 'varve.cashed-'))],
    ['with digests that are none', (content) => sealed(content.replaceAll(/sha256:[0-9a-f]{63}/g, 'sha256:'))],
    ['with sizes below nothing', (content) => sealed(content.replaceAll('izeBytes":', 'izeBytes":-'))],
    ['deep', () => sealed(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ])('that are %s are ignored with a remark', async (_, change) => {
    const { inventory, remarks } = await scanWith(all(change));
    expect(inventory).toEqual(plain);
    expect(remarks.length).toBeGreaterThan(0);
    expect(remarks.every((text) => text.startsWith('cache: ') && text.includes('is ignored'))).toBe(true);
  });

  it('that are of another version are ignored without a word, and written anew', async () => {
    const other = all((content) =>
      sealed(content.replace(`"version":${cacheVersion}`, `"version":${cacheVersion + 1}`)),
    );
    expect(await scanWith(other)).toEqual({ inventory: plain, remarks: [] });
    const { inventory } = await scanWith([]);
    expect(inventory.archives.map(({ status }) => status)).toEqual(['cached', 'cached']);
  });

  it('that answer for one another are ignored', async () => {
    const layers = good.filter(([name]) => name.startsWith('layer-'));
    const [first, second] = layers;
    const swapped = good.map(([name]) => [name, sealed((name === first?.[0] ? second : first)?.[1] ?? '')] as const);
    const { inventory, remarks } = await scanWith(swapped);
    expect(inventory).toEqual(plain);
    expect(remarks.length).toBeGreaterThan(0);
  });

  it('that were changed anywhere never make ok what was not computed, and break nothing', async () => {
    const rng = seededRandom(97);
    for (let round = 0; round < runs(60, 10); round++) {
      const { inventory } = await scanWith(all((content) => sealed(JSON.stringify(mutate(JSON.parse(content), rng)))));
      expect(inventorySchema.safeParse(inventory).success).toBe(true);
      const ok = inventory.archives.flatMap((archive, i) =>
        archive.status === 'ok' ? [[archive, plain.archives[i]]] : [],
      );
      for (const [archive, computed] of ok) expect(archive).toEqual(computed);
      expect(inventory.archives).toHaveLength(2);
    }
  });
});

const odd: readonly unknown[] = [
  null,
  -1,
  0,
  1,
  2 ** 53,
  1e300,
  '',
  'x',
  true,
  [],
  {},
  '../../etc/passwd',
  '\u001b[2J',
];

/** The same document with one value, at any depth, replaced, removed or doubled. */
function mutate(value: unknown, rng: ReturnType<typeof seededRandom>): unknown {
  if (typeof value !== 'object' || value === null || rng.integer(0, 6) === 0)
    return odd[rng.integer(0, odd.length - 1)];
  if (Array.isArray(value)) {
    const at = rng.integer(0, Math.max(0, value.length - 1));
    if (rng.integer(0, 4) === 0) return [...value, ...value];
    return value.map((item, i) => (i === at ? mutate(item, rng) : item));
  }
  const keys = Object.keys(value);
  const key = keys[rng.integer(0, Math.max(0, keys.length - 1))] ?? 'x';
  return { ...value, [key]: mutate((value as Record<string, unknown>)[key], rng) };
}
