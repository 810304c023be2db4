/** A registry as INPUT: what is asked of it, what the scan makes of that, and what is told of what did not come. */
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { RemoteError } from '../../../src/model/error.js';
import type { ArchiveRecord } from '../../../src/model/results/inventory.js';
import { registryInputs } from '../../../src/remote/input/registry-inputs.js';
import { scan } from '../../../src/scan/scan.js';
import type { ScanOptions } from '../../../src/scan/settings.js';
import {
  attestation,
  digestOf,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  writeLayoutFolder,
} from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { MemoryRegistry } from './memory-registry.js';

const { at } = temporaryFolder();
const base = layer({ files: [{ path: 'base', content: 'the base '.repeat(400) }] });
const own = (name: string) => layer({ files: [{ path: name, content: `${name} `.repeat(300) }] });
const built = (name: string, created = '2024-01-01T00:00:00Z') =>
  ociManifest(image({ layers: [base, own(name)], created }));

function reading(
  registry: MemoryRegistry,
  inputs: readonly string[],
  options: ScanOptions = {},
  wantsTag = (_name: string) => true,
) {
  const remote = registryInputs({ reader: () => registry, parallel: 4, wantsTag, referrers: false });
  return scan(inputs, { verify: false, remote, ...options });
}

const codesOf = ({ findings }: ArchiveRecord) => findings.map(({ code }) => code);

describe('one image of a registry as INPUT', () => {
  it('is read from its manifest and config alone, each asked for once', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1.0', built('app'));
    const { archives } = await reading(registry, [`docker://${registry.host}/team/app:1.0`]);
    expect(archives).toMatchObject([
      {
        path: 'docker://registry.test:5000/team/app:1.0',
        format: 'oci-layout',
        status: 'unverified',
        findings: [],
        images: [{ references: ['registry.test:5000/team/app:1.0'], platform: 'linux/amd64' }],
      },
    ]);
    expect(registry.requests.map((request) => request.split(' ').slice(0, 2).join(' '))).toEqual([
      'GET manifest',
      'GET config',
    ]);
  });

  it('counts what the registry stores, and nothing for what was made of it here', async () => {
    const registry = new MemoryRegistry();
    const node = built('app');
    registry.push('team/app', '1.0', node);
    const { archives } = await reading(registry, [`docker://${registry.host}/team/app:1.0`]);
    expect(archives[0]?.sizeBytes).toBe(node.blobs.reduce((sum, { content }) => sum + content.length, 0));
  });

  it('takes latest where neither a tag nor a digest is named, and a digest as it is', async () => {
    const registry = new MemoryRegistry();
    const digest = registry.push('team/app', 'latest', built('app'));
    const byTag = await reading(registry, [`docker://${registry.host}/team/app`]);
    const byDigest = await reading(registry, [`docker://${registry.host}/team/app@${digest}`]);
    expect(byTag.archives[0]?.images[0]?.references).toEqual(['registry.test:5000/team/app:latest']);
    expect(byDigest.archives[0]?.images[0]?.references).toEqual([`registry.test:5000/team/app@${digest}`]);
  });

  it('shows all platforms of an index, attestations as such, and names a platform that the registry lacks', async () => {
    const registry = new MemoryRegistry();
    const amd = built('amd');
    const arm = ociManifest(image({ layers: [base, own('arm')], platform: { os: 'linux', architecture: 'arm64' } }));
    const index = ociIndex([amd, arm, attestation(amd)]);
    registry.push('team/app', '1.0', index);
    registry.repository('team/app').manifests.delete(arm.descriptor.digest);
    const { archives } = await reading(registry, [`docker://${registry.host}/team/app:1.0`]);
    expect(archives).toMatchObject([
      {
        images: [{ platform: 'linux/amd64' }],
        artifacts: [{ kind: 'attestation' }],
        absentPlatforms: [{ platform: 'linux/arm64', digest: arm.descriptor.digest }],
      },
    ]);
  });

  it('reads and compares every byte with verify, and finds a layer that is not what it is called', async () => {
    const registry = new MemoryRegistry();
    const node = built('app');
    registry.push('team/app', '1.0', node);
    const whole = await reading(registry, [`docker://${registry.host}/team/app:1.0`], {
      verify: true,
      verifyRemote: true,
    });
    expect(whole).toMatchObject({ verified: true, archives: [{ status: 'ok', findings: [] }] });
    const [digest = '', bytes = Buffer.alloc(0)] = [...registry.repository('team/app').blobs].at(-1) ?? [];
    const bad = Buffer.from(bytes);
    bad[bad.length - 5] = (bad.at(-5) ?? 0) ^ 1;
    registry.repository('team/app').blobs.set(digest, bad);
    const damaged = await reading(registry, [`docker://${registry.host}/team/app:1.0`], {
      verify: true,
      verifyRemote: true,
    });
    expect(damaged.archives).toMatchObject([{ status: 'failed' }]);
    expect(damaged.archives.flatMap(codesOf)).toContain('digest-mismatch');
  });

  it('says by name that an image is not there, and reads the others', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1.0', built('app'));
    const { archives } = await reading(registry, [
      `docker://${registry.host}/team/app:2.0`,
      `docker://${registry.host}/team/app:1.0`,
    ]);
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      ['docker://registry.test:5000/team/app:2.0', 'unreadable'],
      ['registry://registry.test:5000', 'unverified'],
    ]);
    expect(archives[0]?.findings[0]?.message).toBe('there is no 2.0 in registry.test:5000/team/app');
  });

  it('calls a config that is refused unreadable by its digest, beside the finding at its image', async () => {
    const registry = new MemoryRegistry();
    const node = built('app');
    registry.push('team/app', '1.0', node);
    const config = JSON.parse(node.blobs[0]?.content.toString() ?? '').config.digest;
    registry.instead.set(`GET config team/app ${config}`, new RemoteError('403 DENIED', { status: 403 }));
    const { archives } = await reading(registry, [`docker://${registry.host}/team/app:1.0`]);
    expect(archives).toMatchObject([
      { status: 'failed' },
      { path: `docker://registry.test:5000/team/app@${config}`, status: 'unreadable' },
    ]);
    expect(archives.map(codesOf)).toEqual([['input-unreadable'], ['input-unreadable']]);
  });

  it('is a path that nobody has where no way to registries is given', async () => {
    const { archives } = await scan(['docker://registry.test:5000/team/app:1.0'], { verify: false });
    expect(archives).toMatchObject([{ status: 'unreadable', path: 'docker://registry.test:5000/team/app:1.0' }]);
  });
});

