/** Archives in a store: what is there then, who has a name, and what is not written a second time. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import { maxIndexBytes } from '../../src/store/store-folder.js';
import {
  attestation,
  dockerSave,
  gzip,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { imageIds, imageNames } from '../pack/packing.js';
import { filesOf, loadInto, wholeStore } from './loading.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const app = (version: string, created: string, tag = 'docker.io/shop/api:1') =>
  image({ layers: [base, layer({ files: [{ path: 'app', content: version.repeat(300) }] })], created, tags: [tag] });
const older = app('older', '2024-01-01T00:00:00Z');
const newer = app('newer', '2024-06-01T00:00:00Z');
const other = app('other', '2024-03-01T00:00:00Z', 'docker.io/shop/web:2');
const nameless = image({ layers: [base], created: '2024-02-01T00:00:00Z', tags: [] });
const arm = image({
  layers: [base],
  platform: { os: 'linux', architecture: 'arm64' },
  created: '2024-06-01T00:00:00Z',
});

beforeAll(async () => {
  write({
    'older.tar': await tar(dockerSave([older], { variant: 'legacy' })),
    'newer.tar': await tar(dockerSave([newer], { variant: 'podman' })),
    'newer.tar.gz': gzip(await tar(dockerSave([newer], { variant: 'podman' }))),
    'other.tar': await tar(ociLayout(tagged(ociManifest(other, { compression: 'gzip' }), other.tags))),
    'nameless.tar': await tar(dockerSave([nameless], { variant: 'podman' })),
    'index.tar': await tar(
      ociLayout(
        tagged(ociIndex([ociManifest(newer), ociManifest(arm), attestation(ociManifest(newer))]), [
          'docker.io/shop/api:1',
        ]),
      ),
    ),
  });
});

describe('a load', () => {
  it('makes a store that is an intact layout with every image under its name', async () => {
    const result = await loadInto(at('s1'), ['older.tar', 'other.tar', 'nameless.tar'].map(at));
    const inventory = await wholeStore(at('s1'));
    expect(imageIds(inventory)).toEqual([older.id, other.id, nameless.id].sort());
    expect(imageNames(inventory)).toEqual(
      [`docker.io/shop/api:1 ${older.id}`, `docker.io/shop/web:2 ${other.id}`, `<none> ${nameless.id}`].sort(),
    );
    expect(result.leftOut).toEqual([]);
    expect(result.loaded.map(({ made }) => made)).toEqual([true, false, true]);
    expect(result.blobs).toBe(readdirSync(at('s1/blobs/sha256')).length);
  });

  it.each([
    ['none', []],
    ['one that has a part of it', ['older.tar']],
    ['one that has all of it', ['older.tar', 'other.tar', 'index.tar', 'nameless.tar', 'newer.tar.gz']],
  ] as const)('is told before, to the byte, of a store that is %s, and nothing is written then', async (_, before) => {
    const store = at(`planned-${before.length}`);
    if (before.length > 0) await loadInto(store, before.map(at));
    const files = before.length === 0 ? null : filesOf(store);
    const inputs = ['older.tar', 'other.tar', 'index.tar', 'nameless.tar', 'newer.tar.gz'].map(at);
    const planned = await loadInto(store, inputs, { dryRun: true });
    expect(existsSync(store) ? filesOf(store) : null).toEqual(files);
    expect(planned.status).toBe('planned');
    expect(await loadInto(store, inputs)).toEqual({ ...planned, status: 'loaded' });
    expect(planned.blobs === 0).toBe(before.length > 1);
  });

  it('that is only told waits for nobody who writes', async () => {
    await loadInto(at('busy'), [at('older.tar')]);
    symlinkSync('pid=1 host=elsewhere', at('busy/.varve/lock'));
    const planned = await loadInto(at('busy'), [at('other.tar')], { dryRun: true, timeoutMs: 0 });
    expect(planned.blobs).toBeGreaterThan(0);
  });

  it('writes nothing a second time, and tells of every layer that it is there', async () => {
    const inputs = ['older.tar', 'other.tar', 'index.tar', 'newer.tar.gz'].map(at);
    const first = await loadInto(at('s2'), inputs);
    const files = filesOf(at('s2'));
    const second = await loadInto(at('s2'), inputs);
    expect(filesOf(at('s2'))).toEqual(files);
    expect([second.blobs, second.writtenBytes]).toEqual([0, 0]);
    expect(second.layers.map(({ status }) => status)).toEqual(first.layers.map(() => 'already-exists'));
  });

  it.each([
    [['older.tar', 'newer.tar'], newer.id],
    [['newer.tar', 'older.tar'], older.id],
  ])('gives a name of several archives to the last of them (%j)', async (inputs, id) => {
    const store = at(`order-${inputs[0]}`);
    const result = await loadInto(store, inputs.map(at));
    const names = imageNames(await wholeStore(store));
    expect(names).toContain(`docker.io/shop/api:1 ${id}`);
    expect(names.filter((name) => name.startsWith('docker.io/shop/api:1 '))).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('<none> '))).toHaveLength(1);
    expect(result.moved.map(({ name }) => name)).toEqual(['docker.io/shop/api:1']);
  });

  it('keeps an index of platforms with what describes them', async () => {
    await loadInto(at('s3'), [at('index.tar')]);
    const inventory = await wholeStore(at('s3'));
    expect(imageIds(inventory)).toEqual([newer.id, arm.id].sort());
    expect(inventory.archives[0]?.artifacts.map(({ kind }) => kind)).toEqual(['attestation']);
  });

  it('reads an archive that is compressed as a whole', async () => {
    await loadInto(at('s4'), [at('newer.tar.gz')]);
    await loadInto(at('s5'), [at('newer.tar')]);
    const namesOf = (store: string) => [...filesOf(at(store)).keys()].filter((name) => name.startsWith('blobs'));
    expect(namesOf('s4')).toEqual(namesOf('s5'));
    await wholeStore(at('s4'));
  });
});

/** The blobs of a store that is loaded, the largest first. */
async function blobsOf(store: string): Promise<string[]> {
  await loadInto(store, [at('older.tar'), at('other.tar')]);
  const folder = join(store, 'blobs/sha256');
  const sizeOf = (name: string): number => readFileSync(join(folder, name)).length;
  return readdirSync(folder)
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .map((name) => join(folder, name));
}

