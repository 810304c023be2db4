/**
 * What whoever makes an archive can do to a rule of a policy, and what becomes of the rule. Each rule stands with a set that
 * it fails; an attack changes that set so that the fault may hide. docs/policy.md shows the table.
 */
import type { ArchiveRecord, ImageRecord, Inventory } from '../../../src/model/results/inventory.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

/** A rule, a set that it fails, and the state to compare with. */
interface Target {
  readonly text: string;
  readonly inventory: Inventory;
  readonly baseline?: Inventory;
}

export const attacks: Readonly<Record<string, (inventory: Inventory) => Inventory>> = {
  'config not there': images(() => ({ config: null, platform: null, createdAt: null })),
  'config of another shape': images(() => ({ config: { User: ['0'], Env: { TOKEN: 'x' }, Labels: ['a=b'] } })),
  'values spelt otherwise': images(() => ({
    config: { User: ' -00:app', Env: ['=a/\r\n\0ſECRET_toKen=\0'], Labels: { A: 'x' } },
  })),
  'date not there': images(() => ({ createdAt: null })),
  'date of the future': images(() => ({ createdAt: '2999-01-01T00:00:00Z' })),
  'another platform': images(() => ({ platform: 'windows/amd64' })),
  'platform not known': images(() => ({ platform: null })),
  'no names': images(() => ({ references: [], localTags: [] })),
  'names that are none': images(({ references }) => ({ references: references.map(() => 'No Name!') })),
  'name with a digest': images(({ references }) => ({
    references: references.map((name) => `${name}@${digestFor('any')}`),
  })),
  'layers not there': archives((archive) => ({
    entries: [],
    images: archive.images.map((image) => ({
      ...image,
      configEntry: null,
      reaches: [],
      layers: image.layers.map((layer) => ({ ...layer, entry: null })),
    })),
  })),
  'bytes that cannot be read': archives((archive) => ({
    entries: archive.entries.map((entry) => ({
      ...entry,
      digest: null,
      intact: null,
      compression: null,
      uncompressedBytes: null,
    })),
    status: 'unverified',
    notChecked: [{ subject: 'a layer', reason: 'it is encrypted' }],
  })),
  'no image': archives(() => ({ images: [] })),
  'archive cut': archives((archive) => ({ ...lost.archives[0], path: archive.path })),
};

const lost = inventoryOf([new ArchiveDraft('lost.tar', { status: 'unreadable', format: null })]);

function archives(change: (archive: ArchiveRecord) => Partial<ArchiveRecord>): (inventory: Inventory) => Inventory {
  return (inventory) => ({
    ...inventory,
    archives: inventory.archives.map((archive) => ({ ...archive, ...change(archive) })),
  });
}

function images(change: (image: ImageRecord) => Partial<ImageRecord>): (inventory: Inventory) => Inventory {
  return archives((archive) => ({ images: archive.images.map((image) => ({ ...image, ...change(image) })) }));
}

const name = 'registry.example/shop/app:latest';
const day = (number: number): string => `2026-05-0${number}T00:00:00Z`;
const root = { User: 'root', Env: ['API_TOKEN=x'], Labels: {} };

function archiveOf(path: string, facts: ImageFacts & { readonly base?: string } = {}): ArchiveDraft {
  const { base = 'base', ...image } = facts;
  const draft = new ArchiveDraft(path);
  const bodies = [draft.layer(base, 100), draft.layer(`top of ${path}`, 50)];
  draft.image(path, { bodies, references: [name], createdAt: day(1), config: root, ...image });
  return draft;
}

function set(facts: ImageFacts = {}): Inventory {
  return inventoryOf([archiveOf('app.tar', facts)]);
}

/** Two images of two names, or of one. */
function pair(names: readonly [string, string], bases: readonly [string, string] = ['base', 'base']): Inventory {
  return inventoryOf(
    names.map((each, i) => archiveOf(`${i}.tar`, { references: [each], base: bases[i] ?? '', createdAt: day(i + 1) })),
  );
}

function faulty(code: 'digest-mismatch' | 'tag-ambiguous' | 'blob-unreferenced'): Inventory {
  const fault = {
    code,
    severity: code === 'tag-ambiguous' ? 'warning' : 'error',
    subject: 'x',
    expected: null,
    actual: null,
    offsetBytes: null,
    message: 'm',
  } as const;
  const draft = archiveOf('app.tar').record();
  return { ...set(), archives: [{ ...draft, findings: [fault], status: code === 'tag-ambiguous' ? 'ok' : 'failed' }] };
}

const stray = archiveOf('app.tar');
stray.body('orphan', { storedBytes: 30 });
const other = 'registry.example/shop/web:1';
const another = digestFor('another');

