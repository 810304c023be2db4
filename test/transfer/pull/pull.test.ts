/** Images of a registry in a store or an archive: what is fetched, what is not, and what is there afterwards. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { scan } from '../../../src/scan/scan.js';
import { digestOf, ociLayout, tagged, tar, withoutPlatform } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { filesOf, loadInto, wholeStore } from '../../store/loading.js';
import { FakeRegistry, pieces } from '../fake-registry.js';
import { pullAs, pullInto } from '../pulling.js';
import { app, appNode, arm, index, registry, sizeOf, web, webNode } from '../shop-images.js';

const { at, write, newFolder } = temporaryFolder();
const bodiesOf = (node: typeof appNode) => node.blobs.slice(1);

let client: FakeRegistry;
let store: string;

beforeEach(() => {
  client = new FakeRegistry();
  client.hold(registry, 'shop/app', appNode, '1', 'latest');
  client.hold(registry, 'shop/web', webNode, '2');
  client.hold(registry, 'shop/multi', index, '3');
  store = `${newFolder()}/store`;
});

/** All files of a store but the note of what was read in it, which a second look may add to. */
function blobsAndNames(folder: string) {
  return [...filesOf(folder)].filter(([path]) => path !== '.varve/known-blobs');
}

describe('a pull into a store', () => {
  it('makes the store that a load of the same image makes, to the byte', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/app:1`]);
    write({ 'app.tar': await tar(ociLayout(tagged(withoutPlatform(appNode), [`${registry}/shop/app:1`]))) });
    const loaded = `${newFolder()}/loaded`;
    await loadInto(loaded, [at('app.tar')]);
    const contents = (folder: string) => [...filesOf(folder).keys()].filter((name) => !name.startsWith('.varve'));
    expect(contents(store)).toEqual(contents(loaded));
    expect(readFileSync(`${store}/index.json`, 'utf8')).toBe(readFileSync(`${loaded}/index.json`, 'utf8'));
    expect(result.images.map(({ status, before }) => [status, before])).toEqual([['downloaded', null]]);
    expect([result.fetchBytes, result.fetchedBytes]).toEqual([sizeOf(appNode), sizeOf(appNode)]);
    expect((await wholeStore(store)).archives[0]?.images.map(({ id }) => id)).toEqual([app.id]);
  });

  it('takes latest where no tag is said, and a digest as it stands', async () => {
    const { digest } = appNode.descriptor;
    const result = await pullInto(store, client, [`${registry}/shop/app`, `${registry}/shop/app@${digest}`]);
    expect(result.images.map(({ reference }) => reference)).toEqual([
      `${registry}/shop/app:latest`,
      `${registry}/shop/app@${digest}`,
    ]);
    expect((await wholeStore(store)).archives[0]?.images.flatMap(({ references }) => references).sort()).toEqual([
      `${registry}/shop/app:latest`,
      `${registry}/shop/app@${digest}`,
    ]);
  });

  it('asks for nothing but the head of the manifest where all of it is there, and says so', async () => {
    await pullInto(store, client, [`${registry}/shop/app:1`]);
    const files = blobsAndNames(store);
    client.asked.length = 0;
    const again = await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(client.asked).toEqual(['HEAD manifest 1']);
    expect(again.images.map(({ status }) => status)).toEqual(['up-to-date']);
    expect([again.fetchBytes, again.fetchedBytes]).toEqual([0, 0]);
    expect(blobsAndNames(store)).toEqual(files);
  });

  it('asks for nothing at all where a digest is pulled that is there', async () => {
    const name = `${registry}/shop/app@${appNode.descriptor.digest}`;
    await pullInto(store, client, [name]);
    client.asked.length = 0;
    expect((await pullInto(store, client, [name])).images[0]?.status).toBe('up-to-date');
    expect(client.asked).toEqual([]);
  });

  it('fetches a layer of several images once, the largest first', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/app:1`, `${registry}/shop/web:2`], { parallel: 1 });
    const fetched = client.asked.filter((one) => one.startsWith('GET blob'));
    const sizes = new Map([...appNode.blobs, ...webNode.blobs].map(({ digest, content }) => [digest, content.length]));
    const layers = fetched.filter((one) => ![app.id, web.id].some((config) => one.endsWith(config)));
    const order = layers.map((one) => sizes.get(one.slice('GET blob '.length)) ?? 0);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(fetched).size).toBe(fetched.length);
    expect(result.fetchedBytes).toBe(
      [
        ...new Map([...appNode.blobs, ...webNode.blobs].map((blob) => [blob.digest, blob.content.length])).values(),
      ].reduce((sum, bytes) => sum + bytes, 0),
    );
    await wholeStore(store);
  });

  it('moves a name that means something else by now, and tells what had it', async () => {
    await pullInto(store, client, [`${registry}/shop/app:1`]);
    client.hold(registry, 'shop/app', webNode, '1');
    const moved = await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(moved.images.map(({ status, before, digest }) => [status, before, digest])).toEqual([
      ['downloaded', appNode.descriptor.digest, webNode.descriptor.digest],
    ]);
    const { archives } = await wholeStore(store);
    expect(archives[0]?.images.find(({ references }) => references.length > 0)?.id).toBe(web.id);
  });

  it('fetches again what is there under its digest and size and is something else, and sets that aside', async () => {
    await pullInto(store, client, [`${registry}/shop/app:1`]);
    const [lost] = bodiesOf(appNode).sort((a, b) => b.content.length - a.content.length);
    const path = `${store}/blobs/sha256/${lost?.digest.slice(7)}`;
    writeFileSync(path, Buffer.alloc(lost?.content.length ?? 0));
    const result = await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(result.fetchedBytes).toBe(lost?.content.length);
    expect(result.quarantined.map(({ digest }) => digest)).toEqual([lost?.digest]);
    await wholeStore(store);
  });

  it('says what would be fetched, and writes nothing, where it is only planned', async () => {
    const planned = await pullInto(store, client, [`${registry}/shop/app:1`], { dryRun: true });
    expect(planned.status).toBe('planned');
    expect(planned.fetchBytes).toBe(sizeOf(appNode));
    expect(existsSync(store)).toBe(false);
    const done = await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(done.fetchedBytes).toBe(planned.fetchBytes);
    expect(done.blobs.map(({ digest }) => digest)).toEqual(planned.blobs.map(({ digest }) => digest));
  });

  it('brings what is right where another name is wrong, and tells of that one', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/app:9`, `${registry}/shop/web:2`]);
    expect(result.failed.map(({ what }) => what)).toEqual([`${registry}/shop/app:9`]);
    expect(result.failed[0]?.reason).toMatch(/registry\.example\/shop\/app has no tag 9/);
    expect(result.images.map(({ reference }) => reference)).toEqual([`${registry}/shop/web:2`]);
  });
});

describe('the platforms of an index', () => {
  it('are those of this machine, and the index stays as it is', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/multi:3`]);
    expect(result.images.map(({ digest, platforms }) => [digest, platforms])).toEqual([
      [index.descriptor.digest, ['linux/amd64']],
    ]);
    const inventory = await wholeStore(store);
    expect(inventory.archives[0]?.images.map(({ id }) => id)).toEqual([app.id]);
    expect(inventory.archives[0]?.absentPlatforms.map(({ platform }) => platform)).toContain('linux/arm64');
  });

  it('are all with their attestations where all are asked for', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/multi:3`], { wish: { kind: 'all' } });
    expect(result.fetchedBytes).toBe(sizeOf(index));
    expect((await wholeStore(store)).archives[0]?.images.map(({ id }) => id).sort()).toEqual([app.id, arm.id].sort());
  });

  it('that are not there are told with those that are', async () => {
    const wish = { kind: 'some', patterns: [{ os: 'linux', architecture: 's390x', variant: undefined }] } as const;
    const result = await pullInto(store, client, [`${registry}/shop/multi:3`], { wish });
    expect(result.failed.map(({ reason }) => reason)).toEqual([
      `${registry}/shop/multi:3 has nothing for linux/s390x; it has linux/amd64, linux/arm64; varve pull --platform names one of them, varve pull --all-platforms brings all`,
    ]);
  });
});

describe('the platform of an image that no index offers', () => {
  const s390x = { kind: 'some', patterns: [{ os: 'linux', architecture: 's390x', variant: undefined }] } as const;

  it('is told where platforms were asked for, and its config is fetched once', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/app:1`], { wish: s390x });
    expect(result.images.map(({ platforms, status }) => [platforms, status])).toEqual([
      [['linux/amd64'], 'downloaded'],
    ]);
    expect(client.asked.filter((one) => one === `GET blob ${app.id}`)).toHaveLength(1);
    await wholeStore(store);
  });

  it('is not looked for where nobody asked, as a dry run asks for manifests alone', async () => {
    const result = await pullInto(store, client, [`${registry}/shop/app:1`], { dryRun: true });
    expect(result.images[0]?.platforms).toEqual([]);
    expect(client.asked).toEqual(['GET manifest 1']);
  });
});

