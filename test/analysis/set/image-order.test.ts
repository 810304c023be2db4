/** The order of a list: each key in both directions, what is unknown last in both, and names where the key is equal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImageSort, sortImages } from '../../../src/analysis/set/image-order.js';
import type { ListedImage } from '../../../src/model/results/results.js';
import { finished } from '../../../src/model/work/work.js';
import { digestFor } from '../../helpers/inventory-builder.js';

/** An image that is called `name:1`, of which nothing is known but what is given. */
function listed(name: string, known: Partial<ListedImage> = {}): ListedImage {
  return {
    kind: 'image',
    reference: `docker.io/library/${name}:1`,
    repository: name,
    tag: '1',
    digest: null,
    id: digestFor(name),
    manifestDigests: [],
    indexDigests: [],
    platform: null,
    createdAt: null,
    state: 'live',
    sizeBytes: null,
    sharedBytes: null,
    uniqueBytes: null,
    claimedSizeBytes: null,
    claimedSharedBytes: null,
    claimedUniqueBytes: null,
    storedBytes: null,
    compressions: [],
    labels: {},
    layers: [],
    archives: [],
    ...known,
  };
}

const images = [
  listed('unknown', { id: 'sha256:9' }),
  listed('zinc', {
    id: 'sha256:1',
    digest: 'sha256:f',
    createdAt: '2026-01-01T00:00:00Z',
    sizeBytes: 1000,
    sharedBytes: 0,
    uniqueBytes: 1000,
  }),
  listed('tin', {
    id: 'sha256:2',
    digest: 'sha256:e',
    createdAt: '2026-01-01T00:00:00.000000001Z',
    sizeBytes: 999,
    sharedBytes: 990,
    uniqueBytes: 9,
  }),
  listed('lead', {
    id: 'sha256:3',
    digest: 'sha256:d',
    createdAt: '2025-12-31T23:59:59+00:00',
    sizeBytes: 9,
    sharedBytes: 5,
    uniqueBytes: 4,
  }),
];

function namesBy(sort: ImageSort['sort'], reverse: boolean, idKind: ImageSort['idKind'] = 'config'): string[] {
  return finished(sortImages(images, { sort, reverse, idKind })).map(({ repository }) => repository ?? '');
}

describe('images sorted', () => {
  it.each<[ImageSort['sort'], string[]]>([
    ['created', ['tin', 'zinc', 'lead']],
    ['size', ['zinc', 'tin', 'lead']],
    ['shared', ['tin', 'lead', 'zinc']],
    ['unique', ['zinc', 'tin', 'lead']],
  ])('by %s, the greatest come first, with -r the least, and what is not known last', (sort, names) => {
    expect(namesBy(sort, false)).toEqual([...names, 'unknown']);
    expect(namesBy(sort, true)).toEqual([...names.toReversed(), 'unknown']);
  });

  it('by size, what is only claimed has its place, as it is shown', () => {
    const claimed = listed('claimed', { claimedSizeBytes: 500, claimedSharedBytes: 500, claimedUniqueBytes: 500 });
    const by = (sort: ImageSort['sort']): string[] =>
      finished(sortImages([...images, claimed], { sort, reverse: false, idKind: 'config' })).map(
        ({ repository }) => repository ?? '',
      );
    expect(by('size')).toEqual(['zinc', 'tin', 'claimed', 'lead', 'unknown']);
    expect(by('shared')).toEqual(['tin', 'claimed', 'lead', 'zinc', 'unknown']);
    expect(by('unique')).toEqual(['zinc', 'claimed', 'tin', 'lead', 'unknown']);
  });

  it('by name, the alphabet decides, of one name the tag, and what has none is last', () => {
    const named = [
      listed('none', { reference: null, repository: null, tag: null }),
      listed('b'),
      listed('a', { tag: '2' }),
      listed('a'),
    ];
    const by = (reverse: boolean) =>
      finished(sortImages(named, { sort: 'name', reverse, idKind: 'config' })).map(({ repository, tag }) => [
        repository,
        tag,
      ]);
    expect(by(false)).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', '1'],
      [null, null],
    ]);
    expect(by(true)).toEqual([
      ['b', '1'],
      ['a', '2'],
      ['a', '1'],
      [null, null],
    ]);
  });

  it('by ID, that which is shown decides', () => {
    expect(namesBy('id', false)).toEqual(['zinc', 'tin', 'lead', 'unknown']);
    expect(namesBy('id', true)).toEqual(['unknown', 'lead', 'tin', 'zinc']);
    expect(namesBy('id', false, 'manifest')).toEqual(['lead', 'tin', 'zinc', 'unknown']);
    expect(namesBy('id', true, 'manifest')).toEqual(['zinc', 'tin', 'lead', 'unknown']);
  });

  it('where the key is equal, the names decide, in both directions the same', () => {
    const equal = ['c', 'a', 'b'].map((name) => listed(name, { sizeBytes: 7 }));
    for (const reverse of [false, true]) {
      const sorted = finished(sortImages(equal, { sort: 'size', reverse, idKind: 'config' }));
      expect(sorted.map(({ repository }) => repository)).toEqual(['a', 'b', 'c']);
    }
  });

  it('the order of the inputs never counts', () => {
    const bytes = fc.option(fc.nat({ max: 3 }));
    const image = fc
      .record({ sizeBytes: bytes, sharedBytes: bytes, uniqueBytes: bytes })
      .chain((known) => fc.constantFrom('a', 'b', 'c', 'd').map((name) => listed(name, known)));
    const set = fc.uniqueArray(image, { selector: ({ id }) => id });
    const sort = fc.constantFrom<ImageSort['sort']>('created', 'id', 'name', 'size', 'shared', 'unique');
    fc.assert(
      fc.property(set, sort, fc.boolean(), fc.infiniteStream(fc.nat()), (given, key, reverse, draws) => {
        const shuffled = given
          .map((one) => [draws.next().value, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        const options: ImageSort = { sort: key, reverse, idKind: 'config' };
        expect(finished(sortImages(shuffled, options))).toEqual(finished(sortImages(given, options)));
      }),
    );
  });
});
