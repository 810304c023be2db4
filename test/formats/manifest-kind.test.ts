/**
 * What hides an image: nothing that a supplier can write on it. A config that is one of an image, and layers that can be
 * unpacked, make an image under every label; an image config above documents makes none under any.
 */
import { describe, expect, it } from 'vitest';
import {
  artifact,
  attestation,
  blobNode,
  type Descriptor,
  describe as describeNode,
  file,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, baseImage } from './images.js';
import { claimsAbout, claimsOf, codesOf } from './read-entries.js';

const configType = 'application/vnd.oci.image.config.v1+json';
const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const read = async (roots: readonly OciNode[]) => claimsOf(ociLayout(roots));
const counts = async (roots: readonly OciNode[]) => {
  const { images, artifacts } = await read(roots);
  return { images: images.length, artifacts: artifacts.length };
};
const oneImage = { images: 1, artifacts: 0 };
const oneArtifact = { images: 0, artifacts: 1 };

/** The image with its manifest written by hand: `config` and `layers` change their descriptors, `fields` the document. */
function labelled(
  labels: {
    readonly config?: Partial<Descriptor>;
    readonly layers?: Partial<Descriptor>;
    readonly fields?: object;
    readonly content?: Buffer;
  } = {},
): OciNode {
  const plain = ociManifest(baseImage, { compression: 'gzip' });
  const [, , ...layers] = plain.blobs;
  const config = blobNode(configType, labels.content ?? baseImage.config);
  const document = {
    schemaVersion: 2,
    config: { ...config.descriptor, ...labels.config },
    layers: layers.map(({ digest, content }) => ({
      mediaType: layerType,
      digest,
      size: content.length,
      ...labels.layers,
    })),
    ...labels.fields,
  };
  const own = blobNode('application/vnd.oci.image.manifest.v1+json', Buffer.from(JSON.stringify(document)));
  return { ...own, blobs: [...own.blobs, ...config.blobs, ...layers] };
}

const configWith = (fields: object): Buffer => {
  const config = JSON.parse(baseImage.config.toString('utf8'));
  return Buffer.from(JSON.stringify({ ...config, ...fields }));
};

describe('an image', () => {
  it.each([
    'application/octet-stream',
    'application/json',
    'text/html',
    '',
    'application/vnd.oci.empty.v1+json',
    'application/vnd.oci.image.config.v1+json; charset=utf-8',
    'Application/Vnd.OCI.Image.Config.v1+JSON',
    'application/vnd.cncf.helm.config.v1+json',
    'application/vnd.docker.plugin.v1+json',
  ])('is one whose config calls itself %j, and its diffIDs are claimed', async (mediaType) => {
    const claims = await read([labelled({ config: { mediaType } })]);
    expect([claims.images.length, claims.artifacts.length, codesOf(claims)]).toEqual([1, 0, []]);
    expect(claims.claims.filter(({ kind }) => kind === 'diffid')).toHaveLength(1);
    expect(claims.notChecked).toEqual([]);
  });

  it.each([
    ['an artifactType', { artifactType: 'application/x' }],
    ['a subject', { subject: appManifest.descriptor }],
    ['a media type of its own that nobody knows', { mediaType: 'application/x' }],
  ])('is one that has %s', async (_, fields) => {
    expect((await read([labelled({ fields })])).images).toHaveLength(1);
  });

  it.each([
    ['the annotation of an attestation', { annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }],
    ['an artifactType', { artifactType: 'application/x' }],
    ['no media type', { mediaType: undefined as unknown as string }],
    ['an empty media type', { mediaType: '' }],
    ['an unknown media type', { mediaType: 'application/octet-stream' }],
    ['a media type with a parameter', { mediaType: 'application/vnd.oci.image.manifest.v1+json; a=b' }],
    ['a media type in capitals', { mediaType: 'APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON' }],
    ['the platform unknown/unknown', { platform: { os: 'unknown', architecture: 'unknown' } }],
  ])('is one whose descriptor has %s', async (_, fields) => {
    expect(await counts([describeNode(labelled(), fields)])).toEqual(oneImage);
  });

  it.each([
    ['in a nested index', (node: OciNode) => ociIndex([ociIndex([node])])],
    ['in a manifest list of docker', (node: OciNode) => ociIndex([node], { family: 'docker' })],
    ['in an index with an artifactType', (node: OciNode) => ociIndex([node], { artifactType: 'application/x' })],
    [
      'in an index that is called an attestation',
      (node: OciNode) => describeNode(ociIndex([node]), { annotations: { 'vnd.docker.reference.type': 'x' } }),
    ],
    ['in an index of unknown type', (node: OciNode) => describeNode(ociIndex([node]), { mediaType: 'text/plain' })],
  ])('is found where its manifest lies %s', async (_, wrap) => {
    const hidden = describeNode(labelled({ fields: { artifactType: 'application/x' } }), { artifactType: 'x/y' });
    expect(await counts([wrap(hidden)])).toEqual(oneImage);
  });

  it.each([
    'application/vnd.oci.image.layer.v1.tar+json',
    'application/vnd.in-toto+json',
    'application/json',
    'application/vnd.dev.cosign.simplesigning.v1+json',
  ])('is one whose layer is called %s and is a tar, which is looked into', async (mediaType) => {
    const claims = await read([labelled({ layers: { mediaType } })]);
    expect([claims.images.length, claims.artifacts.length]).toEqual([1, 0]);
    expect([...claims.layers.values()]).toMatchObject([{ opaque: null }]);
    expect(claims.notChecked).toEqual([]);
  });

  it('is one whose layer is called a document and is a tar that begins as one', async () => {
    const content = rawTar([file('{"a": 1}', 'x')]);
    const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } };
    const node = artifact([blobNode('application/vnd.in-toto+json', content)], {
      config: blobNode(configType, Buffer.from(JSON.stringify(config))),
    });
    expect((await read([node])).images).toHaveLength(1);
  });

  it.each([
    ['no platform', { os: '', architecture: '' }],
    ['the platform unknown/unknown', { os: 'unknown', architecture: 'unknown' }],
  ])('is one whose config names %s, under any type', async (_, fields) => {
    const content = configWith(fields);
    const layers = { mediaType: 'application/vnd.in-toto+json' };
    expect(await counts([labelled({ content, layers })])).toEqual(oneImage);
    expect(await counts([labelled({ content, config: { mediaType: 'application/x' }, layers })])).toEqual(oneImage);
  });

  it('is the same in whatever order two descriptors name it', async () => {
    const attested = describeNode(labelled(), { annotations: { 'vnd.docker.reference.type': 'x' } });
    const typed = describeNode(labelled(), { mediaType: 'application/octet-stream' });
    const plain = labelled();
    for (const roots of [
      [attested, typed, plain],
      [plain, typed, attested],
      [typed, attested, plain],
    ]) {
      expect(await counts(roots)).toEqual(oneImage);
    }
  });

  it('has a config of which nothing but a platform and a run configuration is there', async () => {
    const content = Buffer.from('{"os": "linux", "architecture": "amd64", "config": {"User": "0"}}');
    const claims = await read([labelled({ content, config: { mediaType: 'application/json' } })]);
    expect(claims.images).toMatchObject([{ config: { User: '0' } }]);
    expect(codesOf(claims)).toContain('layer-count-mismatch');
  });
});