describe('what stands under a digest without being it', () => {
  const attacks: [string, (path: string) => void][] = [
    ['a file of the same size', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length, 1))],
    ['a file that is cut', (path) => truncateSync(path, 10)],
    [
      'a link to a file outside',
      (path) => {
        const outside = `${path.replaceAll('/', '_').slice(-20)}.outside`;
        writeFileSync(at(outside), readFileSync(path));
        rmSync(path);
        symlinkSync(at(outside), path);
      },
    ],
    [
      'a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];

  it.each(attacks)('is set aside and written anew: %s', async (what, attack) => {
    const store = at(`attacked ${what}`);
    const [largest = ''] = await blobsOf(store);
    attack(largest);
    const planned = await loadInto(store, [at('older.tar'), at('other.tar')], { dryRun: true });
    const again = await loadInto(store, [at('older.tar'), at('other.tar')]);
    expect(again).toEqual({ ...planned, status: 'loaded', quarantined: again.quarantined });
    expect(again.quarantined).toHaveLength(1);
    expect(readdirSync(join(store, '.varve/quarantine'))).toHaveLength(1);
    await wholeStore(store);
  });
});

it('an index is no larger than what every reader reads of a document, and a plan says so too', async () => {
  expect(maxIndexBytes).toBe(limits.documentBytes);
  const path = at('long/index.json');
  await loadInto(at('long'), [at('older.tar')]);
  const index = JSON.parse(readFileSync(path, 'utf8')) as object;
  const room = maxIndexBytes - Buffer.byteLength(JSON.stringify(index)) - 99;
  writeFileSync(path, JSON.stringify({ ...index, annotations: { note: 'x'.repeat(room) } }));
  for (const dryRun of [true, false])
    await expect(loadInto(at('long'), [at('other.tar')], { dryRun })).rejects.toThrow('a second store has room');
});

describe('a folder that is no store, or is damaged', () => {
  const refused = (store: string): Promise<unknown> => expect(loadInto(store, [at('older.tar')])).rejects.toThrow();

  it('is refused where other files lie in it', async () => {
    mkdirSync(at('home'));
    writeFileSync(at('home/letter.txt'), 'dear');
    for (const dryRun of [false, true])
      await expect(loadInto(at('home'), [at('older.tar')], { dryRun })).rejects.toThrow('no store');
    expect(readdirSync(at('home'))).toEqual(['letter.txt']);
  });

  it.each([
    ['no JSON', '{"schemaVersion":2,"manif'],
    ['a list of something else', '{"schemaVersion":2,"manifests":"none"}'],
    ['a key that readers fold', '{"schemaVersion":2,"Manifests":[]}'],
    ['two lists', '{"schemaVersion":2,"manifests":[],"manifests":[]}'],
    ['a digest that climbs', '{"manifests":[{"mediaType":"a","size":1,"digest":"sha256:../../../../etc/passwd"}]}'],
  ])('is refused with an index that is %s, and stays as it is', async (name, text) => {
    const store = at(`index ${name}`);
    await blobsOf(store);
    writeFileSync(join(store, 'index.json'), text);
    const before = filesOf(store);
    await expect(loadInto(store, [at('newer.tar')])).rejects.toThrow('index.json');
    expect(filesOf(store)).toEqual(before);
  });

  it('is refused where the index is missing and blobs are there', async () => {
    await blobsOf(at('headless'));
    rmSync(at('headless/index.json'));
    await expect(loadInto(at('headless'), [at('older.tar')])).rejects.toThrow('is missing');
  });

  it.each(['blobs', 'blobs/sha256', '.varve', '.varve/uploads', '.varve/quarantine', 'index.json'])(
    'is refused where %s is a link',
    async (name) => {
      const store = at(`linked ${name.replace('/', ' ')}`);
      await blobsOf(store);
      const moved = at(`moved ${name.replace('/', ' ')}`);
      const { renameSync } = await import('node:fs');
      renameSync(join(store, name), moved);
      symlinkSync(moved, join(store, name));
      await refused(store);
    },
  );
});
