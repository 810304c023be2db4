/** Which image is built on which, from chains of layers alone; and the same by a second, slower way on random sets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageTree } from '../../../src/analysis/images/image-tree.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { chainIds } from '../../../src/model/chain-id.js';
import { type ImageTree, imageTreeSchema } from '../../../src/model/results/results.js';
import { textHasher } from '../../../src/scan/hash-text.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const sha256 = textHasher();

/** The tree of images whose layers are the letters of their texts; a letter's layer has as many bytes as its place in the alphabet. */
function treeOf(images: Readonly<Record<string, string>>, only: readonly string[] | null = null): ImageTree {
  const archive = new ArchiveDraft('a.tar');
  for (const [name, letters] of Object.entries(images)) {
    const bodies = [...letters].map((letter) => archive.layer(letter, letter.charCodeAt(0) - 96));
    archive.image(name, { bodies });
  }
  const inventory = inventoryOf([archive]);
  const asked = only === null ? null : new Set<string>(only.map(digestFor));
  const document = imageTree(imageSet(inventory), inventory, sha256, asked);
  expect(imageTreeSchema.strict().parse(document)).toEqual(document);
  return document;
}

/** The tree as text: an image by its name, a place without one by `*`, with what it adds. */
function drawn(images: Readonly<Record<string, string>>, only: readonly string[] | null = null): string[] {
  const names = new Map(Object.keys(images).map((name) => [digestFor(name) as string, name]));
  return treeOf(images, only).nodes.map(({ depth, images: here, layers, addedBytes, sizeBytes }) => {
    const label = here.map((id) => names.get(id)).join('=') || '*';
    return `${'  '.repeat(depth)}${label} +${layers.length} ${addedBytes} ${sizeBytes}`;
  });
}

describe('the tree of images', () => {
  it('has an image below the one whose layers it begins with', () => {
    expect(drawn({ base: 'a', app: 'abc', other: 'd' })).toEqual(['base +1 1 1', '  app +2 5 6', 'other +1 4 4']);
  });

  it('takes the longest of several bases', () => {
    expect(drawn({ base: 'a', middle: 'ab', app: 'abc' })).toEqual([
      'base +1 1 1',
      '  middle +1 2 3',
      '    app +1 3 6',
    ]);
  });

  it('does not depend on which image was seen first', () => {
    expect(drawn({ app: 'abc', middle: 'ab', base: 'a' })).toEqual([
      'base +1 1 1',
      '  middle +1 2 3',
      '    app +1 3 6',
    ]);
  });

  it('has a place without an image where images part that no image ends at', () => {
    expect(drawn({ one: 'abc', two: 'abd' })).toEqual(['* +2 3 3', '  one +1 3 6', '  two +1 4 7']);
  });

  it('has images with the same layers at the same place', () => {
    expect(drawn({ one: 'ab', two: 'ab', app: 'abc' })).toEqual(['one=two +2 3 3', '  app +1 3 6']);
  });

  it('knows no common base in layers of another order, and none in later layers', () => {
    expect(drawn({ one: 'ab', two: 'ba', three: 'cb' })).toEqual(['one +2 3 3', 'two +2 3 3', 'three +2 5 5']);
  });

  it('counts a repeated layer as often as it is listed', () => {
    expect(drawn({ one: 'aa', two: 'aab' })).toEqual(['one +2 2 2', '  two +1 2 4']);
  });

  it('has images without layers in a place of their own, and no image on top of them', () => {
    expect(drawn({ empty: '', app: 'a', other: '' })).toEqual(['empty=other +0 0 0', 'app +1 1 1']);
  });

  it('is empty where there is no image', () => {
    expect(treeOf({})).toMatchObject({ nodes: [], images: [] });
  });
});

describe('the images of the tree', () => {
  it('name the nearest image below, over places without one, and what is built on them', () => {
    const { images } = treeOf({ base: 'a', one: 'abc', two: 'abd', top: 'abde' });
    const [base, one, two, top] = ['base', 'one', 'two', 'top'].map(digestFor);
    expect(images.map(({ id, bases, derived }) => [id, bases, derived])).toEqual([
      [base, [], [one, two]],
      [one, [base], []],
      [two, [base], [top]],
      [top, [two], []],
    ]);
  });

  it('name every image of a base with equal layers', () => {
    const { images } = treeOf({ one: 'a', two: 'a', app: 'ab' });
    expect(images.at(-1)?.bases).toEqual([digestFor('one'), digestFor('two')]);
    expect(images.slice(0, 2).map(({ derived }) => derived)).toEqual([[digestFor('app')], [digestFor('app')]]);
  });
});

