/** Sending to a registry that keeps to the specification and refuses what it does not allow. */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import { RegistryClient } from '../../../src/remote/registry-client.js';
import type { RemoteSettings } from '../../../src/remote/settings.js';
import { remoteSettings } from '../remote-settings.js';
import { sha256 } from '../servers/registry-content.js';
import { startRegistry, type TestRegistry } from '../servers/registry-server.js';
import type { RegistryOptions } from '../servers/registry-visit.js';

const chunkBytes = 100_000;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: RegistryOptions = {}, changed: Partial<RemoteSettings> = {}) {
  const registry = await startRegistry(options);
  const client = new RegistryClient(remoteSettings({ chunkBytes, ...changed }));
  closing.push(registry.close, () => client.close());
  return { registry, client, place: { registry: registry.host, repository: 'shop/api' } };
}

const blobOf = (bytes: Buffer) => ({ digest: parseDigest(sha256(bytes)), sizeBytes: bytes.length });

/** The bytes in pieces, from any position. */
const opened = (bytes: Buffer) =>
  async function* (offsetBytes: number): AsyncGenerator<Buffer, void, void> {
    for (let at = offsetBytes; at < bytes.length; at += 7_000)
      yield bytes.subarray(at, Math.min(bytes.length, at + 7_000));
  };

const asked = ({ seen }: TestRegistry) => seen.map(({ method, status }) => `${method} ${status}`);

describe('a blob that is sent', () => {
  it.each([0, 1, chunkBytes - 1, chunkBytes])('goes in one request where it has %i bytes', async (sizeBytes) => {
    const { registry, client, place } = await start();
    const bytes = randomBytes(sizeBytes);
    await client.putBlob(place, blobOf(bytes), opened(bytes));
    expect(registry.content.repository('shop/api').blobs.get(sha256(bytes))?.equals(bytes)).toBe(true);
    expect(asked(registry)).toEqual(['GET 200', 'POST 202', 'PUT 201']);
  });

  it.each([
    ['as a path', false],
    ['as a whole address', true],
  ])('goes in chunks where it is larger, each to the address of the last answer, %s', async (_, absoluteLocations) => {
    const { registry, client, place } = await start({ absoluteLocations });
    const bytes = randomBytes(2 * chunkBytes + 1);
    await client.putBlob(place, blobOf(bytes), opened(bytes));
    expect(registry.content.repository('shop/api').blobs.get(sha256(bytes))?.equals(bytes)).toBe(true);
    expect(asked(registry)).toEqual(['GET 200', 'POST 202', 'PATCH 202', 'PATCH 202', 'PATCH 202', 'PUT 201']);
  });

  it('goes in chunks of at least the size that the registry asks for', async () => {
    const { registry, client, place } = await start({ minChunkBytes: 3 * chunkBytes });
    const bytes = randomBytes(4 * chunkBytes);
    await client.putBlob(place, blobOf(bytes), opened(bytes));
    const ranges = registry.seen.flatMap(({ headers }) => headers['content-range'] ?? []);
    expect(ranges).toEqual(['0-299999', '300000-399999']);
  });

  it('is refused where its bytes are others than its digest says', async () => {
    const { client, place } = await start();
    const bytes = randomBytes(1000);
    const sending = client.putBlob(place, { ...blobOf(randomBytes(9)), sizeBytes: 1000 }, opened(bytes));
    await expect(sending).rejects.toMatchObject({ code: 'remote', status: 400, registryCode: 'DIGEST_INVALID' });
  });
});

describe('a blob of another repository', () => {
  it('is mounted without being sent', async () => {
    const { registry, client, place } = await start();
    const bytes = randomBytes(500);
    const digest = parseDigest(registry.content.addBlob('base', bytes));
    expect(await client.mountBlob(place, digest, 'base')).toBe(true);
    expect(registry.content.repository('shop/api').blobs.get(digest)).toBeDefined();
  });

  it('is sent by the upload that was begun where the registry does not mount it', async () => {
    const { registry, client, place } = await start();
    const bytes = randomBytes(500);
    expect(await client.mountBlob(place, blobOf(bytes).digest, 'base')).toBe(false);
    await client.putBlob(place, blobOf(bytes), opened(bytes));
    expect(asked(registry)).toEqual(['GET 200', 'POST 202', 'PUT 201']);
  });
});

describe('a manifest that is sent', () => {
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = (fields: object) => Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, ...fields }));

  it('is there under its tag and its digest, to the byte', async () => {
    const { client, place } = await start();
    const bytes = manifest({ layers: [] });
    await client.putManifest(place, '1.0', bytes, type);
    expect(await client.manifest(place, '1.0')).toMatchObject({ digest: sha256(bytes), bytes, mediaType: type });
    await client.putManifest(place, sha256(bytes), bytes, type);
  });

  it('is refused with the word of the registry where a blob of it is missing', async () => {
    const { client, place } = await start();
    const bytes = manifest({ layers: [{ digest: sha256(Buffer.from('x')), size: 1 }] });
    const sending = client.putManifest(place, '1.0', bytes, type);
    await expect(sending).rejects.toMatchObject({ status: 404, registryCode: 'MANIFEST_BLOB_UNKNOWN' });
  });

  it.each([
    ['by the registry', true, []],
    ['by the tag that stands for the list, where the registry has none', false, ['list']],
  ])('is listed as a referrer %s', async (_, referrers, tags) => {
    const { registry, client, place } = await start({ referrers });
    const subject = manifest({});
    const digest = parseDigest(sha256(subject));
    await client.putManifest(place, 'image', subject, type);
    const bytes = (name: string) =>
      manifest({ artifactType: name, subject: { digest, size: subject.length, mediaType: type } });
    for (const name of ['a/sbom', 'a/signature', 'a/sbom']) {
      await client.putManifest(place, sha256(bytes(name)), bytes(name), type);
    }
    const listed = await client.referrers(place, digest);
    expect(listed.map(({ artifactType }) => artifactType)).toEqual(['a/sbom', 'a/signature']);
    expect([...registry.content.repository('shop/api').tags.keys()]).toEqual([
      'image',
      ...tags.map(() => digest.replace(':', '-')),
    ]);
  });
});
