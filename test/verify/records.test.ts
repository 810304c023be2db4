/**
 * The record of an archive: the same image is the same record in any container, and claimed and observed facts stand where
 * they belong.
 */
import { describe, expect, it } from 'vitest';
import { type ArchiveRecord, inventorySchema } from '../../src/model/results/inventory.js';
import { appImage, appManifest, baseImage, shell } from '../formats/images.js';
import {
  blobPath,
  changeEntry,
  digestOf,
  dockerSave,
  dropEntry,
  type Entry,
  gzip,
  ociLayout,
  ociManifest,
  rawTar,
  replaceContent,
  tagged,
  tar,
  withoutPlatform,
  xz,
  zstd,
} from '../helpers/archive-builder.js';
import { codesOf, entryOf, recordOf, recordOfEntries, recordOfFolder, recordsOf } from './scan-bytes.js';
import { variants } from './variants.js';

/** What a record says of its images and bodies, whatever it lies in. */
function contentOf({ images, artifacts, entries, findings }: ArchiveRecord) {
  const byName = (index: number): string | undefined => entries[index]?.name;
  return {
    images: images.map(({ configEntry, layers, reaches, ...image }) => ({
      ...image,
      config: byName(configEntry ?? -1),
      layers: layers.map((layer) => ({ ...layer, entry: byName(layer.entry ?? -1) })),
      reaches: reaches.map(byName).sort(),
    })),
    artifacts: artifacts.map((artifact) => ({ ...artifact, reaches: artifact.reaches.map(byName).sort() })),
    // Headers and padding are the container's, not the content's.
    entries: entries.map(({ structureBytes: _, ...entry }) => entry).sort((a, b) => (a.name < b.name ? -1 : 1)),
    findings: findings.map(({ code, severity, subject }) => [code, severity, subject].join(' ')).sort(),
  };
}

describe.each(variants)('an archive as of $name', ({ entries }) => {
  it('fits the schema of the inventory', async () => {
    const record = await recordOfEntries(entries);
    const inventory = { kind: 'varve.inventory', schemaVersion: 1, verified: true, archives: [record], skipped: [] };
    expect(inventorySchema.safeParse({ ...inventory, passedOver: 0 }).success).toBe(true);
  });

  it.each([
    ['gzip', gzip],
    ['zstd', zstd],
    ['xz', xz],
  ])('is the same when it is compressed by %s', async (compression, compress) => {
    const bytes = await tar(entries);
    const plain = await recordOf(bytes);
    const packed = await recordOf(compress(bytes));
    expect(packed).toMatchObject({ compression, tarBytes: bytes.length, sizeBytes: compress(bytes).length });
    expect(contentOf(packed)).toEqual(contentOf(plain));
  });

  it('is the same when it is unpacked into a folder', async () => {
    expect(contentOf(await recordOfFolder(entries))).toEqual(contentOf(await recordOfEntries(entries)));
  });

  it.each(['pax', 'gnu'] as const)('is the same with long names as %s has them', async (longNames) => {
    const plain = await recordOfEntries(entries);
    expect(contentOf(await recordOfEntries(entries, { longNames }))).toEqual(contentOf(plain));
  });

  it('is the same with any prefix and any date', async () => {
    const plain = contentOf(await recordOfEntries(entries));
    expect(contentOf(await recordOfEntries(entries, { prefix: './', mtime: 1 }))).toEqual(plain);
    expect(contentOf(await recordOfEntries(entries, { prefix: '/', mtime: 0 }))).toEqual(plain);
  });
});

describe('an archive with several images in sub-folders', () => {
  const below = (folder: string, entries: readonly Entry[]): Entry[] =>
    entries
      .filter((entry) => (entry.type ?? 'file') === 'file')
      .map((entry) => ({ ...entry, name: `${folder}/${entry.name}` }));
  const layout = ociLayout([withoutPlatform(appManifest)]);
  const save = dockerSave([baseImage], { variant: 'crane' });

  it('is one archive for each, named by its folder', async () => {
    const bytes = await tar([...below('a/b', layout), ...below('c', save)]);
    const records = await recordsOf(bytes);
    expect(records.map(({ path, format, status }) => [path.replace(/^.*!/, '!'), format, status])).toEqual([
      ['!/a/b', 'oci-archive', 'ok'],
      ['!/c', 'docker-archive', 'ok'],
    ]);
    expect(records.reduce((sum, { tarBytes }) => sum + (tarBytes ?? 0), 0)).toBe(bytes.length);
  });

  it('is judged folder by folder', async () => {
    const records = await recordsOf(
      await tar([...below('a', layout), ...below('b', dropEntry(save, save[0]?.name ?? ''))]),
    );
    expect(records.map(({ status }) => status)).toEqual(['ok', 'failed']);
  });
});

