/** Images that go from a store: what goes with them is what the plan says, and nothing that something else needs. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../src/model/digest.js';
import type { StoreRemoval } from '../../src/model/results/store/removal.js';
import { lockText, ownerOf } from '../../src/store/lock-owner.js';
import { sparedBlobs } from '../../src/store/removal.js';
import { StoreFolder } from '../../src/store/store-folder.js';
import { varve } from '../cli/console.js';
import {
  digestOf,
  dockerSave,
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
import { loadInto, self, wholeStore } from './loading.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const baseImage = image({ layers: [base], created: '2024-01-01T00:00:00Z', tags: ['docker.io/shop/base:1'] });
const api = image({ layers: [base, own('api')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const web = image({ layers: [base, own('web')], created: '2024-03-01T00:00:00Z', tags: ['docker.io/shop/web:1'] });
const newer = image({ layers: [base, own('newer')], created: '2024-04-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const arm = image({
  layers: [own('arm')],
  platform: { os: 'linux', architecture: 'arm64' },
  created: '2024-04-01T00:00:00Z',
});

beforeAll(async () => {
  write({
    'base.tar': await tar(dockerSave([baseImage], { variant: 'podman' })),
    'api.tar': await tar(dockerSave([api], { variant: 'podman' })),
    'web.tar': await tar(ociLayout(tagged(ociManifest(web, { compression: 'gzip' }), web.tags))),
    'newer.tar': await tar(dockerSave([newer], { variant: 'podman' })),
    'multi.tar': await tar(
      ociLayout(tagged(ociIndex([ociManifest(web), ociManifest(arm)]), ['docker.io/shop/multi:1'])),
    ),
  });
});

async function storeOf(name: string, ...archives: string[]): Promise<string> {
  await loadInto(at(name), archives.map(at));
  return at(name);
}

function blobBytes(store: string): Map<string, number> {
  const folder = join(store, 'blobs/sha256');
  return new Map(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]));
}

function sumOf(blobs: ReadonlyMap<string, number>): number {
  return [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Runs a command on a store; what goes has to be what it says, and what it says what varve plan says. */
async function remove(store: string, ...argv: string[]): Promise<StoreRemoval> {
  const before = sumOf(blobBytes(store));
  const planned = await varve([...argv, '--store', store, '--dry-run', '--format', 'json']);
  expect(sumOf(blobBytes(store)), 'of a plan').toBe(before);
  const { code, stdout, stderr } = await varve([...argv, '--store', store, '--format', 'json']);
  expect(code, stderr).toBe(0);
  const result = JSON.parse(stdout) as StoreRemoval;
  expect(result.freedBytes).toBe(before - sumOf(blobBytes(store)));
  expect(result.freedBytes).toBe(result.plan.freedBytes);
  expect({ ...(JSON.parse(planned.stdout) as object), status: 'removed' }).toEqual(result);
  return result;
}

