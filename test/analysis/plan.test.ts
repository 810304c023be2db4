/** What a plan counts and what it says of archives, on sets small enough to add up by hand. */
import { describe, expect, it } from 'vitest';
import { type Plan, type PlanOptions, plan } from '../../src/index.js';
import { planSchema } from '../../src/model/plan-result.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';

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
          bodies: [base, draft.layer(image, 50)],
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

  it('frees of an image what no other has, and strands the rest', () => {
    const { freedBytes, freedOverheadBytes, strandedBytes } = planned(shared, { remove: [digestFor('a')] });
    expect([freedBytes, freedOverheadBytes, strandedBytes]).toEqual([60, 0, 100]);
  });

  it('frees an archive with all its overhead where stranded copies go too', () => {
    const result = planned(shared, { remove: [digestFor('a')], copies: ['stranded'] });
    expect([result.freedBytes, result.freedOverheadBytes]).toEqual([160, 1536]);
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
