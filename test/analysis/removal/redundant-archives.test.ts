import { describe, expect, it } from 'vitest';
import { redundantArchives } from '../../../src/analysis/removal/redundant-archives.js';
import type { ArchiveRecord, EntryRecord } from '../../../src/model/results/inventory.js';
import { finished } from '../../../src/model/work/work.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

const web = 'docker.io/library/web:1';
const app = 'docker.io/library/app:1';

interface Facts extends ImageFacts {
  readonly name?: string;
  readonly status?: ArchiveRecord['status'];
  readonly sizeBytes?: number;
  readonly layer?: Partial<EntryRecord>;
  readonly format?: ArchiveRecord['format'];
  readonly coverage?: ArchiveRecord['coverage'];
  readonly nestedIn?: string;
}

/** An archive of one image with a layer. */
function archive(path: string, { name = 'web', layer = {}, ...facts }: Facts = {}) {
  const { status = 'ok', sizeBytes = 100, format = 'oci-archive', coverage = null, nestedIn, ...own } = facts;
  const nested = nestedIn === undefined ? {} : { nestedIn };
  const draft = new ArchiveDraft(path, { status, sizeBytes, format, coverage, ...nested });
  draft.image(name, { references: [web], bodies: [draft.layer('a', 50, layer)], ...own });
  return draft;
}

const redundant = (...archives: readonly ArchiveDraft[]) => finished(redundantArchives(inventoryOf(archives)));
const paths = (...archives: readonly ArchiveDraft[]) => redundant(...archives).map(({ path }) => path);

