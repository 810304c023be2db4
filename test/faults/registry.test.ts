/**
 * Pulls and pushes that are killed at any moment: the store has whole images and no other, the registry no name of something
 * that is not there, and the next run goes on where the last one was.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { image, layer, ociLayout, ociManifest, seededRandom, tagged, tar } from '../helpers/archive-builder.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { count, folder, killed, killMoment, killsOf, newFolder, varve } from './faulty-run.js';

const kills = killsOf(40);
const random = seededRandom(1801);
const versions = [1, 2, 3, 4];
const archive = join(folder, 'registry.tar');
let registry: TestRegistry;
const nameOf = (repository: string, version: number): string => `${registry.host}/${repository}/app:${version}`;

beforeAll(async () => {
  registry = await startRegistry();
  mkdirSync(folder, { recursive: true });
  const noise = (sizeBytes: number): string => random.bytes(sizeBytes).toString('base64');
  const base = layer({ files: [{ path: 'base', content: noise(6_000_000) }] });
  const roots = versions.flatMap((version) => {
    const own = layer({ files: [{ path: 'own', content: noise(2_000_000) }] });
    const spec = image({ layers: [base, own], created: `2024-0${version}-01T00:00:00Z` });
    return tagged(ociManifest(spec, { compression: 'none' }), [nameOf('source', version)]);
  });
  writeFileSync(archive, await tar(ociLayout(roots)));
  const pushed = await varve(['push', ...versions.map((version) => nameOf('source', version)), '--from', archive]);
  expect([pushed.code, pushed.stderr]).toEqual([0, '']);
});

afterAll(() => registry.close());

/** How long a run takes that nobody disturbs. */
async function usualMs(argv: readonly string[]): Promise<number> {
  const startMs = performance.now();
  expect((await varve(argv)).code).toBe(0);
  return performance.now() - startMs;
}

/** The names in a store, all of which have to be whole. */
async function namesIn(store: string): Promise<string[]> {
  if (!existsSync(join(store, 'index.json'))) return [];
  const { archives } = await scan([store], { workers: 0 });
  const faults = archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  expect(
    faults.map(({ code, message }) => `${code} ${message}`).filter((text) => !text.startsWith('layout-empty')),
  ).toEqual([]);
  return archives.flatMap(({ images }) => images.flatMap(({ references }) => references)).sort();
}

it(`a pull that is killed at ${kills} random moments leaves whole images alone, and the next one goes on behind it`, {
  timeout: 3_600_000,
}, async () => {
  const names = versions.map((version) => nameOf('source', version));
  const first = join(newFolder(), 'store');
  const wholeMs = await usualMs(['pull', ...names, '--store', first]);
  const sentBytes = (await scan([first], { workers: 0 })).archives[0]?.sizeBytes ?? 0;
  let store = join(newFolder(), 'store');
  let resumed = 0;
  for (let i = 0; i < kills; i++) {
    const before = new Set(await namesIn(store));
    await killed(['pull', ...names, '--store', store], killMoment(random, wholeMs));
    const now = new Set(await namesIn(store));
    for (const name of before) expect(now.has(name)).toBe(true);
    const uploads = join(store, '.varve/uploads');
    resumed += existsSync(uploads) ? readdirSync(uploads).filter((name) => name.endsWith('.part')).length : 0;
    if (now.size < names.length) continue;
    rmSync(store, { recursive: true, force: true });
    store = join(newFolder(), 'store');
  }
  count('a pull that is killed (SIGKILL)', kills);
  expect(resumed).toBeGreaterThan(0);
  const last = await varve(['pull', ...names, '--store', store, '--format', 'json']);
  const { fetchedBytes } = JSON.parse(last.stdout) as { readonly fetchedBytes: number };
  expect(fetchedBytes).toBeLessThanOrEqual(sentBytes);
  expect(await namesIn(store)).toEqual(names);
  const uploads = join(store, '.varve/uploads');
  expect(readdirSync(uploads).filter((name) => name.endsWith('.part'))).toEqual([]);
  // Whoever is killed between writing an index and putting it in its place leaves it, under a name of its own.
  expect((await varve(['prune', '--yes', '--store', store])).code).toBe(0);
  expect(readdirSync(uploads)).toEqual([]);
  expect(await namesIn(store)).toEqual(names);
});

it(`a pull into an archive that is killed at ${kills} random moments leaves the old one or the new, and goes on`, {
  timeout: 3_600_000,
}, async () => {
  const names = versions.map((version) => nameOf('source', version));
  const path = join(newFolder(), 'images.tar');
  const part = join(dirname(path), '.images.tar.partial');
  const wholeMs = await usualMs(['pull', ...names, '-o', path]);
  const whole = readFileSync(path);
  writeFileSync(path, 'old');
  let left = 0;
  for (let i = 0; i < kills; i++) {
    await killed(['pull', ...names, '-o', path], killMoment(random, wholeMs));
    if (existsSync(part)) left += 1;
    const now = readFileSync(path);
    if (now.equals(whole)) writeFileSync(path, 'old');
    else expect(now.toString()).toBe('old');
  }
  count('a pull into an archive that is killed (SIGKILL)', kills);
  expect(left).toBeGreaterThan(0);
  const last = await varve(['pull', ...names, '-o', path, '--format', 'json']);
  const { fetchedBytes } = JSON.parse(last.stdout) as { readonly fetchedBytes: number };
  expect(fetchedBytes).toBeLessThanOrEqual(whole.length);
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['images.tar']);
});

it(`a push that is killed at ${kills} random moments leaves no name of what is not there, and the next one ends it`, {
  timeout: 3_600_000,
}, async () => {
  const argvOf = (version: number, to: string) => [
    ...['push', nameOf('source', version), `docker://${nameOf(to, version)}`],
    ...['--from', archive],
  ];
  const wholeMs = await usualMs(argvOf(1, 'timed'));
  for (let i = 0; i < kills; i++) {
    const version = random.pick(versions);
    await killed(argvOf(version, `killed${i % 4}`), killMoment(random, wholeMs));
    const { tags = new Map(), manifests, blobs } = registry.content.repositories.get(`killed${i % 4}/app`) ?? {};
    for (const digest of tags.values()) {
      const { bytes } = manifests?.get(digest) ?? {};
      const { config, layers } = JSON.parse(bytes?.toString() ?? 'null') as {
        readonly config: { readonly digest: string };
        readonly layers: readonly { readonly digest: string }[];
      };
      for (const part of [config, ...layers]) expect(blobs?.has(part.digest)).toBe(true);
    }
  }
  count('a push that is killed (SIGKILL)', kills);
  for (const version of versions) expect((await varve(argvOf(version, 'killed0'))).code).toBe(0);
  expect([...(registry.content.repositories.get('killed0/app')?.tags.keys() ?? [])].sort()).toEqual([
    '1',
    '2',
    '3',
    '4',
  ]);
});
