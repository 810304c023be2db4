/** What is asked of each registry, and of the programs that read what was sent: every check throws where something else comes out. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ociIndex, ociManifest } from '../../src/model/media-type.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { remoteSettings } from '../remote/remote-settings.js';
import { startFaultProxy } from '../remote/servers/fault-proxy.js';
import { blobOf, digestOf, type MadeImage, makeImage, makeIndex, pieces, send, whole } from './images.js';
import { crane, type Implementation, oras } from './implementations.js';

const chunkBytes = 1024 * 1024;

/** One check, of a registry that lets everyone in; `folder`: an empty one, for what others write. */
export type Check = (
  host: string,
  implementation: Implementation,
  folder: string,
  dataFolder: string | null,
) => Promise<void>;

async function withClient<T>(work: (client: RegistryClient) => Promise<T>): Promise<T> {
  const client = new RegistryClient(remoteSettings({ chunkBytes }));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const run = (program: string, argv: readonly string[]): Buffer =>
  execFileSync(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 });

async function names(list: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const name of list) found.push(name);
  return found;
}

/** Sends images to a repository of its own and gives what is read back. */
async function sendAndRead(host: string): Promise<void> {
  await withClient(async (client) => {
    const place = { registry: host, repository: 'read/back' };
    const image = makeImage([1000, 3 * chunkBytes]);
    await send(client, place, image, '1.0');
    const read = await client.manifest(place, '1.0');
    assert.equal(read?.digest, image.digest);
    assert(read.bytes.equals(image.manifest));
    assert.equal(read.mediaType, ociManifest);
    const head = await client.headManifest(place, image.digest);
    assert.deepEqual(head, { digest: image.digest, sizeBytes: image.manifest.length, mediaType: ociManifest });
    for (const layer of image.layers) {
      assert((await whole(client.blob(place, blobOf(layer)))).equals(layer));
      assert((await whole(client.blob(place, blobOf(layer), 500))).equals(layer.subarray(500)));
      assert.equal(await client.hasBlob(place, digestOf(layer)), layer.length);
    }
    assert((await client.blobDocument(place, blobOf(image.config))).equals(image.config));
    assert.equal(await client.manifest(place, 'other'), null);
    assert.equal(await client.hasBlob(place, digestOf(Buffer.from('none'))), null);
  });
}

/** skopeo, crane and oras read what was sent, and crane every byte of it; what they send has the same digest. */
async function readByOthers(host: string, _: Implementation, folder: string): Promise<void> {
  const image = makeImage([20_000, 2 * chunkBytes]);
  const name = `${host}/read/others:1.0`;
  await withClient((client) => send(client, { registry: host, repository: 'read/others' }, image, '1.0'));
  const raw = run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${name}`]);
  assert(raw.equals(image.manifest), 'skopeo reads another manifest');
  assert.equal(run(crane, ['digest', '--insecure', name]).toString().trim(), image.digest);
  run(crane, ['validate', '--insecure', '--remote', name]);
  assert(run(oras, ['manifest', 'fetch', '--plain-http', name]).equals(image.manifest), 'oras reads another manifest');
  run('skopeo', ['copy', '-q', '--src-tls-verify=false', `docker://${name}`, `dir:${folder}/dir`]);
  run('skopeo', ['copy', '-q', '--dest-tls-verify=false', `dir:${folder}/dir`, `docker://${host}/sent/others:1.0`]);
  assert(readFileSync(`${folder}/dir/manifest.json`).equals(image.manifest), 'skopeo copies another manifest');
  const sent = await withClient((client) => client.manifest({ registry: host, repository: 'sent/others' }, '1.0'));
  assert.equal(sent?.digest, image.digest);
}

/** An index with two platforms and what refers to it, read back and found by oras. */
async function indexAndReferrers(host: string): Promise<void> {
  await withClient(async (client) => {
    const place = { registry: host, repository: 'index' };
    const images = [makeImage([100]), makeImage([200])];
    for (const image of images) await send(client, place, image);
    const index = makeIndex(images);
    await client.putManifest(place, 'all', index, ociIndex);
    assert.equal((await client.manifest(place, 'all'))?.digest, digestOf(index));
    const subject = { mediaType: ociIndex, digest: digestOf(index), size: index.length };
    const sbom = makeImage([50], { artifactType: 'application/vnd.example.sbom.v1', subject });
    const signature = makeImage([60], { artifactType: 'application/vnd.example.signature.v1', subject });
    for (const image of [sbom, signature]) await send(client, place, image);
    const found = await client.referrers(place, digestOf(index));
    assert.deepEqual(new Set(found.map(({ digest }) => digest)), new Set([sbom.digest, signature.digest]));
    const discovered = run(oras, ['discover', '--plain-http', '--format', 'json', `${host}/index:all`]).toString();
    for (const image of [sbom, signature]) assert(discovered.includes(image.digest), 'oras finds another list');
  });
}