describe('varve rm', () => {
  it('takes a name, and the image with its last one, in the words of docker', async () => {
    const store = await storeOf('names', 'api.tar', 'web.tar');
    await varve(['tag', 'shop/api:1', 'shop/api:stable', '--store', store]);
    const first = await varve(['rm', 'shop/api:1', '--store', store]);
    expect(first).toEqual({ code: 0, stdout: 'Untagged: shop/api:1\n', stderr: '' });
    const last = await varve(['rm', 'shop/api:stable', '--store', store]);
    const layers = [own('api')].map(() => expect.stringMatching(/^Deleted: sha256:/));
    expect(last.stdout.trimEnd().split('\n')).toEqual(['Untagged: shop/api:stable', `Deleted: ${api.id}`, ...layers]);
    expect(imageIds(await wholeStore(store))).toEqual([web.id]);
  });

  it('frees what the plan says: a layer goes with its last image only', async () => {
    const store = await storeOf('layers', 'base.tar', 'api.tar', 'newer.tar');
    const result = await remove(store, 'rm', 'shop/api:1');
    expect(result.plan.layersFreed).toHaveLength(1);
    await wholeStore(store);
    const rest = await remove(store, 'rm', '-f', api.id, baseImage.id);
    expect(rest.plan.removed).toHaveLength(2);
    expect(blobBytes(store).size).toBe(0);
    expect(JSON.parse(readFileSync(join(store, 'index.json'), 'utf8'))).toMatchObject({ manifests: [] });
  });

  it('keeps what docker would refuse, names who uses it, does the rest and ends with 1', async () => {
    const store = await storeOf('refused', 'base.tar', 'api.tar', 'web.tar');
    await varve(['tag', 'shop/web:1', 'shop/web:2', '--store', store]);
    writeFileSync(at('used'), 'shop/api:1\n');
    const argv = ['rm', web.id, 'shop/api:1', 'shop/base:1', '--in-use', at('used'), '--store', store];
    const { code, stdout, stderr } = await varve(argv);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('it has several names (shop/web:1, shop/web:2)');
    expect(stderr).toContain('shop/api:1 stays: it is in use as shop/api:1');
    expect(stderr).toContain('shop/base:1 stays: it is the base of shop/');
    const forced = await varve([...argv, '-f']);
    expect([forced.code, forced.stderr]).toEqual([0, '']);
    expect(blobBytes(store).size).toBe(0);
  });

  it('takes the base where all that is made of it goes as well', async () => {
    const store = await storeOf('bases', 'base.tar', 'api.tar');
    await remove(store, 'rm', 'shop/base:1', 'shop/api:1');
    expect(blobBytes(store).size).toBe(0);
  });

  it('takes an index with all of its platforms, and no platform out of one that stays', async () => {
    const store = await storeOf('platforms', 'multi.tar', 'api.tar');
    const refused = await varve(['rm', arm.id, '-f', '--store', store]);
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining('docker.io/shop/multi:1 would lose a part'),
    ]);
    await remove(store, 'rm', 'shop/multi:1');
    expect(imageIds(await wholeStore(store))).toEqual([api.id]);
    const again = await storeOf('platforms 2', 'multi.tar', 'web.tar');
    await varve(['rm', 'shop/multi:1', '--store', again]);
    expect(imageIds(await wholeStore(again))).toEqual([web.id]);
  });

  it('empties the store as it is typed in a shell: rm $(ls -q) -f', async () => {
    const store = await storeOf('shell', 'base.tar', 'api.tar', 'multi.tar', 'newer.tar');
    const ids = (await varve(['ls', '-q', '--store', store])).stdout.trim().split('\n');
    await remove(store, 'rm', ...ids, '-f');
    expect(blobBytes(store).size).toBe(0);
  });

  it('of a word that means nothing says so and removes nothing; with -f the rest goes', async () => {
    const store = await storeOf('unknown', 'api.tar');
    const before = blobBytes(store);
    expect((await varve(['rm', 'shop/api:1', 'nothing:1', '--store', store])).code).toBe(2);
    expect(blobBytes(store)).toEqual(before);
    const forced = await varve(['rm', '-f', 'shop/api:1', 'nothing:1', '--store', store]);
    expect([forced.code, forced.stderr]).toEqual([0, expect.stringContaining('nothing:1 stays: no such image')]);
    expect(blobBytes(store).size).toBe(0);
  });

  it('goes on beside a name that tools read in two ways, as oras cp leaves one, and takes that name', async () => {
    const store = await storeOf('two names', 'api.tar', 'web.tar');
    const path = join(store, 'index.json');
    const index = JSON.parse(readFileSync(path, 'utf8')) as { manifests: { annotations: Record<string, string> }[] };
    const [first] = index.manifests;
    const annotations = { ...first?.annotations, 'org.opencontainers.image.ref.name': 'oras:1' };
    writeFileSync(path, JSON.stringify({ ...index, manifests: [...index.manifests, { ...first, annotations }] }));
    await remove(store, 'prune', '--yes', '--grace', '0s');
    await remove(store, 'rm', 'docker.io/library/oras:1');
    expect(imageIds(await wholeStore(store))).toEqual([api.id, web.id].sort());
  });

  it('refuses where something that stays is not whole, and takes that itself', async () => {
    const store = await storeOf('broken', 'api.tar', 'web.tar');
    const manifest = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')).manifests.find(
      ({ annotations }: { annotations: object }) => JSON.stringify(annotations).includes('web'),
    ).digest as string;
    truncateSync(join(store, 'blobs/sha256', manifest.slice(7)), 10);
    const before = blobBytes(store);
    const refused = await varve(['rm', 'shop/api:1', '--store', store]);
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining('docker.io/shop/web:1 stays and is not whole'),
    ]);
    expect(blobBytes(store)).toEqual(before);
  });
});

