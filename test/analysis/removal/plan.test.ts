/** What a plan counts and what it says of archives, on sets small enough to add up by hand. */
import { describe, expect, it } from 'vitest';
import { type Plan, type PlanOptions, plan } from '../../../src/index.js';
import type { ArchiveRecord } from '../../../src/model/results/inventory.js';
import { planSchema } from '../../../src/model/results/plan.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const overhead = { headerBytes: 512, paddingBytes: 0, endBytes: 1024, trailingBytes: 0 };

/** Archives of images; each has the base (100 bytes), a layer of its own (50) and a config (10). */
function setOf(
  archives: Readonly<Record<string, readonly string[]>>,
  createdAt: Readonly<Record<string, string>> = {},
) {
  return inventoryOf(
    Object.entries(archives).map(([path, images]) => {
      const draft = new ArchiveDraft(path, { overhead });
      const base = draft.layer('base', 100);
      for (const image of images) {
        draft.image(image, {
          bodies: [base, draft.layer(`layer of ${image}`, 50)],
          references: [`docker.io/library/${image}:1`],
          createdAt: createdAt[image] ?? null,
        });
      }
      return draft;
    }),
  );
}

const planned = (inventory: ReturnType<typeof setOf>, options: PlanOptions): Plan =>
  planSchema.parse(plan(inventory, options));
const outcomes = ({ archives }: Plan) => archives.map(({ path, outcome }) => [path, outcome]);

