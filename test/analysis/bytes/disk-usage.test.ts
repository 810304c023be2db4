import { describe, expect, it } from 'vitest';
import { diskUsage } from '../../../src/analysis/bytes/disk-usage.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import { type DiskUsage, diskUsageSchema } from '../../../src/model/results/results.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';

const overhead = { headerBytes: 1000, paddingBytes: 0, endBytes: 0, trailingBytes: 0 };

/** Two archives: a live image in both, an untagged one with a layer of its own, an artifact, orphans; one unreadable. */
function inventory(): Inventory {
  const first = new ArchiveDraft('1.tar', { overhead });
  const a = first.layer('a', 100);
  first.image('web', { references: ['docker.io/library/web:1'], bodies: [a], configBytes: 11 });
  first.image('untagged', { bodies: [a, first.layer('b', 50)], configBytes: 13 });
  first.body('orphan', { storedBytes: 7 });
  first.layer('orphan layer', 3);
  const second = new ArchiveDraft('2.tar', { overhead });
  second.image('web', { bodies: [second.layer('a', 100)], configBytes: 11 });
  const third = new ArchiveDraft('3.tar', { overhead });
  third.image('untagged', { configBytes: 13 });
  third.artifact('chart');
  const broken = new ArchiveDraft('broken.tar', { status: 'unreadable', overhead });
  broken.image('hidden', { references: ['docker.io/library/hidden:1'] });
  return inventoryOf([first, second, third, broken]);
}

function rowsOf(document: DiskUsage): Record<string, DiskUsage['rows'][number]> {
  return Object.fromEntries(document.rows.map((row) => [row.type, row]));
}

describe('the usage of the disk', () => {
  it('has a row for archives, images, layers, unreferenced bodies and overhead', () => {
    expect(diskUsage(inventory()).rows).toEqual([
      {
        type: 'archives',
        total: 3,
        active: 2,
        sizeBytes: 1000 + 184 + (1000 + 111) + (1000 + 23),
        reclaimableBytes: 111 + 76 + 10,
      },
      { type: 'images', total: 2, active: 1, sizeBytes: 174 + 111 + 23, reclaimableBytes: 111 + 76 },
      { type: 'layers', total: 2, active: 1, sizeBytes: 250, reclaimableBytes: 150 },
      { type: 'unreferenced', total: 2, active: 0, sizeBytes: 10, reclaimableBytes: 10 },
      { type: 'overhead', total: 3, active: 3, sizeBytes: 3000, reclaimableBytes: 0 },
    ]);
  });

  it('has images, unreferenced and overhead add up to the archives', () => {
    const rows = rowsOf(diskUsage(inventory()));
    const parts = [rows['images'], rows['unreferenced'], rows['overhead']];
    const sum = (field: 'sizeBytes' | 'reclaimableBytes') =>
      parts.reduce((total, row) => total + (row?.[field] ?? NaN), 0);
    expect(rows['archives']).toMatchObject({
      sizeBytes: sum('sizeBytes'),
      reclaimableBytes: sum('reclaimableBytes'),
    });
  });

  it('offers nothing of an archive that failed, in no row, and says what it withholds', () => {
    const all = inventory();
    const [first, ...rest] = all.archives as [Inventory['archives'][number], ...Inventory['archives']];
    const { rows, reclaim } = diskUsage({ ...all, archives: [{ ...first, status: 'failed' }, ...rest] });
    expect(rows.map(({ type, reclaimableBytes }) => [type, reclaimableBytes])).toEqual([
      ['archives', 13],
      ['images', 13],
      ['layers', 0],
      ['unreferenced', 0],
      ['overhead', 0],
    ]);
    expect(reclaim).toMatchObject({
      duplicateBytes: 111,
      danglingBytes: 76,
      unreferencedBytes: 10,
      reclaimableBytes: 13,
    });
    expect(reclaim.withheldBytes).toBe(111 + 50 + 13 + 10);
    expect(rows.map(({ sizeBytes }) => sizeBytes)).toEqual(diskUsage(all).rows.map(({ sizeBytes }) => sizeBytes));
  });

  it('does not count superseded images as active, nor their bytes as reclaimable', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('old', { references: ['docker.io/library/web:1'], createdAt: '2024-01-01T00:00:00Z' });
    archive.image('new', { references: ['docker.io/library/web:1'], createdAt: '2025-01-01T00:00:00Z' });
    const rows = rowsOf(diskUsage(inventoryOf([archive])));
    expect(rows['images']).toMatchObject({ total: 2, active: 1, sizeBytes: 20, reclaimableBytes: 0 });
  });

  it('is a document that its schema admits', () => {
    const document = diskUsage(inventory());
    expect(diskUsageSchema.strict().parse(document)).toEqual(document);
  });
});
