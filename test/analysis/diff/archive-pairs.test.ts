import { describe, expect, it } from 'vitest';
import { archiveNames, compareBodies, pairArchives } from '../../../src/analysis/diff/archive-pairs.js';
import type { ArchiveRecord, EntryRecord } from '../../../src/model/results/inventory.js';
import { finished } from '../../../src/model/work/work.js';
import { ArchiveDraft, digestFor } from '../../helpers/inventory-builder.js';

/** An archive with one layer; equal contents under any path are equal archives. */
function archive(path: string, content: string, facts: Partial<ArchiveRecord> = {}): ArchiveRecord {
  const draft = new ArchiveDraft(path, facts);
  draft.layer(content, 100);
  return draft.record();
}

const side = (input: string, ...archives: ArchiveRecord[]) => ({ input: [input], archives });

/** The pairs by their paths, `~` where only the content says so; what is left on each side. */
function paired(before: ReturnType<typeof side>, after: ReturnType<typeof side>) {
  const { pairs, removed, added } = pairArchives(before, after);
  return {
    pairs: pairs.map(
      (pair) => `${before.archives[pair.before]?.path} ${pair.moved ? '~' : '='} ${after.archives[pair.after]?.path}`,
    ),
    removed: removed.map((position) => before.archives[position]?.path),
    added: added.map((position) => after.archives[position]?.path),
  };
}

describe('pairs of archives', () => {
  it('of two folders are told by the path below each', () => {
    const before = side('old', archive('old/a.tar', 'a'), archive('old/x/b.tar', 'b'), archive('old/c.tar', 'c'));
    const after = side('./new/', archive('new/a.tar', 'other'), archive('new/x/b.tar', 'b'), archive('new/b.tar', 'd'));
    expect(paired(before, after)).toEqual({
      pairs: ['old/a.tar = new/a.tar', 'old/x/b.tar = new/x/b.tar'],
      removed: ['old/c.tar'],
      added: ['new/b.tar'],
    });
  });

  it('of two folders are told so even where the one lies inside the other', () => {
    const inside = [archive('images/old/a.tar', 'a'), archive('images/old/b.tar', 'b')];
    const before = side('images/old', ...inside);
    const after = side('images', archive('images/a.tar', 'a2'), archive('images/b.tar', 'b2'), ...inside);
    expect(paired(before, after)).toEqual({
      pairs: ['images/old/a.tar = images/a.tar', 'images/old/b.tar = images/b.tar'],
      removed: [],
      added: ['images/old/a.tar', 'images/old/b.tar'],
    });
  });

  it('of an inventory and a folder are told by the whole path, if that is the same', () => {
    const before = side('before.json', archive('images/x/a.tar', 'a'), archive('images/a.tar', 'b'));
    const after = side('images/x/', archive('images/x/a.tar', 'a'));
    expect(paired(before, after)).toEqual({
      pairs: ['images/x/a.tar = images/x/a.tar'],
      removed: ['images/a.tar'],
      added: [],
    });
  });

  it('of an inventory made elsewhere are told by the path below what its archives have in common', () => {
    const before = side('before.json', archive('/ci/17/a.tar', 'a'), archive('/ci/17/x/b.tar', 'b'));
    const after = side('images', archive('images/a.tar', 'a2'), archive('images/x/b.tar', 'b2'));
    expect(paired(before, after).pairs).toEqual(['/ci/17/a.tar = images/a.tar', '/ci/17/x/b.tar = images/x/b.tar']);
  });

  it('that have no path in common are told by content, and so renamed', () => {
    const before = side('old', archive('old/a.tar', 'a'), archive('old/b.tar', 'b'));
    const after = side('new', archive('new/renamed.tar', 'a'), archive('new/c.tar', 'c'));
    expect(paired(before, after)).toEqual({
      pairs: ['old/a.tar ~ new/renamed.tar'],
      removed: ['old/b.tar'],
      added: ['new/c.tar'],
    });
  });

  it('are one, whatever the names and the content, where there is one archive on each side', () => {
    expect(paired(side('a.tar', archive('a.tar', 'a')), side('b.tar', archive('b.tar', 'b')))).toEqual({
      pairs: ['a.tar = b.tar'],
      removed: [],
      added: [],
    });
  });

  it('have each archive once, though several are equal', () => {
    const before = side('old', ...['1', '2', '3'].map((name) => archive(`old/${name}.tar`, 'same')));
    const after = side('new', ...['4', '5'].map((name) => archive(`new/${name}.tar`, 'same')));
    expect(paired(before, after)).toEqual({
      pairs: ['old/1.tar ~ new/4.tar', 'old/2.tar ~ new/5.tar'],
      removed: ['old/3.tar'],
      added: [],
    });
  });

  it('never rest on the content of what could not be read', () => {
    const unreadable = { status: 'unreadable' } as const;
    const before = side('old', archive('old/a.tar', 'x', unreadable), archive('old/b.tar', 'b'));
    const after = side('new', archive('new/c.tar', 'x', unreadable), archive('new/d.tar', 'd'));
    expect(paired(before, after).pairs).toEqual([]);
  });

  it('stand in the order of the side before, however they were found', () => {
    const before = side('old', archive('old/a.tar', 'a'), archive('old/b.tar', 'b'));
    const after = side('new', archive('new/b.tar', 'b2'), archive('new/x.tar', 'a'));
    expect(paired(before, after).pairs).toEqual(['old/a.tar ~ new/x.tar', 'old/b.tar = new/b.tar']);
  });
});

