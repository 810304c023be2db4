import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';

const tag = (name: string): string[] => [`docker.io/library/${name}:1`];

function packedOf(...archives: readonly ArchiveDraft[]) {
  return reportOf(inventoryOf(archives)).packed;
}

describe('one packed archive', () => {
  it('has each stored digest once, those of untagged images too, and no orphan', () => {
    const archives = ['1.tar', '2.tar'].map((path) => {
      const archive = new ArchiveDraft(path);
      archive.body('orphan', { storedBytes: 1000 });
      archive.body('manifest.json', { role: 'document', storedBytes: 40 });
      archive.image('one', { references: tag('one'), bodies: [archive.layer('a', 100)] });
      archive.image('untagged', { bodies: [archive.layer('b', 7)] });
      return archive;
    });
    const packed = { bodyBytes: 100 + 10 + 7 + 10, unifiedBodyBytes: 127, sizeBytes: null, unifiedSizeBytes: null };
    expect(packedOf(...archives)).toEqual(packed);
  });

  it('has each form of a layer as it is, or unified the smallest alone, whatever the state of the images', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('plain', { references: tag('plain'), bodies: [archive.layer('a', 100)] });
    archive.image('small', { bodies: [archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    expect(packedOf(archive)).toMatchObject({ bodyBytes: 100 + 40 + 20, unifiedBodyBytes: 40 + 20 });
  });

  it('keeps a smaller form that has wrong bytes only where no other is intact', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('plain', { references: tag('plain'), bodies: [archive.layer('a', 100)] });
    const broken = archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40, intact: false });
    archive.image('small', { references: tag('small'), bodies: [broken] });
    expect(packedOf(archive)).toMatchObject({ bodyBytes: 160, unifiedBodyBytes: 120 });
  });
});