describe('the places of the tree', () => {
  it('have the chainID of their last layer, and the number of all layers', () => {
    const { nodes } = treeOf({ base: 'ab', app: 'abcd' });
    const chain = chainIds([...'abcd'].map(digestFor), sha256);
    expect(nodes.map(({ chainId, layerCount, parent }) => [chainId, layerCount, parent])).toEqual([
      [chain[1], 2, null],
      [chain[3], 4, 0],
    ]);
  });

  it('have no figures where a size is not known, on top of it neither', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b] = [archive.layer('a', 1, { uncompressedBytes: null }), archive.layer('b', 2)];
    archive.image('base', { bodies: [a] });
    archive.image('app', { bodies: [a, b] });
    const inventory = inventoryOf([archive]);
    expect(imageTree(imageSet(inventory), inventory, sha256).nodes).toMatchObject([
      { addedBytes: null, sizeBytes: null },
      { addedBytes: 2, sizeBytes: null },
    ]);
  });

  it('have what is claimed in the place of what is not known, on top of it too', () => {
    const archive = new ArchiveDraft('a.tar');
    const a = archive.layer('a', 1, { uncompressedBytes: null, claimedUncompressedBytes: 512 });
    const b = archive.layer('b', 2);
    archive.image('base', { bodies: [a] });
    archive.image('app', { bodies: [a, b] });
    const inventory = inventoryOf([archive]);
    expect(imageTree(imageSet(inventory), inventory, sha256).nodes).toMatchObject([
      { addedBytes: null, claimedAddedBytes: 512, sizeBytes: null, claimedSizeBytes: 512 },
      { addedBytes: 2, claimedAddedBytes: null, sizeBytes: null, claimedSizeBytes: 514 },
    ]);
  });
});

describe('the tree of the images that are asked for', () => {
  const images = { base: 'a', one: 'abc', two: 'abd', top: 'abde', other: 'af', lone: 'x' };

  it('has what they are built on and what is built on them, and nothing beside', () => {
    expect(drawn(images, ['two'])).toEqual(['base +1 1 1', '  * +1 2 3', '    two +1 4 7', '      top +1 5 12']);
    expect(drawn(images, ['lone'])).toEqual(['lone +1 24 24']);
    expect(drawn(images, ['base'])).toEqual(drawn(images).slice(0, -1));
    expect(drawn(images, [])).toEqual([]);
  });

  it('counts parents by their place among what is shown', () => {
    expect(treeOf(images, ['lone', 'other']).nodes.map(({ parent }) => parent)).toEqual([null, 0, null]);
  });
});

it('the tree is the one that comparing every two images gives', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (chains) => {
      const images = Object.fromEntries(chains.map((chain, i) => [`image ${i}`, chain]));
      const names = Object.keys(images);
      const tree = treeOf(images);
      const expected = names.map((name): [string, string[]] => {
        const own = images[name] ?? '';
        const below = names.filter((other) => {
          const chain = images[other] ?? '';
          return chain !== '' && chain !== own && own.startsWith(chain);
        });
        const longest = Math.max(0, ...below.map((other) => (images[other] ?? '').length));
        return [digestFor(name), below.filter((other) => images[other]?.length === longest).map(digestFor)];
      });
      expect(new Map(tree.images.map(({ id, bases }) => [id, bases]))).toEqual(new Map(expected));
      // Every place without an image parts at least two ways.
      for (const [position, node] of tree.nodes.entries()) {
        const children = tree.nodes.filter(({ parent }) => parent === position).length;
        expect(node.images.length > 0 || children > 1).toBe(true);
      }
    }),
  );
});

it('chains of thousands of layers and a tree that is hundreds deep are no trouble', () => {
  const archive = new ArchiveDraft('a.tar');
  const layers = Array.from({ length: 3000 }, (_, i) => archive.layerRecord(archive.layer(`l${i}`, 1)));
  for (let i = 0; i < 300; i++) archive.image(`image ${i}`, { layers: layers.slice(0, 10 * i + 1) });
  const inventory = inventoryOf([archive]);
  const tree = imageTree(imageSet(inventory), inventory, sha256);
  expect(tree.nodes).toHaveLength(300);
  expect(tree.nodes.at(-1)).toMatchObject({ depth: 299, layerCount: 2991, sizeBytes: 2991 });
});