describe('names of archives', () => {
  it.each([
    ['images', ['images/a.tar', 'images/x/b.tar'], ['a.tar', 'x/b.tar']],
    ['./images/../images//', ['images/a.tar'], ['a.tar']],
    ['.', ['a.tar', 'x/b.tar'], ['a.tar', 'x/b.tar']],
    ['..', ['../a.tar'], ['a.tar']],
    ['/', ['/a.tar'], ['a.tar']],
    ['images', ['images/only/one.tar'], ['only/one.tar']],
    ['before.json', ['images/only/one.tar'], ['one.tar']],
    ['before.json', ['images/a.tar', 'imagesets/a.tar'], ['images/a.tar', 'imagesets/a.tar']],
    ['before.json', ['a/b', 'a/b/c'], ['b', 'b/c']],
    ['app.tar', ['app.tar!/one', 'app.tar!/two'], ['one', 'two']],
  ])('of %s with %j are below the folder that it is, or that its archives have in common', (input, paths, names) => {
    expect(archiveNames(side(input, ...paths.map((path) => archive(path, path))))).toEqual(names);
  });
});

describe('bodies of a pair', () => {
  const body = (name: string, facts: Partial<EntryRecord> = {}): EntryRecord => ({
    name,
    storedBytes: 10,
    structureBytes: null,
    role: 'blob',
    claimedDigest: null,
    digest: null,
    intact: null,
    compression: null,
    diffId: null,
    uncompressedBytes: null,
    ...facts,
  });
  const [a, b] = [digestFor('a'), digestFor('b')];

  it('are told by their names', () => {
    const counts = finished(compareBodies([body('1'), body('2')], [body('2'), body('3'), body('4')]));
    expect(counts).toEqual({ added: 2, removed: 1, changed: 0 });
  });

  it('of one name are compared in the order in which they stand', () => {
    const [first, second] = [body('1', { storedBytes: 1 }), body('1', { storedBytes: 2 })];
    expect(finished(compareBodies([first, second], [first, second]))).toEqual({ added: 0, removed: 0, changed: 0 });
    expect(finished(compareBodies([first, second], [second, first]))).toEqual({ added: 0, removed: 0, changed: 2 });
    expect(finished(compareBodies([first, second], [first]))).toEqual({ added: 0, removed: 1, changed: 0 });
  });

  it.each([
    ['have another size', body('1'), body('1', { storedBytes: 11 }), 1],
    [
      'were hashed to other digests under one claim',
      body('1', { claimedDigest: a, digest: a }),
      body('1', { claimedDigest: a, digest: b }),
      1,
    ],
    ['claim other digests', body('1', { claimedDigest: a }), body('1', { claimedDigest: b }), 1],
    ['were hashed on one side to what the other claims', body('1', { digest: a }), body('1', { claimedDigest: a }), 0],
    [
      'are a plain layer known by its diffID',
      body('1', { compression: 'none', diffId: a }),
      body('1', { digest: a }),
      0,
    ],
    ['are nothing that has a digest', body('1'), body('1'), 0],
    ['have a digest on one side only', body('1', { digest: a }), body('1'), 0],
  ])('that %s differ as far as that tells', (_, before, after, changed) => {
    expect(finished(compareBodies([before], [after])).changed).toBe(changed);
    expect(finished(compareBodies([after], [before])).changed).toBe(changed);
  });
});
