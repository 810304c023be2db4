/**
 * The accounting against a second, brute-force implementation, and the laws that every report keeps whatever its
 * inventory holds.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/analysis/bytes/classification.js';
import { diskUsage } from '../../src/analysis/bytes/disk-usage.js';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { layerList } from '../../src/analysis/set/layers.js';
import { type EntryRecord, type Inventory, inventorySchema } from '../../src/model/results/inventory.js';
import { type ReportImage, reportSchema } from '../../src/model/results/results.js';
import { type Account, accountByHand } from '../helpers/accounting-oracle.js';
import { digestFor, randomInventory } from '../helpers/random-inventory.js';
import {
  addClasses,
  agrees,
  holds,
  liveBytes,
  nothing,
  readable,
  seed,
  sum,
  timeout,
  weightOf,
} from './accounting-laws.js';

describe('random inventories', { timeout }, () => {
  it('fit the schema, and the parts of each archive add up to its bytes', () => {
    holds({}, (inventory) => {
      expect(inventorySchema.parse(inventory)).toEqual(inventory);
      expect(
        inventory.archives.map(({ overhead, entries }) =>
          sum([...Object.values(overhead ?? {}), ...entries.map((entry) => entry.storedBytes)]),
        ),
      ).toEqual(inventory.archives.map((archive) => archive.tarBytes));
    });
  });

  it('reach every class and corner often enough to mean something', () => {
    const accounts = fc.sample(randomInventory(), { seed, numRuns: 2000 }).map(accountByHand);
    const frequency = (present: (account: Account) => boolean): number => accounts.filter(present).length;
    const corners = {
      needed: frequency(({ totals }) => totals.neededBytes > 0),
      duplicate: frequency(({ totals }) => totals.duplicateBytes > 0),
      twin: frequency(({ totals }) => totals.twinBytes > 0),
      dangling: frequency(({ totals }) => totals.danglingBytes > 0),
      superseded: frequency(({ totals }) => totals.supersededBytes > 0),
      unreferenced: frequency(({ totals }) => totals.unreferencedBytes > 0),
      shared: frequency(({ images }) => images.some((image) => (image.sharedBytes ?? 0) > 0)),
      unknownSize: frequency(({ images }) => images.some((image) => image.sizeBytes === null)),
      repeatedLayer: frequency(({ images }) => images.some(({ layerKeys: keys }) => new Set(keys).size < keys.length)),
      absentLayer: frequency(({ layers }) => layers.some((layer) => layer.copies.length === 0)),
      severalCopies: frequency(({ layers }) => layers.some((layer) => layer.copies.length > 2)),
    };
    expect(Object.entries(corners).filter(([, count]) => count < 50)).toEqual([]);
  });
});

describe('the account by hand', () => {
  it("gives the figures of docker's own example", () => {
    const [a, b, c, d, e, f] = [4_797_000, 4_194_000, 2_004_000, 5, 632_100, 4_799_000] as const;
    const { images, totals } = accountByHand(exampleOf([[a], [a, b, c], [a, b, c, d], [a, b, e], [f]]));
    expect(images.map(({ sizeBytes, sharedBytes, uniqueBytes }) => [sizeBytes, sharedBytes, uniqueBytes])).toEqual([
      [a, a, 0],
      [a + b + c, a + b + c, 0],
      [a + b + c + d, a + b + c, d],
      [a + b + e, a + b, e],
      [f, 0, f],
    ]);
    expect(images.map((image) => image.attributedBytes)).toEqual([
      a / 4,
      a / 4 + b / 3 + c / 2,
      a / 4 + b / 3 + c / 2 + d,
      a / 4 + b / 3 + e,
      f,
    ]);
    expect(totals).toEqual({ ...nothing, totalBytes: 16_426_105, neededBytes: 16_426_105 });
  });
});

describe('the analysis and the account by hand', { timeout }, () => {
  it('put every body into the same class', () => {
    agrees((inventory) => {
      const { classes } = classify(inventory, imageSet(inventory));
      const { bodies } = accountByHand(inventory);
      expect(bodies.map((body) => classes[body.archive]?.[body.entry])).toEqual(bodies.map((body) => body.class));
    });
  });

  it('agree on the bytes of each class, for the set and for each archive', () => {
    agrees((inventory) => {
      const { reclaim, archives } = reportOf(inventory);
      const account = accountByHand(inventory);
      expect(reclaim).toEqual(account.totals);
      expect(archives.map((archive) => archive.bytes)).toEqual(account.perArchive);
    });
  });

  it('agree on the state and the figures of each image, in first-seen order', () => {
    agrees((inventory) => {
      expect(reportOf(inventory).images.map(weightOf)).toEqual(accountByHand(inventory).images.map(weightOf));
    });
  });

  it('agree on the distinct layers, their sizes, their images and their copies', () => {
    agrees((inventory) => {
      const { layers, summary } = reportOf(inventory);
      const expected = accountByHand(inventory).layers;
      expect(
        layers.map(({ sizeBytes, storedBytes, images, copies }) => ({
          sizeBytes,
          storedBytes,
          images,
          copies: copies.map(({ archive, entry }) => ({ archive, entry })),
        })),
      ).toEqual(expected.map(({ key: _, ...figures }) => figures));
      expect(summary.layers).toBe(expected.length);
      expect(summary.sharedLayers).toBe(expected.filter((layer) => layer.images.length > 1).length);
    });
  });
});

describe('a report', { timeout }, () => {
  it('fits its schema, is the same each time, and leaves the inventory alone', () => {
    holds({}, (inventory) => {
      const first = reportOf(deepFreeze(structuredClone(inventory)));
      expect(reportSchema.parse(first)).toEqual(first);
      expect(JSON.stringify(reportOf(inventory))).toBe(JSON.stringify(first));
    });
  });

  it('counts every byte in exactly one class, for the set and for each archive', () => {
    holds({}, (inventory) => {
      const { reclaim, archives } = reportOf(inventory);
      const all = [reclaim, ...archives.map((archive) => archive.bytes)];
      expect(
        all.map((bytes) =>
          sum([
            liveBytes(bytes),
            bytes.danglingBytes,
            bytes.supersededBytes,
            bytes.unreferencedBytes,
            bytes.overheadBytes,
          ]),
        ),
      ).toEqual(all.map((bytes) => bytes.totalBytes));
      expect(all.map((bytes) => bytes.duplicateBytes + bytes.danglingBytes + bytes.unreferencedBytes)).toEqual(
        all.map((bytes) => bytes.reclaimableBytes + bytes.withheldBytes),
      );
      expect(reclaim.totalBytes).toBe(sum(readable(inventory).map((archive) => archive.tarBytes ?? 0)));
      expect(archives.map((archive) => archive.bytes).reduce(addClasses, nothing)).toEqual(reclaim);
    });
  });

  it('is at one with the disk usage and with the list of layers', () => {
    holds({}, (inventory) => {
      const { reclaim, layers } = reportOf(inventory);
      expect(diskUsage(inventory).reclaim).toEqual(reclaim);
      expect(layerList(inventory).layers.filter((layer) => layer.images.length > 0)).toMatchObject(layers);
    });
  });

  it('splits the size of an image into what it shares and what it has alone', () => {
    holds({}, (inventory) => {
      const { images } = reportOf(inventory);
      expect(images.map(({ sharedBytes, uniqueBytes }) => plus(sharedBytes, uniqueBytes))).toEqual(
        images.map((image) => image.sizeBytes),
      );
    });
  });

  it('attributes every byte of the distinct layers to images, and none twice', () => {
    holds({ intact: true }, (inventory) => {
      const { images, layers } = reportOf(withKnownSizes(inventory));
      expect(layers.filter((layer) => layer.sizeBytes === null)).toEqual([]);
      expect(sum(images.map((image) => image.attributedBytes ?? Number.NaN))).toBe(
        sum(layers.map((layer) => layer.sizeBytes ?? Number.NaN)),
      );
    });
  });

  it('leaves a live image to every tag', () => {
    holds({}, (inventory) => {
      const { images } = reportOf(inventory);
      const tagsOf = ({ references, platform }: ReportImage): string[] =>
        references.filter(isTag).map((reference) => `${reference} ${platform}`);
      const alive = images.filter((image) => image.state === 'live').flatMap(tagsOf);
      expect(images.flatMap(tagsOf).filter((tag) => !alive.includes(tag))).toEqual([]);
    });
  });

  it('never supersedes an image that a reference pins by its digest', () => {
    holds({}, (inventory) => {
      const pinned = reportOf(inventory).images.filter(({ references }) =>
        references.some((name) => name.includes('@')),
      );
      expect(pinned.filter((image) => image.state !== 'live')).toEqual([]);
    });
  });

  it('calls an image dangling exactly if no archive names it', () => {
    holds({}, (inventory) => {
      const named = readable(inventory)
        .flatMap((archive) => archive.images)
        .filter((image) => image.references.length + image.localTags.length > 0)
        .map((image) => image.id);
      const { images, summary } = reportOf(inventory);
      expect(images.map((image) => image.dangling)).toEqual(images.map((image) => !named.includes(image.id)));
      expect(images.map((image) => image.superseded)).toEqual(images.map((image) => image.state === 'superseded'));
      expect(summary.danglingImages).toBe(images.filter((image) => image.dangling).length);
      expect(summary.supersededImages).toBe(images.filter((image) => image.superseded).length);
    });
  });

  it('counts the findings of all archives, unreadable ones too', () => {
    holds({ uncontested: true }, (inventory) => {
      const found = inventory.archives.flatMap((archive) => archive.findings.map((finding) => finding.severity));
      expect(reportOf(inventory).summary).toMatchObject({
        archives: inventory.archives.length,
        errors: found.filter((severity) => severity === 'error').length,
        warnings: found.filter((severity) => severity === 'warning').length,
        hints: found.filter((severity) => severity === 'hint').length,
        notChecked: sum(inventory.archives.map((archive) => archive.notChecked.length)),
      });
    });
  });
});

describe('a body', { timeout }, () => {
  it('with wrong bytes is needed only if there is no sound one with the digest that it claims', () => {
    holds({ contentKnown: true }, (inventory) => {
      const live = classifiedEntries(inventory).filter(({ name }) => ['needed', 'duplicate', 'twin'].includes(name));
      const sound = live.filter(({ entry }) => entry.intact !== false).map(({ entry }) => storedDigest(entry));
      const trusted = live.filter(({ name, entry }) => name === 'needed' && entry.intact === false);
      expect(trusted.filter(({ entry }) => sound.some((digest) => digest === entry.claimedDigest))).toEqual([]);
    });
  });

  it('is needed only once, however many archives hold its digest', () => {
    holds({ contentKnown: true, intact: true, digestsKnown: true }, (inventory) => {
      const needed = classifiedEntries(inventory).filter(({ name }) => name === 'needed');
      const digests = needed.map(({ entry }) => storedDigest(entry));
      expect(digests).toEqual([...new Set(digests)]);
    });
  });
});

// ---- views and changes ----

function classifiedEntries(inventory: Inventory): { readonly name: string; readonly entry: EntryRecord }[] {
  const { classes } = classify(inventory, imageSet(inventory));
  return inventory.archives.flatMap(({ entries }, archive) =>
    entries.map((entry, at) => ({ name: classes[archive]?.[at] ?? 'none', entry })),
  );
}

/** Null never equals a digest; a body without any is alone. */
function storedDigest(entry: EntryRecord): string | EntryRecord {
  return entry.claimedDigest ?? entry.digest ?? entry;
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function isTag(reference: string): boolean {
  return /:[^/:]+$/.test(reference) && !reference.includes('@');
}

function withKnownSizes(inventory: Inventory): Inventory {
  const archives = inventory.archives.map((archive) => ({
    ...archive,
    entries: archive.entries.map((entry) => ({ ...entry, uncompressedBytes: entry.uncompressedBytes ?? 7 })),
    images: archive.images.map((image) => ({ ...image, layers: image.layers.filter((layer) => layer.entry !== null) })),
  }));
  return { ...inventory, archives };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** One archive with one tagged image per list; layers of equal size are the same layer, and nothing else has bytes. */
function exampleOf(layersOf: readonly (readonly number[])[]): Inventory {
  const sizes = [...new Set(layersOf.flat())];
  const digestOf = (size: number) => digestFor(`example ${size}`);
  const images = layersOf.map((layers, at) => ({
    id: `${at}`,
    configEntry: null,
    manifestDigests: [],
    indexDigests: [],
    references: [`docker.io/library/example:${at}`],
    localTags: [],
    platform: 'linux/amd64',
    createdAt: null,
    layers: layers.map((size) => ({
      diffId: digestOf(size),
      digest: null,
      entry: sizes.indexOf(size),
      mediaType: null,
    })),
    history: [],
    osVersion: null,
    author: null,
    config: null,
    reaches: layers.map((size) => sizes.indexOf(size)),
  }));
  const archive = {
    path: 'example.tar',
    format: 'docker-archive' as const,
    compression: 'none' as const,
    sizeBytes: sum(sizes),
    tarBytes: sum(sizes),
    status: 'ok' as const,
    overhead: { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 },
    coverage: null,
    entries: sizes.map((size) => ({
      name: `${size}`,
      storedBytes: size,
      structureBytes: null,
      role: 'layer' as const,
      claimedDigest: null,
      digest: digestOf(size),
      intact: true,
      compression: 'none' as const,
      diffId: digestOf(size),
      uncompressedBytes: size,
    })),
    images,
    artifacts: [],
    absentPlatforms: [],
    findings: [],
    notChecked: [],
  };
  return { kind: 'varve.inventory', schemaVersion: 1, verified: true, archives: [archive], skipped: [], passedOver: 0 };
}
