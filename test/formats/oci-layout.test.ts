/**
 * OCI layouts: index, manifests, tags, platforms, what may be absent, and digests in every algorithm.
 */
import { describe, expect, it } from 'vitest';
import {
  absent,
  blobPath,
  compress,
  type Entry,
  editJson,
  image,
  inlineData,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  withoutBlob,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, baseImage, digestsOf, program, shell } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf, summaryOf } from './read-entries.js';

const manifest = withoutPlatform(appManifest);
const read = async (roots: readonly OciNode[]) => claimsOf(ociLayout(roots));

describe('an OCI archive', () => {
  it('is read without any finding', async () => {
    const claims = await read(tagged(manifest, appImage.tags));
    expect([claims.format, codesOf(claims), claims.notChecked]).toEqual(['oci-archive', [], []]);
    const names = digestsOf(manifest).map(blobPath).sort();
    expect(claims.images.map((one) => summaryOf(one, claims))).toMatchObject([
      { config: blobPath(appImage.id), tags: appImage.tags, platform: 'linux/amd64', reaches: names },
    ]);
    expect([...(claims.images[0]?.manifestDigests ?? [])]).toEqual([manifest.descriptor.digest]);
  });

  it('has blobs and layers as its bodies, and two documents', async () => {
    const roles = Object.values(rolesOf(await read([manifest])));
    expect(roles.toSorted()).toEqual(['blob', 'blob', 'document', 'document', 'layer', 'layer', 'layer']);
  });

  it('may have no image', async () => {
    const claims = await read([]);
    expect([claims.format, codesOf(claims), claims.images]).toEqual(['oci-archive', [], []]);
  });

  it('may have the media types of docker', async () => {
    const claims = await read([ociIndex([ociManifest(appImage, { family: 'docker' })], { family: 'docker' })]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
  });

  it('has a blob that nothing needs as a hint', async () => {
    const claims = await claimsOf(ociLayout([manifest], { orphans: [Buffer.from('nobody')] }));
    expect(claims.findings).toMatchObject([{ code: 'blob-unreferenced', severity: 'hint' }]);
    expect(claimsAbout(claims.findings[0]?.subject ?? '', claims)).toMatchObject([{ named: 'blob' }]);
  });

  it('lacks oci-layout with a warning', async () => {
    const claims = await claimsOf(ociLayout([manifest], { layoutFile: false }));
    expect(codesOf(claims)).toEqual(['oci-layout-missing']);
    expect(claims.images).toHaveLength(1);
  });

  it.each(['', '[]', '{}', '{"imageLayoutVersion": 1}'])('has an invalid oci-layout as %j', async (content) => {
    const entries = ociLayout([manifest]).map((entry) =>
      entry.name === 'oci-layout' ? { ...entry, content: Buffer.from(content) } : entry,
    );
    const claims = await claimsOf(entries);
    expect(claims.findings).toMatchObject([{ code: 'document-invalid', subject: 'oci-layout' }]);
    expect(claims.images).toHaveLength(1);
  });

  it('lacks its index.json with an error', async () => {
    const entries = ociLayout([manifest]).filter(({ name }) => name !== 'index.json');
    const claims = await claimsOf(entries);
    expect(claims.findings[0]).toMatchObject({ code: 'document-missing', severity: 'error', subject: 'index.json' });
  });
});

describe('what a manifest names and the layout lacks', () => {
  it.each([
    ['the manifest', 0],
    ['the config', 1],
    ['a layer', 2],
  ])('is missing: %s', async (_, position) => {
    const digest = digestsOf(manifest)[position] ?? '';
    const claims = await read([withoutBlob(manifest, digest)]);
    expect(claims.findings.filter(({ code }) => code !== 'blob-unreferenced')).toMatchObject([
      { code: 'blob-missing', severity: 'error', subject: digest },
    ]);
  });

  it('may be a foreign layer', async () => {
    const foreign = ociManifest(baseImage, {
      compression: (layer) => compress(layer, 'none', { urls: ['https://example.com/layer'] }),
    });
    const claims = await read([foreign]);
    expect(claims.findings).toMatchObject([{ code: 'layer-foreign-absent', severity: 'hint', subject: shell.diffId }]);
  });

  it('may not be a layer that has urls but the type of one that is distributed', async () => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar';
    const node = ociManifest(baseImage, {
      compression: (layer) => compress(layer, 'none', { urls: ['https://example.com/layer'], mediaType }),
    });
    expect(codesOf(await read([node]))).toEqual(['blob-missing']);
  });
});

