/**
 * The table of `docker system df -v` in docker's own manual: an alpine, images built on an older alpine, and one that
 * lost its tag. The page shows four digits; these are layer sizes that round to what it shows.
 */
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { planRemoval } from '../../src/analysis/removal/plan.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { reportSchema } from '../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';

const sizes = { a: 4_797_000, b: 4_194_000, c: 2_004_000, d: 5, e: 632_100, f: 4_799_000 };
type LayerName = keyof typeof sizes;

const images: readonly (readonly [name: string, reference: string, layers: readonly LayerName[]])[] = [
  ['my-curl', 'docker.io/library/my-curl:latest', ['a', 'b', 'c', 'd']],
  ['my-jq', 'docker.io/library/my-jq:latest', ['a', 'b', 'e']],
  ['<none>', '', ['a', 'b', 'c']],
  ['alpine', 'docker.io/library/alpine:latest', ['f']],
  ['alpine:3.3', 'docker.io/library/alpine:3.3', ['a']],
];

/** A store of all the images, without the tags of those named. */
function store(untagged: readonly string[] = []): ArchiveDraft {
  const archive = new ArchiveDraft('store.tar');
  const bodies = new Map((Object.keys(sizes) as LayerName[]).map((name) => [name, archive.layer(name, sizes[name])]));
  for (const [name, reference, layers] of images) {
    const references = reference === '' || untagged.includes(name) ? [] : [reference];
    archive.image(name, { references, bodies: layers.map((layer) => bodies.get(layer) ?? -1), configBytes: 0 });
  }
  return archive;
}

/** Four significant digits, powers of 1000; halves go up, in whole bytes, since 10.995 is no exact binary number. */
function human(bytes: number): string {
  const digits = String(bytes).length;
  const step = 10 ** Math.max(0, digits - 4);
  const power = Math.floor((digits - 1) / 3);
  return `${(Math.round(bytes / step) * step) / 1000 ** power} ${['B', 'kB', 'MB'][power]}`;
}

describe("docker's worked example", () => {
  const document = reportOf(inventoryOf([store()]));

  it('has the sizes that the page shows', () => {
    const rows = document.images.map(({ sizeBytes, sharedBytes, uniqueBytes }) =>
      [sizeBytes, sharedBytes, uniqueBytes].map((bytes) => human(bytes ?? Number.NaN)),
    );
    expect(rows).toEqual([
      ['11 MB', '11 MB', '5 B'],
      ['9.623 MB', '8.991 MB', '632.1 kB'],
      ['11 MB', '11 MB', '0 B'],
      ['4.799 MB', '0 B', '4.799 MB'],
      ['4.797 MB', '4.797 MB', '0 B'],
    ]);
  });

  it('has these sizes to the byte', () => {
    expect(
      document.images.map(({ sizeBytes, sharedBytes, uniqueBytes }) => [sizeBytes, sharedBytes, uniqueBytes]),
    ).toEqual([
      [10_995_005, 10_995_000, 5],
      [9_623_100, 8_991_000, 632_100],
      [10_995_000, 10_995_000, 0],
      [4_799_000, 0, 4_799_000],
      [4_797_000, 4_797_000, 0],
    ]);
  });

  it('stores and attributes 16,426,105 bytes', () => {
    const attributed = document.images.reduce((sum, { attributedBytes }) => sum + (attributedBytes ?? Number.NaN), 0);
    expect(attributed).toBe(16_426_105);
    expect(document.layers.reduce((sum, { storedBytes }) => sum + storedBytes, 0)).toBe(16_426_105);
    expect(document.reclaim.totalBytes).toBe(16_426_105);
  });

  it('has one image without a tag, whose layers the others all need', () => {
    expect(document.summary).toMatchObject({ images: 5, danglingImages: 1, layers: 6, sharedLayers: 3 });
    expect(document.reclaim).toMatchObject({ neededBytes: 16_426_105, reclaimableBytes: 0 });
  });

  it('counts 6,830,105 reclaimable bytes once my-curl and my-jq lose their tags too', () => {
    const { reclaim } = reportOf(inventoryOf([store(['my-curl', 'my-jq'])]));
    expect(reclaim).toMatchObject({
      neededBytes: sizes.a + sizes.f,
      danglingBytes: 6_830_105,
      reclaimableBytes: 6_830_105,
    });
  });

  it('plans 6,830,105 bytes for <none>, my-curl and my-jq, and nothing for <none> alone', () => {
    const inventory = inventoryOf([store()]);
    const plan = (names: readonly string[]) =>
      planRemoval(inventory, imageSet(inventory), {
        asks: names.map((name) => ({ kind: 'image', id: digestFor(name), reason: 'named' })),
        files: new Set(),
        copies: new Set(),
        protections: new Map(),
        goal: null,
        inUse: null,
      });
    const { freedBytes, images, layersFreed } = plan(['<none>', 'my-curl', 'my-jq']);
    expect(freedBytes).toBe(6_830_105);
    expect(images.map((image) => image.freedAloneBytes)).toEqual([0, sizes.d, sizes.e]);
    expect(images.map((image) => image.freedBytes)).toEqual([0, sizes.c + sizes.d, sizes.b + sizes.e]);
    expect(layersFreed.map((layer) => layer.freedBytes)).toEqual([sizes.b, sizes.c, sizes.d, sizes.e]);
    expect(plan(['<none>']).freedBytes).toBe(0);
  });

  it('follows the schema of the report', () => {
    expect(reportSchema.strict().parse(document)).toEqual(document);
  });
});
