/**
 * What the loaders of the field would take from archives that are made to be read in two ways, as it was recorded by
 * test/loaders/record.ts: each such image is listed, or there is an error or a warning. The archives are made anew here.
 */
import { describe, expect, it } from 'vitest';
import { kinds } from '../loaders/archives.js';
import { violations } from '../loaders/containment.js';
import { parseRecord } from '../loaders/recorded.js';
import { withArchives } from '../loaders/trial.js';

const { archives, versions } = parseRecord();
const groups = [...new Set(kinds.map(groupOf))];

/** `size/pax-size` is of the group `size`; kinds of honest archives have no slash. */
function groupOf({ name }: { readonly name: string }): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : 'honest';
}

function recordedOf(group: string) {
  return archives.filter(({ seed }) => groupOf(kinds[seed % kinds.length] ?? { name: '' }) === group);
}

describe('what loaders take from archives of the group', () => {
  it.each(groups)('%s is listed by Varve, or there is an error or a warning', async (group) => {
    const recorded = recordedOf(group);
    const seeds = recorded.map(({ seed }) => seed);
    await withArchives(seeds, async (specimens) => {
      expect(specimens.map(({ seed, digest }) => [seed, digest])).toEqual(
        recorded.map(({ seed, digest }) => [seed, digest]),
      );
      const violated = specimens.filter(
        (specimen, index) => violations(specimen.archives, recorded[index]?.readings ?? []).length > 0,
      );
      expect([...new Set(violated.map(({ kind }) => kind.name))]).toEqual([]);
    });
  });

  it('honest has no error', async () => {
    await withArchives(
      recordedOf('honest').map(({ seed }) => seed),
      async (specimens) => {
        const errors = specimens.flatMap(({ kind, archives: read }) =>
          read.flatMap(({ findings }) =>
            findings.filter(({ severity }) => severity === 'error').map(({ code }) => [kind.name, code]),
          ),
        );
        expect(errors).toEqual([]);
      },
    );
  });
});

describe('the record', () => {
  it('has an archive of each kind, and images from each loader', () => {
    expect(new Set(archives.map(({ seed }) => seed % kinds.length)).size).toBe(kinds.length);
    const letters = new Set(archives.flatMap(({ readings }) => readings.flatMap(([loaders]) => [...loaders])));
    expect([...letters].sort().join('')).toBe('CDLOPST');
    expect(Object.keys(versions)).toHaveLength(6);
  });
});