/** An orphan in a store. */
function orphanIn(store: string, text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  writeFileSync(join(store, 'blobs/sha256', hex), text);
  return hex;
}

describe('varve prune', () => {
  const all = ['--yes', '--grace', '0s'];

  it('takes images without a name, blobs that nothing names and unfinished files', async () => {
    const store = await storeOf('prune', 'api.tar', 'newer.tar', 'web.tar');
    const orphan = orphanIn(store, 'nobody needs this');
    writeFileSync(join(store, '.varve/uploads/abandoned'), Buffer.alloc(1000));
    const result = await remove(store, 'prune', ...all);
    expect(result.plan.removed).toEqual([api.id]);
    expect(result.uploads).toEqual({ files: 1, bytes: 1000 });
    expect(blobBytes(store).has(orphan)).toBe(false);
    expect(readdirSync(join(store, '.varve/uploads'))).toEqual([]);
    expect(imageNames(await wholeStore(store))).toEqual(
      [`docker.io/shop/api:1 ${newer.id}`, `docker.io/shop/web:1 ${web.id}`].sort(),
    );
    const planned = await varve(['plan', '--remove', 'dangling,unreferenced', '--store', store, '--format', 'json']);
    expect(JSON.parse(planned.stdout)).toMatchObject({ freedBytes: 0 });
  });

  it('leaves what is piped to a process that waits, and takes what one has left that is gone', async () => {
    const store = await storeOf('piped', 'api.tar');
    const owner = ownerOf(self);
    const place = (facts: Partial<typeof owner>): string => {
      const name = `.piped[${lockText({ ...owner, ...facts })}].0123456789ab.tmp`;
      writeFileSync(join(store, '.varve/uploads', name), 'begun');
      return name;
    };
    const [own, gone, elsewhere, old] = [
      place({}),
      place({ pid: 2 ** 22 + 1 }),
      place({ host: 'elsewhere' }),
      place({ host: 'elsewhere', pid: 1 }),
    ];
    utimesSync(join(store, '.varve/uploads', old), 0, 0);
    const { uploads } = await remove(store, 'prune', '--yes');
    expect(readdirSync(join(store, '.varve/uploads')).sort()).toEqual([own, elsewhere].sort());
    expect([uploads.files, uploads.bytes, existsSync(join(store, '.varve/uploads', gone))]).toEqual([2, 10, false]);
  });

  it('spares what may just be being written, and says how to take it', async () => {
    const store = await storeOf('young', 'api.tar');
    const orphan = orphanIn(store, 'written a moment ago');
    const { code, stdout, stderr } = await varve(['prune', '--yes', '--store', store]);
    expect([code, stdout]).toEqual([0, 'Total reclaimed space: 0B\n']);
    expect(stderr).toContain('--grace 0s');
    expect(blobBytes(store).has(orphan)).toBe(true);
  });

  it('spares what describes something that stays although no index names it', async () => {
    const store = await storeOf('subject', 'web.tar');
    const [{ digest }] = JSON.parse(readFileSync(join(store, 'index.json'), 'utf8')).manifests as [{ digest: string }];
    const config = orphanIn(store, '{}');
    const referrer = orphanIn(
      store,
      JSON.stringify({ schemaVersion: 2, subject: { digest }, config: { digest: `sha256:${config}` }, layers: [] }),
    );
    const lone = orphanIn(store, JSON.stringify({ schemaVersion: 2, subject: { digest: `sha256:${'0'.repeat(64)}` } }));
    const result = await remove(store, 'prune', ...all);
    expect([referrer, config, lone].map((hex) => blobBytes(store).has(hex))).toEqual([true, true, false]);
    expect(result.spared.map(({ reason }) => reason)).toEqual(['subject', 'subject']);
  });

  it('narrows by filters and keeps what it is told to keep', async () => {
    const store = await storeOf('filters', 'api.tar', 'newer.tar', 'web.tar');
    const none = await remove(store, 'prune', ...all, '--filter', 'until=2024-01-15T00:00:00Z');
    expect(none.plan.removed).toEqual([]);
    const kept = await remove(store, 'prune', ...all, '--keep-last', '1', '--keep', 'shop/web:1');
    expect(kept.plan.removed).toEqual([api.id]);
    const named = await remove(store, 'prune', ...all, '--filter', 'dangling=false', '--keep', 'shop/web:1');
    expect(named.plan.removed).toEqual([newer.id]);
  });

  it('never empties a store whose index names nothing or cannot be read', async () => {
    const store = await storeOf('lost index', 'api.tar');
    const before = blobBytes(store);
    for (const text of ['{"schemaVersion":2,"manifests":[]}', '', '{"schemaVersion":2,"manifests":[{"dig']) {
      writeFileSync(join(store, 'index.json'), text);
      const { code, stdout } = await varve(['prune', ...all, '--store', store]);
      expect([code, stdout], text).toEqual([3, '']);
    }
    rmSync(join(store, 'index.json'));
    expect((await varve(['prune', ...all, '--store', store])).code).toBe(3);
    expect(blobBytes(store)).toEqual(before);
  });

  it('leaves alone what is no blob, and removes nothing where a blob that is needed is missing', async () => {
    const store = await storeOf('foreign', 'api.tar', 'newer.tar', 'web.tar');
    writeFileSync(join(store, 'README'), 'mine');
    mkdirSync(join(store, 'blobs/sha256/folder'));
    await remove(store, 'prune', ...all);
    expect(readFileSync(join(store, 'README'), 'utf8')).toBe('mine');
    orphanIn(store, 'left');
    const [largest = ''] = [...blobBytes(store)]
      .sort(([, a], [, b]) => b - a)
      .map(([name]) => name)
      .filter((name) => name !== 'folder');
    rmSync(join(store, 'blobs/sha256', largest));
    const refused = await varve(['prune', ...all, '--store', store]);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('is not whole')]);
  });

  it('asks on a terminal, and without one wants to be told', async () => {
    const store = await storeOf('asked', 'api.tar');
    const { code, stderr } = await varve(['prune', '--store', store]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
  });

  it('takes without grace what was written within the same millisecond, and spares it with the least grace', async () => {
    const store = new StoreFolder(await storeOf('the same millisecond', 'api.tar'));
    const digest = digestOf(Buffer.from('just written')) as Digest;
    const path = store.blobPath(digest);
    // Until the disk tells of a part of a millisecond, where it does: whoever asks for the time is not told of that.
    let tries = 100;
    do writeFileSync(path, 'just written');
    while (Number.isInteger(statSync(path).ctimeMs) && --tries > 0);
    const runMs = Math.floor(statSync(path).ctimeMs);
    const candidates = [{ digest, bytes: 12 }];
    expect(sparedBlobs(store, candidates, new Set(), runMs)).toEqual([]);
    expect(sparedBlobs(store, candidates, new Set(), runMs - 1)).toEqual([
      { what: digest, bytes: 12, reason: 'recent' },
    ]);
  });
});