describe('a config of another type that not every loader can read', () => {
  it.each([
    ['a field that only docker knows is of another type', configWith({ config: { Hostname: 5 } })],
    ['its history is none', configWith({ history: 5 })],
  ])('is that of an image, with an error: %s', async (_, content) => {
    const claims = await read([labelled({ content, config: { mediaType: 'application/x' } })]);
    expect(claims.images).toHaveLength(1);
    expect(codesOf(claims)).toContain('document-invalid');
  });
});

describe('an artifact', () => {
  it.each([
    ['a chart', 'application/vnd.cncf.helm.config.v1+json', '{"name": "chart", "version": "1"}'],
    [
      'a WASM component',
      'application/vnd.wasm.config.v0+json',
      '{"architecture": "wasm", "os": "wasip2", "layerDigests": []}',
    ],
    ['a file', 'application/vnd.oci.empty.v1+json', '{}'],
    [
      'a model',
      'application/vnd.docker.ai.model.config.v0.1+json',
      '{"config": {}, "rootfs": {"diff_ids": ["sha256:0"]}}',
    ],
    ['something with a list for a config', 'application/x', '[]'],
    ['something with a text for a config', 'application/x', 'name = x'],
    ['something with an empty config', 'application/x', ''],
    ['something whose config is no config of an image', 'application/x', '{"rootfs": {"diff_ids": 5}}'],
  ])('is not taken for an image: %s', async (_, mediaType, text) => {
    const node = artifact([blobNode('application/octet-stream', Buffer.from('GGUF, or anything'))], {
      config: blobNode(mediaType, Buffer.from(text)),
    });
    const claims = await read([node]);
    expect([claims.images.length, claims.artifacts.length, codesOf(claims)]).toEqual([0, 1, []]);
    expect(claimsAbout(`blobs/${(node.blobs[1]?.digest ?? '').replace(':', '/')}`, claims)).toHaveLength(2);
  });

  it('stays one where an image config stands above documents, whatever the config is called', async () => {
    const statement = Buffer.from(' {"_type": "statement"}'.repeat(50));
    const content = configWith({ os: 'unknown', architecture: 'unknown' });
    for (const mediaType of [configType, 'application/octet-stream']) {
      const node = artifact([blobNode('application/vnd.in-toto+json', statement)], {
        config: blobNode(mediaType, content),
      });
      expect(await counts([node])).toEqual(oneArtifact);
    }
  });

  it('stays an attestation by its annotation where its config is the empty one', async () => {
    const node = describeNode(artifact([blobNode('application/vnd.in-toto+json', Buffer.from('{}'))]), {
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    });
    expect((await read([node])).artifacts).toMatchObject([{ kind: 'attestation' }]);
  });

  it('stays one beside the image that it describes, in one index', async () => {
    expect(await counts([ociIndex([appManifest, attestation(appManifest)])])).toEqual({ images: 1, artifacts: 1 });
  });
});

describe("a manifest of docker's schema 1", () => {
  const content = Buffer.from(
    '{"schemaVersion": 1, "name": "x", "fsLayers": [{"blobSum": "sha256:0"}], "history": []}',
  );

  it.each([
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
    'application/json',
    'application/octet-stream',
    '',
    'application/vnd.oci.image.manifest.v1+json',
  ])('is an error under the type %j, since podman makes an image of it', async (mediaType) => {
    const claims = await read([blobNode(mediaType, content), withoutPlatform(ociManifest(appImage))]);
    expect(claims.findings).toMatchObject([{ code: 'document-invalid', message: expect.stringContaining('schema 1') }]);
  });
});
