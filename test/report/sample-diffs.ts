/** Comparisons with one of everything that their text treats apart, under hostile names and with hostile values. */
import { compareSides } from '../../src/analysis/diff/diff.js';
import { planRemoval } from '../../src/analysis/removal/plan.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { type Diff, planDifferenceKinds } from '../../src/model/results/diff.js';
import type { Plan } from '../../src/model/results/plan.js';
import { diffOf, wholeSide } from '../helpers/diff-inputs.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';
import { hostileName, longPath } from './sample-results.js';

const app = 'docker.io/library/app:1';

function archive(
  path: string,
  image: string,
  layers: readonly string[],
  facts: Parameters<ArchiveDraft['image']>[1] = {},
) {
  const draft = new ArchiveDraft(path, {
    overhead: { headerBytes: 512, paddingBytes: 0, endBytes: 0, trailingBytes: 0 },
  });
  const bodies = layers.map((name) => draft.layer(name, 1_000_000));
  draft.image(image, { bodies, ...facts });
  return draft;
}

const before = inventoryOf([
  archive('x/gone.tar', 'gone', ['base', 'gone'], { references: ['docker.io/library/gone:1'] }),
  archive('x/changed.tar', 'old', ['base', 'old'], { references: [app], localTags: [hostileName] }),
  archive(`x/${longPath}`, 'moved', ['base', 'moved'], { references: [] }),
  archive('x/same.tar', 'same', ['base'], { references: ['docker.io/library/same:1'] }),
  new ArchiveDraft('x/unreadable.tar', { status: 'unreadable' }),
]);

const after = inventoryOf(
  [
    archive('x/changed.tar', 'new', ['base', 'new'], { references: [app], localTags: [hostileName] }),
    archive(`x/${hostileName}`, 'moved', ['base', 'moved'], { references: [] }),
    archive('x/same.tar', 'same', ['base'], { references: ['docker.io/library/same:1', `docker.io/library/same:2`] }),
    archive('x/added.tar', 'added', ['base', 'added'], { platform: 'linux/arm64' }),
  ],
  { verified: false },
);

/** Two sets: something gone, added, changed, moved, retagged, renamed and unreadable, and one side unverified. */
export const setDiff: Diff = diffOf(before, after);

const images = inventoryOf([
  archive('a.tar', 'one', ['base', 'x'], {
    references: [app],
    author: hostileName,
    createdAt: '2024-05-01T00:00:00Z',
    config: { Env: [`PATH=${longPath}`, `${hostileName}=1`], Cmd: ['a'], Labels: { [hostileName]: hostileName } },
  }),
  archive('b.tar', 'two', ['base', 'y'], {
    platform: 'linux/arm64',
    config: { Env: ['PATH=/bin'], Cmd: ['a', hostileName], Healthcheck: { Test: ['CMD', hostileName] } },
  }),
]);

const plan = planRemoval(before, imageSet(before), {
  asks: [
    { kind: 'image', id: digestFor('gone'), reason: 'named' },
    { kind: 'image', id: digestFor('same'), reason: 'dangling' },
    { kind: 'name', id: digestFor('old'), name: hostileName, reason: 'named' },
  ],
  files: new Set(),
  copies: new Set(['duplicate']),
  protections: new Map([[digestFor('moved'), { reason: 'in-use', detail: hostileName }]]),
  goal: null,
  inUse: { listed: 3, found: 1, missing: [{ name: hostileName, near: [hostileName], going: [] }] },
});

/** A plan of the set before, with hostile names in every place that has one. */
export const samplePlan: Plan = {
  ...plan,
  kept: [{ id: digestFor('moved'), references: [hostileName], reason: 'in-use', detail: hostileName }],
  untagged: [{ id: digestFor('old'), references: [hostileName, app] }],
  archives: plan.archives.map((archive, index) => (index === 0 ? { ...archive, path: `x/${hostileName}` } : archive)),
};

/** The two sets again, held against the plan, which did not come true in every way that there is. */
export const plannedDiff: Diff = {
  ...setDiff,
  plan: {
    cameTrue: false,
    verified: true,
    images: plan.images.map(({ id, freedBytes }) => ({
      id,
      references: [hostileName],
      predictedBytes: freedBytes,
      outcome: 'stayed',
    })),
    freedBytes: { predicted: 1_000_000, actual: -5 },
    freedOverheadBytes: { predicted: 512, actual: 512, frame: 1024 },
    archives: [
      {
        path: hostileName,
        outcome: 'rewrite',
        actualOutcome: 'gone',
        predicted: { freedBytes: 1, freedOverheadBytes: 0, leftBytes: 7 },
        actual: { freedBytes: 8, freedOverheadBytes: 512 },
        frameBytes: 0,
      },
    ],
    differences: planDifferenceKinds.map((what, index) => ({
      what,
      subject: index % 2 === 0 ? hostileName : null,
      predicted: index % 3 === 0 ? hostileName : index,
      actual: index % 3 === 0 ? null : -index,
    })),
  },
};

/** Two images that differ in everything that can differ. */
export const imageDiff: Diff = compareSides(
  { ...wholeSide(images), image: { name: app, id: digestFor('one') } },
  { ...wholeSide(images), image: { name: hostileName, id: digestFor('two') } },
);
