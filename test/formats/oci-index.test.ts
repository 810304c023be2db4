/**
 * The indexes of OCI layouts: tags and who gets them, platforms and which of them may be absent.
 */
import { describe, expect, it } from 'vitest';
import {
  absent,
  describe as describeNode,
  type OciNode,
  ociIndex,
  ociLayout,
  type TagStyle,
  tagged,
  withoutBlob,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, armImage, armManifest } from './images.js';
import { claimsOf, codesOf, summaryOf } from './read-entries.js';

const manifest = withoutPlatform(appManifest);
const read = async (roots: readonly OciNode[]) => claimsOf(ociLayout(roots));
const tagsOf = async (roots: readonly OciNode[]): Promise<string[][]> => {
  const claims = await read(roots);
  return claims.images.map((one) => summaryOf(one, claims).tags);
};

describe('the tags of a layout', () => {
  it.each<[TagStyle, string]>([
    ['containerd', 'registry.example.com/shop/app:2.1'],
    ['full-ref-name', 'registry.example.com/shop/app:2.1'],
    ['tag-only', '2.1'],
  ])('are read as %s writes them', async (style, expected) => {
    expect(await tagsOf(tagged(manifest, ['registry.example.com/shop/app:2.1'], style))).toEqual([[expected]]);
  });

  it('are those of all descriptors of one image', async () => {
    const claims = await read(tagged(manifest, ['a.example/x:1', 'b.example/y:2']));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([['a.example/x:1', 'b.example/y:2']]);
  });

  it('are those of both annotations', async () => {
    const annotations = {
      'io.containerd.image.name': 'a.example/x:1',
      'org.opencontainers.image.ref.name': 'b.example/y:2',
    };
    expect(await tagsOf([describeNode(manifest, { annotations })])).toEqual([['a.example/x:1', 'b.example/y:2']]);
  });

  it.each(['latest', 'v1.0', 'NO REFERENCE', '__proto__', 'a\u0000b', '\u001b[31mred'])(
    'stay %j where that is no full reference',
    async (name) => {
      const annotations = { 'org.opencontainers.image.ref.name': name };
      expect(await tagsOf([describeNode(manifest, { annotations })])).toEqual([[name]]);
    },
  );

  it.each([[{}], [{ 'org.opencontainers.image.ref.name': '' }]])('may be none: %j', async (annotations) => {
    expect(await tagsOf([describeNode(manifest, { annotations })])).toEqual([[]]);
  });

  it('reach the images below a tagged index', async () => {
    const roots = tagged(ociIndex([appManifest, armManifest]), ['a.example/x:1']);
    const claims = await read(roots);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([['a.example/x:1'], ['a.example/x:1']]);
    expect(claims.images.map(({ indexDigests }) => [...indexDigests])).toEqual([
      [roots[0]?.descriptor.digest],
      [roots[0]?.descriptor.digest],
    ]);
  });

  it('are not taken from descriptors below the top', async () => {
    const inner = describeNode(appManifest, { annotations: { 'org.opencontainers.image.ref.name': 'inner:1' } });
    expect(await tagsOf([ociIndex([inner])])).toEqual([[]]);
  });

  it('are joined where two roots lead to one image', async () => {
    const roots = [...tagged(manifest, ['a.example/x:1']), ...tagged(ociIndex([appManifest]), ['b.example/y:1'])];
    const claims = await read(roots);
    expect(claims.images.map((one) => summaryOf(one, claims).tags)).toEqual([['a.example/x:1', 'b.example/y:1']]);
    expect([...(claims.images[0]?.indexDigests ?? [])]).toEqual([roots[1]?.descriptor.digest]);
  });
});

describe('an index of platforms', () => {
  it('may lack a whole platform while another is there', async () => {
    const claims = await read([ociIndex([appManifest, absent(armManifest)])]);
    expect(claims.findings).toMatchObject([
      { code: 'platform-absent', severity: 'hint', subject: armManifest.descriptor.digest },
    ]);
    expect(claims.images).toHaveLength(1);
  });

  it('may not lack a part of a platform', async () => {
    const config = armManifest.blobs[1]?.digest ?? '';
    const claims = await read([ociIndex([appManifest, withoutBlob(armManifest, config)])]);
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', severity: 'error', subject: config }]);
    expect(claims.images.map(({ claimedId }) => claimedId)).toEqual([appImage.id, armImage.id]);
  });

  it('may not lack all of them, and is then listed as an index that leads nowhere', async () => {
    const index = ociIndex([absent(appManifest), absent(armManifest)]);
    const claims = await read([index]);
    expect(codesOf(claims)).toEqual(['blob-missing', 'blob-missing']);
    expect(claims.artifacts).toMatchObject([{ kind: 'index', digest: index.descriptor.digest }]);
    expect(codesOf(await read([ociIndex([])]))).toEqual([]);
  });

  it('may not lack a manifest that names no platform', async () => {
    const claims = await read([ociIndex([appManifest, absent(withoutPlatform(armManifest))])]);
    expect(codesOf(claims)).toEqual(['blob-missing']);
  });

  it('at the top excuses the absence of a platform of the same name only', async () => {
    const named = (node: OciNode, tag: string): OciNode[] => tagged(node, [`a.example/x:${tag}`]);
    expect(codesOf(await read([...named(appManifest, '1'), ...named(absent(armManifest), '1')]))).toEqual([
      'platform-absent',
    ]);
    expect(codesOf(await read([...named(appManifest, '1'), ...named(absent(armManifest), '2')]))).toEqual([
      'blob-missing',
    ]);
  });

  it('may lie in another index', async () => {
    const inner = ociIndex([appManifest, armManifest]);
    const outer = ociIndex([inner]);
    const claims = await read([outer]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map(({ indexDigests }) => [...indexDigests])).toEqual(
      claims.images.map(() => [outer.descriptor.digest, inner.descriptor.digest]),
    );
  });

  it('may list one index twice, and what comes behind it is read', async () => {
    const inner = ociIndex([appManifest]);
    const claims = await read([ociIndex([inner, inner, armManifest])]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map(({ claimedId }) => claimedId)).toEqual([appImage.id, armImage.id]);
  });

  it('may list itself, and what comes behind it is read', async () => {
    const digest = `blake3:${'a'.repeat(64)}`;
    const own = { mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: 0 };
    const content = Buffer.from(JSON.stringify({ mediaType: own.mediaType, manifests: [own, appManifest.descriptor] }));
    const claims = await read([{ descriptor: own, blobs: [{ digest, content }, ...appManifest.blobs] }]);
    expect(claims.images.map(({ claimedId }) => claimedId)).toEqual([appImage.id]);
  });

  it('must name the platform of the config', async () => {
    const platform = { os: 'linux', architecture: 'riscv64' };
    const claims = await read([ociIndex([describeNode(appManifest, { platform })])]);
    expect(claims.findings).toMatchObject([
      {
        code: 'platform-mismatch',
        severity: 'warning',
        subject: appManifest.descriptor.digest,
        expected: 'linux/riscv64',
        actual: 'linux/amd64',
      },
    ]);
  });

  it('may spell the platform of the config otherwise', async () => {
    const platform = { os: 'linux', architecture: 'aarch64' };
    expect(codesOf(await read([ociIndex([describeNode(armManifest, { platform })])]))).toEqual([]);
  });
});
