/**
 * Laws of the plan. That it comes true is shown on real archives, which are written anew without what goes by code that
 * knows nothing of the plan but which images go; that its parts fit together, on generated inventories.
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { compareSides } from '../../src/analysis/diff/diff.js';
import { type FileClass, fileClasses } from '../../src/analysis/removal/file-deletions.js';
import { type CopyClass, copyClasses } from '../../src/analysis/removal/freed-copies.js';
import { keepLast, keepNewer, type Protection } from '../../src/analysis/removal/keep-rules.js';
import { type PlanRequest, planRemoval } from '../../src/analysis/removal/plan.js';
import type { Ask } from '../../src/analysis/removal/removal.js';
import { imageSet } from '../../src/analysis/set/image-set.js';
import { compareInstants, parseInstant } from '../../src/model/instants.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { type Plan, planSchema } from '../../src/model/results/plan.js';
import { scan } from '../../src/scan/scan.js';
import { tar } from '../helpers/archive-builder.js';
import { type Archive, measure, withoutImages } from '../helpers/archive-rebuilder.js';
import { wholeSide } from '../helpers/diff-inputs.js';
import { randomInventory } from '../helpers/random-inventory.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { holds, seed, sum, timeout } from './accounting-laws.js';
import { entriesOf, specsOf, type World, world } from './plan-world.js';

// ---- real archives ----

const { folder } = temporaryFolder();

async function archivesOf(plan: World): Promise<Archive[]> {
  const specs = specsOf(plan);
  return Promise.all(
    plan.archives.map(async ({ kind, images, tagged: named }, at) => {
      const chosen = images.flatMap((position) => specs[position % specs.length] ?? []);
      const distinct = [...new Set(chosen)].map((spec) => (named ? spec : { ...spec, tags: [] }));
      return { path: join(folder, `${at}.tar`), tar: await tar(entriesOf(kind, distinct)) };
    }),
  );
}

async function inventoryOf(archives: readonly Archive[]): Promise<Inventory> {
  await Promise.all(archives.map(({ path, tar: bytes }) => writeFile(path, bytes)));
  return scan(
    archives.map(({ path }) => path),
    { verify: true, workers: 0 },
  );
}

/** Checks a law on archives that lie on the disk; fewer runs than on inventories, since each is written and read. */
async function holdsOnDisk(
  law: (plan: World, archives: Archive[], inventory: Inventory) => Promise<void>,
): Promise<void> {
  const check = async (plan: World) => {
    const archives = await archivesOf(plan);
    await law(plan, archives, await inventoryOf(archives));
  };
  await fc.assert(fc.asyncProperty(world, check), { seed, numRuns: 60 });
}

/** Written anew without the images, but for the files that are deleted as they stand. */
function carriedOut(plan: Plan, archives: readonly Archive[]): Archive[] {
  const deleted = new Set(plan.deletions.map(({ path }) => path));
  return withoutImages(archives, new Set(plan.removed)).filter(({ path }) => !deleted.has(path));
}

// ---- requests ----

function asksFor(inventory: Inventory, positions: readonly number[]): Ask[] {
  const { images } = imageSet(inventory);
  const ids = positions.flatMap((position) => images[position % Math.max(1, images.length)]?.id ?? []);
  return ids.map((id) => ({ kind: 'image', id, reason: 'named' }));
}

function planOf(inventory: Inventory, facts: Partial<PlanRequest> = {}): Plan {
  const request = {
    asks: [],
    files: new Set<FileClass>(),
    copies: new Set<CopyClass>(),
    protections: new Map(),
    goal: null,
    inUse: null,
    ...facts,
  };
  return planRemoval(inventory, imageSet(inventory), request);
}

function ids(inventory: Inventory): string[] {
  return imageSet(inventory).images.map(({ id }) => id);
}

const numbers = fc.array(fc.nat(4), { maxLength: 4 });
const classes = fc.uniqueArray(fc.constantFrom(...copyClasses));

