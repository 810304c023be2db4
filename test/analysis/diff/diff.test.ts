import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { compareSides } from '../../../src/analysis/diff/diff.js';
import { diffSchema } from '../../../src/model/results/diff.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import { diffOf, wholeSide } from '../../helpers/diff-inputs.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const app = 'docker.io/library/app:1';

/** An archive of one image; layers of one name are one layer. */
function archive(
  path: string,
  image: string,
  layers: readonly string[],
  facts: Parameters<ArchiveDraft['image']>[1] = {},
) {
  const draft = new ArchiveDraft(path);
  const bodies = layers.map((name) => draft.layer(name, 100));
  draft.image(image, { bodies, references: [app], ...facts });
  return draft;
}

const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

describe('images of two sides', () => {
  it('come and go by their IDs, with what their own side says of them', () => {
    const before = inventoryOf([archive('a.tar', 'one', ['base', 'x'])]);
    const after = inventoryOf([archive('a.tar', 'two', ['base', 'y'], { references: [] })]);
    const { images, differs } = diffOf(before, after);
    expect(differs).toBe(true);
    expect(ids(images.removed)).toEqual([digestFor('one')]);
    expect(images.removed[0]).toMatchObject({ references: [app], state: 'live', sizeBytes: 200, archives: ['a.tar'] });
    expect(ids(images.added)).toEqual([digestFor('two')]);
    expect(images.added[0]).toMatchObject({ references: [], state: 'dangling' });
    expect(images).toMatchObject({ retagged: [], changed: [], unchanged: 0 });
  });

  it('are retagged where a tag means another image, old ID and new', () => {
    const before = inventoryOf([archive('a.tar', 'one', ['base'])]);
    const after = inventoryOf([archive('a.tar', 'two', ['base'])]);
    expect(diffOf(before, after).images.retagged).toEqual([
      { reference: app, platform: 'linux/amd64', archive: null, before: digestFor('one'), after: digestFor('two') },
    ]);
  });

  it('are not retagged where the tag is that of another platform', () => {
    const before = inventoryOf([archive('a.tar', 'one', ['base'])]);
    const after = inventoryOf([archive('a.tar', 'two', ['base'], { platform: 'linux/arm64' })]);
    expect(diffOf(before, after).images.retagged).toEqual([]);
  });

  it('are not retagged by the loss of an older image that carried the tag too', () => {
    const older = archive('a.tar', 'one', ['base'], { createdAt: '2024-01-01T00:00:00Z' });
    const newer = archive('b.tar', 'two', ['base'], { createdAt: '2025-01-01T00:00:00Z' });
    const { images } = diffOf(inventoryOf([older, newer]), inventoryOf([newer]));
    expect(images).toMatchObject({ retagged: [], changed: [], unchanged: 1 });
    expect(images.removed).toMatchObject([{ id: digestFor('one'), state: 'superseded' }]);
  });

  it('are retagged and change their state where a newer one takes the tag', () => {
    const older = archive('a.tar', 'one', ['base'], { createdAt: '2024-01-01T00:00:00Z' });
    const newer = archive('b.tar', 'two', ['base'], { createdAt: '2025-01-01T00:00:00Z' });
    const { images } = diffOf(inventoryOf([older]), inventoryOf([older, newer]));
    expect(images.retagged).toMatchObject([{ before: digestFor('one'), after: digestFor('two') }]);
    expect(images.changed).toMatchObject([
      { before: { state: 'live' }, after: { state: 'superseded' }, references: { added: [], removed: [] } },
    ]);
  });

  it('that lost and won tags are told with both', () => {
    const before = inventoryOf([archive('a.tar', 'one', ['base'], { references: [app], localTags: ['v1'] })]);
    const after = inventoryOf([archive('a.tar', 'one', ['base'], { references: [app.replace(':1', ':2')] })]);
    const { images, archives } = diffOf(before, after);
    expect(images.changed).toMatchObject([
      { references: { added: ['docker.io/library/app:2'], removed: [app, 'v1'] } },
    ]);
    // No body has another size: the names alone make it another archive.
    expect(archives.changed).toMatchObject([{ entries: { added: 0, removed: 0, changed: 0 } }]);
  });

  it('are retagged by a local tag only in the archive that it belongs to', () => {
    const local = { references: [], localTags: ['1.0'] };
    const before = inventoryOf([archive('a.tar', 'one', ['base'], local), archive('b.tar', 'two', ['base'], local)]);
    const same = inventoryOf([archive('b.tar', 'two', ['base'], local), archive('a.tar', 'one', ['base'], local)]);
    const other = inventoryOf([archive('a.tar', 'two', ['base'], local), archive('b.tar', 'two', ['base'], local)]);
    expect(diffOf(before, same).images.retagged).toEqual([]);
    expect(diffOf(before, other).images.retagged).toEqual([
      {
        reference: '1.0',
        platform: 'linux/amd64',
        archive: 'a.tar',
        before: digestFor('one'),
        after: digestFor('two'),
      },
    ]);
  });
});

