/** Docker's rules of a removal, on sets small enough to look through. */
import { describe, expect, it } from 'vitest';
import { type AskedWord, type DockerRules, removeAsDocker } from '../../../src/analysis/removal/docker-removal.js';
import { makeImageSet } from '../../../src/analysis/set/image-set.js';
import { finished } from '../../../src/model/work/work.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

/** An image base, an app that is made of it, and another one beside them. */
function threeImages() {
  const draft = new ArchiveDraft('store');
  const base = draft.layer('base', 100);
  draft.image('base', { bodies: [base], references: ['docker.io/library/base:1'] });
  draft.image('app', { bodies: [base, draft.layer('app layer', 50)], references: ['docker.io/library/app:1'] });
  draft.image('lone', {
    bodies: [draft.layer('lone layer', 70)],
    references: ['docker.io/library/lone:1', 'docker.io/library/lone:2'],
  });
  draft.artifact('chart');
  return inventoryOf([draft]);
}

const inventory = threeImages();
const gentle: DockerRules = { force: false, inUse: new Map(), stores: new Set([0]) };

const byName = (image: string, tag = '1'): AskedWord => ({
  word: `${image}:${tag}`,
  asks: [{ kind: 'name', id: digestFor(image), name: `docker.io/library/${image}:${tag}`, reason: 'named' }],
  artifacts: [],
  names: [],
});
const byId = (image: string, ...names: string[]): AskedWord => ({
  word: digestFor(image),
  asks: [{ kind: 'image', id: digestFor(image), reason: 'named' }],
  artifacts: [],
  names,
});

function removed(asked: readonly AskedWord[], rules: Partial<DockerRules> = {}) {
  const set = finished(makeImageSet(inventory));
  const { plan, refused, allowed } = finished(removeAsDocker(inventory, set, asked, { ...gentle, ...rules }));
  return { ids: plan.removed, freedBytes: plan.freedBytes, refused, allowed: allowed.map(({ word }) => word), plan };
}

describe('a removal by docker’s rules', () => {
  it('takes what was asked for where nothing speaks against it', () => {
    expect(removed([byName('app')])).toMatchObject({ ids: [digestFor('app')], refused: [], allowed: ['app:1'] });
  });

  it('refuses the base of an image that stays, and takes it together with that image', () => {
    expect(removed([byName('base')])).toMatchObject({
      ids: [],
      freedBytes: 0,
      refused: [{ word: 'base:1', cause: 'base', by: ['docker.io/library/app:1'] }],
    });
    expect(removed([byName('base'), byName('app')]).ids).toEqual([digestFor('base'), digestFor('app')]);
  });

  it('refuses an ID with several names, and what is in use, and takes the rest', () => {
    const asked = [byId('lone', 'docker.io/library/lone:1', 'docker.io/library/lone:2'), byName('app')];
    const inUse = new Map([[digestFor('app'), 'app:1']]);
    expect(removed(asked).refused.map(({ cause }) => cause)).toEqual(['several-names']);
    expect(removed(asked, { inUse })).toMatchObject({
      ids: [],
      refused: [{ cause: 'several-names' }, { cause: 'in-use', by: ['app:1'] }],
    });
  });

  it('takes all of that by force', () => {
    const asked = [byId('lone', 'docker.io/library/lone:1', 'docker.io/library/lone:2'), byName('base'), byName('app')];
    const inUse = new Map([[digestFor('app'), 'app:1']]);
    expect(removed(asked, { force: true, inUse })).toMatchObject({ refused: [], ids: { length: 3 } });
  });

  it('takes one name of several from an image that stays', () => {
    const { ids, plan } = removed([byName('lone')]);
    expect([ids, plan.untagged]).toMatchObject([[], [{ references: ['docker.io/library/lone:1'] }]]);
  });

  it('takes an artifact that is named, and no other', () => {
    const word = { word: 'chart', asks: [], artifacts: [digestFor('chart')], names: [] };
    expect(removed([word]).plan.artifacts).toEqual([digestFor('chart')]);
    expect(removed([byName('app')]).plan.artifacts).toEqual([]);
  });
});