describe('a removal that is carried out', { timeout }, () => {
  it('frees exactly the bytes of bodies and the overhead that the plan says', async () => {
    let empty = 0;
    await holdsOnDisk(async (world, archives, inventory) => {
      const plan = planOf(inventory, { asks: asksFor(inventory, world.first) });
      const rest = carriedOut(plan, archives);
      const [before, after] = [archives, rest].map(measure);
      const { totalBytes, overheadBytes } = reportOf(inventory).reclaim;
      expect(before).toEqual({ bodyBytes: totalBytes - overheadBytes, totalBytes });
      expect(plan.freedBytes).toBe((before?.bodyBytes ?? 0) - (after?.bodyBytes ?? 0));
      expect(plan.freedBytes + plan.freedOverheadBytes).toBe((before?.totalBytes ?? 0) - (after?.totalBytes ?? 0));
      const left = await inventoryOf(rest);
      expect(compareSides(wholeSide(inventory), wholeSide(left), plan).plan?.differences).toEqual([]);
      empty += plan.deletions.length;
    });
    expect(empty).toBeGreaterThan(5);
  });

  it('frees in two steps what it frees in one', async () => {
    await holdsOnDisk(async (world, archives, inventory) => {
      const [first, second] = [asksFor(inventory, world.first), asksFor(inventory, world.second)];
      const both = planOf(inventory, { asks: [...first, ...second] });
      const one = planOf(inventory, { asks: first });
      const rest = await inventoryOf(carriedOut(one, archives));
      const two = planOf(rest, { asks: second });
      expect(one.freedBytes + two.freedBytes).toBe(both.freedBytes);
    });
  });
});