describe('archives of two sides', () => {
  it('that changed name what came and went in them', () => {
    const before = inventoryOf([archive('a.tar', 'one', ['base', 'x']), archive('b.tar', 'b', ['base'])]);
    const after = inventoryOf([archive('a.tar', 'two', ['base']), archive('b.tar', 'b', ['base'])]);
    const { archives } = diffOf(before, after);
    expect(archives).toMatchObject({ added: [], removed: [], moved: [], unchanged: 1 });
    expect(archives.changed).toMatchObject([
      {
        before: { path: 'a.tar', images: [digestFor('one')] },
        after: { path: 'a.tar', images: [digestFor('two')] },
        images: { added: [digestFor('two')], removed: [digestFor('one')] },
        entries: { added: 1, removed: 2, changed: 0 },
      },
    ]);
  });

  it('under another name with equal content are moved, and nothing else differs but their names', () => {
    const before = inventoryOf([archive('x/a.tar', 'one', ['base']), archive('x/b.tar', 'b', ['base'])]);
    const after = inventoryOf([archive('x/c.tar', 'one', ['base']), archive('x/b.tar', 'b', ['base'])]);
    const { archives, images, layers, bytes } = diffOf(before, after);
    expect(archives).toMatchObject({ added: [], removed: [], changed: [], unchanged: 1 });
    expect(archives.moved).toMatchObject([{ before: { name: 'a.tar' }, after: { name: 'c.tar' } }]);
    expect([images.unchanged, layers.unchanged, bytes.delta.totalBytes]).toEqual([2, 1, 0]);
  });

  it('that were packed anew are changed though their content is the same', () => {
    const before = inventoryOf([new ArchiveDraft('a.tar.gz', { compression: 'gzip', sizeBytes: 5 })]);
    const after = inventoryOf([new ArchiveDraft('a.tar.gz', { compression: 'zstd', sizeBytes: 4 })]);
    expect(diffOf(before, after).archives.changed).toHaveLength(1);
    expect(diffOf(before, after).bytes.delta.sizeBytes).toBe(-1);
  });

  it('that could not be read are listed with their status and counted', () => {
    const unreadable = new ArchiveDraft('bad.tar', { status: 'unreadable' });
    const before = inventoryOf([archive('a.tar', 'one', ['base']), unreadable]);
    const after = inventoryOf([archive('a.tar', 'one', ['base'])]);
    const { archives, sides } = diffOf(before, after);
    expect(archives.removed).toMatchObject([{ path: 'bad.tar', status: 'unreadable', images: [] }]);
    expect([sides.before.unreadable, sides.after.unreadable]).toEqual([1, 0]);
  });

  it('whose status alone is another one, since one side was not checked, are unchanged', () => {
    const checked = inventoryOf([archive('a.tar', 'one', ['base'])]);
    const [record] = checked.archives;
    const unchecked: Inventory = {
      ...checked,
      verified: false,
      archives: record === undefined ? [] : [{ ...record, status: 'unverified' }],
    };
    const { differs, sides } = diffOf(checked, unchecked);
    expect([differs, sides.before.verified, sides.after.verified]).toEqual([false, true, false]);
  });
});

describe('layers and bytes of two sides', () => {
  it('are told by what is stored: a copy less is a change, and no layer has gone', () => {
    const both = [archive('a.tar', 'one', ['base', 'x']), archive('b.tar', 'two', ['base'], { references: [] })];
    const before = inventoryOf(both);
    const after = inventoryOf(both.slice(0, 1));
    const { layers, bytes } = diffOf(before, after);
    expect(layers).toMatchObject({ added: [], removed: [], unchanged: 1 });
    expect(layers.changed).toMatchObject([
      { before: { diffId: digestFor('base'), copies: 2, storedBytes: 200 }, after: { copies: 1, storedBytes: 100 } },
    ]);
    const [was, is] = [reportOf(before).reclaim, reportOf(after).reclaim];
    expect(bytes.before).toMatchObject(was);
    expect(bytes.after).toMatchObject(is);
    expect(bytes.delta).toEqual({
      totalBytes: -110,
      neededBytes: 0,
      duplicateBytes: -100,
      twinBytes: 0,
      danglingBytes: -10,
      supersededBytes: 0,
      unreferencedBytes: 0,
      overheadBytes: 0,
      reclaimableBytes: -110,
      withheldBytes: 0,
      sizeBytes: -110,
    });
  });

  it('without any digest are the same where the same image has them at the same place', () => {
    const bare = (path: string, others: number) => {
      const draft = new ArchiveDraft(path);
      for (let other = 0; other < others; other += 1) draft.body(`other ${other}`);
      const body = draft.layer('x', 7, { diffId: null, digest: null, claimedDigest: null, compression: null });
      draft.image('one', { bodies: [body] });
      return inventoryOf([draft]);
    };
    expect(diffOf(bare('a.tar', 0), bare('a.tar', 3)).layers).toMatchObject({ added: [], removed: [], unchanged: 1 });
  });
});

