import { describe, expect, it } from 'vitest';
import { classify } from '../../../src/analysis/bytes/classification.js';
import { type ReclaimTotals, reclaimTotals } from '../../../src/analysis/bytes/reclaim.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';

const overhead = { headerBytes: 1000, paddingBytes: 200, endBytes: 30, trailingBytes: 4 };

function totalsOf(inventory: Inventory): ReclaimTotals {
  return reclaimTotals(inventory, classify(inventory, imageSet(inventory)));
}

/** One archive with a body of each class but duplicate and twin, and one that holds those. */
function everyClass(): ArchiveDraft[] {
  const first = new ArchiveDraft('1.tar', { overhead });
  first.body('index.json', { role: 'document', storedBytes: 5 });
  first.body('orphan', { storedBytes: 7 });
  const a = first.layer('a', 100);
  first.image('old', {
    references: ['docker.io/library/web:1'],
    createdAt: '2024-01-01T00:00:00Z',
    bodies: [a],
    configBytes: 11,
  });
  first.image('new', {
    references: ['docker.io/library/web:1'],
    createdAt: '2025-01-01T00:00:00Z',
    bodies: [a],
    configBytes: 13,
  });
  first.image('untagged', { bodies: [first.layer('b', 50)], configBytes: 17 });
  const second = new ArchiveDraft('2.tar', { overhead });
  const gzip = second.layer('a', 100, { form: 'tar.gz', storedBytes: 120 });
  second.image('new', { references: ['docker.io/library/web:1'], bodies: [gzip], configBytes: 13 });
  return [first, second];
}

describe('reclaimTotals', () => {
  it('adds up every class by itself', () => {
    expect(totalsOf(inventoryOf(everyClass())).total).toEqual({
      totalBytes: 1234 + 5 + 7 + 100 + 11 + 13 + 50 + 17 + (1234 + 120 + 13),
      neededBytes: 100 + 13,
      duplicateBytes: 13,
      twinBytes: 120,
      danglingBytes: 50 + 17,
      supersededBytes: 11,
      unreferencedBytes: 7,
      overheadBytes: 1234 + 5 + 1234,
      reclaimableBytes: 13 + 67 + 7,
      withheldBytes: 0,
    });
  });

  it('gives each archive its part by the decisions made for the whole set', () => {
    const { archives } = totalsOf(inventoryOf(everyClass()));
    expect(archives[1]).toEqual({
      totalBytes: 1367,
      neededBytes: 0,
      duplicateBytes: 13,
      twinBytes: 120,
      danglingBytes: 0,
      supersededBytes: 0,
      unreferencedBytes: 0,
      overheadBytes: 1234,
      reclaimableBytes: 13,
      withheldBytes: 0,
    });
  });

  it('offers nothing of an archive that failed, whose bytes keep their classes', () => {
    const known = inventoryOf(everyClass());
    const archives = known.archives.map((archive, at) =>
      at === 1 ? archive : { ...archive, status: 'failed' as const },
    );
    const { total } = totalsOf({ ...known, archives });
    expect(total).toEqual({ ...totalsOf(known).total, reclaimableBytes: 0, withheldBytes: 13 + 67 + 7 });
  });

  it('does not make the classes fit a total that they do not add up to', () => {
    const inventory = inventoryOf([new ArchiveDraft('1.tar', { overhead, tarBytes: 9999 })]);
    expect(totalsOf(inventory).total).toMatchObject({ totalBytes: 9999, overheadBytes: 1234, unreferencedBytes: 0 });
  });

  it('counts the tar and not the file of an archive that is compressed as a whole', () => {
    const archive = new ArchiveDraft('1.tar.gz', { compression: 'gzip', sizeBytes: 99, overhead });
    expect(totalsOf(inventoryOf([archive])).total.totalBytes).toBe(1234);
  });

  it('counts nothing of an unreadable archive', () => {
    const broken = new ArchiveDraft('broken.tar', { status: 'unreadable', overhead });
    broken.body('orphan');
    const { total, archives } = totalsOf(inventoryOf([broken]));
    expect(new Set(Object.values(total))).toEqual(new Set([0]));
    expect(archives).toEqual([total]);
  });
});

describe('a layer in several forms', () => {
  /** The same layer in plain form in every archive, and once in a smaller one. */
  function plainCopies(archives: number): ArchiveDraft[] {
    return Array.from({ length: archives }, (_, i) => {
      const draft = new ArchiveDraft(`${i}.tar`, { overhead });
      const bodies = [draft.layer('a', 100)];
      draft.image(`plain-${i}`, { references: [`docker.io/library/web:${i}`], bodies });
      return draft;
    });
  }

  function gzipCopy(): ArchiveDraft {
    const draft = new ArchiveDraft('gzip.tar', { overhead });
    const bodies = [draft.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })];
    draft.image('gzip', { references: ['docker.io/library/web:gzip'], bodies });
    return draft;
  }

  it('is kept once in each form: the larger form is a twin once, and every further copy of it a duplicate', () => {
    const inventory = inventoryOf([...plainCopies(3), gzipCopy(), gzipCopy()]);
    const configs = 10;
    expect(totalsOf(inventory).total).toMatchObject({ twinBytes: 100, duplicateBytes: 2 * 100 + 40 + configs });
  });
});
