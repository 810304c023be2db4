/**
 * Every item of the corpus against its truth file, through the whole of `scan`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan } from '../../src/scan/scan.js';
import { compare, type RootNames } from './compare.js';
import { disagreements } from './disagreements.js';
import { type CorpusItem, corpusItems, type Truth } from './truth.js';

const items = corpusItems();
const positives = items.filter(({ truth }) => truth.class !== 'not-image' && truth.class !== 'broken');
const negatives = items.filter(({ truth }) => truth.class === 'not-image' || truth.class === 'broken');

/** Tags of save records count, and of an OCI index those that its own top level names. */
function rootNames(item: CorpusItem, truth: Truth): RootNames {
  const names = new Set((truth.images ?? []).flatMap((image) => image.tags));
  let index: unknown = null;
  try {
    index = JSON.parse(readFileSync(join(item.path, 'index.json'), 'utf8'));
  } catch {
    // A tar: all of its refs are taken as roots, and the truth's nested ones are named as such.
    for (const manifest of truth.ociManifests ?? []) {
      for (const tag of manifest.tags) names.add(tag);
      for (const reference of manifest.inheritedRefs ?? [])
        for (const name of Object.values(reference)) names.add(name);
    }
  }
  const manifests = (index as { manifests?: { annotations?: Record<string, string> }[] } | null)?.manifests ?? [];
  for (const { annotations } of manifests) for (const name of Object.values(annotations ?? {})) names.add(name);
  return names;
}

async function differences(item: CorpusItem): Promise<string[]> {
  const inventory = await scan([item.path], { workers: 0 });
  const parts = item.truth.nested ?? [item.truth];
  return parts.flatMap((truth) => {
    const path = truth.root === undefined ? item.path : `${item.path}!/${truth.root}`;
    return compare(
      inventory.archives.find((archive) => archive.path === path),
      truth,
      rootNames(item, truth),
    );
  });
}

describe('the corpus', () => {
  it('has its 87 items', () => {
    expect(items).toHaveLength(87);
  });

  it.each(positives.map((item) => [item.name, item] as const))(
    '%s agrees with its truth, or differs as listed',
    async (name, item) => {
      const listed = disagreements.filter((disagreement) => disagreement.item === name);
      const found = await differences(item);
      expect(
        found.filter((difference) => !listed.some((disagreement) => disagreement.difference.test(difference))),
      ).toEqual([]);
      expect(
        listed.filter((disagreement) => !found.some((difference) => disagreement.difference.test(difference))),
      ).toEqual([]);
    },
  );

  it('lists at most five disagreements, each with evidence', () => {
    expect(disagreements.length).toBeLessThanOrEqual(5);
    expect(disagreements.every(({ evidence }) => evidence.length > 80)).toBe(true);
  });

  const reasons: Readonly<Record<string, RegExp>> = {
    'empty.tar': /an empty tar/,
    'exported-container.tar': /a file system export.*docker import/,
    'git-lfs-pointer.tar': /a Git LFS pointer.*git lfs pull/,
    'helm-podinfo-6.0.3.tgz': /a Helm chart/,
    'registry-storage.tar.gz': /a registry's storage folder/,
    'zarf-package-corrupt.tar.zst': /zstd compression cannot be decoded/,
  };

  it.each(negatives.map((item) => [item.name, item] as const))(
    '%s is no image, and the reason says what it is',
    async (name, item) => {
      const inventory = await scan([item.path], { workers: 0 });
      expect(inventory.archives.map((archive) => archive.status)).toEqual(['unreadable']);
      expect(inventory.archives[0]?.findings[0]?.message).toMatch(reasons[name] ?? /^$/);
    },
  );
});