describe('the entry of a record', () => {
  const node = withoutPlatform(ociManifest(appImage));
  const entries = ociLayout(tagged(node, appImage.tags));
  const layerBlob = node.blobs[2];
  const layerName = blobPath(layerBlob?.digest ?? '');

  it('has digest, diffID and sizes as they were observed', async () => {
    expect(entryOf(await recordOfEntries(entries), layerName)).toEqual({
      name: layerName,
      storedBytes: layerBlob?.content.length,
      structureBytes: 512 + (512 - ((layerBlob?.content.length ?? 0) % 512)),
      role: 'layer',
      claimedDigest: layerBlob?.digest,
      digest: layerBlob?.digest,
      intact: true,
      compression: 'gzip',
      diffId: shell.diffId,
      claimedDiffId: shell.diffId,
      uncompressedBytes: shell.tar.length,
    });
  });

  it('keeps the claimed digest beside another one that was observed', async () => {
    const other = gzip(Buffer.alloc(1024));
    const record = await recordOfEntries(replaceContent(entries, layerName, other));
    expect(entryOf(record, layerName)).toMatchObject({
      claimedDigest: layerBlob?.digest,
      digest: digestOf(other),
      intact: false,
      diffId: digestOf(Buffer.alloc(1024)),
      claimedDiffId: shell.diffId,
    });
    // What the image names as its layer stays what the config claims.
    expect(record.images[0]?.layers[0]).toMatchObject({
      diffId: shell.diffId,
      claimedDiffId: shell.diffId,
      digest: layerBlob?.digest,
    });
  });

  it('claims no diffID where no config says one, and knows that of its bytes', async () => {
    const record = await recordOfEntries(dockerSave([appImage], { variant: 'v1' }));
    const layers = record.images.flatMap((image) => image.layers);
    expect(layers.map(({ diffId }) => diffId)).toContain(shell.diffId);
    expect([...layers, ...record.entries].filter((each) => 'claimedDiffId' in each)).toEqual([]);
  });

  it('has no digest where it is a document', async () => {
    expect(entryOf(await recordOfEntries(entries), 'index.json')).toMatchObject({
      role: 'document',
      digest: null,
      intact: null,
    });
  });

  it('is a stray where the archive is cut inside it', async () => {
    const bytes = rawTar(
      entries.filter(({ name }) => name !== layerName).concat(entries.filter(({ name }) => name === layerName)),
    );
    const record = await recordOf(bytes.subarray(0, bytes.length - 1024 - 512));
    expect(codesOf(record, 'error')).toEqual(['archive-truncated', 'blob-missing']);
    expect(entryOf(record, layerName)).toMatchObject({ role: 'stray', digest: null, intact: null });
    expect(record.entries.filter(({ intact }) => intact === true).length).toBeGreaterThan(2);
  });
});

describe('the image of a record', () => {
  it('has the digest of its config as observed, whatever its name claims', async () => {
    const crane = dockerSave([appImage], { variant: 'crane' });
    const config = Buffer.from(`${appImage.config} `);
    const record = await recordOfEntries(replaceContent(crane, appImage.id, config));
    expect(record.images.map(({ id }) => id)).toEqual([digestOf(config)]);
  });

  it('has its platform, time and history as the config has them', async () => {
    const record = await recordOfEntries(dockerSave([appImage], { variant: 'crane' }));
    expect(record.images).toMatchObject([
      { platform: 'linux/amd64', createdAt: '2024-01-01T00:00:00Z', references: appImage.tags },
    ]);
    expect(record.images[0]?.history).toEqual(
      appImage.history.map((step) => ({
        createdAt: step.created ?? null,
        createdBy: step.created_by ?? null,
        comment: step.comment ?? null,
        emptyLayer: step.empty_layer ?? false,
      })),
    );
    expect(record.images[0]?.history.map(({ emptyLayer }) => emptyLayer)).toEqual([false, false, false, true]);
  });

  it('is there, though its config is no JSON', async () => {
    const crane = changeEntry(dockerSave([appImage], { variant: 'crane' }), appImage.id, (entry) => ({
      ...entry,
      content: Buffer.from('{'),
    }));
    const record = await recordOfEntries(crane);
    expect(codesOf(record, 'error')).toEqual(['config-name-mismatch', 'document-invalid']);
    expect(record.images).toMatchObject([{ id: digestOf('{'), platform: null, layers: [{}, {}, {}] }]);
  });
});
