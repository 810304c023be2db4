import { describe, expect, it } from 'vitest';
import { distinctImages } from '../../../src/analysis/set/distinct-images.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

describe('distinctImages', () => {
  it('lists each image once, in the order in which it is first seen', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('web');
    first.image('db');
    const second = new ArchiveDraft('2.tar');
    second.image('cache');
    second.image('web');
    const images = distinctImages(inventoryOf([first, second]));
    expect(images.map(({ id }) => id)).toEqual(['web', 'db', 'cache'].map(digestFor));
    expect(images[0]?.occurrences).toMatchObject([
      { archive: 0, position: 0 },
      { archive: 1, position: 1 },
    ]);
  });

  it('unites names and digests of all places, names sorted', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('web', {
      references: ['docker.io/library/web:2'],
      localTags: ['prod'],
      manifestDigests: [digestFor('m1')],
      indexDigests: [digestFor('i1')],
    });
    const second = new ArchiveDraft('2.tar');
    second.image('web', {
      references: ['docker.io/library/web:1', 'docker.io/library/web:2'],
      localTags: ['blue'],
      manifestDigests: [digestFor('m2'), digestFor('m1')],
      indexDigests: [digestFor('i2')],
    });
    expect(distinctImages(inventoryOf([first, second]))).toMatchObject([
      {
        references: ['docker.io/library/web:1', 'docker.io/library/web:2'],
        localTags: ['blue', 'prod'],
        manifestDigests: [digestFor('m1'), digestFor('m2')],
        indexDigests: [digestFor('i1'), digestFor('i2')],
      },
    ]);
  });

  it('takes platform, date, history and layers from the first place that has them', () => {
    const step = { createdAt: null, createdBy: 'RUN make', comment: null, emptyLayer: false };
    const first = new ArchiveDraft('1.tar');
    first.image('web', { platform: null });
    const second = new ArchiveDraft('2.tar');
    second.image('web', {
      platform: 'linux/arm64',
      createdAt: '2024-01-01T00:00:00Z',
      history: [step],
      bodies: [second.layer('a', 100)],
    });
    const third = new ArchiveDraft('3.tar');
    third.image('web', { platform: 'linux/386', createdAt: '2025-01-01T00:00:00Z' });
    expect(distinctImages(inventoryOf([first, second, third]))).toMatchObject([
      {
        platform: 'linux/arm64',
        createdAt: '2024-01-01T00:00:00Z',
        history: [step],
        layers: [{ diffId: digestFor('a') }],
        layersArchive: 1,
      },
    ]);
  });

  it('leaves out what an unreadable archive holds', () => {
    const broken = new ArchiveDraft('broken.tar', { status: 'unreadable' });
    broken.image('web');
    expect(distinctImages(inventoryOf([broken]))).toEqual([]);
  });
});