describe('a plan', () => {
  const shared = setOf({ 'a.tar': ['a'], 'b.tar': ['b'] });

  it('deletes a file that no image is left in as a whole, with what others have copies of', () => {
    const result = planned(shared, { remove: [digestFor('a')] });
    expect([result.freedBytes, result.freedOverheadBytes, result.strandedBytes]).toEqual([160, 1536, 0]);
    expect(result.freedBy).toMatchObject({ imageBytes: 60, strandedBytes: 100 });
    expect(result.deletions).toEqual([
      { path: 'a.tar', folder: false, reason: 'empty', sizeBytes: 1696, coveredBy: [], lost: [] },
    ]);
    expect(result.deletedSizeBytes).toBe(1696);
    expect(outcomes(result)).toEqual([
      ['a.tar', 'empty'],
      ['b.tar', 'same'],
    ]);
  });

  it('frees a shared layer once, with the last image that has it', () => {
    const { freedBytes, images } = planned(shared, { remove: [digestFor('a'), digestFor('b')] });
    expect(freedBytes).toBe(320);
    expect(images.map(({ freedAloneBytes, freedBytes: given }) => [freedAloneBytes, given])).toEqual([
      [60, 60],
      [60, 260],
    ]);
  });

  it('has an archive written anew where an image stays in it', () => {
    const result = planned(setOf({ 'both.tar': ['a', 'b'] }), { remove: [digestFor('a')] });
    expect(outcomes(result)).toEqual([['both.tar', 'rewrite']]);
    expect(result.archives[0]).toMatchObject({ freedBytes: 60, leftBytes: 160, removed: [digestFor('a')] });
  });

  it('deletes with it what nothing refers to, and leaves that where an image stays', () => {
    const draft = (path: string, images: readonly string[]) => {
      const archive = new ArchiveDraft(path, { overhead });
      for (const image of images) archive.image(image, { bodies: [archive.layer(image, 50)] });
      archive.layer('orphan', 7);
      return archive;
    };
    const set = inventoryOf([draft('one.tar', ['a']), draft('two.tar', ['a', 'b'])]);
    const result = planned(set, { remove: [digestFor('a')] });
    expect(result.freedBy).toMatchObject({ imageBytes: 120, unreferencedBytes: 7, strandedBytes: 0 });
    expect(result.deletions.map(({ path }) => path)).toEqual(['one.tar']);
    expect(result.archives[1]).toMatchObject({ outcome: 'rewrite', leftBytes: 67 });
    expect(result).toMatchObject({ freedBytes: 127, rewriteBytes: 60, packBytes: 0 });
  });

  it('says how much of it lies in archives that failed, but for files that were asked for as a whole', () => {
    const set = setOf({ 'both.tar': ['a', 'b'], 'other.tar': ['a', 'b'] });
    const archives = set.archives.map((archive) =>
      archive.path === 'both.tar' ? { ...archive, status: 'failed' as const } : archive,
    );
    expect(planned(set, { remove: [digestFor('a')] })).toMatchObject({ freedBytes: 120, failedBytes: 0 });
    expect(planned({ ...set, archives }, { remove: [digestFor('a')] })).toMatchObject({
      freedBytes: 120,
      failedBytes: 60,
    });
    expect(planned({ ...set, archives }, { files: ['damaged'] })).toMatchObject({ freedBytes: 220, failedBytes: 0 });
  });

  it('deletes no file that has the only intact copy of what another needs, and counts no part of it but its images', () => {
    const set = (intact: boolean) => {
      const broken = new ArchiveDraft('broken.tar', { overhead });
      broken.image('b', { bodies: [broken.layer('base', 100, { intact })] });
      const whole = new ArchiveDraft('whole.tar', { overhead });
      whole.image('a', { bodies: [whole.layer('base', 100), whole.layer('a', 50)] });
      whole.layer('orphan', 7);
      return inventoryOf([broken, whole]);
    };
    const [spared, gone] = [false, true].map((intact) => planned(set(intact), { remove: [digestFor('a')] }));
    expect(spared?.deletions).toEqual([]);
    expect(spared?.freedBytes).toBe(60);
    expect(spared?.archives[1]).toMatchObject({ outcome: 'empty', leftBytes: 107 });
    expect(gone?.deletions.map(({ path }) => path)).toEqual(['whole.tar']);
    expect(gone?.freedBytes).toBe(167);
  });

  it('deletes a file with archives in its folders only when all of them are empty', () => {
    const part = (path: string, image: string) => {
      const draft = new ArchiveDraft(path, { overhead, nestedIn: 'f.tar' });
      draft.image(image, { bodies: [draft.layer('base', 100)] });
      return draft;
    };
    const set = inventoryOf([part('f.tar!/a', 'a'), part('f.tar!/b', 'b')]);
    expect(planned(set, { remove: [digestFor('a')] }).deletions).toEqual([]);
    const all = planned(set, { remove: [digestFor('a'), digestFor('b')] });
    expect(all.deletions).toMatchObject([{ path: 'f.tar', sizeBytes: 3292, reason: 'empty' }]);
  });

  it('writes no archive anew without what its own images need: such bytes go in one packed archive alone', () => {
    const result = planned(shared, { copies: ['duplicate'] });
    expect(outcomes(result)).toEqual([
      ['a.tar', 'same'],
      ['b.tar', 'pack'],
    ]);
    expect(result).toMatchObject({ freedBytes: 100, packBytes: 100, deletions: [] });
  });

  it('says which tags lose one of their platforms', () => {
    const draft = new ArchiveDraft('multi.tar', { overhead });
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      draft.image(platform, { bodies: [draft.layer(platform, 50)], references: ['docker.io/library/m:1'], platform });
    }
    const set = inventoryOf([draft]);
    expect(planned(set, { remove: [digestFor('linux/arm64')] }).partialTags).toEqual([
      { reference: 'docker.io/library/m:1', goes: ['linux/arm64'], stays: ['linux/amd64'] },
    ]);
    expect(planned(set, { remove: ['linux/arm64', 'linux/amd64'].map(digestFor) }).partialTags).toEqual([]);
    expect(planned(shared, { remove: [digestFor('a')] }).partialTags).toEqual([]);
  });

  it('keeps what must stay, and says so', () => {
    const result = planned(shared, { remove: [digestFor('a'), digestFor('b')], keep: [digestFor('a')] });
    expect(result.removed).toEqual([digestFor('b')]);
    expect(result.kept).toMatchObject([{ id: digestFor('a'), reason: 'keep' }]);
  });

  it('frees nothing and leaves everything as it is where nothing is asked, or nobody has what is', () => {
    expect(planned(shared, {})).toMatchObject({ freedBytes: 0, removed: [], goal: null });
    expect(outcomes(planned(shared, { remove: [digestFor('nobody')] }))).toEqual([
      ['a.tar', 'same'],
      ['b.tar', 'same'],
    ]);
  });

  it('counts no archive that could not be read', () => {
    const lost = new ArchiveDraft('lost.tar', { status: 'unreadable', format: null }).record();
    const inventory = { ...shared, archives: [...shared.archives, lost] };
    expect(outcomes(planned(inventory, { remove: [digestFor('a')] })).at(-1)).toEqual(['lost.tar', 'unreadable']);
  });
});

describe('a proposal', () => {
  const ages = { old: '2024-01-01T00:00:00Z', middle: '2025-01-01T00:00:00Z', young: '2026-01-01T00:00:00Z' };
  const set = setOf({ 'all.tar': ['young', 'old', 'middle'] }, ages);

  it('takes the oldest first, and no more than it needs', () => {
    const result = planned(set, { freeBytes: 61 });
    expect(result.removed).toEqual([digestFor('old'), digestFor('middle')]);
    expect(result.goal).toEqual({ wantedBytes: 61, reached: true, missingBytes: 0, method: 'greedy' });
  });

  it('spares what must stay, and says how much is missing', () => {
    const result = planned(set, { freeBytes: 1000, keep: [digestFor('old')] });
    expect(result.removed).toEqual([digestFor('middle'), digestFor('young')]);
    expect(result.goal).toMatchObject({ reached: false, missingBytes: 880 });
  });
});

