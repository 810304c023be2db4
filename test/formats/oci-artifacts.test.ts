/**
 * Manifests that are no image: attestations, signatures, charts, files. Their bytes are claimed and their parts looked up
 * as those of an image; they belong to what they describe.
 */
import { describe, expect, it } from 'vitest';
import {
  artifact,
  attestation,
  type Blob,
  blobNode,
  blobPath,
  describe as describeNode,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  withoutBlob,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appImage, appManifest, digestsOf } from './images.js';
import { claimsAbout, claimsOf, codesOf, rolesOf } from './read-entries.js';

const read = async (roots: readonly OciNode[]) => claimsOf(ociLayout(roots));
const target = appManifest.descriptor.digest;
const chartType = 'application/vnd.cncf.helm.config.v1+json';
const chart = artifact([blobNode('application/vnd.cncf.helm.chart.content.v1.tar+gzip', Buffer.from('chart'))], {
  config: blobNode(chartType, Buffer.from('{"name":"chart"}')),
});
const signatureType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signature = (
  config: OciNode = blobNode('application/vnd.oci.image.config.v1+json', Buffer.from('{}')),
): OciNode => artifact([blobNode(signatureType, Buffer.from('{"critical":{}}'))], { config });

describe('an attestation', () => {
  const index = ociIndex([appManifest, attestation(appManifest)]);

  it('is no image, and belongs to the manifest that it names', async () => {
    const claims = await read(tagged(index, ['a.example/x:1']));
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
    expect(claims.artifacts).toMatchObject([
      { kind: 'attestation', subject: target, references: ['a.example/x:1'], reaches: expect.any(Array) },
    ]);
    expect(claims.artifacts[0]?.reaches).toHaveLength(4);
  });

  it('has bytes that are claimed like those of an image', async () => {
    const node = attestation(appManifest);
    const claims = await read([index]);
    const about = digestsOf(node).map((digest) => claimsAbout(blobPath(digest), claims));
    expect(about).toEqual(
      node.blobs.map(({ digest, content }: Blob) => [
        { kind: 'digest', digest, named: 'blob' },
        { kind: 'size', sizeBytes: content.length },
      ]),
    );
  });

  it('is told by its layers where the annotation is gone', async () => {
    const { annotations: _annotations, ...descriptor } = attestation(appManifest).descriptor;
    const claims = await read([ociIndex([appManifest, { ...attestation(appManifest), descriptor }])]);
    expect(claims.artifacts).toMatchObject([{ kind: 'attestation', subject: null }]);
  });

  it('lacks a part with an error', async () => {
    const node = attestation(appManifest);
    const digest = digestsOf(node)[2] ?? '';
    const claims = await read([ociIndex([appManifest, withoutBlob(node, digest)])]);
    expect(claims.findings).toMatchObject([{ code: 'blob-missing', subject: digest }]);
  });
});

describe('an artifact', () => {
  it('may be a chart', async () => {
    const claims = await read(tagged(chart, ['a.example/chart:1']));
    expect([codesOf(claims), claims.images]).toEqual([[], []]);
    expect(claims.artifacts).toMatchObject([
      { kind: 'artifact', artifactType: chartType, references: ['a.example/chart:1'], subject: null },
    ]);
    expect(new Set(Object.values(rolesOf(claims)))).toEqual(new Set(['document', 'blob']));
  });

  it('names what it refers to by its subject', async () => {
    const referrer = artifact([blobNode('text/plain', Buffer.from('note'))], {
      subject: appManifest,
      artifactType: 'application/x.note',
    });
    const { artifacts } = await read([appManifest, referrer]);
    expect(artifacts).toMatchObject([{ artifactType: 'application/x.note', subject: target }]);
  });

  it('may be a signature that wraps an image config', async () => {
    const claims = await read([withoutPlatform(appManifest), signature()]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
    expect(claims.artifacts).toMatchObject([{ kind: 'artifact', digest: signature().descriptor.digest }]);
  });

  it.each(['.sig', '.att', '.sbom', ''])('belongs to the digest in a tag of cosign: %s', async (suffix) => {
    const tag = `${target.replace(':', '-')}${suffix}`;
    const named = describeNode(signature(), { annotations: { 'org.opencontainers.image.ref.name': tag } });
    const { artifacts } = await read([withoutPlatform(appManifest), signature(), named]);
    expect(artifacts).toMatchObject([{ subject: target, localTags: [tag] }]);
  });

  it('has no subject by a tag that is not one of cosign', async () => {
    const annotations = { 'org.opencontainers.image.ref.name': `${target.replace(':', '-')}.txt` };
    const { artifacts } = await read([describeNode(signature(), { annotations })]);
    expect(artifacts).toMatchObject([{ subject: null }]);
  });

  it('may be of any media type, and is then only bytes', async () => {
    const xml = blobNode('application/xml', Buffer.from('<metainfo/>'));
    const claims = await read([xml, withoutPlatform(appManifest)]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.artifacts).toMatchObject([{ artifactType: 'application/xml', digest: xml.descriptor.digest }]);
    expect(claimsAbout(blobPath(xml.descriptor.digest), claims)).toHaveLength(2);
  });

  it('may be JSON of another kind', async () => {
    const other = blobNode('application/vnd.example.thing+json', Buffer.from('{"thing": true}'));
    const claims = await read([other]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.artifacts).toMatchObject([{ artifactType: 'application/vnd.example.thing+json' }]);
  });

  it('is invalid where its type promises a manifest and its content is none', async () => {
    const node = blobNode('application/vnd.oci.image.manifest.v1+json', Buffer.from('{"thing": true}'));
    const claims = await read([node]);
    expect(claims.findings).toMatchObject([
      { code: 'document-invalid', severity: 'error', subject: blobPath(node.descriptor.digest) },
    ]);
    // A root names it: its bytes are not unreferenced.
    expect(claims.artifacts).toHaveLength(1);
  });

  it('may be the artifact manifest of an OCI release candidate', async () => {
    const content = Buffer.from('note');
    const note = blobNode('text/plain', content);
    const document = { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', blobs: [note.descriptor] };
    const node = blobNode(document.mediaType, Buffer.from(JSON.stringify(document)));
    const claims = await read([{ ...node, blobs: [...node.blobs, ...note.blobs] }]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.artifacts[0]?.reaches).toHaveLength(2);
  });

  it('is not what an image config with tar layers makes', async () => {
    const { images, artifacts } = await read([ociManifest(appImage)]);
    expect([images.length, artifacts.length]).toEqual([1, 0]);
  });

  it('is found again where a manifest type follows a descriptor of another type', async () => {
    const manifest = withoutPlatform(appManifest);
    const claims = await read([describeNode(manifest, { mediaType: 'application/octet-stream' }), manifest]);
    expect(codesOf(claims)).toEqual([]);
    expect(claims.images).toHaveLength(1);
  });
});