describe('a plan', { timeout }, () => {
  it('fits its schema, is the same each time, and says where each byte comes from', () => {
    fc.assert(
      fc.property(randomInventory(), numbers, classes, (inventory, positions, copies) => {
        const facts = { asks: asksFor(inventory, positions), copies: new Set(copies) };
        const plan = planOf(inventory, facts);
        expect(planSchema.strict().parse(plan)).toEqual(plan);
        expect(planOf(inventory, facts)).toEqual(plan);
        expect(sum(Object.values(plan.freedBy))).toBe(plan.freedBytes);
        expect(sum(plan.archives.map(({ freedBytes }) => freedBytes))).toBe(plan.freedBytes);
        expect(sum(plan.images.map(({ freedBytes }) => freedBytes))).toBe(
          planOf(inventory, { ...facts, copies: new Set() }).freedBy.imageBytes,
        );
        expect(sum(plan.deletions.map(({ sizeBytes }) => sizeBytes))).toBe(plan.deletedSizeBytes);
        const deleted = new Set(plan.deletions.map(({ path }) => path));
        const whole = plan.archives.filter(({ path }) => deleted.has(path));
        expect(sum(whole.map(({ freedBytes }) => freedBytes)) + plan.rewriteBytes + plan.packBytes).toBe(
          plan.freedBytes,
        );
      }),
      { seed, numRuns: 500 },
    );
  });

  it('frees the dangling bytes of the report with the dangling images, where no loose body is a copy of them', () => {
    holds({}, (inventory) => {
      const dangling = imageSet(inventory).images.filter(({ state }) => state === 'dangling');
      const plan = planOf(inventory, {
        asks: dangling.map(({ id }) => ({ kind: 'image', id, reason: 'dangling' })),
        copies: new Set(['unreferenced', 'duplicate', 'twin']),
      });
      const { danglingBytes, duplicateBytes, unreferencedBytes, twinBytes } = reportOf(inventory).reclaim;
      expect(plan.freedBytes).toBe(danglingBytes + duplicateBytes + unreferencedBytes + twinBytes);
    });
  });

  it('frees exactly the copies of the classes that are named', () => {
    holds({}, (inventory) => {
      const { reclaim } = reportOf(inventory);
      const freed = copyClasses.map((name) => planOf(inventory, { copies: new Set([name]) }).freedBytes);
      expect(freed).toEqual([reclaim.unreferencedBytes, reclaim.duplicateBytes, reclaim.twinBytes, 0]);
    });
  });

  it('never frees less for one more image or one more class', () => {
    fc.assert(
      fc.property(
        randomInventory({ intact: true }),
        numbers,
        classes,
        fc.nat(4),
        fc.constantFrom(...copyClasses),
        (inventory, positions, copies, more, kind) => {
          const asks = asksFor(inventory, positions);
          const { freedBytes } = planOf(inventory, { asks, copies: new Set(copies) });
          const oneMore = { asks: [...asks, ...asksFor(inventory, [more])], copies: new Set(copies) };
          expect(planOf(inventory, oneMore).freedBytes).toBeGreaterThanOrEqual(freedBytes);
          expect(planOf(inventory, { asks, copies: new Set([...copies, kind]) }).freedBytes).toBeGreaterThanOrEqual(
            freedBytes,
          );
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('frees the same whatever the order, and for the last image what it adds', () => {
    holds({}, (inventory, choice) => {
      const asks = asksFor(inventory, [choice, choice + 1, choice + 3]);
      const plan = planOf(inventory, { asks });
      const others = planOf(inventory, {
        asks: plan.removed.slice(0, -1).map((id) => ({ kind: 'image', id, reason: 'named' })),
      });
      expect(planOf(inventory, { asks: asks.toReversed() }).freedBytes).toBe(plan.freedBytes);
      expect(plan.images.at(-1)?.freedBytes ?? 0).toBe(plan.freedBy.imageBytes - others.freedBy.imageBytes);
      expect(plan.images.map(({ freedAloneBytes }) => freedAloneBytes)).toEqual(
        plan.removed.map(
          (id) => planOf(inventory, { asks: [{ kind: 'image', id, reason: 'named' }] }).freedBy.imageBytes,
        ),
      );
    });
  });
});

describe('files that are deleted as they stand', { timeout }, () => {
  it('free their bodies and their overhead to the byte, and leave every image that is not said to go, under its names', () => {
    fc.assert(
      fc.property(
        randomInventory(),
        numbers,
        fc.uniqueArray(fc.constantFrom(...fileClasses)),
        fc.nat(15),
        (drawn, positions, files, choice) => {
          const inventory = withCopies(drawn, choice);
          const plan = planOf(inventory, { asks: asksFor(inventory, positions), files: new Set(files) });
          expect(planSchema.strict().parse(plan)).toEqual(plan);
          expect(sum(Object.values(plan.freedBy))).toBe(plan.freedBytes);
          const deleted = new Set(plan.deletions.map(({ path }) => path));
          const gone = plan.archives.filter(({ path }) => deleted.has(path));
          expect(gone.map(({ freedBytes, freedOverheadBytes }) => freedBytes + freedOverheadBytes)).toEqual(
            gone.map(({ tarBytes }) => tarBytes),
          );
          expect(gone.map(({ leftBytes }) => leftBytes)).toEqual(gone.map(() => 0));
          const left = { ...inventory, archives: inventory.archives.filter(({ path }) => !deleted.has(path)) };
          const names = namesIn(left);
          const going = new Set([
            ...plan.removed,
            ...plan.untagged.flatMap(({ id, references }) => references.map((name) => `${id} ${name}`)),
          ]);
          const lost = [...namesIn(inventory)].filter((name) => !names.has(name));
          expect(lost.filter((name) => !going.has(name) && !going.has(name.split(' ')[0] ?? ''))).toEqual([]);
          const redundant = plan.deletions.filter(({ reason }) => reason === 'redundant');
          expect(redundant.flatMap((item) => item.lost)).toEqual([]);
          expect(
            redundant.flatMap(({ coveredBy }) => coveredBy).filter((path) => deleted.has(path) && !emptied(plan, path)),
          ).toEqual([]);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('leave one copy of every layer that an image which stays has, whatever classes are named', () => {
    holds({ intact: true, contentKnown: true }, (drawn, choice) => {
      const inventory = withCopies(drawn, choice);
      const copies = new Set(copyClasses.filter((_, at) => (choice >> at) % 2 === 1));
      const asks = asksFor(inventory, [choice, choice + 1]);
      const plan = planOf(inventory, { asks, copies, files: new Set(['redundant']) });
      const removed = new Set(plan.removed);
      const layers = imageSet(inventory).images.flatMap(({ id, occurrences }) =>
        removed.has(id) ? [] : occurrences.flatMap(({ record }) => record.layers.filter(({ entry }) => entry !== null)),
      );
      const gone = new Set(plan.layersFreed.filter((layer) => layer.gone).map(({ diffId }) => diffId));
      expect(layers.filter(({ diffId }) => diffId !== null && gone.has(diffId))).toEqual([]);
    });
  });
});

/** Some archives twice, told by the bits of a number. */
function withCopies({ archives, ...inventory }: Inventory, choice: number): Inventory {
  const copies = archives.filter((_, position) => (choice >> position) % 2 === 1);
  return { ...inventory, archives: [...archives, ...copies.map((copy) => ({ ...copy, path: `copy-${copy.path}` }))] };
}

function namesIn(inventory: Inventory): Set<string> {
  return new Set(
    imageSet(inventory).images.flatMap(({ id, references, localTags }) => [
      id,
      ...[...references, ...localTags].map((name) => `${id} ${name}`),
    ]),
  );
}

function emptied({ deletions }: Plan, path: string): boolean {
  return deletions.some((deletion) => deletion.path === path && deletion.reason === 'empty');
}

describe('what is to be kept', { timeout }, () => {
  it('never goes, asked for or proposed, and is told', () => {
    fc.assert(
      fc.property(randomInventory(), numbers, fc.nat(60), (inventory, positions, bytes) => {
        const protections = new Map(
          asksFor(inventory, positions).map(({ id }): [string, Protection] => [id, { reason: 'in-use', detail: 'x' }]),
        );
        const asks: Ask[] = ids(inventory).map((id) => ({ kind: 'image', id, reason: 'named' }));
        const plan = planOf(inventory, { asks, protections });
        const proposal = planOf(inventory, { protections, goal: { bytes, candidates: ids(inventory) } });
        expect([...plan.removed, ...proposal.removed].filter((id) => protections.has(id))).toEqual([]);
        expect(plan.kept.map(({ id }) => id).sort()).toEqual([...protections.keys()].sort());
        expect(plan.removed.length + protections.size).toBe(ids(inventory).length);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('is the newest of each repository, and everything since a time', () => {
    holds({}, (inventory, choice) => {
      const set = imageSet(inventory);
      const time = parseInstant('2024-01-01T00:00:00.1Z') ?? { seconds: 0, nanoseconds: 0 };
      const newer = keepNewer(set, time);
      const last = keepLast(set, 1 + (choice % 2));
      const goes = set.images.filter(({ id }) => !newer.has(id));
      expect(goes.filter(({ createdAt }) => compareInstants(parseInstant(createdAt ?? '') ?? time, time) >= 0)).toEqual(
        [],
      );
      const repositories = (images: typeof set.images) =>
        new Set(
          images.flatMap(({ references, platform }) =>
            references.map((name) => `${name.replace(/[:@][^/]*$/, '')} ${platform}`),
          ),
        );
      expect(repositories(set.images.filter(({ id }) => last.has(id)))).toEqual(repositories(set.images));
    });
  });
});

describe('a proposal', { timeout }, () => {
  it('reaches the goal if anything can, and has no live image that it could do without', () => {
    fc.assert(
      fc.property(randomInventory(), fc.integer({ min: 1, max: 80 }), (inventory, bytes) => {
        const all = planOf(inventory, { asks: asksFor(inventory, [0, 1, 2, 3, 4]) }).freedBytes;
        const plan = planOf(inventory, { goal: { bytes, candidates: ids(inventory) } });
        expect(plan.goal).toMatchObject({ reached: all >= bytes, missingBytes: Math.max(0, bytes - all) });
        const live = plan.images.filter(({ state }) => state === 'live');
        const without = live.map(({ id }) => {
          const rest: Ask[] = plan.removed
            .filter((other) => other !== id)
            .map((other) => ({ kind: 'image', id: other, reason: 'named' }));
          return planOf(inventory, { asks: rest }).freedBytes;
        });
        expect(without.filter((freed) => freed >= Math.min(bytes, all))).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });
});