describe('files that are asked for as a whole', () => {
  /** Of one image, with a layer of its own beside the base. */
  const of = (
    path: string,
    image: string,
    facts: Partial<ArchiveRecord> = {},
    references = [`docker.io/library/${image}:1`],
  ) => {
    const draft = new ArchiveDraft(path, { overhead, ...facts });
    draft.image(image, { bodies: [draft.layer('base', 100), draft.layer(`layer of ${image}`, 50)], references });
    return draft;
  };
  const paths = ({ deletions }: Plan) => deletions.map(({ path }) => path);

  it('go with nothing lost where they are redundant, and free their bodies and all their overhead', () => {
    const result = planned(inventoryOf([of('a.tar', 'a'), of('copy.tar', 'a')]), { files: ['redundant'] });
    expect(result).toMatchObject({ removed: [], untagged: [], freedBytes: 160, freedOverheadBytes: 1536 });
    expect(result.freedBy).toMatchObject({ fileBytes: 160, imageBytes: 0 });
    expect(result.deletions).toEqual([
      { path: 'copy.tar', folder: false, reason: 'redundant', sizeBytes: 1696, coveredBy: ['a.tar'], lost: [] },
    ]);
    expect(outcomes(result)).toEqual([
      ['a.tar', 'same'],
      ['copy.tar', 'deleted'],
    ]);
    expect(result.layersFreed).toEqual([
      { diffId: digestFor('base'), freedBytes: 100, gone: false },
      { diffId: digestFor('layer of a'), freedBytes: 50, gone: false },
    ]);
  });

  it('are counted before what goes with images, and each byte once', () => {
    const set = inventoryOf([of('a.tar', 'a', {}, []), of('copy.tar', 'a', {}, []), of('b.tar', 'b')]);
    const result = planned(set, { files: ['redundant'], remove: [digestFor('a')] });
    expect(paths(result)).toEqual(['a.tar', 'copy.tar']);
    expect(result.freedBy).toMatchObject({ fileBytes: 160, imageBytes: 60, strandedBytes: 100 });
    expect(result).toMatchObject({ freedBytes: 320, deletedSizeBytes: 3392, removed: [digestFor('a')] });
  });

  it('leave one copy of each layer, though duplicates are named and the first copy goes with its file', () => {
    const set = inventoryOf([of('large.tar', 'a', { sizeBytes: 9999 }), of('small.tar', 'a')]);
    const result = planned(set, { files: ['redundant'], copies: ['duplicate', 'twin', 'stranded'] });
    expect(paths(result)).toEqual(['large.tar']);
    expect(result.archives[1]).toMatchObject({ outcome: 'same', leftBytes: 160 });
  });

  it('lose what is nowhere else where they are damaged: it is named', () => {
    const names = ['docker.io/library/b:1', 'docker.io/library/b:2'];
    const set = inventoryOf([
      of('bad.tar', 'a', { status: 'failed' }),
      of('b.tar', 'b'),
      of('worse.tar', 'b', { status: 'failed' }, names),
    ]);
    const result = planned(set, { files: ['damaged'] });
    expect(result.deletions).toMatchObject([
      {
        path: 'bad.tar',
        reason: 'damaged',
        coveredBy: [],
        lost: [{ kind: 'image', id: digestFor('a'), references: ['docker.io/library/a:1'] }],
      },
      {
        path: 'worse.tar',
        reason: 'damaged',
        coveredBy: ['b.tar'],
        lost: [{ id: digestFor('b'), references: ['docker.io/library/b:2'] }],
      },
    ]);
    expect(result).toMatchObject({
      removed: [digestFor('a')],
      images: [{ reason: 'damaged', freedBytes: 0, archives: ['bad.tar'] }],
      untagged: [{ id: digestFor('b'), references: ['docker.io/library/b:2'] }],
    });
  });

  it('stay where they are the last that holds an image that must stay, damaged as they are', () => {
    const set = inventoryOf([of('one.tar', 'a', { status: 'failed' }), of('two.tar', 'a', { status: 'failed' })]);
    const result = planned(set, { files: ['damaged'], keep: [digestFor('a')] });
    expect(paths(result)).toEqual(['one.tar']);
    expect(result.kept).toMatchObject([{ id: digestFor('a'), reason: 'keep' }]);
    expect(paths(planned(set, { files: ['damaged'] }))).toEqual(['one.tar', 'two.tar']);
  });

  it('count for a goal', () => {
    const set = inventoryOf([of('a.tar', 'a'), of('copy.tar', 'a'), of('b.tar', 'b')]);
    expect(planned(set, { files: ['redundant'], freeBytes: 160 })).toMatchObject({
      removed: [],
      goal: { reached: true },
    });
    expect(planned(set, { files: ['redundant'], freeBytes: 161 }).removed).toHaveLength(1);
  });
});
