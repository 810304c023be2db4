import { describe, expect, it } from 'vitest';
import { type ImageFigures, imageFigures } from '../../../src/analysis/bytes/sharing.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const unclaimed = { claimedSizeBytes: null, claimedSharedBytes: null, claimedUniqueBytes: null };

function figuresOf(...archives: readonly ArchiveDraft[]): ImageFigures[] {
  return [...imageFigures(imageSet(inventoryOf(archives))).values()];
}

function figures(sharedBytes: number, uniqueBytes: number, attributedBytes: number): ImageFigures {
  return { sizeBytes: sharedBytes + uniqueBytes, sharedBytes, uniqueBytes, attributedBytes, ...unclaimed };
}

describe('the figures of an image', () => {
  it('split its size into what other images have too and what they have not', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b, c] = [archive.layer('a', 100), archive.layer('b', 20), archive.layer('c', 3)];
    archive.image('one', { bodies: [a, b] });
    archive.image('two', { bodies: [a, c] });
    expect(figuresOf(archive)).toEqual([figures(100, 20, 70), figures(100, 3, 53)]);
  });

  it('find sharing across archives and stored forms', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('one', { bodies: [first.layer('a', 100)] });
    const second = new ArchiveDraft('2.tar');
    second.image('two', { bodies: [second.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    expect(figuresOf(first, second)).toEqual([figures(100, 0, 50), figures(100, 0, 50)]);
  });

  it('do not call a layer shared because its image is stored twice', () => {
    const archives = ['1.tar', '2.tar'].map((path) => {
      const archive = new ArchiveDraft(path);
      archive.image('one', { bodies: [archive.layer('a', 100)] });
      return archive;
    });
    expect(figuresOf(...archives)).toEqual([figures(0, 100, 100)]);
  });

  it('count a repeated layer as often as it is listed, but attribute it once', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b] = [archive.layer('a', 100), archive.layer('b', 7)];
    archive.image('one', { bodies: [a, b, a, b] });
    archive.image('two', { bodies: [a] });
    expect(figuresOf(archive)).toEqual([figures(200, 14, 57), figures(100, 0, 50)]);
  });

  it('are zero for an image without layers', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('one');
    expect(figuresOf(archive)).toEqual([figures(0, 0, 0)]);
  });

  it('are unknown where the size of one layer is, and only there', () => {
    const archive = new ArchiveDraft('a.tar');
    const [a, b] = [archive.layer('a', 100), archive.layer('b', 7, { uncompressedBytes: null })];
    archive.image('one', { bodies: [a, b] });
    archive.image('two', { bodies: [a] });
    const none = { sizeBytes: null, sharedBytes: null, uniqueBytes: null, attributedBytes: null };
    expect(figuresOf(archive)).toEqual([{ ...none, ...unclaimed }, figures(100, 0, 50)]);
  });

  it('stand beside that as claims where such layers say how large they are, and every other size is known', () => {
    const archive = new ArchiveDraft('a.tar');
    const claims = (claimed: number) => ({ uncompressedBytes: null, claimedUncompressedBytes: claimed });
    const [a, b] = [archive.layer('a', 100), archive.layer('b', 7, claims(1024))];
    const c = archive.layer('c', 7, { uncompressedBytes: null });
    archive.image('one', { bodies: [a, b] });
    archive.image('two', { bodies: [a, b, c] });
    const none = { sizeBytes: null, sharedBytes: null, uniqueBytes: null, attributedBytes: null };
    expect(figuresOf(archive)).toEqual([
      { ...none, claimedSizeBytes: 1124, claimedSharedBytes: 1124, claimedUniqueBytes: 0 },
      { ...none, ...unclaimed },
    ]);
  });
});

describe('attributed bytes', () => {
  it('leave the odd bytes to the first images in order of ID, whatever the order of the input', () => {
    const names = ['one', 'two', 'three'];
    const inOrderOfId = [...names].sort((a, b) => (digestFor(a) < digestFor(b) ? -1 : 1));
    for (const order of [names, [...names].reverse()]) {
      const archive = new ArchiveDraft('a.tar');
      const a = archive.layer('a', 101);
      for (const name of order) archive.image(name, { bodies: [a] });
      const byId = imageFigures(imageSet(inventoryOf([archive])));
      expect(inOrderOfId.map((name) => byId.get(digestFor(name))?.attributedBytes)).toEqual([34, 34, 33]);
    }
  });

  it('sum to the bytes of the distinct layers', () => {
    const archive = new ArchiveDraft('a.tar');
    const sizes = [101, 13, 7, 1, 0, 999_983];
    const bodies = sizes.map((bytes, position) => archive.layer(`layer ${position}`, bytes));
    for (let image = 0; image < 7; image++) {
      archive.image(`image ${image}`, { bodies: bodies.filter((_, layer) => layer === 5 || (layer + image) % 3 > 0) });
    }
    const attributed = figuresOf(archive).map(({ attributedBytes }) => attributedBytes ?? Number.NaN);
    expect(attributed.reduce((sum, bytes) => sum + bytes, 0)).toBe(sizes.reduce((sum, bytes) => sum + bytes, 0));
  });
});