/** A blob of another repository is mounted, or sent where the registry does not mount. */
async function mount(host: string): Promise<void> {
  await withClient(async (client) => {
    const image = makeImage([300_000]);
    const [layer = Buffer.alloc(0)] = image.layers;
    await send(client, { registry: host, repository: 'mount/from' }, image, 'x');
    const to = { registry: host, repository: 'mount/to' };
    const mounted = await client.mountBlob(to, digestOf(layer), 'mount/from');
    if (!mounted) await client.putBlob(to, blobOf(layer), pieces(layer));
    assert.equal(await client.hasBlob(to, digestOf(layer)), layer.length);
  });
}

/** Tags and repositories, more than a page of them. */
async function lists(host: string): Promise<void> {
  await withClient(async (client) => {
    const image = makeImage([10]);
    const place = { registry: host, repository: 'lists/tags' };
    await send(client, place, image, 'v0');
    for (let i = 1; i < 1100; i += 10) {
      const some = Array.from({ length: Math.min(10, 1100 - i) }, (_, j) => `v${i + j}`);
      await Promise.all(some.map((tag) => client.putManifest(place, tag, image.manifest, ociManifest)));
    }
    const tags = await names(client.tags(place));
    assert.deepEqual(tags.sort(), Array.from({ length: 1100 }, (_, i) => `v${i}`).sort());
    assert((await names(client.catalog(host))).includes('lists/tags'));
    await assert.rejects(names(client.tags({ ...place, repository: 'lists/none' })), { code: 'remote', status: 404 });
  });
}

/** What has another digest is refused, and is not there afterwards. */
async function refusals(host: string): Promise<void> {
  await withClient(async (client) => {
    const place = { registry: host, repository: 'refusals' };
    const bytes = Buffer.from('right');
    const wrong = { ...blobOf(Buffer.from('wrong')), sizeBytes: bytes.length };
    await assert.rejects(client.putBlob(place, wrong, pieces(bytes)), { code: 'remote', status: 400 });
    assert.equal(await client.hasBlob(place, wrong.digest), null);
    const incomplete = makeImage([10]);
    const sending = client.putManifest(place, 'x', incomplete.manifest, ociManifest);
    // crane's registry takes manifests whose blobs are not there.
    await sending.catch((error: unknown) =>
      assert.match(String(error), /MANIFEST_BLOB_UNKNOWN|BLOB_UNKNOWN|MANIFEST_INVALID/),
    );
  });
}

/** Pulled and pushed over a way that breaks: it goes on where it broke, and next to no byte goes twice. */
async function breaks(host: string, { tellsUploads }: Implementation): Promise<void> {
  const image: MadeImage = makeImage([4 * chunkBytes]);
  const [layer = Buffer.alloc(0)] = image.layers;
  let gets = 0;
  let patches = 0;
  const proxy = await startFaultProxy(host, (method, path) => {
    if (method === 'PATCH') {
      patches += 1;
      return patches === 2 ? { kind: 'cut-request', afterBytes: chunkBytes / 2 } : null;
    }
    if (method !== 'GET' || !path.includes(`/blobs/${digestOf(layer)}`)) return null;
    gets += 1;
    return gets < 3 ? { kind: 'cut', afterBytes: chunkBytes } : null;
  });
  let sentBytes = 0;
  const settings = remoteSettings({ chunkBytes, onBytes: (_, sent) => (sentBytes += sent) });
  const client = new RegistryClient(settings);
  try {
    const place = { registry: proxy.host, repository: 'breaks' };
    await send(client, place, image, 'x');
    assert(patches > 1, 'no chunk broke');
    const most = layer.length + (tellsUploads ? 1.5 : 2.5) * chunkBytes;
    assert(sentBytes < most, `${sentBytes} bytes were sent of ${layer.length}`);
    const before = proxy.answeredBytes;
    assert((await whole(client.blob(place, blobOf(layer)))).equals(layer));
    assert.equal(gets, 3);
    const read = proxy.answeredBytes - before;
    assert(read < layer.length + 0.2 * chunkBytes, `${read} bytes came of ${layer.length}`);
  } finally {
    await client.close();
    await proxy.close();
  }
}

export const checks: Readonly<Record<string, Check>> = {
  'what was sent is read back': sendAndRead,
  'skopeo, crane and oras read it': readByOthers,
  'an index and its referrers': indexAndReferrers,
  'a blob of another repository': mount,
  'tags and repositories, page by page': lists,
  'what is wrong is refused': refusals,
  'a way that breaks': breaks,
};