describe('a redundant archive', () => {
  it('is one whose image is whole and intact elsewhere under the same name; of two that are alike the later one goes', () => {
    expect(redundant(archive('a.tar'), archive('b.tar'))).toEqual([
      { path: 'b.tar', sizeBytes: 100, damaged: false, coveredBy: ['a.tar'], lostDigests: [] },
    ]);
  });

  it('is the larger one, wherever it stands', () => {
    expect(paths(archive('a.tar', { sizeBytes: 101 }), archive('b.tar'))).toEqual(['a.tar']);
    expect(paths(archive('b.tar'), archive('a.tar', { sizeBytes: 101 }))).toEqual(['a.tar']);
  });

  it('is none where the image has another name there, or is another image under the same name', () => {
    expect(paths(archive('a.tar'), archive('b.tar', { references: [app] }))).toEqual([]);
    expect(paths(archive('a.tar'), archive('b.tar', { name: 'other' }))).toEqual([]);
  });

  it('is one whose names are spread over several archives that stay, all of which are named', () => {
    const both = archive('both.tar', { references: [web, app], sizeBytes: 200 });
    expect(redundant(archive('web.tar'), both, archive('app.tar', { references: [app] }))).toMatchObject([
      { path: 'both.tar', coveredBy: ['web.tar', 'app.tar'] },
    ]);
  });

  it('may hold an image without a name that has one elsewhere, but not the other way round', () => {
    const unnamed = (sizeBytes: number) => archive('unnamed.tar', { references: [], sizeBytes });
    expect(paths(archive('a.tar'), unnamed(10))).toEqual(['unnamed.tar']);
    expect(paths(archive('a.tar'), unnamed(1000))).toEqual(['unnamed.tar']);
  });

  it('keeps the last of any number of copies', () => {
    const copies = ['a', 'b', 'c', 'd'].map((name) => archive(`${name}.tar`));
    expect(redundant(...copies).map(({ path, coveredBy }) => [path, coveredBy])).toEqual([
      ['b.tar', ['a.tar']],
      ['c.tar', ['a.tar']],
      ['d.tar', ['a.tar']],
    ]);
  });

  it('is a damaged one first, though it is the smallest and the first', () => {
    expect(redundant(archive('cut.tar', { status: 'failed', sizeBytes: 1 }), archive('a.tar'))).toMatchObject([
      { path: 'cut.tar', damaged: true, coveredBy: ['a.tar'] },
    ]);
  });

  it('is one with a damaged config whose intact form, by its claimed digest, lies elsewhere', () => {
    const damaged = new ArchiveDraft('damaged.tar', { status: 'failed', sizeBytes: 1 });
    damaged.image('damaged', { references: [web], configEntry: 1, reaches: [1] });
    damaged.body('config', { intact: false, claimedDigest: digestFor('web'), digest: digestFor('damaged') });
    expect(paths(damaged, archive('a.tar'))).toEqual(['damaged.tar']);
  });

  it('is not covered by an archive that is damaged, lacks a layer, or has a body with wrong bytes', () => {
    expect(paths(archive('a.tar'), archive('b.tar', { status: 'failed' }))).toEqual(['b.tar']);
    expect(paths(archive('a.tar', { status: 'failed' }), archive('b.tar', { status: 'failed' }))).toEqual([]);
    expect(paths(archive('a.tar', { sizeBytes: 200 }), archive('b.tar', { layer: { intact: false } }))).toEqual([
      'b.tar',
    ]);
    const absent = archive('b.tar', { layers: [{ diffId: null, digest: null, entry: null, mediaType: null }] });
    expect(paths(archive('a.tar', { sizeBytes: 200 }), absent)).toEqual(['b.tar']);
  });

  it('holds no artifact that is nowhere else, under each of its names', () => {
    const signed = (path: string, references: string[] = []) => {
      const draft = archive(path);
      draft.artifact('signature', { references });
      return draft;
    };
    expect(paths(archive('a.tar'), signed('b.tar'))).toEqual(['a.tar']);
    expect(paths(signed('a.tar'), signed('b.tar'))).toEqual(['b.tar']);
    expect(paths(signed('a.tar', [app]), signed('b.tar'))).toEqual(['b.tar']);
    expect(paths(signed('a.tar', [app]), signed('b.tar', ['docker.io/library/c:1']))).toEqual([]);
  });

  it('keeps a local tag, as written', () => {
    const local = (path: string, localTags: string[]) => archive(path, { references: [], localTags });
    expect(paths(local('a.tar', ['1.0']), local('b.tar', ['1.0']))).toEqual(['b.tar']);
    expect(paths(local('a.tar', ['1.0']), local('b.tar', ['2.0']))).toEqual([]);
  });

  it('says which manifests go with it, though the image stays', () => {
    const manifestDigests = [digestFor('manifest')];
    const oci = archive('oci.tar', { manifestDigests, sizeBytes: 200 });
    expect(redundant(archive('save.tar'), oci)).toMatchObject([{ path: 'oci.tar', lostDigests: manifestDigests }]);
  });

  it('loses no digest that another file has, though that holds no image of it', () => {
    const manifestDigests = [digestFor('manifest'), digestFor('other manifest')];
    const oci = archive('oci.tar', { manifestDigests, sizeBytes: 200 });
    const other = archive('other.tar', { name: 'other', references: [app], manifestDigests: [digestFor('manifest')] });
    expect(redundant(archive('save.tar'), oci, other)).toMatchObject([
      { path: 'oci.tar', lostDigests: [digestFor('other manifest')] },
    ]);
    const index = archive('index.tar', { name: 'other', references: [app], indexDigests: [digestFor('manifest')] });
    expect(redundant(archive('save.tar'), oci, index)).toMatchObject([
      { path: 'oci.tar', lostDigests: [digestFor('other manifest')] },
    ]);
  });

  it('is a whole file with all archives in its folders, or none of them', () => {
    const nestedIn = 'f.tar';
    const [first, second] = [archive('f.tar!/a', { nestedIn }), archive('f.tar!/b', { references: [app], nestedIn })];
    expect(paths(first, second, archive('c.tar'))).toEqual(['c.tar']);
    expect(paths(first, second, archive('c.tar', { sizeBytes: 1 }))).toEqual(['c.tar']);
    const all = archive('all.tar', { references: [web, app], sizeBytes: 1 });
    expect(redundant(first, second, all)).toMatchObject([{ path: 'f.tar', sizeBytes: 200, coveredBy: ['all.tar'] }]);
  });

  it('is no file of which a part cannot be read, and no file for a folder that is only called like one', () => {
    const nestedIn = 'f.tar';
    const lost = new ArchiveDraft('f.tar!/b', { status: 'unreadable', nestedIn });
    expect(paths(archive('a.tar', { sizeBytes: 1 }), archive('f.tar!/a', { nestedIn }), lost)).toEqual(['a.tar']);
    expect(paths(archive('odd!/a.tar'), archive('odd!/b.tar'))).toEqual(['odd!/b.tar']);
  });

  it.each([
    ['d', 'd/sub/a.tar'],
    ['./d/', 'd//a.tar'],
    ['.', 'a.tar'],
    ['/', '/a.tar'],
  ])('is no folder %j with another input in it, %j', (folder, inside) => {
    const layout = archive(folder, { format: 'oci-layout', sizeBytes: 200 });
    expect(paths(archive(inside), layout)).toEqual([inside]);
    expect(paths(archive(inside, { name: 'other' }), layout, archive('../web.tar'))).toEqual(['../web.tar']);
  });

  it('rests on bodies that were compared with a digest, where bodies were read; docker-v1 has none to compare with', () => {
    const coverage = { digestBytes: 0, contentBytes: 0, openBytes: 0 };
    const layer = { intact: null };
    const large = archive('a.tar', { coverage, sizeBytes: 200 });
    expect(paths(large, archive('b.tar', { coverage, layer }))).toEqual(['b.tar']);
    expect(paths(large, archive('b.tar', { layer }))).toEqual(['a.tar']);
    expect(paths(large, archive('b.tar', { coverage, layer, format: 'docker-v1' }))).toEqual(['a.tar']);
    expect(paths(large, archive('b.tar', { coverage }))).toEqual(['a.tar']);
  });

  it('is never what holds no image and no artifact, what cannot be read, or standard input', () => {
    expect(paths(archive('a.tar'), new ArchiveDraft('empty.tar'))).toEqual([]);
    expect(paths(archive('a.tar'), archive('b.tar', { status: 'unreadable' }))).toEqual([]);
    expect(paths(archive('-', { sizeBytes: 200 }), archive('a.tar'))).toEqual([]);
  });

  it('does not rest on archives that are only recorded, unless all are', () => {
    const recorded = (path: string) => archive(path, { status: 'recorded' });
    expect(paths(archive('a.tar'), recorded('b.tar'))).toEqual([]);
    expect(paths(recorded('a.tar'), recorded('b.tar'))).toEqual(['b.tar']);
  });

  it('may be a damaged archive of an inventory, which is recorded as the intact ones beside it are', () => {
    const cut = new ArchiveDraft('cut.tar', { status: 'failed', recorded: true, sizeBytes: 1 });
    cut.image('web', { references: [web], bodies: [cut.layer('a', 50)] });
    expect(paths(archive('a.tar', { status: 'recorded' }), cut)).toEqual(['cut.tar']);
    // With something on the disk beside it neither counts.
    expect(paths(archive('a.tar', { status: 'recorded' }), cut, archive('c.tar'))).toEqual([]);
  });
});