/** By the name of the rule. */
export const targets: Readonly<Record<string, Target>> = {
  intact: { text: 'intact', inventory: faulty('digest-mismatch') },
  'no-ambiguous': { text: 'no-ambiguous', inventory: faulty('tag-ambiguous') },
  'no-dangling': { text: 'no-dangling', inventory: set({ references: [] }) },
  'no-superseded': { text: 'no-superseded', inventory: pair([name, name]) },
  'no-unreferenced': { text: 'no-unreferenced', inventory: inventoryOf([stray]) },
  'max-reclaimable': { text: 'max-reclaimable=1B', inventory: pair([name, other]) },
  'max-total': { text: 'max-total=1B', inventory: set() },
  'max-image-size': { text: 'max-image-size=1B', inventory: set() },
  'max-layers': { text: 'max-layers=1', inventory: set() },
  'max-layer-size': { text: 'max-layer-size=1B', inventory: set() },
  'min-shared-ratio': { text: 'min-shared-ratio=99%', inventory: set() },
  'required-labels': { text: 'required-labels=a', inventory: set() },
  'user-not-root': { text: 'user-not-root', inventory: set() },
  'no-secret-env': { text: 'no-secret-env', inventory: set() },
  'max-age': { text: 'max-age=1d', inventory: set() },
  'forbidden-tags': { text: 'forbidden-tags', inventory: set() },
  'allowed-registries': { text: 'allowed-registries=docker.io', inventory: set() },
  'allowed-repositories': { text: 'allowed-repositories=docker.io/*/*', inventory: set() },
  'required-platforms': { text: 'required-platforms=linux/arm64', inventory: set() },
  'allowed-layer-compression': { text: 'allowed-layer-compression=gzip', inventory: set() },
  'required-base-layers': { text: `required-base-layers=${another}`, inventory: set() },
  'allowed-base-layers': { text: `allowed-base-layers=${another}`, inventory: set() },
  'max-growth': { text: 'max-growth=1B', inventory: pair([name, other]), baseline: set() },
  'max-new-layers': { text: 'max-new-layers=0', inventory: pair([name, other]), baseline: set() },
  'max-lost-sharing': {
    text: 'max-lost-sharing=1B',
    inventory: pair([name, other], ['one', 'two']),
    baseline: pair([name, other]),
  },
};

/** What becomes of the rule by the attacks that it does not fail under all the same. */
export const outcomes: Readonly<Record<string, Readonly<Record<'skip' | 'pass', readonly string[]>>>> = {
  intact: { skip: [], pass: [] },
  'no-ambiguous': { skip: ['archive cut'], pass: [] },
  'no-dangling': { skip: ['no image', 'archive cut'], pass: [] },
  'no-superseded': {
    skip: [
      'config not there',
      'date not there',
      'date of the future',
      'names that are none',
      'no image',
      'archive cut',
    ],
    pass: ['no names', 'name with a digest'],
  },
  'no-unreferenced': { skip: ['archive cut'], pass: ['layers not there'] },
  'max-reclaimable': { skip: ['archive cut'], pass: ['layers not there'] },
  'max-total': { skip: ['archive cut'], pass: [] },
  'max-image-size': { skip: ['layers not there', 'bytes that cannot be read', 'no image', 'archive cut'], pass: [] },
  'max-layers': { skip: ['no image', 'archive cut'], pass: [] },
  'max-layer-size': { skip: ['layers not there', 'bytes that cannot be read', 'no image', 'archive cut'], pass: [] },
  'min-shared-ratio': { skip: ['layers not there', 'bytes that cannot be read', 'no image', 'archive cut'], pass: [] },
  'required-labels': { skip: ['config not there', 'no image', 'archive cut'], pass: [] },
  'user-not-root': { skip: ['config not there', 'config of another shape', 'no image', 'archive cut'], pass: [] },
  'no-secret-env': { skip: ['config not there', 'config of another shape', 'no image', 'archive cut'], pass: [] },
  'max-age': {
    skip: ['config not there', 'date not there', 'date of the future', 'no image', 'archive cut'],
    pass: [],
  },
  'forbidden-tags': { skip: ['no names', 'names that are none', 'no image', 'archive cut'], pass: [] },
  'allowed-registries': { skip: ['no names', 'names that are none', 'no image', 'archive cut'], pass: [] },
  'allowed-repositories': { skip: ['no names', 'names that are none', 'no image', 'archive cut'], pass: [] },
  'required-platforms': {
    skip: ['config not there', 'platform not known', 'no names', 'no image', 'archive cut'],
    pass: [],
  },
  'allowed-layer-compression': {
    skip: ['layers not there', 'bytes that cannot be read', 'no image', 'archive cut'],
    pass: [],
  },
  'required-base-layers': { skip: ['no image', 'archive cut'], pass: [] },
  'allowed-base-layers': { skip: ['no image', 'archive cut'], pass: [] },
  'max-growth': { skip: ['archive cut'], pass: [] },
  'max-new-layers': { skip: ['no image', 'archive cut'], pass: [] },
  'max-lost-sharing': {
    skip: [
      'config not there',
      'another platform',
      'platform not known',
      'no names',
      'names that are none',
      'name with a digest',
      'layers not there',
      'bytes that cannot be read',
      'no image',
      'archive cut',
    ],
    pass: [],
  },
};
