/**
 * The index of a store as somebody edited it, and blobs with rights and names that are not usual: what is read in one way is
 * kept as it stands and lived with, what is not is refused with 3 and left; a name becomes no path.
 */
import { chmodSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { varve } from '../cli/console.js';
import { dockerSave, image, layer, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at, newFolder, write } = temporaryFolder();
const names = [1, 2, 3].map((version) => `docker.io/shop/app:${version}`);

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

let index: { readonly manifests: readonly Descriptor[] };
let [first, second] = [{}, {}] as unknown as [Descriptor, Descriptor];

beforeAll(async () => {
  for (const [i, name] of names.entries()) {
    const own = layer({ files: [{ path: 'own', content: `${name} `.repeat(500) }] });
    const spec = image({ layers: [own], created: `2024-0${i + 1}-01T00:00:00Z`, tags: [name] });
    write({ [`${i + 1}.tar`]: await tar(dockerSave([spec], { variant: 'podman' })) });
  }
  await varve(['load', at('1.tar'), at('2.tar'), '--store', at('store')]);
  index = JSON.parse(readFileSync(at('store/index.json'), 'utf8')) as typeof index;
  [first, second] = index.manifests as [Descriptor, Descriptor];
});

/** A copy of the store, with this index. */
function storeWith(document: unknown, encoding: BufferEncoding = 'utf8'): string {
  const store = join(newFolder(), 'store');
  cpSync(at('store'), store, { recursive: true });
  writeFileSync(
    join(store, 'index.json'),
    typeof document === 'string' ? document : JSON.stringify(document),
    encoding,
  );
  return store;
}

const run = (store: string, ...words: string[]) => varve([...words, '--store', store]);
const named = (descriptor: Descriptor, name: string): Descriptor => ({
  ...descriptor,
  annotations: { 'org.opencontainers.image.ref.name': name },
});

async function expectWhole(store: string): Promise<void> {
  const { archives } = await scan([store], { workers: 0 });
  expect(archives[0]?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
}

describe('an index with a name that is meant to be a path', () => {
  it.each([
    ['../../../outside', 'dots'],
    ['/etc/passwd', 'a path from the root'],
    ['..', 'two dots'],
    ['a\u001b[2Jb\u0000c\nd', 'control characters'],
    ['\u202egnp.exe', 'text that runs backwards'],
    ['x'.repeat(4000), 'four thousand letters'],
  ])('keeps it, makes no path of it, and shows it without harm: %j', async (name) => {
    const store = storeWith({ ...index, manifests: [named(first, name), second] });
    const around = readdirSync(join(store, '..'));
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    const text = readFileSync(join(store, 'index.json'), 'utf8');
    expect(text).toContain(JSON.stringify(name));
    const { stdout } = await run(store, 'ls');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be shown
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect((await run(store, 'prune', '--yes', '--grace', '0s')).code).toBe(0);
    expect(readdirSync(join(store, '..'))).toEqual(around);
    await expectWhole(store);
  });
});

describe('an index that says two things', () => {
  it('with one name at two images is lived with: the next load of that name gives it to one', async () => {
    const store = storeWith({ ...index, manifests: [named(first, names[2] ?? ''), named(second, names[2] ?? '')] });
    expect((await run(store, 'prune', '--yes', '--grace', '0s')).code).toBe(0);
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    const holders = readFileSync(join(store, 'index.json'), 'utf8').split(`ref.name":"${names[2]}"`).length - 1;
    expect(holders).toBe(1);
    await expectWhole(store);
    expect(readdirSync(join(store, 'blobs/sha256'))).toHaveLength(9);
  });

  it.each<[string, (text: string) => string]>([
    ['two sizes in one descriptor', (text) => text.replace('"size":', '"size":1,"size":')],
    ['two digests in one descriptor', (text) => text.replace('"digest":', '"digest":"sha256:0","digest":')],
    ['two lists', (text) => text.replace('"manifests":', '"manifests":[],"manifests":')],
    ['a digest with slashes', (text) => text.replaceAll('sha256:', 'sha256:../')],
    ['a digest that ends early', (text) => text.replace(/sha256:[0-9a-f]{8}/g, 'sha256:')],
    ['a size that is no whole number', (text) => text.replace(/"size":\d+/, '"size":1e300')],
    ['a size beyond what is exact', (text) => text.replace(/"size":\d+/, '"size":9007199254740993')],
    ['a size in quotes', (text) => text.replace(/"size":\d+/, '"size":"12"')],
    ['bytes that are no text', (text) => text.replace('schemaVersion', 'schema\u0080')],
    ['nothing', () => ''],
    ['more than is read of a document', (text) => `${' '.repeat(9_000_000)}${text}`],
  ])('is refused, and left as it is: %s', async (_, edit) => {
    const text = edit(JSON.stringify(index));
    const store = storeWith(text, 'latin1');
    const blobs = readdirSync(join(store, 'blobs/sha256'));
    for (const words of [
      ['load', at('3.tar')],
      ['rm', '-f', names[0] ?? ''],
      ['prune', '--yes', '--grace', '0s'],
    ]) {
      const { code, stderr } = await run(store, ...words);
      expect([code, stderr], words[0]).toEqual([3, expect.stringContaining('index.json')]);
    }
    expect(readFileSync(join(store, 'index.json')).equals(Buffer.from(text, 'latin1'))).toBe(true);
    expect(readdirSync(join(store, 'blobs/sha256'))).toEqual(blobs);
  });

  it.each([
    ['too large', 1_000_000],
    ['below zero', -1],
  ])('with a size of a manifest that is %s loses nothing: a removal is refused, a load goes on', async (_, size) => {
    const store = storeWith({ ...index, manifests: [{ ...first, size }, second] });
    const blobs = readdirSync(join(store, 'blobs/sha256'));
    const pruned = await run(store, 'prune', '--yes', '--grace', '0s');
    expect([pruned.code, pruned.stderr]).toEqual([3, expect.stringContaining('not whole')]);
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    expect(readdirSync(join(store, 'blobs/sha256'))).toEqual(expect.arrayContaining(blobs));
  });
});

describe('an index with more than is usual', () => {
  it('keeps fields that nobody here knows, in it and in its descriptors', async () => {
    const store = storeWith({
      ...index,
      'x-site': { a: [1, 2] },
      annotations: { owner: 'ops' },
      manifests: [
        {
          ...first,
          'x-note': 'mine',
          urls: ['https://example.com'],
          annotations: { ...first.annotations, keep: 'me' },
        },
        second,
      ],
    });
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    expect((await run(store, 'tag', names[2] ?? '', 'shop/other:1')).code).toBe(0);
    expect((await run(store, 'rm', '-f', names[1] ?? '')).code).toBe(0);
    const kept = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as typeof index;
    expect(kept).toMatchObject({ 'x-site': { a: [1, 2] }, annotations: { owner: 'ops' } });
    expect(kept.manifests.find(({ digest }) => digest === first.digest)).toMatchObject({
      'x-note': 'mine',
      annotations: { keep: 'me' },
    });
  });

  it('of 100,000 descriptors is more than is read, and is refused by every command that changes it', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => named(first, `many/image-${i}:1`));
    const store = storeWith({ ...index, manifests: [...many, second] });
    for (const words of [
      ['load', at('3.tar')],
      ['tag', names[0] ?? '', 'a:b'],
      ['prune', '--yes', '--grace', '0s'],
    ]) {
      const { code, stderr } = await run(store, ...words);
      expect([code, stderr], words[0]).toEqual([3, expect.stringContaining('documentBytes')]);
    }
    expect(readdirSync(join(store, 'blobs/sha256'))).toEqual(readdirSync(at('store/blobs/sha256')));
  });

  it('of 10,000 descriptors is loaded into and pruned in seconds', { timeout: 300_000 }, async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => named(first, `many/image-${i}:1`));
    const store = storeWith({ ...index, manifests: [...many, second] });
    const startMs = performance.now();
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    expect((await run(store, 'tag', names[2] ?? '', 'shop/other:1')).code).toBe(0);
    expect((await run(store, 'rm', '-f', names[1] ?? '')).code).toBe(0);
    expect((await run(store, 'prune', '--yes', '--grace', '0s')).code).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(120_000);
    const kept = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as typeof index;
    expect(kept.manifests).toHaveLength(10_002);
  });

  it('of 10,000 names of one image is rid of it in seconds', { timeout: 300_000 }, async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => named(first, `docker.io/many/image-${i}:1`));
    const store = storeWith({ ...index, manifests: [...many, second] });
    const id = (await run(store, 'ls', '-q', '--no-trunc', names[1] ?? '')).stdout;
    const other = (await run(store, 'ls', '-q', '--no-trunc')).stdout.split('\n').find((one) => !id.includes(one));
    const startMs = performance.now();
    expect((await run(store, 'rm', '-f', other ?? '')).code).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(60_000);
    const kept = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')) as typeof index;
    expect(kept.manifests).toHaveLength(1);
  });

  it('of six megabytes in one annotation is kept, and does not grow beyond what is read', async () => {
    const annotations = { ...first.annotations, long: 'y'.repeat(6_000_000) };
    const store = storeWith({ ...index, manifests: [{ ...first, annotations }, second] });
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    expect(statSync(join(store, 'index.json')).size).toBeGreaterThan(6_000_000);
    const grown = await run(store, 'tag', names[0] ?? '', 'shop/other:1');
    expect([grown.code, grown.stderr]).toEqual([3, expect.stringContaining('a second store')]);
    await expectWhole(store);
  });
});

