/**
 * What could not be compared is said, with the reason, and never counted as good.
 */
import { describe, expect, it } from 'vitest';
import { appImage, baseImage, shell } from '../formats/images.js';
import {
  blobPath,
  compress,
  digestOf,
  dockerSave,
  dropEntry,
  editJson,
  file,
  gzip,
  image,
  type OciNode,
  ociLayout,
  ociManifest,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { codesOf, entryOf, recordOf, recordOfEntries } from './scan-bytes.js';

const shellName = blobPath(shell.diffId);

describe('the layer of a v1 image', () => {
  it('has no diffID to be compared with', async () => {
    const record = await recordOfEntries(dockerSave([baseImage], { variant: 'v1' }));
    expect(record.notChecked.map(({ reason }) => reason)).toEqual(['diffID: v1 documents name none']);
  });
});

describe('an archive of which nothing could be compared with a digest', () => {
  it.each([
    ['whose documents are of docker before 1.10', dockerSave([baseImage], { variant: 'v1' }), 'docker-v1'],
    ['that lists no image', [file('manifest.json', '[]')], 'docker-archive'],
  ] as const)('is unchecked, with a warning, and never ok: one %s', async (_which, entries, format) => {
    const record = await recordOfEntries(entries);
    expect([record.format, record.status, codesOf(record)]).toEqual([format, 'unchecked', ['nothing-compared']]);
  });

  it('is failed where something else is wrong with it', async () => {
    const whole = dockerSave([baseImage], { variant: 'v1' });
    const cut = dropEntry(whole, whole.find(({ name }) => name.endsWith('/layer.tar'))?.name ?? '');
    const record = await recordOfEntries(cut);
    expect([record.status, codesOf(record)]).toEqual(['failed', ['blob-missing']]);
  });

  it('is ok as soon as one body was compared', async () => {
    const record = await recordOfEntries(dockerSave([baseImage], { variant: 'podman' }));
    expect([record.status, codesOf(record)]).toEqual(['ok', []]);
  });
});

describe('a layer that cannot be looked into', () => {
  it.each(['application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'application/vnd.oci.image.layer.nydus.blob.v1'])(
    'has its digest checked, its diffID not: %s',
    async (mediaType) => {
      const node = ociManifest(baseImage, {
        compression: (layer) => {
          const content = Buffer.from('sealed');
          return { ...compress(layer, 'none', { mediaType }), content, digest: digestOf(content) };
        },
      });
      const record = await recordOfEntries(ociLayout([withoutPlatform(node)]));
      const name = blobPath(digestOf('sealed'));
      expect([record.status, codesOf(record)]).toEqual(['ok', []]);
      expect(record.notChecked).toMatchObject([{ subject: name, reason: expect.stringMatching(/^diffID: /) }]);
      expect(entryOf(record, name)).toMatchObject({ intact: true, diffId: null, uncompressedBytes: null });
    },
  );

  it('beside a save record, which does not say so, is not taken for a damaged tar', async () => {
    const content = Buffer.from('sealed');
    const digest = digestOf(content);
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+encrypted';
    const node = withoutPlatform(
      ociManifest(baseImage, {
        compression: (layer) => ({ ...compress(layer, 'none', { mediaType }), content, digest }),
      }),
    );
    const records = [{ Config: blobPath(baseImage.id), RepoTags: ['a:1'], Layers: [blobPath(digest)] }];
    const record = await recordOfEntries([
      ...ociLayout([node]),
      { name: 'manifest.json', content: Buffer.from(JSON.stringify(records)) },
    ]);
    expect([record.format, record.status, codesOf(record)]).toEqual(['docker-oci', 'ok', []]);
    expect(record.notChecked).toEqual([{ subject: blobPath(digest), reason: 'diffID: the layer is encrypted' }]);
  });
});

describe('a digest by an algorithm that is not known', () => {
  const unknown = `blake3:${'a'.repeat(64)}`;

  it('is not checked where a blob is named by it', async () => {
    const node = withoutPlatform(ociManifest(appImage, { compression: 'none' }));
    const root: OciNode = {
      descriptor: { ...node.descriptor, digest: unknown },
      blobs: node.blobs.map((blob, i) => (i === 0 ? { ...blob, digest: unknown } : blob)),
    };
    const record = await recordOfEntries(ociLayout([root]));
    expect([record.status, codesOf(record)]).toEqual(['ok', []]);
    expect(record.notChecked).toEqual([
      { subject: blobPath(unknown), reason: 'digest: the algorithm blake3 is not known here' },
    ]);
    expect(entryOf(record, blobPath(unknown)).intact).toBe(null);
  });

  it('is not checked where it is a diffID', async () => {
    const spec = image({ layers: [shell], overrides: { rootfs: { diff_ids: [unknown] } } });
    const record = await recordOfEntries(ociLayout([withoutPlatform(ociManifest(spec, { compression: 'none' }))]));
    expect(record.status).toBe('ok');
    expect(record.notChecked).toEqual([
      { subject: shellName, reason: 'diffID: the algorithm blake3 is not known here' },
    ]);
  });

  it('is not checked where it is that of inline data', async () => {
    const node = withoutPlatform(ociManifest(appImage, { compression: 'none' }));
    const entries = editJson<{ manifests: object[] }>(ociLayout([node]), 'index.json', (index) => ({
      ...index,
      manifests: [...index.manifests, { mediaType: 'text/plain', digest: unknown, size: 1, data: 'YQ==' }],
    }));
    const record = await recordOfEntries(entries);
    expect(record.notChecked).toEqual([
      { subject: 'index.json manifests[1]', reason: 'inline data: its digest algorithm is not known here' },
    ]);
  });
});

describe('a diffID by sha512', () => {
  const spec = image({ layers: [shell], overrides: { rootfs: { diff_ids: [digestOf(shell.tar, 'sha512')] } } });
  const node = withoutPlatform(ociManifest(spec));

  it('is checked in a file', async () => {
    const record = await recordOfEntries(ociLayout([node]));
    expect([record.status, record.notChecked]).toEqual(['ok', []]);
  });

  it('is not in an archive that is read in one pass', async () => {
    const record = await recordOf(gzip(await tar(ociLayout([node]))));
    expect(record.status).toBe('ok');
    expect(record.notChecked).toEqual([
      {
        subject: expect.stringMatching(/^blobs\/sha256\//),
        reason: 'diffID: the archive was read in one pass, before its sha512 was asked for',
      },
    ]);
  });
});

describe('an archive whose bodies were not read', () => {
  it('says so once, and calls nothing intact that was not hashed', async () => {
    const bytes = await tar(dockerSave([appImage], { variant: 'podman' }));
    const record = await recordOf(bytes, { verify: false });
    expect(record.status).toBe('unverified');
    expect(record.notChecked.map(({ reason }) => reason)).toEqual([
      'bodies: only headers, documents and first bytes were read',
    ]);
    const layers = record.entries.filter(({ role }) => role === 'layer');
    expect(layers.map(({ intact, digest }) => [intact, digest])).toEqual(layers.map(() => [null, null]));
    expect(layers.map(({ diffId }) => diffId)).toEqual(appImage.layers.map(({ diffId }) => diffId));
  });
});

describe('the size of a layer whose bytes were not read', () => {
  const sizesOf = async (compression: 'none' | 'gzip') => {
    const bytes = await tar(ociLayout([withoutPlatform(ociManifest(baseImage, { compression }))]));
    const record = await recordOf(bytes, { verify: false });
    return record.entries.filter(({ role }) => role === 'layer').map(({ uncompressedBytes }) => uncompressedBytes);
  };

  it('is known where it is not compressed, and else is not guessed', async () => {
    expect(await sizesOf('none')).toEqual([shell.tar.length]);
    expect(await sizesOf('gzip')).toEqual([null]);
  });
});

describe('an archive whose names claim nothing, and whose bodies were not read', () => {
  it('has nothing that is called intact but its documents', async () => {
    const record = await recordOf(await tar(dockerSave([appImage], { variant: 'legacy' })), { verify: false });
    const layers = record.entries.filter(({ role }) => role === 'layer');
    expect(layers.map(({ intact }) => intact)).toEqual([null, null, null]);
  });
});

describe('an archive in which all can be compared', () => {
  it('has nothing that was not checked', async () => {
    const record = await recordOfEntries(ociLayout([withoutPlatform(ociManifest(appImage))]));
    expect(record.notChecked).toEqual([]);
  });
});
