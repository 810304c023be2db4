/**
 * Entries that are no files in the place of files, links to what comes later or leads away, and names that a file system
 * without case takes for one. What an image needs is a file of the archive, or it is missing.
 */
import { describe, expect, it } from 'vitest';
import {
  blobPath,
  dockerSave,
  type Entry,
  file,
  hardLink,
  image,
  type LayerFile,
  layer,
  ociLayout,
  ociManifest,
  type RawEntry,
  rawTar,
  symlink,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { countOf, errorsOf, scanBytes, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const crane = dockerSave([tiny], { variant: 'crane' });
const node = withoutPlatform(ociManifest(tiny));
const layout = ociLayout([node]);
const special = ['character-device', 'block-device', 'fifo'] as const;
const isRecord = ({ name }: Entry): boolean => name === 'manifest.json';
const [layerEntry] = crane;
const layerName = layerEntry?.name ?? '';

describe.each(special)('a %s', (type) => {
  const at = (name: string): RawEntry => ({ name, type, device: [1, 5] });

  it('beside the image is not read, and no fault', async () => {
    const record = await scanBytes(rawTar([...crane, at('dev/zero')]));
    expect([record.status, record.images.length]).toEqual(['ok', 1]);
  });

  it('in the place of a layer is no layer', async () => {
    const record = await scanBytes(rawTar([at(layerName), ...crane.slice(1)]));
    expect(errorsOf(record)).toEqual(['blob-missing']);
  });

  it('in the place of the documents is no document', async () => {
    const record = await scanBytes(rawTar([...crane.filter((entry) => !isRecord(entry)), at('manifest.json')]));
    expect(errorsOf(record)).toEqual(['document-missing']);
    const index = layout.filter(({ name }) => name !== 'index.json');
    expect(errorsOf(await scanBytes(rawTar([...index, at('index.json')])))).toEqual(['document-missing']);
  });

  it('that claims a body has none to Go, what follows is read, and other readers take it for a body', async () => {
    const record = await scanBytes(rawTar([{ ...at('dev/zero'), claimedSizeBytes: 512 }, ...crane]));
    expect([errorsOf(record), record.images.length]).toEqual([['readers-disagree'], 1]);
  });

  it('inside a layer is an entry as others are, and a disagreement where it claims a body', async () => {
    const inside = { path: 'dev/x', type, device: [1, 5] as const, claimedSizeBytes: 512 };
    const scanLayer = (files: readonly LayerFile[]) =>
      scanEntries(dockerSave([image({ layers: [layer({ files })] })], { variant: 'crane' }));
    const record = await scanLayer([inside, { path: 'a', content: 'x' }]);
    expect(errorsOf(record)).toEqual(['readers-disagree']);
    const { claimedSizeBytes: _, ...honest } = inside;
    expect((await scanLayer([honest, { path: 'a', content: 'x' }])).findings).toEqual([]);
    const twice = await scanLayer([inside, { path: 'dev/x', content: 'x' }]);
    expect(countOf(twice, 'layer-path-duplicate')).toBe(1);
  });
});

describe('a hard link', () => {
  const moved = (target: string): Entry[] => [
    hardLink(layerName, target),
    ...crane.slice(1),
    { ...(layerEntry as Entry), name: 'body' },
  ];

  it('to an entry that comes later leads to its body', async () => {
    const record = await scanEntries(moved('body'));
    expect([errorsOf(record), record.images.length]).toEqual([[], 1]);
  });

  it('to nothing is a layer that is missing', async () => {
    expect(errorsOf(await scanEntries(moved('nobody')))).toEqual(['blob-missing']);
  });

  it('that leaves the archive is an error, and leads to nothing', async () => {
    expect(errorsOf(await scanEntries(moved('../body')))).toEqual(['blob-missing', 'path-escape']);
  });

  it('to itself, and two to each other, lead to nothing', async () => {
    expect(errorsOf(await scanEntries(moved(layerName)))).toEqual(['blob-missing']);
    const pair = [hardLink(layerName, 'l2'), hardLink('l2', layerName), ...crane.slice(1)];
    expect(errorsOf(await scanEntries(pair))).toEqual(['blob-missing']);
  });

  it('from a blob to a blob is found out by its digest', async () => {
    const [first, second] = node.blobs;
    const swapped = layout.map((entry) =>
      entry.name === blobPath(first?.digest ?? '') ? hardLink(entry.name, blobPath(second?.digest ?? '')) : entry,
    );
    expect(errorsOf(await scanEntries(swapped)).length).toBeGreaterThan(0);
  });
});

describe('names that differ by case', () => {
  it('are two names: a document in other letters is none', async () => {
    const renamed = crane.map((entry) => (isRecord(entry) ? { ...entry, name: 'MANIFEST.JSON' } : entry));
    expect((await scanEntries(renamed)).status).not.toBe('ok');
  });

  it('are two names: what lies beside a layer is not taken for it', async () => {
    const clash = file(layerName.toUpperCase(), 'something else');
    for (const entries of [
      [clash, ...crane],
      [...crane, clash],
    ]) {
      const record = await scanEntries(entries);
      expect([record.status, countOf(record, 'entry-ambiguous')]).toEqual(['ok', 0]);
      expect(record.entries.find(({ name }) => name === layerName)).toMatchObject({ role: 'layer', intact: true });
    }
  });

  it('of a folder of blobs lead no digest to another place', async () => {
    const upper = layout.map((entry) => ({ ...entry, name: entry.name.replace('blobs/', 'BLOBS/') }));
    expect((await scanEntries(upper)).status).not.toBe('ok');
  });
});

describe('one name for two bodies', () => {
  it('is ambiguous, whether the name is that of a layer or of the documents', async () => {
    expect(errorsOf(await scanEntries([file(layerName, 'first'), ...crane]))).toContain('entry-ambiguous');
    expect(errorsOf(await scanEntries([file('manifest.json', '[]'), ...crane]))).toContain('entry-ambiguous');
    expect(errorsOf(await scanEntries([...crane, symlink(layerName, 'elsewhere')]))).toContain('entry-ambiguous');
    expect(errorsOf(await scanEntries([file(`./${layerName}`, 'first'), ...crane]))).toContain('entry-ambiguous');
  });

  it('is accepted where the bodies are equal', async () => {
    expect(errorsOf(await scanEntries([layerEntry as Entry, ...crane]))).toEqual([]);
  });
});
