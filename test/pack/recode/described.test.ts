/** What describes an image whose manifest gets another digest: it follows, or goes, or keeps the pack from being written. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  artifact,
  attestation,
  blobNode,
  describe as describeNode,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { freshScan, imageIds, packInto } from '../packing.js';

const { at, write, newFolder } = temporaryFolder();

const spec = image({ layers: [layer({ files: [{ path: 'app', content: 'sediment '.repeat(3000) }] })] });
const manifest = ociManifest(spec, { compression: 'none' });
const name = 'docker.io/shop/api:1';
const compress = { compress: 'gzip' as const };

const referrer = (subject: OciNode, type: string, content = '{}'): OciNode =>
  artifact([blobNode(type, Buffer.from(content))], { subject, artifactType: type });
const sbom = (subject: OciNode): OciNode => referrer(subject, 'application/spdx+json', '{"spdxVersion":"SPDX-2.3"}');
const notation = (subject: OciNode): OciNode => {
  const envelope = blobNode('application/jose+json', Buffer.from('{"payload":""}'));
  return artifact([envelope], { subject, artifactType: 'application/vnd.cncf.notary.signature' });
};
const cosign = (subject: OciNode, ending: string): OciNode[] =>
  tagged(
    artifact([blobNode('application/vnd.dev.cosign.simplesigning.v1+json', Buffer.from('{}'))]),
    [`docker.io/shop/api:${subject.descriptor.digest.replace(':', '-')}${ending}`],
    'tag-only',
  );
const dsse = (target: OciNode): OciNode => {
  const { annotations = {} } = attestation(target).descriptor;
  return describeNode(artifact([blobNode('application/vnd.dsse.envelope.v1+json', Buffer.from('{}'))]), {
    annotations,
  });
};

let count = 0;
async function archiveOf(roots: readonly OciNode[]): Promise<string> {
  const file = `described-${count++}.tar`;
  write({ [file]: await tar(ociLayout(roots)) });
  return at(file);
}

describe('what signs nothing', () => {
  it('follows the image: a list of packages by its subject', async () => {
    const result = await packInto(
      at('sbom.tar'),
      [await archiveOf([...tagged(manifest, [name]), sbom(manifest)])],
      compress,
    );
    const inventory = await freshScan(result);
    const [row] = inventory.archives[0]?.artifacts ?? [];
    expect(row?.subject).toBe(result.images[0]?.manifestDigest.after);
    expect(result.signatures).toEqual([]);
    expect(result.recoded?.manifests.map(({ before }) => before).sort()).toEqual(
      [manifest.descriptor.digest, sbom(manifest).descriptor.digest].sort(),
    );
  });

  it('follows the image: a statement of BuildKit in the index that both are in', async () => {
    const index = ociIndex([manifest, attestation(manifest)]);
    const result = await packInto(at('buildkit.tar'), [await archiveOf(tagged(index, [name]))], compress);
    const inventory = await freshScan(result);
    const [row] = inventory.archives[0]?.artifacts ?? [];
    expect(row).toMatchObject({ kind: 'attestation', subject: result.images[0]?.manifestDigest.after });
    expect(result.recoded?.indexes.map(({ before }) => before)).toEqual([index.descriptor.digest]);
  });

  it('stays as it is where the image does', async () => {
    const roots = [...tagged(manifest, [name]), sbom(manifest), notation(manifest), ...cosign(manifest, '.sig')];
    const result = await packInto(at('same.tar'), [await archiveOf(roots)], { compress: 'none' });
    expect(result.recoded).toMatchObject({ manifests: [], indexes: [], layers: [] });
    expect((await freshScan(result)).archives[0]?.artifacts).toHaveLength(3);
  });
});

const signed: [string, () => OciNode[], string][] = [
  [
    'a signature of notation',
    () => [...tagged(manifest, [name]), notation(manifest)],
    notation(manifest).descriptor.digest,
  ],
  [
    'what nobody knows, by its subject',
    () => [...tagged(manifest, [name]), referrer(manifest, 'application/vnd.example.thing')],
    referrer(manifest, 'application/vnd.example.thing').descriptor.digest,
  ],
  [
    'a signature of cosign by its tag',
    () => [...tagged(manifest, [name]), ...cosign(manifest, '.sig')],
    cosign(manifest, '.sig')[0]?.descriptor.digest ?? '',
  ],
  [
    'an attestation of cosign by its tag',
    () => [...tagged(manifest, [name]), ...cosign(manifest, '.att')],
    cosign(manifest, '.att')[0]?.descriptor.digest ?? '',
  ],
  [
    'the list of referrers under the tag of an image',
    () => [...tagged(manifest, [name]), ...cosign(manifest, '')],
    cosign(manifest, '')[0]?.descriptor.digest ?? '',
  ],
  [
    'a signed attestation in an index',
    () => tagged(ociIndex([manifest, dsse(manifest)]), [name]),
    dsse(manifest).descriptor.digest,
  ],
  [
    'a signature of a list of packages that follows its image',
    () => [...tagged(manifest, [name]), sbom(manifest), notation(sbom(manifest))],
    notation(sbom(manifest)).descriptor.digest,
  ],
];

describe.each(signed)('%s', (_, roots, digest) => {
  it('keeps a pack with other digests from being written', async () => {
    const folder = newFolder();
    const result = await packInto(`${folder}/pack.tar`, [await archiveOf(roots())], compress);
    expect(result.status).toBe('refused');
    expect(result.signatures.map((row) => [row.digest, row.dropped])).toEqual([[digest, false]]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is named and left out where that is asked for', async () => {
    const result = await packInto(at('dropped.tar'), [await archiveOf(roots())], { ...compress, dropSignatures: true });
    expect(result.signatures.map((row) => [row.digest, row.dropped])).toEqual([[digest, true]]);
    const inventory = await freshScan(result);
    expect(imageIds(inventory)).toEqual([spec.id]);
    expect(inventory.archives[0]?.entries.map((entry) => entry.digest)).not.toContain(digest);
  });
});

describe('an index', () => {
  it('keeps its text byte for byte but for the digests and sizes in it', async () => {
    const inner = ociIndex([manifest], { annotations: { 'org.example.note': 'kept' } });
    const result = await packInto(`${at('inner')}/`, [await archiveOf(tagged(inner, [name]))], compress);
    const [change] = result.recoded?.indexes ?? [];
    const [below] = result.recoded?.manifests ?? [];
    const path = `${at('inner')}/blobs/${(change?.after ?? '').replace(':', '/')}`;
    const before = inner.blobs[0]?.content.toString() ?? '';
    const size = readFileSync(`${at('inner')}/blobs/${(below?.after ?? '').replace(':', '/')}`).length;
    const expected = before
      .replace(manifest.descriptor.digest, below?.after ?? '')
      .replace(`"size":${manifest.descriptor.size}`, `"size":${size}`);
    expect(readFileSync(path, 'utf8')).toBe(expected);
  });
});

describe('a name with a digest in it', () => {
  it('is told, and lost with that digest, but for its tag', async () => {
    const pinned = `docker.io/shop/api:1@${manifest.descriptor.digest}`;
    const bare = `docker.io/shop/other@${manifest.descriptor.digest}`;
    const result = await packInto(at('pinned.tar'), [await archiveOf(tagged(manifest, [pinned, bare]))], compress);
    await freshScan(result);
    expect(result.recoded?.lostNames.map((row) => row.name)).toEqual([pinned, bare]);
    expect(result.images[0]?.references).toEqual(['docker.io/shop/api:1']);
  });
});
