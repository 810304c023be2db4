import { describe, expect, it } from 'vitest';
import { type ByteClass, classify } from '../../../src/analysis/bytes/classification.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const tag = (name: string): string[] => [`docker.io/library/${name}:1`];

/** The classes of all bodies, by archive and in the order in which the test added them. */
function classesOf(...archives: readonly ArchiveDraft[]): readonly (readonly ByteClass[])[] {
  const inventory = inventoryOf(archives);
  return classify(inventory, imageSet(inventory)).classes;
}

/** An archive of one tagged image with that one layer; its bodies are the layer and the config. */
function tagged(name: string, addLayer: (archive: ArchiveDraft) => number, claim = digestFor('a')): ArchiveDraft {
  const archive = new ArchiveDraft(`${name}.tar`);
  const entry = addLayer(archive);
  archive.image(name, {
    references: tag(name),
    layers: [{ ...archive.layerRecord(entry), diffId: claim }],
    reaches: [0, 1],
  });
  return archive;
}

describe('overhead and unreferenced', () => {
  it('documents are overhead even where an image reaches them', () => {
    const archive = new ArchiveDraft('a.tar');
    const json = archive.body('json', { role: 'document' });
    archive.image('one', { references: tag('one'), reaches: [json, 1] });
    expect(classesOf(archive)).toEqual([['overhead', 'needed']]);
  });

  it('what no root reaches is unreferenced, also where another archive needs the same blob', () => {
    const first = new ArchiveDraft('1.tar');
    first.body('one');
    first.layer('a', 100);
    const second = new ArchiveDraft('2.tar');
    second.image('one', { references: tag('one'), bodies: [second.layer('a', 100)] });
    expect(classesOf(first, second)).toEqual([
      ['unreferenced', 'unreferenced'],
      ['needed', 'needed'],
    ]);
  });

  it('a stray body is unreferenced whatever reaches it', () => {
    const archive = new ArchiveDraft('a.tar');
    const stray = archive.body('stray', { role: 'stray' });
    archive.image('one', { references: tag('one'), reaches: [stray, 1] });
    expect(classesOf(archive)).toEqual([['unreferenced', 'needed']]);
  });

  it('an unreadable archive has no classes', () => {
    const broken = new ArchiveDraft('broken.tar', { status: 'unreadable' });
    broken.image('one', { references: tag('one') });
    expect(classesOf(broken)).toEqual([[]]);
  });

  it('positions beyond the entries are passed over', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('one', { references: tag('one'), reaches: [0, 7] });
    expect(classesOf(archive)).toEqual([['needed']]);
  });
});

describe('dangling and superseded', () => {
  it('all copies of what only an untagged image reaches are dangling', () => {
    const archives = ['1.tar', '2.tar'].map((path) => {
      const archive = new ArchiveDraft(path);
      archive.image('one', { bodies: [archive.layer('a', 100)] });
      return archive;
    });
    expect(classesOf(...archives)).toEqual([
      ['dangling', 'dangling'],
      ['dangling', 'dangling'],
    ]);
  });

  it('what a superseded and an untagged image reach is superseded', () => {
    const archive = new ArchiveDraft('a.tar');
    const a = archive.layer('a', 100);
    archive.image('untagged', { bodies: [a] });
    archive.image('old', { references: tag('web'), bodies: [a], createdAt: '2024-01-01T00:00:00Z' });
    archive.image('new', { references: tag('web'), createdAt: '2025-01-01T00:00:00Z' });
    expect(classesOf(archive)).toEqual([['superseded', 'dangling', 'superseded', 'needed']]);
  });

  it('a blob is live wherever it lies once a live image of any archive reaches a copy', () => {
    const untagged = new ArchiveDraft('untagged.tar');
    untagged.image('one', { bodies: [untagged.layer('a', 100)] });
    const live = tagged('web', (archive) => archive.layer('a', 100));
    expect(classesOf(untagged, live)).toEqual([
      ['needed', 'dangling'],
      ['duplicate', 'needed'],
    ]);
  });

  it('another form of a live layer is dangling where only an untagged image reaches it', () => {
    const untagged = new ArchiveDraft('untagged.tar');
    untagged.image('one', { bodies: [untagged.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })] });
    const live = tagged('web', (archive) => archive.layer('a', 100));
    expect(classesOf(untagged, live)).toEqual([
      ['dangling', 'dangling'],
      ['needed', 'needed'],
    ]);
  });

  it('what describes an image goes with it', () => {
    const archive = new ArchiveDraft('a.tar');
    archive.image('one', { manifestDigests: [digestFor('manifest')] });
    archive.artifact('signature', { subject: digestFor('manifest') });
    archive.artifact('chart');
    expect(classesOf(archive)).toEqual([['dangling', 'dangling', 'needed']]);
  });
});

