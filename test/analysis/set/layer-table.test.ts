import { describe, expect, it } from 'vitest';
import { imageLayers, imageSet, imagesOf } from '../../../src/analysis/set/image-set.js';
import type { Layer } from '../../../src/analysis/set/layer-table.js';
import { ArchiveDraft, digestFor, inventoryOf, type LayerFacts } from '../../helpers/inventory-builder.js';

function layersOf(...archives: readonly ArchiveDraft[]): Layer[] {
  return imageLayers(imageSet(inventoryOf(archives)));
}

function places(layer: Layer | undefined): (readonly [archive: number, entry: number])[] {
  return (layer?.copies ?? []).map(({ archive, entry }) => [archive, entry] as const);
}

describe('the layers of a set', () => {
  it('stand in the order of the images and of their layers, each once', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b, c] = [archive.layer('a', 1), archive.layer('b', 2), archive.layer('c', 3)];
    archive.image('one', { bodies: [c, a] });
    archive.image('two', { bodies: [c, b, b] });
    const set = imageSet(inventoryOf([archive]));
    expect(imageLayers(set).map(({ diffId }) => diffId)).toEqual(['c', 'a', 'b'].map(digestFor));
    expect(imageLayers(set).map((layer) => imagesOf(set, layer).length)).toEqual([2, 1, 1]);
    expect(set.images[1]?.setLayers.map(({ diffId }) => diffId)).toEqual(['c', 'b', 'b'].map(digestFor));
  });

  it('are the same layer in every stored form', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('one', { bodies: [first.layer('a', 100)] });
    const second = new ArchiveDraft('2.tar');
    second.image('two', { bodies: [second.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    const layers = layersOf(first, second);
    expect(layers).toHaveLength(1);
    expect(places(layers[0])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('include a body that no image of its archive lists', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('one', { bodies: [first.layer('a', 100)] });
    const second = new ArchiveDraft('2.tar');
    second.layer('a', 100);
    second.layer('b', 100);
    const layers = layersOf(first, second);
    expect(layers).toHaveLength(1);
    expect(places(layers[0])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('group a body with wrong bytes by what the image claims it to be', () => {
    const archive = new ArchiveDraft('a.tar');
    const bad = archive.layer('a', 100, { intact: false, digest: digestFor('x'), diffId: digestFor('y') });
    archive.image('one', { bodies: [bad], layers: [{ ...archive.layerRecord(bad), diffId: digestFor('a') }] });
    expect(layersOf(archive)).toMatchObject([{ diffId: digestFor('a'), copies: [{ entry: 0 }] }]);
  });

  it('are known by their stored digest where no diffID is, and that of a plain tar is its diffID', () => {
    const first = new ArchiveDraft('1.tar');
    const unknown = first.layer('a', 100, { diffId: null });
    const zipped = first.layer('b', 100, { form: 'tar.gz', diffId: null, digest: null });
    first.image('one', { bodies: [unknown, zipped] });
    const second = new ArchiveDraft('2.tar');
    second.image('two', { bodies: [second.layer('a', 100)] });
    const layers = layersOf(first, second);
    expect(layers.map(({ diffId }) => diffId)).toEqual([digestFor('a'), null]);
    expect(layers.map(({ images }) => images.length)).toEqual([2, 1]);
  });

  it('are those of their bodies where the image claims no diffID', () => {
    const archive = new ArchiveDraft('a.tar');
    const [seen, claimed] = [
      archive.layer('a', 100, { form: 'tar.gz' }),
      archive.layer('b', 100, { form: 'tar.gz', diffId: null }),
    ];
    const unclaimed = [seen, claimed].map((entry) => ({ ...archive.layerRecord(entry), diffId: null }));
    archive.image('one', { bodies: [seen, claimed], layers: unclaimed });
    archive.image('two', { layers: [{ ...archive.layerRecord(claimed), diffId: digestFor('b') }] });
    const layers = layersOf(archive);
    expect(layers.map(({ diffId }) => diffId)).toEqual([digestFor('a'), digestFor('b')]);
    expect(layers.map(({ images }) => images.length)).toEqual([1, 2]);
  });

  it('take the first of two claims on one body, so that it counts once', () => {
    const archive = new ArchiveDraft('a.tar');
    const a = archive.layer('a', 100);
    archive.image('one', { bodies: [a] });
    archive.image('two', { layers: [{ ...archive.layerRecord(a), diffId: digestFor('b') }] });
    expect(layersOf(archive).map(({ diffId, copies }) => [diffId, copies.length])).toEqual([
      [digestFor('a'), 1],
      [digestFor('b'), 0],
    ]);
  });

  it('are known by the claimed digest rather than by that of wrong bytes', () => {
    const archive = new ArchiveDraft('a.tar');
    const wrong = archive.layer('a', 100, { diffId: null, digest: digestFor('b'), intact: false });
    archive.image('one', { bodies: [wrong] });
    archive.image('two', { bodies: [archive.layer('a', 100)] });
    archive.image('three', { bodies: [archive.layer('b', 100)] });
    expect(layersOf(archive).map(({ images }) => images)).toEqual([[0, 1], [2]]);
  });

  it('are each their own where nothing identifies them', () => {
    const archive = new ArchiveDraft('a.tar');
    const nothing = { diffId: null, digest: null, claimedDigest: null };
    const [a, b] = [archive.layer('a', 100, nothing), archive.layer('b', 100, nothing)];
    archive.image('one', { bodies: [a, b] });
    archive.image('two', { bodies: [a] });
    expect(layersOf(archive).map(({ images }) => images.length)).toEqual([2, 1]);
  });

  it('include those whose body is absent, known by what the config or the manifest claims', () => {
    const archive = new ArchiveDraft('a.tar');
    const absent = { diffId: null, digest: null, entry: null, mediaType: null };
    archive.image('one', {
      layers: [{ ...absent, diffId: digestFor('a') }, { ...absent, digest: digestFor('b') }, absent],
    });
    archive.image('two', { layers: [{ ...absent, digest: digestFor('b') }, absent] });
    const layers = layersOf(archive);
    expect(layers.map(({ images }) => images.length)).toEqual([1, 2, 1, 1]);
    expect(layers.map(({ copies }) => copies.length)).toEqual([0, 0, 0, 0]);
  });

  it('have no copy in an unreadable archive', () => {
    const broken = new ArchiveDraft('broken.tar', { status: 'unreadable' });
    broken.layer('a', 100);
    const archive = new ArchiveDraft('a.tar');
    archive.image('one', { bodies: [archive.layer('a', 100)] });
    expect(places(layersOf(broken, archive)[0])).toEqual([[1, 0]]);
  });
});

describe('the size that a layer claims', () => {
  /** What a set finds where copies of one layer say this of themselves. */
  function claimFrom(...copies: readonly (readonly [claimed: number | null, facts?: LayerFacts])[]): number | null {
    const archives = copies.map(([claimed, facts], position) => {
      const archive = new ArchiveDraft(`${position}.tar`);
      const own = claimed === null ? {} : { claimedUncompressedBytes: claimed };
      const entry = archive.layer('a', 1, { uncompressedBytes: null, intact: null, ...own, ...facts });
      archive.image('one', { layers: [{ diffId: digestFor('a'), digest: null, mediaType: null, entry }] });
      return archive;
    });
    return layersOf(...archives)[0]?.claimedSizeBytes ?? null;
  }

  it('is what its copies say, as far as they say anything', () => {
    expect(claimFrom([null], [1024], [1024])).toBe(1024);
  });

  it('is none where they contradict each other', () => {
    expect(claimFrom([1024], [512])).toBeNull();
  });

  it('is not that of a copy that is broken', () => {
    expect(claimFrom([512, { intact: false }], [1024])).toBe(1024);
  });

  it('is none where the size is known', () => {
    expect(claimFrom([1024], [null, { uncompressedBytes: 1024 }])).toBeNull();
  });
});

describe('the size of a layer', () => {
  const claim = { diffId: digestFor('a'), digest: digestFor('a'), mediaType: null };

  /** The size that a set finds where copies of one layer have these (intact, size) pairs. */
  function sizeFrom(
    ...copies: readonly (readonly [intact: boolean | null, sizeBytes: number | null])[]
  ): number | null {
    const archives = copies.map(([intact, uncompressedBytes], position) => {
      const archive = new ArchiveDraft(`${position}.tar`);
      const entry = archive.layer('a', 1, { intact, uncompressedBytes });
      archive.image('one', { layers: [{ ...claim, entry }] });
      return archive;
    });
    return layersOf(...archives)[0]?.sizeBytes ?? null;
  }

  it('is told by the first intact copy that knows it', () => {
    expect(sizeFrom([false, 1], [null, 2], [true, null], [true, 3], [true, 4])).toBe(3);
  });

  it('is told by an unchecked copy where no intact one knows it', () => {
    expect(sizeFrom([false, 1], [true, null], [null, 2], [null, 3])).toBe(2);
  });

  it('is told by a copy with wrong bytes where no other knows it', () => {
    expect(sizeFrom([null, null], [false, 1], [false, 2])).toBe(1);
  });

  it('is unknown where no copy knows it', () => {
    expect(sizeFrom([true, null], [false, null])).toBeNull();
  });

  it('may be zero', () => {
    expect(sizeFrom([true, 0], [true, 5])).toBe(0);
  });
});
