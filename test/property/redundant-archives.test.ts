/** What is called redundant can be deleted: on random inventories, and whatever their order, nothing is lost by it. */
import { describe, expect, it } from 'vitest';
import { deletionUnits } from '../../src/analysis/removal/deletion-units.js';
import { redundantArchives, redundantUnits } from '../../src/analysis/removal/redundant-archives.js';
import type { ArchiveRecord, Inventory } from '../../src/model/results/inventory.js';
import { finished } from '../../src/model/work/work.js';
import { holds, readable, timeout } from './accounting-laws.js';

describe('the deletion of redundant archives', { timeout }, () => {
  it('leaves every image under every name, and every artifact under every name', () => {
    let deleted = 0;
    holds({ contentKnown: true }, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const redundant = finished(redundantArchives(inventory));
      deleted += redundant.length;
      const left = without(inventory, new Set(redundant.map(({ path }) => path)));
      expect(namesIn(left)).toEqual(namesIn(inventory));
    });
    expect(deleted).toBeGreaterThan(50);
  });

  it('leaves nothing that is redundant', () => {
    holds({ contentKnown: true }, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const paths = new Set(finished(redundantArchives(inventory)).map(({ path }) => path));
      expect(finished(redundantArchives(without(inventory, paths)))).toEqual([]);
    });
  });

  it('rests on archives that stay, are not damaged, and have all of it', () => {
    holds({}, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const redundant = finished(redundantArchives(inventory));
      const gone = new Set(redundant.map(({ path }) => path));
      for (const { path, coveredBy } of redundant) {
        const covering = inventory.archives.filter((archive) => coveredBy.includes(archive.path));
        expect(covering.filter((archive) => archive.status === 'failed' || gone.has(archive.path))).toEqual([]);
        const own = namesIn({ ...inventory, archives: inventory.archives.filter((archive) => archive.path === path) });
        expect([...own].filter((item) => !namesIn({ ...inventory, archives: covering }).has(item))).toEqual([]);
      }
    });
  });

  it('is told without a look at files that share nothing as with one', () => {
    let deleted = 0;
    holds({}, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const ofAll = finished(redundantUnits(finished(deletionUnits(inventory))));
      const told = finished(redundantArchives(inventory));
      expect(told.map(({ path, lostDigests }) => ({ path, lostDigests }))).toEqual(
        ofAll.map(({ unit, lostDigests }) => ({ path: unit.path, lostDigests })),
      );
      deleted += told.length;
    });
    expect(deleted).toBeGreaterThan(50);
  });

  it('frees the same for every order of archives whose sizes are different', () => {
    holds({}, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const sized = inventory.archives.map((archive, position) => ({ ...archive, sizeBytes: 1000 + position }));
      const paths = (archives: ArchiveRecord[]) =>
        finished(redundantArchives({ ...inventory, archives }))
          .map(({ path }) => path)
          .sort();
      expect(paths(sized.toReversed())).toEqual(paths(sized));
    });
  });
});

/** Random archives seldom hold the same: some are there twice, told by the bits of a number. */
function withCopies({ archives, ...inventory }: Inventory, choice: number): Inventory {
  const copies = archives.filter((_, position) => (choice >> position) % 2 === 1);
  return { ...inventory, archives: [...archives, ...copies.map((copy) => ({ ...copy, path: `copy-${copy.path}` }))] };
}

function without({ archives, ...inventory }: Inventory, paths: ReadonlySet<string>): Inventory {
  return { ...inventory, archives: archives.filter(({ path }) => !paths.has(path)) };
}

/** Each image and artifact under each name; one that has no name here counts under its ID, and so does any with one. */
function namesIn(inventory: Inventory): Set<string> {
  const present = readable(inventory).filter(({ status }) => status !== 'recorded');
  const archives = present.length === 0 ? readable(inventory) : present;
  return new Set(
    archives.flatMap(({ images, artifacts, entries }) => [
      ...images.flatMap((image) => {
        const config = image.configEntry === null ? undefined : entries[image.configEntry];
        return keysOf(config?.intact === false ? (config.claimedDigest ?? image.id) : image.id, image);
      }),
      ...artifacts.flatMap((artifact) => keysOf(artifact.digest, artifact)),
    ]),
  );
}

function keysOf(id: string, { references, localTags }: { references: string[]; localTags: string[] }): string[] {
  return [id, ...[...references, ...localTags].map((name) => `${id} ${name}`)];
}