describe('a digest in a document', () => {
  it.each(['sha256:ABC', `sha256:${'A'.repeat(64)}`, `sha256:${'a'.repeat(63)}`, 'sha256', '../../etc/passwd', ''])(
    'is invalid as %j',
    async (digest) => {
      const entries = editJson<{ manifests: object[] }>(ociLayout([manifest]), 'index.json', (index) => ({
        ...index,
        manifests: [{ ...index.manifests[0], digest }],
      }));
      const { findings } = await claimsOf(entries);
      expect(findings).toContainEqual(
        expect.objectContaining({ code: 'document-invalid', subject: 'index.json manifests[0]', actual: digest }),
      );
    },
  );

  it('may be by sha512', async () => {
    const claims = await read([ociManifest(appImage, { algorithm: 'sha512' })]);
    expect(codesOf(claims)).toEqual([]);
    expect([...(claims.images[0]?.manifestDigests ?? [])][0]).toMatch(/^sha512:/);
  });

  it('by an algorithm that is not known cannot be checked', async () => {
    const digest = `blake3:${'a'.repeat(64)}`;
    const content = manifest.blobs[0]?.content ?? Buffer.alloc(0);
    const root: OciNode = {
      descriptor: { ...manifest.descriptor, digest },
      blobs: [{ digest, content }, ...manifest.blobs.slice(1)],
    };
    const claims = await read([root]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
    expect(claims.notChecked).toEqual([
      { subject: blobPath(digest), reason: 'digest: the algorithm blake3 is not known here' },
    ]);
  });
});

describe('a descriptor with inline data', () => {
  it('claims the digest of that too', async () => {
    const claims = await read([ociManifest(appImage, { inlineConfig: true })]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.inline).toMatchObject([{ digest: appImage.id, base64: appImage.config.toString('base64') }]);
  });

  it('claims it even where the blob is absent', async () => {
    const claims = await read([absent(inlineData(manifest))]);
    expect(codesOf(claims)).toEqual(['blob-missing']);
    expect(claims.inline).toHaveLength(1);
  });

  it('claims it once, however many ways lead there', async () => {
    const inner = ociIndex([inlineData(appManifest)]);
    const claims = await read(tagged(ociIndex([inner, inner]), ['a.example/x:1', 'a.example/x:2']));
    expect(claims.inline).toHaveLength(1);
  });
});

describe('media types', () => {
  const retyped = (mediaType: string): Entry[] =>
    editJson<{ manifests: object[] }>(ociLayout([manifest]), 'index.json', (index) => ({
      ...index,
      manifests: index.manifests.map((descriptor) => ({ ...descriptor, mediaType })),
    }));

  it.each([
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
  ])('of descriptor and manifest must agree: %s', async (mediaType) => {
    const claims = await claimsOf(retyped(mediaType));
    expect(claims.findings).toMatchObject([
      { code: 'media-type-mismatch', severity: 'error', expected: mediaType, subject: manifest.descriptor.digest },
    ]);
  });

  it('of a descriptor may be of no known kind, and what is JSON is read all the same', async () => {
    const claims = await claimsOf(retyped('application/vnd.oci.descriptor.v1+json'));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
  });

  it('of layers claim their compression', async () => {
    for (const compression of ['none', 'gzip', 'zstd'] as const) {
      const { claims } = await read([ociManifest(baseImage, { compression })]);
      expect(claims).toContainEqual(expect.objectContaining({ kind: 'compression', compression }));
    }
  });

  it.each([
    ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'the layer is encrypted'],
    ['application/vnd.oci.image.layer.nydus.blob.v1', 'is no tar layer'],
    ['application/octet-stream', 'is no tar layer'],
  ])('of layers may be opaque: %s', async (mediaType, reason) => {
    const node = ociManifest(baseImage, {
      compression: (layer) => compress(layer, 'none', { mediaType }),
    });
    const claims = await read([node]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.notChecked).toMatchObject([{ subject: blobPath(shell.diffId) }]);
    expect(claims.notChecked[0]?.reason).toContain(reason);
    expect(claims.claims.filter(({ kind }) => kind === 'diffid' || kind === 'compression')).toEqual([]);
    expect([...claims.layers.values()]).toMatchObject([{ opaque: expect.stringContaining(reason) }]);
  });
});

describe('what cannot be checked of a layer', () => {
  it('is said once, however many images have it', async () => {
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+encrypted';
    const node = (of: typeof baseImage): OciNode =>
      ociManifest(of, { compression: (layer) => compress(layer, 'none', { mediaType }) });
    const claims = await read([node(baseImage), node(image({ layers: [shell], config: { Cmd: ['x'] } }))]);
    expect(claims.images).toHaveLength(2);
    expect(claims.notChecked).toHaveLength(1);
  });
});

describe('documents that are two things at once', () => {
  const swapped = (edit: (document: object) => object): Entry[] =>
    editJson<object>(ociLayout([manifest]), blobPath(manifest.descriptor.digest), edit);

  it('are invalid: an index that is a manifest', async () => {
    const claims = await claimsOf(swapped((document) => ({ ...document, manifests: [] })));
    expect(claims.findings).toContainEqual(expect.objectContaining({ code: 'document-invalid' }));
    expect(claims.images).toEqual([]);
  });

  it('are read as Go reads them where a key has two spellings: the last one counts', async () => {
    const claims = await claimsOf(swapped((document) => ({ ...document, Layers: [] })));
    expect(claims.findings).toContainEqual(expect.objectContaining({ code: 'key-ambiguous', expected: '[]' }));
    expect(claims.images[0]?.layers).toEqual([]);
  });

  it('may have a key in another spelling', async () => {
    const claims = await claimsOf(
      swapped((document) => {
        const { layers, ...rest } = document as { layers: object[] };
        return { ...rest, Layers: layers };
      }),
    );
    expect(claims.findings).toMatchObject([{ code: 'readers-disagree', actual: 'Layers' }]);
    expect(claims.images[0]?.layers).toHaveLength(3);
  });

  it('are one image where two manifests have one config', async () => {
    const gzipped = ociManifest(appImage);
    const plain = ociManifest(appImage, { compression: 'none' });
    const claims = await read([gzipped, plain]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images.map(({ manifestDigests }) => [...manifestDigests])).toEqual([
      [gzipped.descriptor.digest, plain.descriptor.digest],
    ]);
    expect(claims.images[0]?.reaches.size).toBe(new Set([...digestsOf(gzipped), ...digestsOf(plain)]).size);
  });
});

describe('a layer that is listed twice', () => {
  it('is one body and two layers', async () => {
    const claims = await read([ociManifest(image({ layers: [program, shell, program] }))]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images[0]?.layers.map(({ diffId }) => diffId)).toEqual([
      program.diffId,
      shell.diffId,
      program.diffId,
    ]);
    expect(claims.layers.size).toBe(2);
  });
});
