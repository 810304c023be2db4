/** What the treemap and the matrix of a page are made of: nothing is lost where they group, and they say what is grouped. */
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { sharingGrid } from '../../src/page/pictures/sharing-grid.js';
import { treemapTree } from '../../src/page/pictures/treemap-tree.js';
import { largeReport } from '../browser/reports.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Images a, b and c on one base; b and c have one more layer in common; d stands alone. */
function smallReport() {
  const draft = new ArchiveDraft('a.tar');
  const base = draft.layer('base', 900);
  const second = draft.layer('second', 100);
  const own = draft.layer('own', 30);
  draft.image('a', { bodies: [base], references: ['a'] });
  draft.image('b', { bodies: [base, second], references: ['b'] });
  draft.image('c', { bodies: [base, second, own, own], references: ['c'] });
  draft.image('d', { bodies: [draft.layer('alone', 70)], references: ['d'] });
  return reportOf(inventoryOf([draft]));
}

describe('the treemap', () => {
  it('has each distinct layer once, divided among the images that have it', () => {
    const { tiles } = treemapTree(smallReport());
    const parts = tiles.flatMap((tile) => (tile.kind === 'image' ? tile.parts : []));
    expect(sum(parts.map(({ areaBytes }) => areaBytes))).toBeCloseTo(900 + 100 + 30 + 70);
    const base = parts.filter(({ diffId }) => diffId === digestFor('base'));
    expect(base.map(({ sizeBytes, areaBytes, images }) => [sizeBytes, areaBytes, images])).toEqual([
      [900, 300, 3],
      [900, 300, 3],
      [900, 300, 3],
    ]);
  });

  it('groups the smallest of 2,000 images and counts them', () => {
    const large = largeReport();
    const { tiles } = treemapTree(large);
    const shown = tiles.flatMap((tile) => (tile.kind === 'image' ? [tile.image] : []));
    const rest = tiles.flatMap((tile) => (tile.kind === 'rest' ? [tile] : []));
    expect(rest.length).toBeGreaterThan(1);
    expect(rest.length).toBeLessThan(40);
    expect(sum(rest.map(({ images }) => images)) + shown.length).toBe(2000);
    const all = sum(large.images.map(({ attributedBytes }) => attributedBytes ?? 0));
    expect(
      sum(shown.map(({ attributedBytes }) => attributedBytes ?? 0)) + sum(rest.map(({ areaBytes }) => areaBytes)),
    ).toBe(all);
  });

  it('shows an image that is large among many by itself', () => {
    const draft = new ArchiveDraft('a.tar');
    draft.image('large', { bodies: [draft.layer('large', 5000)], references: ['team/large'] });
    for (let at = 0; at < 100; at += 1) {
      draft.image(`small ${at}`, {
        bodies: [draft.layer(`small ${at}`, 10)],
        references: [`team-${at % 2}/small-${at}`],
      });
    }
    const { tiles } = treemapTree(reportOf(inventoryOf([draft])));
    expect(tiles.map((tile) => (tile.kind === 'image' ? tile.image.references[0] : [tile.name, tile.images]))).toEqual([
      'team/large',
      ['team-0', 50],
      ['team-1', 50],
    ]);
  });

  it('groups the small layers of an image', () => {
    const draft = new ArchiveDraft('a.tar');
    const bodies = Array.from({ length: 40 }, (_, at) => draft.layer(`layer ${at}`, 1000 - at));
    draft.image('many', { bodies });
    const { tiles } = treemapTree(reportOf(inventoryOf([draft])));
    const parts = tiles.flatMap((tile) => (tile.kind === 'image' ? tile.parts : []));
    expect(parts.length).toBeLessThan(20);
    expect(sum(parts.map(({ layers }) => layers))).toBe(40);
    expect(sum(parts.map(({ areaBytes }) => areaBytes))).toBe(sum(bodies.map((_, at) => 1000 - at)));
  });

  it('counts images of unknown size instead of drawing them', () => {
    const draft = new ArchiveDraft('a.tar');
    draft.image('unknown', { bodies: [draft.layer('packed', 50, { form: 'gz', uncompressedBytes: null })] });
    expect(treemapTree(reportOf(inventoryOf([draft])))).toEqual({ tiles: [], unknown: 1 });
  });
});

describe('the matrix of shared layers', () => {
  it('has the shared layers as columns and the images that have one as rows, equal ones side by side', () => {
    const { columns, rows, restImages, restLayers } = sharingGrid(smallReport());
    expect(columns.map(({ layer }) => layer.diffId)).toEqual([digestFor('base'), digestFor('second')]);
    expect(rows.map(({ image, has }) => [image.references[0], ...has])).toEqual([
      ['b', true, true],
      ['c', true, true],
      ['a', true, false],
    ]);
    expect([restImages, restLayers]).toEqual([0, 0]);
  });

  it('counts for 2,000 images what has no row or column of its own', () => {
    const large = largeReport();
    const { columns, rows, restImages, restLayers } = sharingGrid(large);
    const shared = large.layers.filter(({ images }) => images.length > 1);
    expect(columns.length + restLayers).toBe(shared.length);
    expect(rows.length + restImages).toBe(large.images.filter(({ sharedBytes }) => sharedBytes !== 0).length);
    const having = columns.map((column, at) => rows.filter(({ has }) => has[at]).length + column.restImages);
    expect(having).toEqual(columns.map(({ layer }) => layer.images.length));
  });

  it('is empty where no two images have a layer in common', () => {
    const draft = new ArchiveDraft('a.tar');
    draft.image('a', { bodies: [draft.layer('one', 1)] });
    draft.image('b', { bodies: [draft.layer('two', 2)] });
    expect(sharingGrid(reportOf(inventoryOf([draft])))).toEqual({
      columns: [],
      rows: [],
      restImages: 0,
      restLayers: 0,
    });
  });
});
