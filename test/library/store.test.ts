/** A store by the functions of the library: what they do is what the commands do, and a path is all that they need. */
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  fsck,
  type ImageStore,
  loadImages,
  openStore,
  pruneStore,
  removeImages,
  repairStore,
  saveImages,
  scan,
  tagImage,
  VarveError,
} from '../../src/index.js';
import { ownProcess } from '../../src/store/lock/own-process.js';
import { lockText, ownerOf } from '../../src/store/lock-owner.js';
import { varve } from '../cli/console.js';
import {
  artifact,
  blobNode,
  dockerSave,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const baseImage = image({ layers: [base], created: '2024-01-01T00:00:00Z', tags: ['docker.io/shop/base:1'] });
const api = image({ layers: [base, own('api')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const newer = image({ layers: [base, own('newer')], created: '2024-04-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const chart = artifact([blobNode('application/octet-stream', Buffer.from('chart '.repeat(99)))]);
const quick = { workers: 0 } as const;

beforeAll(async () => {
  write({
    'base.tar': await tar(dockerSave([baseImage], { variant: 'podman' })),
    'api.tar': await tar(ociLayout(tagged(ociManifest(api), api.tags))),
    'newer.tar': await tar(ociLayout(tagged(ociManifest(newer), newer.tags))),
    'chart.tar': await tar(ociLayout(tagged(chart, ['docker.io/charts/shop:1']))),
  });
});

async function storeOf(name: string, ...archives: string[]): Promise<ImageStore> {
  const store = openStore(at(name));
  await loadImages(store, archives.map(at), quick);
  return store;
}

const idsIn = async ({ path }: ImageStore): Promise<string[]> => {
  const { archives } = await scan([path], quick);
  expect(archives.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))).toEqual([]);
  return archives.flatMap(({ images }) => images.map(({ id }) => id)).sort();
};

describe('a store of the library', () => {
  it('is the store of the commands: what it loads is loaded, and what they load is there', async () => {
    const store = await storeOf('loaded', 'api.tar');
    expect((await varve(['fsck', '--store', store.path])).code).toBe(0);
    await varve(['load', at('base.tar'), '--store', store.path]);
    expect(await idsIn(store)).toEqual([api.id, baseImage.id].sort());
    const planned = await loadImages(store, [at('newer.tar')], { ...quick, dryRun: true });
    expect([planned.status, planned.blobs > 0]).toEqual(['planned', true]);
    const again = await loadImages(store, [at('api.tar')], quick);
    expect([again.writtenBytes, again.loaded.map(({ references }) => references)]).toEqual([0, [api.tags]]);
  });

  it('is saved, tagged and removed by names, ends of names, digests and IDs', async () => {
    const store = await storeOf('words', 'api.tar', 'chart.tar');
    await tagImage(store, 'api:1', 'shop/api:stable', quick);
    await tagImage(store, chart.descriptor.digest, 'charts/shop:stable', quick);
    for (const [position, names] of [['shop/api:stable', 'charts/shop:1'], [api.id]].entries()) {
      const output = at(`saved ${position}.tar`);
      const planned = await saveImages(store, names, { ...quick, output, dryRun: true });
      expect([planned.status, existsSync(output)]).toEqual(['planned', false]);
      const { status, images } = await saveImages(store, names, { ...quick, output });
      expect([status, images.map(({ id }) => id)]).toEqual(['written', [api.id]]);
      expect((await varve(['verify', output])).code).toBe(0);
    }
    const refused = await removeImages(store, [api.id], quick);
    expect(refused.refused).toMatchObject([{ what: api.id, reason: expect.stringContaining('several-names') }]);
    const removal = await removeImages(store, [api.id, 'charts/shop:1'], { ...quick, force: true });
    expect([removal.status, removal.plan.removed, removal.artifactNames]).toEqual([
      'removed',
      [api.id],
      ['docker.io/charts/shop:1'],
    ]);
    await removeImages(store, ['charts/shop:stable'], quick);
    expect(readdirSync(join(store.path, 'blobs/sha256'))).toEqual([]);
  });

  it('refuses what docker would, and nothing by force', async () => {
    const store = await storeOf('rules', 'base.tar', 'api.tar');
    const inUse = await removeImages(store, ['shop/base:1', 'shop/api:1'], { ...quick, inUse: [api.id] });
    expect(inUse.refused.map(({ reason }) => reason.split(':')[0])).toEqual(['in-use', 'base']);
    expect((await idsIn(store)).length).toBe(2);
    await removeImages(store, ['shop/base:1', 'shop/api:1'], { ...quick, inUse: [api.id], force: true });
    expect(await idsIn(store)).toEqual([]);
  });

  it('is pruned of what has no name, and of all but the newest where that is asked', async () => {
    const store = await storeOf('pruned', 'api.tar', 'newer.tar', 'base.tar');
    const planned = await pruneStore(store, { ...quick, graceMs: 0, dryRun: true });
    expect([planned.status, planned.plan.removed]).toEqual(['planned', [api.id]]);
    const pruned = await pruneStore(store, { ...quick, graceMs: 0 });
    expect({ ...pruned, status: 'planned' }).toEqual(planned);
    await tagImage(store, 'shop/base:1', 'shop/api:0', quick);
    const last = await pruneStore(store, { ...quick, keepLast: 1, keep: [baseImage.id] });
    expect(last.plan.removed).toEqual([]);
    expect((await pruneStore(store, { ...quick, keepLast: 1, graceMs: 0 })).status).toBe('removed');
    expect(await idsIn(store)).toEqual([baseImage.id, newer.id].sort());
  });

  it('is checked and healed, and a dry run says what comes', async () => {
    const store = await storeOf('healed', 'api.tar');
    const [hex = ''] = readdirSync(join(store.path, 'blobs/sha256'));
    const path = join(store.path, 'blobs/sha256', hex);
    const bytes = readFileSync(path);
    rmSync(path);
    expect(await fsck(store, quick)).toMatchObject({ status: 'failed', lost: { length: 1 } });
    const planned = await repairStore(store, { ...quick, from: [at('api.tar')], dryRun: true });
    expect([planned.status, existsSync(path)]).toEqual(['planned', false]);
    const healed = await repairStore(store, { ...quick, from: [at('api.tar')] });
    expect(healed.healed).toEqual(planned.healed);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect((await fsck(store, quick)).status).toBe('ok');
  });

  it('takes over the lock of a process that is gone, and waits for one that is not, as long as it is told', async () => {
    const store = await storeOf('locked', 'api.tar');
    const lock = join(store.path, '.varve/lock');
    symlinkSync(lockText({ ...ownerOf(ownProcess), pid: 999_999 }), lock);
    await tagImage(store, 'shop/api:1', 'shop/api:2', quick);
    symlinkSync(lockText(ownerOf(ownProcess)), lock);
    const told: string[] = [];
    const hasty = openStore(store.path, { lockTimeoutMs: 100, onWait: (text) => void told.push(text) });
    await expect(tagImage(hasty, 'shop/api:1', 'shop/api:3', quick)).rejects.toMatchObject({
      code: 'input-unreadable',
    });
    expect(told).toEqual([expect.stringContaining(`process ${process.pid}`)]);
    rmSync(lock);
  });

  it('is refused where something else is, where nothing is, and for names that mean nothing', async () => {
    writeFileSync(at('letter'), 'dear');
    expect(() => openStore(at('letter'))).toThrow(VarveError);
    expect(() => openStore(at('x'), { lockTimeoutMs: -1 })).toThrow(/lockTimeoutMs/);
    const absent = openStore(at('absent'));
    for (const call of [
      () => removeImages(absent, ['a']),
      () => pruneStore(absent),
      () => fsck(absent),
      () => tagImage(absent, 'a', 'b'),
      () => repairStore(absent, { from: [] }),
      () => saveImages(absent, ['a'], { output: at('no.tar') }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'input-unreadable' });
    }
    expect(existsSync(at('absent'))).toBe(false);
    const store = await storeOf('names', 'api.tar');
    await expect(removeImages(store, ['nothing:1'], quick)).rejects.toMatchObject({ code: 'usage' });
    await expect(pruneStore(store, { keepLast: 0 })).rejects.toMatchObject({ code: 'usage' });
    await expect(tagImage(store, 'shop/api:1', 'Not A Name')).rejects.toMatchObject({ code: 'usage' });
  });
});
