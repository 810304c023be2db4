/** What a plan predicted against what came true: each way to part is told, and nothing else. */
import { describe, expect, it } from 'vitest';
import { compareSides } from '../../../src/analysis/diff/diff.js';
import { type CopyClass, copyClasses } from '../../../src/analysis/removal/freed-copies.js';
import { planRemoval } from '../../../src/analysis/removal/plan.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { diffSchema, type PlanOutcome } from '../../../src/model/results/diff.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import type { Plan } from '../../../src/model/results/plan.js';
import { wholeSide } from '../../helpers/diff-inputs.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const overhead = { headerBytes: 512, paddingBytes: 0, endBytes: 1024, trailingBytes: 0 };
const names = {
  old: ['docker.io/library/old:1'],
  app: ['docker.io/library/app:1'],
  extra: ['docker.io/library/extra:1'],
};

/** An archive of these images; each has a layer of its own beside the base, and a config of 10 bytes. */
function archive(path: string, images: readonly (keyof typeof names)[], facts: { readonly document?: number } = {}) {
  const draft = new ArchiveDraft(path, { overhead });
  const base = draft.layer('base', 100);
  for (const image of images) {
    draft.image(image, { bodies: [base, draft.layer(`layer of ${image}`, 50)], references: names[image] });
  }
  const { document = 40 } = facts;
  draft.body('manifest.json', { role: 'document', storedBytes: document, claimedDigest: null, digest: null });
  return draft;
}

const both = () => inventoryOf([archive('x/both.tar', ['old', 'app']), archive('x/old.tar', ['old'])]);

function planOf(inventory: Inventory, copies: readonly CopyClass[] = [], id = digestFor('old')): Plan {
  return planRemoval(inventory, imageSet(inventory), {
    asks: [{ kind: 'image', id, reason: 'named' }],
    files: new Set(),
    copies: new Set(copies),
    protections: new Map(),
    goal: null,
    inUse: null,
  });
}

function outcomeOf(plan: Plan, before: Inventory, after: Inventory): PlanOutcome {
  const { plan: outcome } = diffSchema.parse(compareSides(wholeSide(before), wholeSide(after), plan));
  expect(outcome).not.toBeNull();
  return outcome as PlanOutcome;
}

const told = ({ differences }: PlanOutcome) => differences.map(({ what, subject }) => [what, subject]);

/** Written anew without the old image: its layer and config are gone, the document is shorter by so much. */
const rewritten = (document = 40) => archive('x/both.tar', ['app'], { document });

describe('a plan that was carried out', () => {
  const before = both();
  const plan = planOf(before, copyClasses);

  it('came true: images, bytes and overhead', () => {
    const outcome = outcomeOf(plan, before, inventoryOf([rewritten()]));
    expect(outcome.differences).toEqual([]);
    expect(outcome.cameTrue).toBe(true);
    expect(outcome.images).toEqual([
      { id: digestFor('old'), references: names.old, predictedBytes: 120, outcome: 'gone' },
    ]);
    expect(outcome.freedBytes).toEqual({ predicted: 220, actual: 220 });
    expect(outcome.archives.map(({ outcome: was, actualOutcome }) => [was, actualOutcome])).toEqual([
      ['rewrite', 'rewritten'],
      ['empty', 'gone'],
    ]);
  });

  it('came true also where a document got shorter, which stands beside', () => {
    const { cameTrue, freedOverheadBytes } = outcomeOf(plan, before, inventoryOf([rewritten(25)]));
    expect(cameTrue).toBe(true);
    expect(freedOverheadBytes).toEqual({ predicted: 1576, actual: 1576, frame: 15 });
  });

  it('came true where the archives lie in another folder than the plan says', () => {
    const moved = { ...plan, archives: plan.archives.map((one) => ({ ...one, path: one.path.replace('x/', 'y/z/') })) };
    expect(outcomeOf(moved, before, inventoryOf([rewritten(25)])).cameTrue).toBe(true);
  });
});

