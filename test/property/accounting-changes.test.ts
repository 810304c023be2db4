/**
 * Laws of the accounting that need no second implementation: what must stay, and what must move by exactly how much,
 * when an inventory is changed in a known way.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import type { ArchiveRecord, EntryRecord, Inventory } from '../../src/model/results/inventory.js';
import type { Report } from '../../src/model/results/results.js';
import { accountByHand } from '../helpers/accounting-oracle.js';
import { addClasses, holds, nothing, readable, spare, storedBytes, timeout, weightOf } from './accounting-laws.js';

describe('when an inventory changes', { timeout }, () => {
  it('a second copy of an archive adds what one store would hold of it to the duplicates, all else as it was', () => {
    holds({ digestsKnown: true }, (inventory, choice) => {
      const at = choice % inventory.archives.length;
      const before = reportOf(inventory);
      const copy = { ...chosen(inventory.archives, at), path: 'copy.tar' };
      const after = reportOf(withArchive(inventory, at + 1, copy));
      const own = before.archives[at]?.bytes ?? nothing;
      const added = {
        ...own,
        neededBytes: 0,
        twinBytes: 0,
        supersededBytes: 0,
        duplicateBytes: storedBytes(own) + own.duplicateBytes,
        ...spare(copy, storedBytes(own) + own.reclaimableBytes + own.withheldBytes),
      };
      expect(after.reclaim).toEqual(addClasses(before.reclaim, added));
      expect(after.images.map(weightOf)).toEqual(before.images.map(weightOf));
    });
  });

  it('an archive that cannot be read changes nothing, wherever it stands', () => {
    holds({}, (inventory, choice) => {
      const { archives } = inventory;
      const unreadable = { ...chosen(archives, choice), path: 'unreadable.tar', status: 'unreadable' as const };
      const before = reportOf(inventory);
      const after = reportOf(withArchive(inventory, choice % (archives.length + 1), unreadable));
      expect(after.reclaim).toEqual(before.reclaim);
      expect(after.images).toEqual(before.images);
      expect(after.layers).toEqual(before.layers);
    });
  });

  it('a body that nothing reaches adds its bytes to the unreferenced ones and to no other class', () => {
    holds({}, (inventory, choice) => {
      fc.pre(readable(inventory).length > 0);
      const models = inventory.archives
        .flatMap((archive) => archive.entries)
        .filter((entry) => entry.role !== 'document');
      const added = { ...chosen([...models, stray], choice), name: 'added', storedBytes: 5 };
      const before = reportOf(inventory).reclaim;
      const after = reportOf(withBody(inventory, choice, added)).reclaim;
      const owner = chosen(readable(inventory), choice);
      expect(after).toEqual(
        addClasses(before, { ...nothing, totalBytes: 5, unreferencedBytes: 5, ...spare(owner, 5) }),
      );
    });
  });

  it('the loss of a body that nothing reaches takes its bytes from the unreferenced ones and from no other class', () => {
    holds({}, (inventory, choice) => {
      const loose = accountByHand(inventory).bodies.filter((body) => body.class === 'unreferenced');
      const lost = loose[choice % loose.length];
      const lostBytes = lost?.storedBytes ?? 0;
      const after = reportOf(withoutBody(inventory, lost)).reclaim;
      const owner = inventory.archives[lost?.archive ?? 0];
      const taken = { ...nothing, totalBytes: lostBytes, unreferencedBytes: lostBytes, ...spare(owner, lostBytes) };
      expect(addClasses(after, taken)).toEqual(reportOf(inventory).reclaim);
    });
  });

  it('a fault in a body moves bytes between needed, duplicate, twin and superseded only', () => {
    holds({}, (inventory, choice) => {
      const { bodies } = accountByHand(inventory);
      const before = reportOf(inventory).reclaim;
      const after = reportOf(withFault(inventory, bodies[choice % bodies.length])).reclaim;
      const others = {
        neededBytes: 0,
        duplicateBytes: 0,
        twinBytes: 0,
        supersededBytes: 0,
        reclaimableBytes: 0,
        withheldBytes: 0,
      };
      expect(storedBytes(after) + after.duplicateBytes).toBe(storedBytes(before) + before.duplicateBytes);
      expect({ ...after, ...others }).toEqual({ ...before, ...others });
    });
  });

  it('a fault in a body that no store would hold changes no class', () => {
    holds({}, (inventory, choice) => {
      const held = ['needed', 'twin', 'superseded'];
      const spare = accountByHand(inventory).bodies.filter((body) => !held.includes(body.class));
      const after = reportOf(withFault(inventory, spare[choice % spare.length]));
      expect(after.reclaim).toEqual(reportOf(inventory).reclaim);
    });
  });

  it('a new tag never makes more bytes dangling or superseded', () => {
    holds({}, (inventory, choice) => {
      const before = reportOf(inventory).reclaim;
      const after = reportOf(withTag(inventory, choice, 'docker.io/library/new:1')).reclaim;
      expect(after.danglingBytes).toBeLessThanOrEqual(before.danglingBytes);
      expect(after.supersededBytes).toBeLessThanOrEqual(before.supersededBytes);
      expect(after.overheadBytes).toBe(before.overheadBytes);
      expect(after.unreferencedBytes).toBe(before.unreferencedBytes);
    });
  });

  it('the order of images, artifacts, names and reached bodies within an archive does not matter', () => {
    holds({ uncontested: true, intact: true }, (inventory) => {
      const before = reportOf(inventory);
      const after = reportOf({ ...inventory, archives: inventory.archives.map(reversedWithin) });
      expect(after.archives.map((archive) => archive.bytes)).toEqual(before.archives.map((archive) => archive.bytes));
      expect(statesById(after)).toEqual(statesById(before));
    });
  });

  it('the order of the archives changes no total where all copies are sound and no tag is contested', () => {
    holds({ uncontested: true, intact: true, digestsKnown: true }, (inventory) => {
      const before = reportOf(inventory);
      const after = reportOf({ ...inventory, archives: inventory.archives.toReversed() });
      expect(after.reclaim).toEqual(before.reclaim);
      expect(statesById(after)).toEqual(statesById(before));
    });
  });

  it('weights do not depend on any order where every image claims the content of its layers', () => {
    holds({ contentKnown: true, intact: true }, (inventory) => {
      const archives = inventory.archives.map(reversedWithin).toReversed();
      expect(figuresById(reportOf({ ...inventory, archives }))).toEqual(figuresById(reportOf(inventory)));
    });
  });
});

const stray: EntryRecord = {
  name: 'stray',
  storedBytes: 0,
  structureBytes: null,
  role: 'stray',
  claimedDigest: null,
  digest: null,
  intact: null,
  compression: null,
  diffId: null,
  uncompressedBytes: null,
};

interface Place {
  readonly archive: number;
  readonly entry: number;
}

function chosen<T>(values: readonly T[], choice: number): T {
  const value = values[choice % values.length];
  if (value === undefined) throw new RangeError('nothing to choose from');
  return value;
}

function statesById({ images }: Report): ReadonlyMap<string, string> {
  return new Map(images.map((image) => [image.id, image.state]));
}

function figuresById({ images }: Report): ReadonlyMap<string, unknown> {
  return new Map(images.map((image) => [image.id, { ...weightOf(image), state: null }]));
}

function withArchive(inventory: Inventory, at: number, archive: ArchiveRecord): Inventory {
  return { ...inventory, archives: inventory.archives.toSpliced(at, 0, archive) };
}

/** The body goes to the end of a readable archive, so that no position shifts. */
function withBody(inventory: Inventory, choice: number, entry: EntryRecord): Inventory {
  const target = chosen(readable(inventory), choice);
  const changed = {
    ...target,
    entries: [...target.entries, entry],
    tarBytes: (target.tarBytes ?? 0) + entry.storedBytes,
  };
  return { ...inventory, archives: inventory.archives.map((archive) => (archive === target ? changed : archive)) };
}