describe('a whole registry as INPUT', () => {
  it('is one archive of all tags, in which a blob that repositories share is stored once', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/a', '1', built('a'));
    registry.push('team/a', '2', built('a', '2024-02-01T00:00:00Z'));
    registry.push('team/b', '1', built('b'));
    registry.push('team/b', 'same', built('b'));
    const inventory = await reading(registry, [`registry://${registry.host}`]);
    const { archives, reclaim } = reportOf(inventory);
    expect(archives).toMatchObject([{ path: 'registry://registry.test:5000', status: 'unverified' }]);
    expect(reclaim).toMatchObject({ duplicateBytes: 0, twinBytes: 0 });
    expect(inventory.archives[0]?.images.flatMap(({ references }) => references).sort()).toEqual([
      'registry.test:5000/team/a:1',
      'registry.test:5000/team/a:2',
      'registry.test:5000/team/b:1',
      'registry.test:5000/team/b:same',
    ]);
    expect(registry.requests.filter((request) => request.startsWith('GET blob'))).toEqual([]);
    expect(new Set(registry.requests).size).toBe(registry.requests.length);
  });

  it('asks for no more at a time than it may, and for the manifests of wanted tags alone', async () => {
    const registry = new MemoryRegistry();
    for (let i = 0; i < 30; i++) registry.push(`team/app${i % 3}`, `1.${i}`, built(`app${i}`));
    const wants = (name: string) => name.endsWith('7');
    const { archives } = await reading(registry, [`registry://${registry.host}`], {}, wants);
    expect(archives[0]?.images).toHaveLength(3);
    expect(registry.requests.filter((request) => request.startsWith('GET manifest'))).toHaveLength(3);
    expect(registry.mostOpen).toBeLessThanOrEqual(4);
    expect(registry.mostOpen).toBeGreaterThan(1);
  });

  it('reads one repository where one is named, and says which cannot be listed', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/a', '1', built('a'));
    registry.push('team/b', '1', built('b'));
    const { archives } = await reading(registry, [
      `registry://${registry.host}/team/a`,
      `registry://${registry.host}/team/none`,
    ]);
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      ['registry://registry.test:5000', 'unverified'],
      ['registry://registry.test:5000/team/none', 'unreadable'],
    ]);
    expect(archives[0]?.images.flatMap(({ references }) => references)).toEqual(['registry.test:5000/team/a:1']);
  });

  it('lists nothing of a registry without a repository, and that is no fault', async () => {
    const { archives } = await reading(new MemoryRegistry(), ['registry://registry.test:5000']);
    expect(archives).toMatchObject([{ status: 'unverified', images: [], findings: [], sizeBytes: 0 }]);
  });

  it('says what cannot be reached by name, and reads the archives beside it', async () => {
    const layout = at('layout');
    await writeLayoutFolder(ociLayout(tagged(built('a'), ['registry.test:5000/team/a:1'])), layout);
    const { archives } = await reading(new MemoryRegistry(), ['registry://elsewhere.test', layout]);
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      ['registry://elsewhere.test', 'unreadable'],
      [layout, 'unverified'],
    ]);
  });

  it('shares layers with an archive on disk, which are called by the same digests', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/a', '1', built('a'));
    const layout = at('beside');
    await writeLayoutFolder(ociLayout(tagged(built('b'), ['registry.test:5000/team/b:1'])), layout);
    const { layers } = reportOf(await reading(registry, [`registry://${registry.host}`, layout]));
    expect(layers.filter(({ images }) => images.length === 2)).toHaveLength(1);
    expect(layers).toHaveLength(3);
    expect(digestOf(base.tar)).toBe(layers.find(({ images }) => images.length === 2)?.diffId);
  });
});