describe('blobs with rights and names that are not usual', () => {
  const blobsIn = (store: string): string[] =>
    readdirSync(join(store, 'blobs/sha256')).map((name) => join(store, 'blobs/sha256', name));

  it('that have a second name outside are left there when they go here', async () => {
    const store = storeWith(index);
    const outside = join(store, '../outside');
    mkdirSync(outside);
    for (const path of blobsIn(store)) linkSync(path, join(outside, basename(path)));
    const bytes = readdirSync(outside).map((name) => readFileSync(join(outside, name), 'latin1'));
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    expect((await run(store, 'rm', '-f', names[0] ?? '')).code).toBe(0);
    expect(blobsIn(store)).toHaveLength(6);
    expect(readdirSync(outside).map((name) => readFileSync(join(outside, name), 'latin1'))).toEqual(bytes);
    await expectWhole(store);
  });

  it.each([0o444, 0o000])('with the rights %o are kept or written anew, and go when they are to go', async (mode) => {
    const store = storeWith(index);
    for (const path of blobsIn(store)) chmodSync(path, mode);
    expect((await run(store, 'load', at('1.tar'), at('2.tar'))).code).toBe(0);
    await expectWhole(store);
    expect((await run(store, 'rm', '-f', names[0] ?? '')).code).toBe(0);
    expect(blobsIn(store)).toHaveLength(3);
  });

  it('whose names are another case, or another digest, are nobody’s and stay', async () => {
    const store = storeWith(index);
    const [path = ''] = blobsIn(store);
    const foreign = [
      'blobs/sha384/aa',
      'blobs/SHA256/bb',
      `blobs/sha256/${basename(path).toUpperCase()}`,
      'Index.json',
    ];
    for (const name of foreign) {
      mkdirSync(join(store, name, '..'), { recursive: true });
      writeFileSync(join(store, name), 'mine');
    }
    expect((await run(store, 'prune', '--yes', '--grace', '0s')).code).toBe(0);
    expect((await run(store, 'load', at('3.tar'))).code).toBe(0);
    for (const name of foreign) expect(readFileSync(join(store, name), 'utf8'), name).toBe('mine');
  });
});
