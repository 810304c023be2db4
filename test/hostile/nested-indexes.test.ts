/**
 * Indexes inside indexes: too deep, in circles, and with more ways through them than anyone could follow.
 */
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import {
  blobPath,
  describe as describeNode,
  digestOf,
  type Entry,
  file,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
} from '../helpers/archive-builder.js';
import { countOf, errorsOf, limitsHit, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const manifest = ociManifest(tiny);
const indexType = 'application/vnd.oci.image.index.v1+json';

/** A node that is `levels` indexes away from the manifest, each listing the one below `width` times. */
function tower(levels: number, width: number): OciNode {
  let node: OciNode = manifest;
  for (let i = 0; i < levels; i++) {
    const child = node;
    const index = ociIndex(Array.from({ length: width }, () => ({ ...child, blobs: [] })));
    node = { ...index, blobs: [...index.blobs, ...child.blobs] };
  }
  return node;
}

/** Levels of `width` different indexes, each of which lists all those of the level below. */
function lattice(levels: number, width: number): OciNode {
  let nodes: OciNode[] = [manifest];
  const blobs = [...manifest.blobs];
  for (let level = 0; level < levels; level++) {
    const below = nodes.map((node) => ({ ...node, blobs: [] }));
    nodes = Array.from({ length: width }, (_, i) => ociIndex(below, { annotations: { copy: `${level}.${i}` } }));
    blobs.push(...nodes.flatMap((node) => node.blobs));
  }
  const top = ociIndex(nodes.map((node) => ({ ...node, blobs: [] })));
  return { ...top, blobs: [...top.blobs, ...blobs] };
}

describe('indexes inside each other', () => {
  it('are followed as deep as the limit', async () => {
    const record = await scanEntries(ociLayout(tagged(tower(limits.indexDepth, 1), ['a.example/x:1'])));
    expect([record.status, record.images.length]).toEqual(['ok', 1]);
    expect(record.images[0]?.indexDigests).toHaveLength(limits.indexDepth);
  });

  it.each([limits.indexDepth + 1, 1000])('are not followed deeper: %d', async (levels) => {
    const record = await scanEntries(ociLayout([tower(levels, 1)]));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['indexDepth']]);
    expect(record.images).toEqual([]);
  });

  it('are one way where one lists another many times', async () => {
    const record = await scanEntries(ociLayout([tower(limits.indexDepth, 1000)]));
    expect([record.status, record.images.length]).toEqual(['ok', 1]);
  });
});

describe('ways through indexes', () => {
  it('are all followed where they are thousands', async () => {
    const record = await scanEntries(ociLayout(tagged(lattice(10, 2), ['a.example/x:1'])));
    expect([record.status, record.images.length]).toEqual(['ok', 1]);
    expect(record.images[0]?.indexDigests).toHaveLength(21);
  });

  it('are given up by name where they are more than anyone can follow', async () => {
    const record = await scanEntries(ociLayout([lattice(limits.indexDepth - 1, 20)]));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['descriptors']]);
  });

  it('are counted for all tags together', async () => {
    const index = ociIndex(Array.from({ length: 600 }, () => manifest));
    const tags = Array.from({ length: 900 }, (_, i) => `a.example/x:${i}`);
    const record = await scanEntries(ociLayout(tagged(index, tags)));
    expect(limitsHit(record)).toEqual(['descriptors']);
  });
});

describe('indexes in a circle', () => {
  const entry = (digest: string, document: object): Entry => file(blobPath(digest), JSON.stringify(document));
  const pointer = (digest: string): object => ({ mediaType: indexType, digest, size: 1 });
  const [a, b] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
  const root = (digest: string): Entry[] => [
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file('index.json', JSON.stringify({ manifests: [pointer(digest)] })),
  ];

  it('end, and are wrong by their digests', async () => {
    const record = await scanEntries([
      ...root(a),
      entry(a, { mediaType: indexType, manifests: [pointer(b)] }),
      entry(b, { mediaType: indexType, manifests: [pointer(a)] }),
    ]);
    expect(errorsOf(record)).toEqual(['digest-mismatch', 'size-mismatch']);
  });

  it('end where one lists itself', async () => {
    const record = await scanEntries([
      ...root(a),
      entry(a, { mediaType: indexType, manifests: [pointer(a), pointer(a)] }),
    ]);
    expect(errorsOf(record)).toEqual(['digest-mismatch', 'size-mismatch']);
  });

  it('end where the digests cannot be checked', async () => {
    const unknown = `blake3:${'a'.repeat(64)}`;
    const document = { mediaType: indexType, manifests: [{ ...pointer(unknown), size: 0 }] };
    const record = await scanEntries([...root(unknown), entry(unknown, document)]);
    expect(errorsOf(record)).toEqual(['size-mismatch']);
    expect(record.notChecked).toHaveLength(1);
  });
});

describe('a list of manifests', () => {
  const platform = { os: 'linux', architecture: 'amd64' };
  const lines = (count: number, withPlatform: boolean): object[] =>
    Array.from({ length: count }, (_, i) => ({
      digest: digestOf(`${i}`),
      size: 1,
      ...(withPlatform ? { platform: { os: 'l', architecture: 'a' } } : {}),
    }));
  const withList = (manifests: readonly object[]): Entry[] => {
    const present = describeNode(manifest, { platform });
    const entries = ociLayout([present]).filter(({ name }) => name !== 'index.json');
    return [...entries, file('index.json', JSON.stringify({ manifests: [present.descriptor, ...manifests] }))];
  };

  it('may have 80,000 that are absent', async () => {
    const record = await scanEntries(withList(lines(80_000, false)));
    expect(countOf(record, 'blob-missing')).toBe(80_000);
    expect(record.images).toHaveLength(1);
  });

  it('may have 50,000 platforms that were not saved', async () => {
    const record = await scanEntries(withList(lines(50_000, true)));
    expect([record.status, countOf(record, 'platform-absent')]).toEqual(['ok', 50_000]);
  });

  it('is no document any more with 100,000', async () => {
    const record = await scanEntries(withList(lines(100_000, false)));
    expect(limitsHit(record)).toEqual(['documentBytes']);
  });

  it('is followed up to the limit of manifests', async () => {
    const count = limits.manifests + 1;
    const nodes = Array.from({ length: count }, (_, i) => {
      const content = `{"config":{"digest":"${digestOf(`${i}`)}","size":1}}`;
      return { digest: digestOf(content), content };
    });
    const manifests = nodes.map(({ digest, content }) => ({ digest, size: content.length }));
    const record = await scanEntries([
      file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
      file('index.json', JSON.stringify({ manifests })),
      ...nodes.map(({ digest, content }) => file(blobPath(digest), content)),
    ]);
    expect(limitsHit(record)).toEqual(['manifests']);
    expect(record.artifacts).toHaveLength(count);
  });
});