describe('two images', () => {
  const inventory = inventoryOf([
    archive('a.tar', 'one', ['base', 'x', 'x'], { config: { User: 'app' }, history: steps('FROM', 'ADD x', 'ADD x') }),
    archive('b.tar', 'two', ['base', 'y', 'x'], { config: { User: 'root' }, author: 'me', history: steps('FROM') }),
    archive('c.tar', 'one', ['base', 'x', 'x']),
  ]);
  const imageSide = (name: string) => ({ ...wholeSide(inventory), image: { name, id: digestFor(name) } });
  const result = compareSides(imageSide('one'), imageSide('two'));

  function steps(...commands: readonly string[]) {
    return commands.map((createdBy) => ({ createdAt: null, createdBy, comment: null, emptyLayer: false }));
  }

  it('are laid side by side, layer by layer, a repeated layer as often as it is listed', () => {
    const rows = result.pair?.layers.map(({ change, before, after, createdBy }) => [change, before, after, createdBy]);
    expect(rows).toEqual([
      ['same', 0, 0, 'FROM'],
      ['same', 1, 2, 'ADD x'],
      ['removed', 2, null, 'ADD x'],
      // Its history tells of one layer only: it is not known which.
      ['added', null, 1, null],
    ]);
    expect(result.pair).toMatchObject({ sameBytes: 200, removedBytes: 100, addedBytes: 100 });
    expect(result.pair?.config).toEqual([
      { field: 'User', key: null, change: 'changed', before: 'app', after: 'root' },
    ]);
    expect([result.pair?.before.author, result.pair?.after.author]).toEqual([null, 'me']);
  });

  it('have as bytes what all archives store of each, and no archives that differ', () => {
    expect(result.bytes.before).toMatchObject({ totalBytes: 620, neededBytes: 210, duplicateBytes: 410 });
    expect(result.bytes.after.totalBytes).toBe(310);
    expect(result.archives).toEqual({ added: [], removed: [], changed: [], moved: [], unchanged: 0 });
    expect(result.sides).toMatchObject({ before: { image: 'one', images: 1, layers: 2 }, after: { image: 'two' } });
  });

  it('that are one image do not differ', () => {
    const same = compareSides(imageSide('one'), imageSide('one'));
    expect(same.differs).toBe(false);
    expect(same.pair?.layers.every(({ change }) => change === 'same')).toBe(true);
  });

  it('are there too where each side has no other, and not where it has', () => {
    const [a, b] = [inventoryOf([archive('a.tar', 'one', ['base'])]), inventoryOf([archive('b.tar', 'two', ['base'])])];
    expect(diffOf(a, b).pair?.after.id).toBe(digestFor('two'));
    expect(diffOf(a, inventory).pair).toBeNull();
    expect(diffOf(a, inventoryOf([])).pair).toBeNull();
  });

  it('with a layer of unknown size have no sum that would hide it', () => {
    const draft = new ArchiveDraft('d.tar');
    const body = draft.layer('z', 5, { form: 'gzip', uncompressedBytes: null });
    draft.image('three', { bodies: [body] });
    const pair = diffOf(inventoryOf([archive('a.tar', 'one', ['base'])]), inventoryOf([draft])).pair;
    expect(pair).toMatchObject({ sameBytes: 0, removedBytes: 100, addedBytes: null });
  });
});

it('the document is what its schema says', () => {
  const before = inventoryOf([archive('a.tar', 'one', ['base'])]);
  const after = inventoryOf([archive('a.tar', 'two', ['base', 'x'], { config: { Env: ['A=1'] } })]);
  expect(diffSchema.parse(diffOf(before, after))).toEqual(diffOf(before, after));
});
