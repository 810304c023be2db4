import { describe, expect, it } from 'vitest';
import { verification } from '../../../src/analysis/faults/verification.js';
import { finding } from '../../../src/model/finding.js';
import { verificationSchema } from '../../../src/model/results/results.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';

const findings = [
  finding('digest-mismatch', 'wrong bytes'),
  finding('layer-empty', 'empty'),
  finding('key-case', 'lower case'),
  finding('trailing-bytes', 'more'),
];

describe('verification', () => {
  it('counts copies that were hashed, and their stored bytes', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('web', { bodies: [first.layer('a', 100), first.layer('b', 50, { digest: null, intact: null })] });
    const second = new ArchiveDraft('2.tar');
    second.image('web', { bodies: [second.layer('a', 100)] });
    expect(verification(inventoryOf([first, second])).summary).toMatchObject({
      archives: 2,
      images: 1,
      blobs: 4,
      bytesHashed: 100 + 10 + 100 + 10,
    });
  });

  it('does not count what was hashed when an inventory was recorded', () => {
    const recorded = new ArchiveDraft('a.tar', { status: 'recorded' });
    recorded.image('web', { bodies: [recorded.layer('a', 100)] });
    const document = verification(inventoryOf([recorded]));
    expect(document.summary).toMatchObject({ images: 1, blobs: 0, bytesHashed: 0 });
    expect(document.archives).toMatchObject([{ path: 'a.tar', status: 'recorded' }]);
  });

  it('counts findings by severity over all archives, the unreadable ones too', () => {
    const notChecked = [{ subject: 'x', reason: 'encrypted' }];
    const inventory = inventoryOf([
      new ArchiveDraft('a.tar', { status: 'failed', findings, notChecked }),
      new ArchiveDraft('b.tar', { status: 'unreadable', findings: [finding('input-unreadable', 'no such file')] }),
    ]);
    expect(verification(inventory).summary).toMatchObject({ errors: 2, warnings: 1, hints: 2, notChecked: 1 });
  });

  it('lists every archive with all its findings and what a digest covers, and what was skipped', () => {
    const skipped = [{ path: 'x.tar', reason: 'empty' }];
    const fields = {
      format: 'oci-archive',
      compression: 'none',
      status: 'ok',
      findings: [],
      faults: [],
      notChecked: [],
    };
    const coverage = { digestBytes: 300, contentBytes: 20, openBytes: 1 };
    const inventory = inventoryOf(
      [
        new ArchiveDraft('a.tar', { status: 'failed', findings, coverage }),
        new ArchiveDraft('b.tar', { format: 'oci-layout' }),
        new ArchiveDraft('c.tar', { coverage }),
        new ArchiveDraft('d.tar', { status: 'recorded', coverage }),
      ],
      { skipped },
    );
    const document = verification(inventory);
    const { archives } = document;
    expect(archives).toEqual([
      { ...fields, path: 'a.tar', status: 'failed', coverage, findings, faults: archives[0]?.faults },
      { ...fields, path: 'b.tar', format: 'oci-layout', coverage: null },
      { ...fields, path: 'c.tar', coverage },
      { ...fields, path: 'd.tar', status: 'recorded', coverage },
    ]);
    // Without the one that was only recorded.
    expect(document.summary.coverage).toEqual({ digestBytes: 600, contentBytes: 40, openBytes: 2 });
    expect(document.skipped).toEqual(skipped);
    expect(verificationSchema.strict().parse(document)).toEqual(document);
  });
});
