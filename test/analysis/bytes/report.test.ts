import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { finding } from '../../../src/model/finding.js';
import { reportSchema } from '../../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const tag = 'docker.io/library/web:1';

describe('report', () => {
  it('lists an image of two archives once, with all its names, sorted', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('web', {
      references: [tag],
      localTags: ['alpha'],
      manifestDigests: [digestFor('manifest')],
      createdAt: '2024-01-01T00:00:00+01:00',
      bodies: [first.layer('a', 100)],
    });
    const second = new ArchiveDraft('2.tar');
    second.image('web', { references: ['docker.io/library/app:2'], localTags: ['zulu'] });
    expect(reportOf(inventoryOf([first, second])).images).toEqual([
      {
        id: digestFor('web'),
        manifestDigests: [digestFor('manifest')],
        references: ['alpha', 'docker.io/library/app:2', tag, 'zulu'],
        platform: 'linux/amd64',
        createdAt: '2024-01-01T00:00:00+01:00',
        state: 'live',
        dangling: false,
        superseded: false,
        sizeBytes: 100,
        sharedBytes: 0,
        uniqueBytes: 100,
        attributedBytes: 100,
        claimedSizeBytes: null,
        claimedSharedBytes: null,
        claimedUniqueBytes: null,
        storedBytes: 100,
        compressions: ['none'],
        layers: [digestFor('a')],
        archives: ['1.tar', '2.tar'],
      },
    ]);
  });

  it('says the state of an image in two ways that agree', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('old', { references: [tag], createdAt: '2024-01-01T00:00:00Z' });
    archive.image('new', { references: [tag], createdAt: '2025-01-01T00:00:00Z' });
    archive.image('untagged');
    const { images, summary } = reportOf(inventoryOf([archive]));
    expect(images.map(({ state, dangling, superseded }) => [state, dangling, superseded])).toEqual([
      ['superseded', false, true],
      ['live', false, false],
      ['dangling', true, false],
    ]);
    expect(summary).toMatchObject({ images: 3, danglingImages: 1, supersededImages: 1 });
  });

  it('lists each layer with the images that have it and all its copies', () => {
    const first = new ArchiveDraft('1.tar');
    first.image('one', { references: [tag], bodies: [first.layer('a', 100)] });
    const second = new ArchiveDraft('2.tar');
    second.image('two', { bodies: [second.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    const { layers, summary } = reportOf(inventoryOf([first, second]));
    expect(layers).toEqual([
      {
        diffId: digestFor('a'),
        sizeBytes: 100,
        claimedSizeBytes: null,
        storedBytes: 140,
        images: [digestFor('one'), digestFor('two')],
        copies: [
          { archive: '1.tar', entry: 'a.tar', digest: digestFor('a'), storedBytes: 100, compression: 'none' },
          {
            archive: '2.tar',
            entry: 'a.tar.gz',
            digest: digestFor('a as tar.gz'),
            storedBytes: 40,
            compression: 'gzip',
          },
        ],
      },
    ]);
    expect(summary).toMatchObject({ layers: 1, sharedLayers: 1 });
  });

  it('says how the layers of an image are stored, and nothing of bytes that are in no archive', () => {
    const archive = new ArchiveDraft('a.tar');
    const bodies = [archive.layer('a', 100), archive.layer('b', 100, { form: 'tar.gz', storedBytes: 40 })];
    archive.image('whole', { bodies: [...bodies, ...bodies] });
    archive.image('partial', { layers: [{ diffId: digestFor('x'), digest: null, entry: null, mediaType: null }] });
    const { images } = reportOf(inventoryOf([archive]));
    expect(images.map(({ storedBytes, compressions }) => ({ storedBytes, compressions }))).toEqual([
      { storedBytes: 280, compressions: ['gzip', 'none'] },
      { storedBytes: null, compressions: [] },
    ]);
  });

  it('shows the digest that the bytes have, and the claimed one only where they were not hashed', () => {
    const archive = new ArchiveDraft('a.tar');
    const wrong = archive.layer('a', 100, { intact: false, digest: digestFor('wrong') });
    const unread = archive.layer('b', 100, { intact: null, digest: null });
    archive.image('web', { bodies: [wrong, unread] });
    const digests = reportOf(inventoryOf([archive])).layers.map(({ copies }) => copies[0]?.digest);
    expect(digests).toEqual([digestFor('wrong'), digestFor('b')]);
  });

  it('keeps every archive, with its findings and its part of the bytes', () => {
    const fault = finding('digest-mismatch', 'wrong bytes', { subject: 'x' });
    const notChecked = [{ subject: 'y', reason: 'encrypted' }];
    const archive = new ArchiveDraft('a.tar', { status: 'failed', findings: [fault], notChecked });
    archive.image('web', { references: [tag], configBytes: 33 });
    archive.image('web', { configBytes: 33 });
    const unreadable = [finding('input-unreadable', 'no such file')];
    const broken = new ArchiveDraft('broken.tar', { status: 'unreadable', format: null, findings: unreadable });
    broken.image('hidden');
    const { archives, summary, reclaim } = reportOf(inventoryOf([broken, archive]));
    expect(archives).toMatchObject([
      {
        path: 'broken.tar',
        format: null,
        status: 'unreadable',
        images: [],
        findings: unreadable,
        bytes: { totalBytes: 0 },
      },
      {
        path: 'a.tar',
        status: 'failed',
        images: [digestFor('web')],
        findings: [fault],
        notChecked,
        bytes: { totalBytes: 66, neededBytes: 33, unreferencedBytes: 0, duplicateBytes: 33 },
      },
    ]);
    expect(summary).toMatchObject({ archives: 2, images: 1, errors: 2, warnings: 0, hints: 0, notChecked: 1 });
    expect(reclaim).toEqual(archives[1]?.bytes);
  });

  it('counts the archives that hold untagged images and nothing else', () => {
    const alone = new ArchiveDraft('alone.tar');
    alone.image('untagged', { manifestDigests: [digestFor('manifest')] });
    alone.artifact('attestation', { kind: 'attestation', subject: digestFor('manifest') });
    const beside = new ArchiveDraft('beside.tar');
    beside.image('other untagged');
    beside.image('web', { references: [tag] });
    const chart = new ArchiveDraft('chart.tar');
    chart.image('third untagged');
    chart.artifact('chart');
    const empty = new ArchiveDraft('empty.tar');
    const inventory = inventoryOf([alone, beside, chart, empty]);
    expect(reportOf(inventory).summary.soleDanglingArchives).toBe(1);
  });

  it('says that nothing was verified, and passes on what was skipped', () => {
    const skipped = [{ path: 'notes.tar', reason: 'not an image archive' }];
    const document = reportOf(inventoryOf([], { verified: false, skipped }));
    expect(document.summary.verified).toBe(false);
    expect(document.skipped).toEqual(skipped);
  });

  it('follows its schema, for an empty inventory too', () => {
    const document = reportOf(inventoryOf([]));
    expect(reportSchema.strict().parse(document)).toEqual(document);
  });
});
