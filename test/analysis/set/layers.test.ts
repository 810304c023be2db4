import { describe, expect, it } from 'vitest';
import { layerList } from '../../../src/analysis/set/layers.js';
import { layerListSchema } from '../../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const tag = (name: string): string[] => [`docker.io/library/${name}:1`];

describe('layerList', () => {
  it('names the archives of a layer once each and its other stored forms', () => {
    const first = new ArchiveDraft('1.tar');
    const plain = first.layer('a', 100);
    const gzip = first.layer('a', 100, { form: 'tar.gz', storedBytes: 40 });
    first.image('one', { references: tag('one'), bodies: [plain] });
    first.image('two', { references: tag('two'), bodies: [gzip] });
    const second = new ArchiveDraft('2.tar');
    const zstd = second.layer('a', 100, { form: 'tar.zst', storedBytes: 60, compression: 'zstd' });
    second.image('three', { references: tag('three'), bodies: [zstd] });
    const document = layerList(inventoryOf([first, second]));
    expect(document.layers).toMatchObject([
      {
        diffId: digestFor('a'),
        storedBytes: 200,
        archives: ['1.tar', '2.tar'],
        twins: [digestFor('a'), digestFor('a as tar.zst')],
        state: 'live',
      },
    ]);
    expect(layerListSchema.strict().parse(document)).toEqual(document);
  });

  it('keeps the needed form apart from a smaller one that only an untagged image has', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('live', { references: tag('live'), bodies: [archive.layer('a', 100)] });
    archive.image('untagged', { bodies: [archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    expect(layerList(inventoryOf([archive])).layers).toMatchObject([{ twins: [digestFor('a as tar.gz')] }]);
  });

  it('calls the larger form of a layer that nothing needs a twin', () => {
    const archive = new ArchiveDraft('a.tar');
    const bodies = [archive.layer('a', 100), archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })];
    archive.image('untagged', { bodies });
    expect(layerList(inventoryOf([archive])).layers).toMatchObject([{ twins: [digestFor('a')], state: 'dangling' }]);
  });

  it('gives a layer the state of its liveliest image', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b, c] = [archive.layer('a', 1), archive.layer('b', 1), archive.layer('c', 1)];
    archive.image('untagged', { bodies: [a, b, c] });
    archive.image('old', { references: tag('web'), bodies: [b, c], createdAt: '2024-01-01T00:00:00Z' });
    archive.image('new', { references: tag('web'), bodies: [c], createdAt: '2025-01-01T00:00:00Z' });
    expect(layerList(inventoryOf([archive])).layers.map(({ state }) => state)).toEqual([
      'dangling',
      'superseded',
      'live',
    ]);
  });

  it('lists a layer whose body is absent, without copies', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('web', { layers: [{ diffId: digestFor('a'), digest: null, entry: null, mediaType: null }] });
    expect(layerList(inventoryOf([archive])).layers).toMatchObject([
      { sizeBytes: null, storedBytes: 0, copies: [], archives: [], twins: [] },
    ]);
  });

  it('leaves layer bodies that no image lists to the unreferenced bytes', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.layer('a', 100);
    expect(layerList(inventoryOf([archive], { verified: false }))).toMatchObject({ verified: false, layers: [] });
  });
});
