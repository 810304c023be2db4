/** Comparisons with one of everything that their text treats apart, under hostile names and with hostile values. */
import { diff } from '../../src/analysis/diff.js';
import type { Diff } from '../../src/model/results-diff.js';
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

/** Two images that differ in everything that can differ. */
export const imageDiff: Diff = diff(
  { ...wholeSide(images), image: { name: app, id: digestFor('one') } },
  { ...wholeSide(images), image: { name: hostileName, id: digestFor('two') } },
);