describe('live blobs that are no layer', () => {
  it('are needed once, the first copy in input order', () => {
    const archives = ['1.tar', '2.tar', '3.tar'].map((path) => {
      const archive = new ArchiveDraft(path);
      archive.image('one', { references: tag('one') });
      return archive;
    });
    expect(classesOf(...archives)).toEqual([['needed'], ['duplicate'], ['duplicate']]);
  });

  it('are needed where the bytes are right, a copy with wrong ones is a duplicate', () => {
    const [first, second] = ['1.tar', '2.tar'].map((path, position) => {
      const archive = new ArchiveDraft(path);
      const manifest = archive.body('manifest', { intact: position > 0, digest: digestFor(`${position}`) });
      archive.image('one', { references: tag('one'), reaches: [manifest] });
      return archive;
    }) as [ArchiveDraft, ArchiveDraft];
    expect(classesOf(first, second).map(([manifest]) => manifest)).toEqual(['duplicate', 'needed']);
  });

  it('keep a copy with wrong bytes where there is no other', () => {
    const archive = new ArchiveDraft('a.tar');
    const manifest = archive.body('manifest', { intact: false });
    archive.image('one', { references: tag('one'), reaches: [manifest] });
    expect(classesOf(archive)).toEqual([['needed', 'unreferenced']]);
  });

  it('are told apart where nothing identifies them', () => {
    const archive = new ArchiveDraft('a.tar');
    const nothing = { claimedDigest: null, digest: null, intact: null };
    const reaches = [archive.body('x', nothing), archive.body('y', nothing)];
    archive.image('one', { references: tag('one'), reaches });
    expect(classesOf(archive)).toEqual([['needed', 'needed', 'unreferenced']]);
  });
});

describe('live layers', () => {
  it('keep the first copy and call the others duplicates', () => {
    const archives = ['one', 'two'].map((name) => tagged(name, (archive) => archive.layer('a', 100)));
    expect(classesOf(...archives)).toEqual([
      ['needed', 'needed'],
      ['duplicate', 'needed'],
    ]);
  });

  it('keep one copy of each stored form: the smallest is needed, a larger one is a twin, every further copy a duplicate', () => {
    const archives = [
      tagged('plain', (archive) => archive.layer('a', 100)),
      tagged('again', (archive) => archive.layer('a', 100)),
      tagged('small', (archive) => archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })),
      tagged('twice', (archive) => archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })),
    ];
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['twin', 'duplicate', 'needed', 'duplicate']);
  });

  it('keep the lowest digest of forms of one size', () => {
    const forms = ['gz1', 'gz2', 'gz3'];
    const lowest = [...forms].sort((a, b) => (digestFor(`a as ${a}`) < digestFor(`a as ${b}`) ? -1 : 1))[0];
    const archives = forms.map((form) => tagged(form, (archive) => archive.layer('a', 100, { form, storedBytes: 40 })));
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(
      forms.map((form) => (form === lowest ? 'needed' : 'twin')),
    );
  });

  it('do not keep a smaller form of which every copy has wrong bytes', () => {
    const archives = [
      tagged('small', (archive) => archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40, intact: false })),
      tagged('plain', (archive) => archive.layer('a', 100)),
    ];
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['twin', 'needed']);
  });

  it('keep the copy with the right bytes, and weigh the form by it', () => {
    const archives = [
      tagged('cut', (archive) => archive.layer('a', 100, { storedBytes: 5, intact: false })),
      tagged('plain', (archive) => archive.layer('a', 100)),
      tagged('small', (archive) => archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40 })),
    ];
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['duplicate', 'twin', 'needed']);
    expect(classesOf(...archives.slice(0, 2)).map(([layer]) => layer)).toEqual(['duplicate', 'needed']);
  });

  it('keep the smallest of copies that all have wrong bytes', () => {
    const archives = [
      tagged('plain', (archive) => archive.layer('a', 100, { intact: false })),
      tagged('small', (archive) => archive.layer('a', 100, { form: 'tar.gz', storedBytes: 40, intact: false })),
    ];
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['twin', 'needed']);
  });

  it('do not choose a copy that no root reaches', () => {
    const orphan = new ArchiveDraft('orphan.tar');
    orphan.layer('a', 100, { form: 'tar.gz', storedBytes: 40 });
    const live = tagged('web', (archive) => archive.layer('a', 100));
    expect(classesOf(orphan, live)).toEqual([['unreferenced'], ['needed', 'needed']]);
  });

  it('of plain tars without any digest are copies of each other by the claimed diffID', () => {
    const unread = { claimedDigest: null, digest: null, intact: null };
    const archives = ['one', 'two'].map((name) => tagged(name, (archive) => archive.layer('a', 100, unread)));
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['needed', 'duplicate']);
  });

  it('of compressed forms without any digest are twins, since nothing says that they are equal', () => {
    const unread = { form: 'tar.gz', claimedDigest: null, digest: null, intact: null };
    const archives = ['one', 'two'].map((name) => tagged(name, (archive) => archive.layer('a', 100, unread)));
    expect(classesOf(...archives).map(([layer]) => layer)).toEqual(['needed', 'twin']);
  });
});
