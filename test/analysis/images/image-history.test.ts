/** Steps and layers: matched where they fit, side by side where they do not, and never made up. */
import { describe, expect, it } from 'vitest';
import { imageHistory } from '../../../src/analysis/images/image-history.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import type { HistoryRecord } from '../../../src/model/results/inventory.js';
import { type History, historySchema } from '../../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const step = (createdBy: string, emptyLayer = false): HistoryRecord => ({
  createdAt: '2024-01-01T00:00:00Z',
  createdBy,
  comment: null,
  emptyLayer,
});

function historyOf(...archives: readonly ArchiveDraft[]): History {
  const inventory = inventoryOf(archives);
  const set = imageSet(inventory);
  const document = imageHistory(set.images, set, inventory);
  expect(historySchema.strict().parse(document)).toEqual(document);
  return document;
}

/** An archive with an image of layers a and b, and this history. */
function archiveWith(history: readonly HistoryRecord[]): ArchiveDraft {
  const archive = new ArchiveDraft('a.tar');
  archive.image('app', { bodies: [archive.layer('a', 100), archive.layer('b', 20)], history: [...history] });
  return archive;
}

describe('the history of an image', () => {
  it('is its steps, the newest first, each with the layer that it made', () => {
    const [image] = historyOf(archiveWith([step('ADD'), step('ENV', true), step('COPY'), step('CMD', true)])).images;
    expect(image).toMatchObject({ id: digestFor('app'), fits: true, sizeBytes: 120 });
    expect(
      image?.steps.map(({ createdBy, diffId, sizeBytes, layer }) => [createdBy, diffId, sizeBytes, layer]),
    ).toEqual([
      ['CMD', null, 0, null],
      ['COPY', digestFor('b'), 20, 1],
      ['ENV', null, 0, null],
      ['ADD', digestFor('a'), 100, 0],
    ]);
  });

  it('is its layers alone where it is missing', () => {
    const [image] = historyOf(archiveWith([])).images;
    expect(image).toMatchObject({
      fits: false,
      steps: [
        { createdBy: null, createdAt: null, diffId: digestFor('b'), sizeBytes: 20, emptyLayer: false },
        { createdBy: null, createdAt: null, diffId: digestFor('a'), sizeBytes: 100, emptyLayer: false },
      ],
    });
  });

  it.each([
    ['few', [step('ADD'), step('CMD', true)]],
    ['many', [step('ADD'), step('COPY'), step('RUN'), step('CMD', true)]],
  ])('matches nothing where it has too %s steps', (_, history) => {
    const [image] = historyOf(archiveWith(history)).images;
    expect(image?.fits).toBe(false);
    expect(image?.steps.slice(0, 2).map(({ createdBy, diffId }) => [createdBy, diffId])).toEqual([
      [null, digestFor('b')],
      [null, digestFor('a')],
    ]);
    expect(image?.steps.slice(2)).toEqual(
      [...history].reverse().map((told) => ({
        ...told,
        layer: null,
        diffId: null,
        sizeBytes: told.emptyLayer ? 0 : null,
        claimedSizeBytes: null,
        storedBytes: null,
        compression: null,
        otherImages: 0,
      })),
    );
  });

  it('is empty for an image without layers and history, and fits', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('app');
    expect(historyOf(archive).images).toMatchObject([{ fits: true, steps: [], sizeBytes: 0 }]);
  });

  it('fits where all steps are empty and there is no layer', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('app', { history: [step('ENV', true)] });
    expect(historyOf(archive).images).toMatchObject([{ fits: true, steps: [{ createdBy: 'ENV', sizeBytes: 0 }] }]);
  });

  it('has no size where that of a layer is not known', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('app', { bodies: [archive.layer('a', 1, { uncompressedBytes: null })], history: [step('ADD')] });
    expect(historyOf(archive).images).toMatchObject([{ sizeBytes: null, steps: [{ sizeBytes: null, layer: 0 }] }]);
  });

  it('has what a layer claims beside the size that it does not know, and how the archive stores it', () => {
    const archive = new ArchiveDraft('a.tar');
    const facts = { form: 'tar.gz', storedBytes: 40, uncompressedBytes: null, claimedUncompressedBytes: 512 } as const;
    const bodies = [archive.layer('a', 100), archive.layer('b', 1, facts)];
    archive.image('app', { bodies, history: [step('ADD'), step('COPY')] });
    expect(historyOf(archive).images).toMatchObject([
      {
        sizeBytes: null,
        claimedSizeBytes: 612,
        steps: [
          { sizeBytes: null, claimedSizeBytes: 512, storedBytes: 40, compression: 'gzip' },
          { sizeBytes: 100, claimedSizeBytes: null, storedBytes: 100, compression: 'none' },
        ],
      },
    ]);
  });

  it('takes the stored form from the archive of the image, and from another where it is not there', () => {
    const other = new ArchiveDraft('a.tar');
    other.image('other', { bodies: [other.layer('a', 100), other.layer('b', 50)] });
    const own = new ArchiveDraft('b.tar');
    const entry = own.layer('a', 100, { form: 'tar.gz', storedBytes: 40 });
    const layers = [
      { diffId: digestFor('a'), digest: null, entry, mediaType: null },
      { diffId: digestFor('b'), digest: null, entry: null, mediaType: null },
      { diffId: digestFor('c'), digest: null, entry: null, mediaType: null },
    ];
    own.image('app', { layers, history: [step('ADD'), step('COPY'), step('RUN')] });
    const steps = historyOf(other, own).images[1]?.steps ?? [];
    expect(steps.map(({ storedBytes, compression }) => [storedBytes, compression])).toEqual([
      [null, null],
      [50, 'none'],
      [40, 'gzip'],
    ]);
  });
});

describe('the layers of a history', () => {
  it('are each once, with every image that has them, wherever it lies', () => {
    const first = new ArchiveDraft('a.tar');
    const a = first.layer('a', 100);
    first.image('base', { bodies: [a], history: [step('ADD')], references: ['docker.io/library/base:1'] });
    const second = new ArchiveDraft('b.tar');
    const bodies = [second.layer('a', 100), second.layer('b', 1), second.layer('b', 1)];
    second.image('app', { bodies, history: [step('ADD'), step('COPY'), step('COPY')] });
    const { layers, images } = historyOf(first, second);
    expect(layers).toEqual([
      { diffId: digestFor('a'), sizeBytes: 100, claimedSizeBytes: null, images: [digestFor('base'), digestFor('app')] },
      { diffId: digestFor('b'), sizeBytes: 1, claimedSizeBytes: null, images: [digestFor('app')] },
    ]);
    expect(images.map(({ steps }) => steps.map(({ layer, otherImages }) => [layer, otherImages]))).toEqual([
      [[0, 1]],
      [
        [1, 0],
        [1, 0],
        [0, 1],
      ],
    ]);
  });

  it('name images that were not asked for too', () => {
    const archive = new ArchiveDraft('a.tar');
    const a = archive.layer('a', 100);
    archive.image('one', { bodies: [a] });
    archive.image('two', { bodies: [a] });
    const inventory = inventoryOf([archive]);
    const set = imageSet(inventory);
    const { images, layers } = imageHistory(set.images.slice(1), set, inventory);
    expect(images.map(({ id }) => id)).toEqual([digestFor('two')]);
    expect(layers).toMatchObject([{ images: [digestFor('one'), digestFor('two')] }]);
  });
});