describe('a pull that was cut off', () => {
  const [largest] = bodiesOf(appNode).sort((a, b) => b.content.length - a.content.length);
  const cut = 7_000;

  const cutOff = async (): Promise<void> => {
    client.onBlob = function* (digest, bytes) {
      if (digest !== largest?.digest) return yield* pieces(bytes);
      yield* pieces(bytes.subarray(0, cut));
      throw new Error('the connection broke');
    };
    await expect(pullInto(store, client, [`${registry}/shop/app:1`])).rejects.toThrow('the connection broke');
    client.onBlob = (_, bytes) => pieces(bytes);
    client.asked.length = 0;
    client.receivedBytes = 0;
  };

  it('goes on behind the bytes that have come, and fetches no more than the rest', async () => {
    await cutOff();
    const planned = await pullInto(store, client, [`${registry}/shop/app:1`], { dryRun: true });
    const result = await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(client.asked).toContain(`GET blob ${largest?.digest} from ${cut}`);
    expect(result.blobs.find(({ digest }) => digest === largest?.digest)?.resumedBytes).toBe(cut);
    const documents = appNode.blobs[0]?.content.length ?? 0;
    expect(result.fetchedBytes).toBe(planned.fetchBytes);
    expect(client.receivedBytes).toBe(result.fetchedBytes - documents);
    expect(readdirSync(`${store}/.varve/uploads`)).toEqual([]);
    await wholeStore(store);
  });

  it('begins anew where what has come is something else by now', async () => {
    await cutOff();
    const [part = ''] = readdirSync(`${store}/.varve/uploads`);
    writeFileSync(`${store}/.varve/uploads/${part}`, Buffer.alloc(cut));
    await pullInto(store, client, [`${registry}/shop/app:1`]);
    expect(client.asked.filter((one) => one.includes(largest?.digest ?? ''))).toEqual([
      `GET blob ${largest?.digest} from ${cut}`,
      `GET blob ${largest?.digest}`,
    ]);
    await wholeStore(store);
  });
});

