/** Pulls and pushes by the functions of the library: what they do is what the commands do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobProgress, loadImages, openStore, pullImages, pushImages, tagImage } from '../../src/index.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { filesOf } from '../store/loading.js';

const { at, newFolder } = temporaryFolder();
let registry: TestRegistry;
let name: string;
const source = () => openStore(at('source'));

beforeAll(async () => {
  registry = await startRegistry();
  name = `${registry.host}/shop/api:1.0`;
  await loadImages(source(), ['samples/api-1.0-docker24.tar']);
  await tagImage(source(), 'shop/api:1.0', name);
  await pushImages(source(), [name]);
});

afterAll(() => registry.close());

describe('pullImages', () => {
  it('brings an image into a store, and tells of each blob until it is there', async () => {
    const store = openStore(`${newFolder()}/store`);
    const told: BlobProgress[] = [];
    const pulled = await pullImages(store, [name], { onBlob: (blob) => told.push(blob) });
    expect(pulled.images.map(({ reference, status }) => [reference, status])).toEqual([[name, 'downloaded']]);
    const done = told.filter(({ status }) => status === 'done');
    expect(done.map(({ digest }) => digest).sort()).toEqual(pulled.blobs.map(({ digest }) => digest).sort());
    expect(done.every(({ doneBytes, sizeBytes }) => doneBytes === sizeBytes)).toBe(true);
    const again = await pullImages(store, [name]);
    expect([again.images[0]?.status, again.fetchedBytes]).toEqual(['up-to-date', 0]);
  });

  it('changes nothing with dryRun, and says how many bytes would come', async () => {
    const folder = newFolder();
    const { status, fetchBytes } = await pullImages(openStore(`${folder}/store`), [name], { dryRun: true });
    expect([status, fetchBytes > 0]).toEqual(['planned', true]);
    expect([...filesOf(folder)]).toEqual([]);
  });

  it('names what is not there, and is ended by its signal', async () => {
    const store = openStore(`${newFolder()}/store`);
    const { failed } = await pullImages(store, [`${registry.host}/no/thing:1`]);
    expect(failed.map(({ what }) => what)).toEqual([`${registry.host}/no/thing:1`]);
    const ended = pullImages(store, [name], { signal: AbortSignal.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'interrupted' });
  });

  it.each([
    ['a name', ['a/UPPER/case'], {}],
    ['a platform', ['a/b'], { platforms: ['/'] }],
    ['all platforms and one', ['a/b'], { platforms: ['linux/arm64'], allPlatforms: true }],
    ['layers at a time', ['a/b'], { parallel: 0 }],
    ['times to try again', ['a/b'], { registries: { retries: -1 } }],
    ['a time to wait', ['a/b'], { registries: { timeoutMs: 0 } }],
  ])('refuses what is no use as %s', async (_, names, options) => {
    const refused = pullImages(openStore(`${newFolder()}/store`), names, options);
    await expect(refused).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('pushImages', () => {
  it('gives an image another name by docker:// and sends nothing twice', async () => {
    const other = `${registry.host}/mirror/api:2`;
    const pushed = await pushImages(source(), ['registry.example.com/shop/api:1.0', `docker://${other}`]);
    expect(pushed.images.map(({ target, status }) => [target, status])).toEqual([[other, 'pushed']]);
    expect(pushed.blobs.flatMap(({ role, status }) => (role === 'layer' ? status : []))).not.toContain('pushed');
    const again = await pushImages(source(), [name]);
    expect([again.images[0]?.status, again.sentBytes]).toEqual(['up-to-date', 0]);
  });

  it('refuses a name that nothing has', async () => {
    await expect(pushImages(source(), ['no/such:1'])).rejects.toMatchObject({ code: 'usage' });
  });
});
