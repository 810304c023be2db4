/** Registries that mean harm, or are broken: what is asked of them is bounded, and what is wrong is told by name. */
import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../../src/model/error.js';
import type { ScanLimits } from '../../../src/model/limits.js';
import type { ArchiveRecord } from '../../../src/model/results/inventory.js';
import { registryInputs } from '../../../src/remote/input/registry-inputs.js';
import { scan } from '../../../src/scan/scan.js';
import { digestOf, image, layer, type OciNode, ociIndex, ociManifest } from '../../helpers/archive-builder.js';
import { MemoryRegistry } from './memory-registry.js';

const node = ociManifest(image({ layers: [layer({ files: [{ path: 'a', content: 'a' }] })] }));
const all = 'registry://registry.test:5000';

async function reading(registry: MemoryRegistry, limits: ScanLimits = {}, input = all): Promise<ArchiveRecord[]> {
  const remote = registryInputs({ reader: () => registry, parallel: 4, wantsTag: () => true, referrers: false });
  return (await scan([input], { verify: false, remote, limits })).archives;
}

const told = (archives: readonly ArchiveRecord[], code: string): string[] =>
  archives.flatMap(({ findings }) => findings.filter((found) => found.code === code).map(({ message }) => message));

function* endless(name: (i: number) => string): Generator<string> {
  for (let i = 0; ; i++) yield name(i);
}

describe('a hostile registry', () => {
  it('is left after as many repositories as there may be, however many pages its catalog has', async () => {
    const registry = new MemoryRegistry();
    registry.catalog = async function* () {
      yield* endless((i) => `team/r${i}`);
    };
    const archives = await reading(registry, { registryRepositories: 20 });
    expect(registry.requests).toHaveLength(20);
    expect(told(archives, 'limit-exceeded')).toEqual([
      'registryRepositories: the registry lists more repositories, and the others were not looked at, and the limit is 20; set the limit registryRepositories higher to go on',
    ]);
  });

  it('is left after as many tags as there may be, though it lists 100,000 of one image', async () => {
    const registry = new MemoryRegistry();
    const digest = registry.push('team/app', null, node);
    for (let i = 0; i < 100_000; i++) registry.repository('team/app').tags.set(`1.${i}`, digest);
    const archives = await reading(registry, { registryTags: 50 });
    expect(registry.requests.filter((request) => request.startsWith('GET manifest'))).toHaveLength(50);
    expect(told(archives, 'limit-exceeded')).toHaveLength(1);
    expect(archives[0]?.images[0]?.references).toHaveLength(50);
  });

  it('whose tags all mean one giant index is not asked for it again and again', async () => {
    const registry = new MemoryRegistry();
    const giant = Buffer.from(`{"schemaVersion":2,"manifests":[],"annotations":{"a":"${'x'.repeat(4_000_000)}"}}`);
    const digest = digestOf(giant);
    registry.repository('team/app').manifests.set(digest, { bytes: giant, mediaType: '' });
    for (let i = 0; i < 200; i++) registry.repository('team/app').tags.set(`1.${i}`, digest);
    const archives = await reading(registry);
    const gets = registry.requests.filter((request) => request.startsWith('GET manifest'));
    // Five of them come to 16 MiB, and up to four are asked for at a time.
    expect(gets.length).toBeLessThanOrEqual(10);
    expect(registry.requests.filter((request) => request.startsWith('HEAD'))).toHaveLength(200 - gets.length);
    expect(archives[0]?.sizeBytes).toBe(giant.length);
  });

  it('is left after a list of tags without an end, whatever stands in it', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', node);
    registry.tags = async function* () {
      yield* endless(() => '1');
    };
    const archives = await reading(registry, { registryTags: 1000 });
    expect(archives[0]?.images).toHaveLength(1);
    expect(told(archives, 'limit-exceeded')).toHaveLength(1);
  });

  it('is not asked for names that are none, which are told without what a terminal obeys', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', node);
    registry.repository('team/app').tags.set('\u001b[31mred', node.descriptor.digest);
    registry.repository('team/app').tags.set('../../v2/other', node.descriptor.digest);
    registry.repository('Team/../APP');
    const archives = await reading(registry);
    expect(archives[0]?.images[0]?.references).toEqual(['registry.test:5000/team/app:1']);
    expect(told(archives, 'name-invalid')).toHaveLength(3);
    expect(registry.requests.join('\n')).not.toMatch(/red|other|APP/);
  });

  it('that answers a digest with other bytes has them refused by name, for manifests and configs', async () => {
    const registry = new MemoryRegistry();
    const index = ociIndex([node]);
    registry.push('team/app', '1', index);
    const own = Buffer.from(index.blobs[0]?.content ?? '');
    registry.instead.set(`GET manifest team/app ${node.descriptor.digest}`, own);
    const archives = await reading(registry);
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      [all, 'failed'],
      [`docker://registry.test:5000/team/app@${node.descriptor.digest}`, 'unreadable'],
    ]);
    expect(told(archives, 'input-unreadable').join()).toContain('came with other bytes');
  });

  it('with indexes inside each other is followed to the limit and no further', async () => {
    const registry = new MemoryRegistry();
    let deep: OciNode = node;
    for (let i = 0; i < 40; i++) deep = ociIndex([deep]);
    registry.push('team/app', '1', deep);
    const archives = await reading(registry, { indexDepth: 5 });
    expect(registry.requests.filter((request) => request.startsWith('GET manifest')).length).toBeLessThanOrEqual(7);
    expect(told(archives, 'limit-exceeded').join()).toContain('indexDepth');
  });

  it('that answers with what is no manifest is told so, and its other tags are read', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', node);
    registry.push('team/app', '2', node);
    registry.instead.set('GET manifest team/app 2', Buffer.from('<html>not here</html>'));
    const archives = await reading(registry);
    expect(archives[0]?.images[0]?.references).toEqual(['registry.test:5000/team/app:1']);
    expect(archives[0]?.status).toBe('failed');
    expect(told(archives, 'document-invalid')).toHaveLength(1);
  });

  it('that claims sizes which cannot be has nothing reserved for them', async () => {
    const registry = new MemoryRegistry();
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(Buffer.from('c')) };
    for (const [tag, size] of Object.entries({ less: -5, most: Number.MAX_SAFE_INTEGER })) {
      const content = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: { ...config, size },
          layers: [],
        }),
      );
      registry.repository('team/app').manifests.set(digestOf(content), { bytes: content, mediaType: '' });
      registry.repository('team/app').tags.set(tag, digestOf(content));
    }
    const archives = await reading(registry);
    expect(archives[0]?.status).toBe('failed');
    expect(told(archives, 'limit-exceeded').join()).toContain('documentBytes');
  });

  it('of which the documents have more bytes than may be held is read as far as that', async () => {
    const registry = new MemoryRegistry();
    for (let i = 0; i < 40; i++) {
      registry.push('team/app', `1.${i}`, ociManifest(image({ layers: [], config: { Env: [`N=${i}`] } })));
    }
    const archives = await reading(registry, { documentsBytes: 4000 });
    expect(told(archives, 'limit-exceeded').join()).toContain('documentsBytes');
    expect(registry.requests.length).toBeLessThan(25);
  });

  it('that fails after a page is told with what it listed before', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', node);
    registry.tags = async function* () {
      yield '1';
      throw new RemoteError('503 for the second page', { status: 503 });
    };
    const archives = await reading(registry);
    expect(archives.map(({ path, status, images }) => [path, status, images.length])).toEqual([
      [all, 'unverified', 1],
      ['registry://registry.test:5000/team/app', 'unreadable', 0],
    ]);
  });
});