describe('a body that is wrong', () => {
  it.each([
    ['other bytes', (bytes: Buffer) => Buffer.alloc(bytes.length), /expected sha256:\w+, found sha256:/],
    ['fewer bytes', (bytes: Buffer) => bytes.subarray(1), /expected \d+ bytes, found \d+/],
    ['more bytes', (bytes: Buffer) => Buffer.concat([bytes, bytes]), /expected \d+ bytes, found more/],
  ])('has %s is refused, and nothing of its image is in the store', async (_, change, reason) => {
    const [layerBlob] = bodiesOf(webNode).filter(({ digest }) => !appNode.blobs.some((own) => own.digest === digest));
    client.onBlob = (digest, bytes) => pieces(digest === layerBlob?.digest ? change(bytes) : bytes);
    const result = await pullInto(store, client, [`${registry}/shop/web:2`, `${registry}/shop/app:1`]);
    expect(result.failed.map(({ what }) => what)).toEqual([`${registry}/shop/web:2`]);
    expect(result.failed[0]?.reason).toMatch(reason);
    expect(existsSync(`${store}/blobs/sha256/${layerBlob?.digest.slice(7)}`)).toBe(false);
    expect((await wholeStore(store)).archives[0]?.images.flatMap(({ references }) => references)).toEqual([
      `${registry}/shop/app:1`,
    ]);
  });
});

describe('a pull into an archive', () => {
  it('is as large as was planned, and has every image under its name', async () => {
    const names = [`${registry}/shop/app:1`, `${registry}/shop/web:2`, `${registry}/shop/app:latest`];
    const planned = await pullAs(at('images.tar'), client, names, { dryRun: true });
    expect(existsSync(at('images.tar'))).toBe(false);
    const result = await pullAs(at('images.tar'), client, names);
    expect([result.sizeBytes, statSync(at('images.tar')).size]).toEqual([planned.sizeBytes, planned.sizeBytes]);
    const { archives } = await scan([at('images.tar')], { workers: 0 });
    expect(archives.map(({ status, findings }) => [status, findings])).toEqual([['ok', []]]);
    expect(archives[0]?.images.map(({ id, references }) => [id, references]).sort()).toEqual(
      [
        [app.id, [`${registry}/shop/app:1`, `${registry}/shop/app:latest`]],
        [web.id, [`${registry}/shop/web:2`]],
      ].sort(),
    );
    expect(archives[0]?.entries.find(({ name }) => name === 'manifest.json')).toBeDefined();
  });

  it('leaves what was there where a body is wrong', async () => {
    write({ 'old.tar': 'old' });
    client.onBlob = (_, bytes) => pieces(Buffer.alloc(bytes.length));
    const result = await pullAs(at('old.tar'), client, [`${registry}/shop/app:1`]);
    expect(result.failed).toHaveLength(1);
    expect(readFileSync(at('old.tar'), 'utf8')).toBe('old');
    expect(readdirSync(at()).filter((name) => name.includes('old.tar'))).toEqual(['old.tar']);
  });
});

describe('hostile documents', () => {
  it('of an index that names itself end, and are told', async () => {
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType: 'application/vnd.oci.image.index.v1+json', digest: digestOf('x'), size: 7 }],
    });
    client
      .at({ registry, repository: 'evil' })
      .manifests.set(digestOf(text), { bytes: Buffer.from(text), mediaType: '' });
    client
      .at({ registry, repository: 'evil' })
      .manifests.set(digestOf('x'), { bytes: Buffer.from(text), mediaType: '' });
    client.at({ registry, repository: 'evil' }).tags.set('1', digestOf(text));
    const result = await pullInto(store, client, [`${registry}/evil:1`]);
    expect(result.failed[0]?.reason).toMatch(/expected 7 bytes, found \d+/);
  });
});
