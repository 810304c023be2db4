/** Names with several holders, and names that hold a digest: whatever platforms, labels and orders the archive chooses. */
import { describe, expect, it } from 'vitest';
import { appImage, appManifest, armImage, armManifest, baseImage, named } from '../formats/images.js';
import {
  artifact,
  attestation,
  blobNode,
  describe as describeNode,
  dockerSave,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { codesOf, recordOfEntries } from './scan-bytes.js';

const tag = 'a.example/x:1';
const app = withoutPlatform(appManifest);
const base = withoutPlatform(ociManifest(baseImage));
const chart = artifact([blobNode('text/plain', Buffer.from('chart'))], { artifactType: 'application/x.chart' });
const codes = async (roots: readonly OciNode[]) => codesOf(await recordOfEntries(ociLayout(roots)));
const underTag = (...nodes: readonly OciNode[]) => nodes.flatMap((node) => tagged(node, [tag]));

describe('a tag in an archive', () => {
  it.each([
    ['two images of one platform', underTag(app, base)],
    ['two images of different platforms', underTag(app, armManifest)],
    ['an image and an artifact', underTag(app, chart)],
    ['two artifacts', underTag(chart, artifact([blobNode('text/plain', Buffer.from('other'))]))],
    ['an image and an index', underTag(app, ociIndex([appManifest, armManifest]))],
    ['an index and one of its images, as a root of its own', underTag(ociIndex([appManifest, armManifest]), app)],
    ['two indexes', underTag(ociIndex([appManifest]), ociIndex([armManifest]))],
  ])('is ambiguous on %s, in any order', async (_, roots) => {
    expect(await codes(roots)).toEqual(['tag-ambiguous']);
    expect(await codes([...roots].reverse())).toEqual(['tag-ambiguous']);
  });

  it.each([
    ['the platforms of one index', underTag(ociIndex([appManifest, armManifest]))],
    ['an image and its attestation in one index', underTag(ociIndex([appManifest, attestation(appManifest)]))],
    ['one image by two equal descriptors', underTag(app, app)],
    ['one image by two manifests', underTag(app, withoutPlatform(ociManifest(appImage, { compression: 'none' })))],
  ])('is not ambiguous on %s', async (_, roots) => {
    expect(await codes(roots)).toEqual([]);
  });

  it('is ambiguous on two images of one platform below one index', async () => {
    expect(await codes(underTag(ociIndex([appManifest, ociManifest(baseImage)])))).toEqual(['tag-ambiguous']);
  });

  it('is ambiguous on two save records, whatever their platforms', async () => {
    const records = dockerSave([named(appImage, tag), named(armImage, tag)], { variant: 'crane' });
    expect(codesOf(await recordOfEntries(records))).toEqual(['tag-ambiguous']);
  });

  it('is not ambiguous on two images of which docker wrote the same tag of two repositories', async () => {
    const images = [named(appImage, 'a.example/x:1'), named(baseImage, 'b.example/y:1')];
    const record = await recordOfEntries(dockerSave(images, { variant: 'hybrid' }));
    expect(codesOf(record, 'warning')).toEqual([]);
    expect(record.images.map(({ localTags }) => localTags)).toEqual([[], []]);
  });

  it('is not ambiguous on names that differ only in a digest where that names one thing', async () => {
    const nodes = [app, base].map((node) =>
      describeNode(node, {
        annotations: { 'org.opencontainers.image.ref.name': `a.example/x@${node.descriptor.digest}` },
      }),
    );
    expect(await codes(nodes)).toEqual([]);
  });

  it('is ambiguous on names of one tag that differ in the digest behind it', async () => {
    const nodes = [app, base].map((node) =>
      describeNode(node, { annotations: { 'org.opencontainers.image.ref.name': `${tag}@${node.descriptor.digest}` } }),
    );
    expect(await codes(nodes)).toEqual(['tag-ambiguous']);
  });
});

describe('a digest in a name', () => {
  const withName = (node: OciNode, name: string) =>
    describeNode(node, { annotations: { 'org.opencontainers.image.ref.name': name } });

  it('may be that of the manifest or index that has the name', async () => {
    const index = ociIndex([appManifest, armManifest]);
    expect(await codes([withName(app, `a.example/x@${app.descriptor.digest}`)])).toEqual([]);
    expect(await codes([withName(index, `${tag}@${index.descriptor.digest}`)])).toEqual([]);
  });

  it('is told where it is that of another, or of a part', async () => {
    const index = ociIndex([appManifest, armManifest]);
    const names = [base.descriptor.digest, appManifest.descriptor.digest].map((digest) => `a.example/x@${digest}`);
    for (const name of names) expect(await codes([withName(index, name)])).toEqual(['name-digest-mismatch']);
  });

  it('is not checked in an archive without manifests', async () => {
    const name = `a.example/x@${app.descriptor.digest}`;
    const record = await recordOfEntries(dockerSave([named(appImage, name)], { variant: 'crane' }));
    expect(record.notChecked).toMatchObject([{ subject: name }]);
  });
});