describe('a difference between a plan and what came true', () => {
  const before = both();

  it('is an image that is still there, with the bytes that it keeps', () => {
    const outcome = outcomeOf(planOf(before, copyClasses), before, before);
    expect(outcome).toMatchObject({ cameTrue: false, images: [{ outcome: 'stayed' }] });
    expect(told(outcome)).toEqual([
      ['image-stayed', digestFor('old')],
      ['freed-bytes', null],
      ['overhead-bytes', null],
      ['archive-freed-bytes', 'x/both.tar'],
      ['archive-freed-bytes', 'x/old.tar'],
      ['archive-overhead-bytes', 'x/old.tar'],
    ]);
  });

  it('is an archive that was deleted with bytes that were to stay in it', () => {
    const kept = archive('x/app.tar', ['app']);
    const damaged = (draft: ArchiveDraft): Inventory => {
      const { archives, ...inventory } = inventoryOf([archive('x/old.tar', ['old']), draft]);
      const broken = archives.map((record, at) => ({
        ...record,
        entries: record.entries.map((entry) => ({ ...entry, intact: at === 0 || entry.diffId !== digestFor('base') })),
      }));
      return { ...inventory, archives: broken };
    };
    const set = damaged(kept);
    const outcome = outcomeOf(planOf(set), set, { ...set, archives: set.archives.slice(1) });
    expect(told(outcome)).toEqual([
      ['freed-bytes', null],
      ['overhead-bytes', null],
      ['archive-left-bytes', 'x/old.tar'],
    ]);
    expect(outcome.differences.at(-1)).toMatchObject({ predicted: 100, actual: 0 });
  });

  it('is none where a redundant file, or one that no image is left in, was deleted', () => {
    const set = inventoryOf([
      archive('x/app.tar', ['app']),
      archive('x/copy.tar', ['app']),
      archive('x/old.tar', ['old']),
    ]);
    const request = { copies: new Set<CopyClass>(), protections: new Map(), goal: null, inUse: null };
    const asks = [{ kind: 'image', id: digestFor('old'), reason: 'named' }] as const;
    const plan = planRemoval(set, imageSet(set), { ...request, asks, files: new Set(['redundant']) });
    const outcome = outcomeOf(plan, set, inventoryOf([archive('x/app.tar', ['app'])]));
    expect(outcome.differences).toEqual([]);
    expect(outcome.archives.map(({ outcome: was, actualOutcome }) => [was, actualOutcome])).toEqual([
      ['same', 'same'],
      ['deleted', 'gone'],
      ['empty', 'gone'],
    ]);
  });

  it('is an image that is gone and was to stay, and one that is new, with its archive', () => {
    const outcome = outcomeOf(planOf(before, copyClasses), before, inventoryOf([archive('x/extra.tar', ['extra'])]));
    expect(told(outcome)).toEqual(
      expect.arrayContaining([
        ['image-gone', digestFor('app')],
        ['image-added', digestFor('extra')],
        ['archive-added', 'x/extra.tar'],
      ]),
    );
  });

  it('is a plan that was made of other archives', () => {
    const outcome = outcomeOf(planOf(before, copyClasses), inventoryOf([rewritten()]), inventoryOf([rewritten()]));
    expect(told(outcome).slice(0, 2)).toEqual([
      ['before-bytes', null],
      ['image-never-there', digestFor('old')],
    ]);
  });

  it('is a name that is still there, of an image that was to lose it', () => {
    const named = inventoryOf([archive('x/app.tar', ['app'])]);
    const plan = {
      ...planOf(named),
      images: [],
      removed: [],
      untagged: [{ id: digestFor('app'), references: names.app }],
    };
    expect(told(outcomeOf(plan, named, named))).toContainEqual(['name-stayed', names.app[0]]);
  });
});

it('a comparison without a plan says nothing of one', () => {
  expect(compareSides(wholeSide(both()), wholeSide(both())).plan).toBeNull();
});
