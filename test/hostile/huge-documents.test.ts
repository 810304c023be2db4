/**
 * Documents of any size: each of the limits by name, at the cap and one past, and documents whose every item is wrong.
 */
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/model/limits.js';
import {
  blobNode,
  changeEntry,
  dockerSave,
  type Entry,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { errorsOf, limitsHit, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const crane = dockerSave([tiny], { variant: 'crane' });
const padded = (entries: readonly Entry[], name: string, sizeBytes: number): Entry[] =>
  changeEntry(entries, name, (entry) => ({
    ...entry,
    content: Buffer.concat([entry.content, Buffer.alloc(sizeBytes - entry.content.length, ' ')]),
  }));

describe('a document', () => {
  it('is read at the limit', async () => {
    const record = await scanEntries(padded(crane, 'manifest.json', limits.documentBytes));
    expect([record.status, limitsHit(record), record.images.length]).toEqual(['ok', [], 1]);
  });

  it('is not read past it', async () => {
    const record = await scanEntries(padded(crane, 'manifest.json', limits.documentBytes + 1));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['documentBytes']]);
  });

  it.each(['index.json', 'oci-layout'])('is not read past it: %s', async (name) => {
    const layout = ociLayout([withoutPlatform(ociManifest(tiny))]);
    const record = await scanEntries(padded(layout, name, limits.documentBytes + 1));
    expect(limitsHit(record)).toEqual(['documentBytes']);
  });

  it('is not read past it where its name is a digest: a manifest, a config', async () => {
    const spaces = Buffer.alloc(limits.documentBytes, ' ');
    const config = Buffer.concat([tiny.config, spaces]);
    const record = await scanEntries(ociLayout([withoutPlatform(ociManifest({ ...tiny, config }))]));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['documentBytes']]);
    // It is verified all the same.
    expect(record.entries.filter(({ role, intact }) => role === 'blob' && intact === true)).toHaveLength(2);
  });
});

describe('all documents of one archive', () => {
  const manifest = (i: number): OciNode => {
    const node = ociManifest({ ...tiny, config: Buffer.from(`${tiny.config}${' '.repeat(i)}`) });
    const content = node.blobs[0]?.content ?? Buffer.alloc(0);
    const large = Buffer.concat([content, Buffer.alloc(limits.documentBytes - content.length, ' ')]);
    const own = blobNode(node.descriptor.mediaType, large);
    return { ...own, blobs: [...own.blobs, ...node.blobs.slice(1)] };
  };
  const count = limits.documentsBytes / limits.documentBytes;

  it('are read up to the limit', async () => {
    const record = await scanEntries(ociLayout(Array.from({ length: count - 1 }, (_, i) => manifest(i))));
    expect([record.status, limitsHit(record), record.images.length]).toEqual(['ok', [], count - 1]);
  });

  it('are not read past it', async () => {
    const record = await scanEntries(ociLayout(Array.from({ length: count }, (_, i) => manifest(i))));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['documentsBytes']]);
    expect(record.images).toHaveLength(count - 1);
  });
});

describe('a document that is wrong in every item', () => {
  const fill = (item: string): string => {
    const count = Math.floor(limits.documentBytes / (item.length + 1)) - 64;
    return Array.from({ length: count }, () => item).join(',');
  };

  it.each([
    ['numbers', '1', 'document-invalid'],
    ['empty objects', '{}', 'limit-exceeded'],
    ['objects of the wrong type', '{"digest":1}', 'document-invalid'],
    ['lists', '[]', 'limit-exceeded'],
    ['objects with keys in other case', '{"DIGEST":"x"}', 'document-invalid'],
  ])('is refused at the first, or for so many values: index.json of %s', async (_, item, code) => {
    const record = await scanEntries([
      { name: 'oci-layout', content: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
      { name: 'index.json', content: Buffer.from(`{"manifests":[${fill(item)}]}`) },
    ]);
    expect(errorsOf(record)).toEqual([code]);
    expect(record.findings.filter((found) => found.code === code)).toHaveLength(1);
  });

  it.each([
    ['numbers', '1', 'document-invalid'],
    ['nulls', 'null', 'document-invalid'],
    ['empty objects', '{}', 'limit-exceeded'],
  ])('is refused at the first, or for so many values: manifest.json of %s', async (_, item, code) => {
    const record = await scanEntries([
      ...crane.filter(({ name }) => name !== 'manifest.json'),
      { name: 'manifest.json', content: Buffer.from(`[${fill(item)}]`) },
    ]);
    expect(errorsOf(record)).toEqual([code]);
  });
});

describe('an image with many layers', () => {
  const listing = (count: number): Entry[] => {
    const layers = Array.from({ length: count }, (_, i) => `${i}`);
    const content = Buffer.from(JSON.stringify([{ Config: 'c', RepoTags: [], Layers: layers }]));
    return [{ name: 'manifest.json', content }];
  };

  it('is listed up to the limit', async () => {
    const record = await scanEntries(listing(limits.layers));
    expect([errorsOf(record), record.images[0]?.layers.length]).toEqual([['blob-missing'], limits.layers]);
  });

  it('is not listed past it', async () => {
    const record = await scanEntries(listing(limits.layers + 1));
    expect([limitsHit(record), record.images[0]?.layers.length]).toEqual([['layers'], limits.layers]);
  });

  it('shares one limit with all images of its archive', async () => {
    const layers = Array.from({ length: limits.layers }, () => 'x');
    const record = (i: number): object => ({ Config: `${i}`, RepoTags: [], Layers: layers });
    const records = Array.from({ length: limits.listedLayers / limits.layers + 1 }, (_, i) => record(i));
    const result = await scanEntries([{ name: 'manifest.json', content: Buffer.from(JSON.stringify(records)) }]);
    expect(limitsHit(result)).toEqual(['listedLayers']);
    expect(result.images.reduce((sum, { layers: listed }) => sum + listed.length, 0)).toBe(limits.listedLayers);
  });
});

describe('an index over an index', () => {
  it('is read, whatever its size, up to the limit', async () => {
    const record = await scanEntries(ociLayout([ociIndex([withoutPlatform(ociManifest(tiny))])]));
    expect([record.status, limitsHit(record)]).toEqual(['ok', []]);
  });
});
