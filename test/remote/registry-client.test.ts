/** The client against a registry that keeps to the specification: reading. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDigest } from '../../src/model/digest.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { remoteSettings } from './remote-settings.js';
import { startFaultProxy } from './servers/fault-proxy.js';
import { startRegistry, type TestRegistry } from './servers/registry-server.js';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
let registry: TestRegistry;
let client: RegistryClient;

beforeAll(async () => {
  registry = await startRegistry({ pageNames: 2 });
  client = new RegistryClient(remoteSettings());
});

afterAll(async () => {
  await client.close();
  await registry.close();
});

const place = (repository = 'shop/api') => ({ registry: registry.host, repository });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('the client of registries', () => {
  it('reads a manifest by tag and by digest, with its type and the digest of its bytes', async () => {
    const bytes = Buffer.from('{"schemaVersion":2}');
    const digest = registry.content.addManifest('shop/api', bytes, manifestType, '1.0');
    const expected = { digest, sizeBytes: bytes.length, mediaType: manifestType, bytes };
    expect(await client.manifest(place(), '1.0')).toEqual(expected);
    expect(await client.manifest(place(), digest)).toEqual(expected);
    const { bytes: _, ...descriptor } = expected;
    expect(await client.headManifest(place(), '1.0')).toEqual(descriptor);
  });

  it('answers null for a manifest and a blob that are not there', async () => {
    registry.content.repository('shop/api');
    const digest = parseDigest(`sha256:${'0'.repeat(64)}`);
    expect(await client.manifest(place(), 'none')).toBeNull();
    expect(await client.headManifest(place(), 'none')).toBeNull();
    expect(await client.hasBlob(place(), digest)).toBeNull();
  });

  it('reads a blob from its start and from a position', async () => {
    const bytes = randomBytes(300_000);
    const digest = parseDigest(registry.content.addBlob('shop/api', bytes));
    const blob = { digest, sizeBytes: bytes.length };
    expect(Buffer.concat(await all(client.blob(place(), blob))).equals(bytes)).toBe(true);
    expect(Buffer.concat(await all(client.blob(place(), blob, 299_000))).equals(bytes.subarray(299_000))).toBe(true);
    expect(await all(client.blob(place(), blob, 300_000))).toEqual([]);
    expect((await client.blobDocument(place(), blob)).equals(bytes)).toBe(true);
    expect(await client.hasBlob(place(), digest)).toBe(300_000);
  });

  it('lists tags and repositories over all their pages', async () => {
    for (const tag of ['a', 'b', 'c', 'd', 'e']) {
      registry.content.addManifest(`pages/${tag}`, Buffer.from('{}'), manifestType);
      registry.content.addManifest('pages/a', Buffer.from('{}'), manifestType, tag);
    }
    expect(await all(client.tags(place('pages/a')))).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await all(client.catalog(registry.host))).toEqual(expect.arrayContaining(['pages/a', 'pages/e']));
  });

  it.each([
    ['are 999', 999, {}],
    ['are 1000, which is a full page', 1000, {}],
    ['are 1001, where a full page has no link to the next', 1001, { pageLinks: false }],
    ['are 2000, where a full page has no link to the next', 2000, { pageLinks: false }],
  ])('lists every tag once where they %s', async (_, count, options) => {
    const large = await startRegistry(options);
    const tags = Array.from({ length: count }, (__, i) => `v${String(i).padStart(5, '0')}`);
    for (const tag of tags) large.content.addManifest('many', Buffer.from('{}'), manifestType, tag);
    expect(await all(client.tags({ registry: large.host, repository: 'many' }))).toEqual(tags);
    await large.close();
  });

  it('lists every tag once where the registry gives the same page whatever it is asked for', async () => {
    const tags = Array.from({ length: 1000 }, (__, i) => `v${i}`);
    const proxy = await startFaultProxy(registry.host, (_, path) =>
      path.includes('/tags/') ? { kind: 'answer', status: 200, body: JSON.stringify({ tags }) } : null,
    );
    expect(await all(client.tags({ registry: proxy.host, repository: 'same' }))).toEqual(tags);
    await proxy.close();
  });

  it('lists what refers to a manifest', async () => {
    const subject = parseDigest(registry.content.addManifest('refs', Buffer.from('{}'), manifestType, 'x'));
    const bytes = Buffer.from(JSON.stringify({ artifactType: 'a/b', subject: { digest: subject } }));
    const digest = registry.content.addManifest('refs', bytes, manifestType);
    expect(await client.referrers(place('refs'), subject)).toEqual([
      { digest, sizeBytes: bytes.length, mediaType: manifestType, artifactType: 'a/b' },
    ]);
  });
});
