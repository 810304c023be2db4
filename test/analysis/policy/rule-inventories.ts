/** The sets of archives that rules of a policy are tried on, one fact apart from each other. */
import type { ImageRecord, Inventory } from '../../../src/model/results/inventory.js';
import { ArchiveDraft, digestFor, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

export const now = { seconds: Date.parse('2026-06-01T00:00:00Z') / 1000, nanoseconds: 0 };

export const app = 'registry.example/shop/app:1';
export const web = 'registry.example/shop/web:1';

/** One archive with the layers base (100 bytes) and top (50 bytes), and an image of both. */
export function oneImage(facts: ImageFacts = {}, archive: Partial<ConstructorParameters<typeof ArchiveDraft>[1]> = {}) {
  const draft = new ArchiveDraft('app.tar', archive);
  const bodies = [draft.layer('base', 100), draft.layer('top', 50)];
  draft.image('app', { bodies, references: [app], createdAt: '2026-05-01T00:00:00Z', ...facts });
  return draft;
}

export function set(facts: ImageFacts = {}): Inventory {
  return inventoryOf([oneImage(facts)]);
}

export function env(...lines: string[]): Inventory {
  return set({ config: { Env: lines } });
}

/** Two images, of the same base or each of its own. */
export function twoImages(
  base: 'one base' | 'two bases',
  names: readonly string[] = [app, web],
  createdAt?: null,
): Inventory {
  const drafts = names.map((name, position) => {
    const draft = new ArchiveDraft(`${position}.tar`);
    const bodies = [
      draft.layer(base === 'one base' ? 'base' : `base ${position}`, 100),
      draft.layer(`top ${position}`, 50),
    ];
    draft.image(`image ${base} ${position}`, {
      bodies,
      references: [name],
      createdAt: createdAt === undefined ? `2026-0${position + 1}-01T00:00:00Z` : createdAt,
    });
    return draft;
  });
  return inventoryOf(drafts);
}

export function unsized(): Inventory {
  const draft = new ArchiveDraft('app.tar', { status: 'unverified' });
  const bodies = [draft.layer('base', 100), draft.layer('top', 50, { form: 'gz', uncompressedBytes: null })];
  draft.image('app', { bodies, references: [app] });
  return inventoryOf([draft], { verified: false });
}

export function withFinding(
  code: 'digest-mismatch' | 'entry-ambiguous' | 'tag-ambiguous' | 'blob-unreferenced',
): Inventory {
  const severity = code === 'tag-ambiguous' ? 'warning' : code === 'blob-unreferenced' ? 'hint' : 'error';
  const finding = {
    code,
    severity,
    subject: 'x',
    expected: null,
    actual: null,
    offsetBytes: null,
    message: 'm',
  } as const;
  return inventoryOf([oneImage({}, { status: severity === 'error' ? 'failed' : 'ok', findings: [finding, finding] })]);
}

export const stray = oneImage();
stray.body('orphan', { storedBytes: 30 });

export const duplicated = [oneImage(), new ArchiveDraft('copy.tar')] as const;
duplicated[1].image('other', { bodies: [duplicated[1].layer('base', 100)], references: [web] });

/** The set as if each of its archives had an error. */
export function failedAll(inventory: Inventory): Inventory {
  return { ...inventory, archives: inventory.archives.map((archive) => ({ ...archive, status: 'failed' })) };
}

export const nothing = inventoryOf([new ArchiveDraft('empty.tar')]);
export const noDigest = set({ layers: [{ diffId: null, digest: null, entry: null, mediaType: null }] });
export const absent = set({ layers: [{ diffId: digestFor('absent'), digest: null, entry: null, mediaType: null }] });
export const layerless: Partial<ImageRecord> = { layers: [] };
export const noDocument: ImageFacts = { config: null, platform: null };
export const base = digestFor('base');
export const top = digestFor('top');
export const other = digestFor('another');