/** Positions behind the lost body move up by one. */
function withoutBody(inventory: Inventory, lost: Place | undefined): Inventory {
  const target = inventory.archives[lost?.archive ?? -1];
  if (lost === undefined || target === undefined) return inventory;
  const moved = (at: number): number => (at > lost.entry ? at - 1 : at);
  const changed = {
    ...target,
    tarBytes: (target.tarBytes ?? 0) - (target.entries[lost.entry]?.storedBytes ?? 0),
    entries: target.entries.toSpliced(lost.entry, 1),
    artifacts: target.artifacts.map((artifact) => ({ ...artifact, reaches: artifact.reaches.map(moved) })),
    images: target.images.map((image) => ({
      ...image,
      configEntry: image.configEntry === null ? null : moved(image.configEntry),
      reaches: image.reaches.map(moved),
      layers: image.layers.map((layer) => ({ ...layer, entry: layer.entry === null ? null : moved(layer.entry) })),
    })),
  };
  return { ...inventory, archives: inventory.archives.map((archive) => (archive === target ? changed : archive)) };
}

function withFault(inventory: Inventory, place: Place | undefined): Inventory {
  const archives = inventory.archives.map((archive, at) => ({
    ...archive,
    entries: archive.entries.map((entry, position) =>
      at === place?.archive && position === place.entry ? { ...entry, intact: false } : entry,
    ),
  }));
  return { ...inventory, archives };
}

function withTag(inventory: Inventory, choice: number, tag: string): Inventory {
  const targets = inventory.archives.flatMap((archive) => archive.images);
  const target = targets[choice % targets.length];
  const archives = inventory.archives.map((archive) => ({
    ...archive,
    images: archive.images.map((image) =>
      image === target ? { ...image, references: [...image.references, tag] } : image,
    ),
  }));
  return { ...inventory, archives };
}

function reversedWithin(archive: ArchiveRecord): ArchiveRecord {
  const images = archive.images.map((image) => ({
    ...image,
    references: image.references.toReversed(),
    reaches: image.reaches.toReversed(),
    manifestDigests: image.manifestDigests.toReversed(),
    indexDigests: image.indexDigests.toReversed(),
  }));
  const artifacts = archive.artifacts.map((artifact) => ({ ...artifact, reaches: artifact.reaches.toReversed() }));
  return { ...archive, images: images.reverse(), artifacts: artifacts.reverse() };
}
