/**
 * Repairs of random archives with one random damage each. With a copy of the archive at hand, all that can be seen to be wrong is
 * healed, to the byte; with other archives alone, what is called healed verifies clean and has the images that there were.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Repair } from '../../src/model/results/repair/repair.js';
import { scan } from '../../src/scan/scan.js';
import { type SeededRandom, seededRandom } from '../helpers/archive-builder.js';
import { damagedTar, tarDamages } from '../helpers/damaged-tar.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.js';
import { errorsIn, repairInto, statusOf } from '../repair/repairing.js';

const damages = Number(process.env['VARVE_RUNS'] ?? 300);

/** A plain archive of a random set. */
async function randomArchive(random: SeededRandom): Promise<Buffer> {
  for (;;) {
    const plain = Object.values(await randomSet(random)).find((bytes) => bytes[0] !== 0x1f);
    if (plain !== undefined) return plain;
  }
}

/** Whether anything of a damage is to be seen: what no digest covers may be changed without a trace. */
async function isSeen(path: string): Promise<boolean> {
  const { archives } = await scan([path], { workers: 0 });
  return archives.some(
    ({ status, findings }) =>
      ['failed', 'unreadable'].includes(status) || findings.some(({ code }) => code === 'end-blocks-missing'),
  );
}

interface Trial {
  readonly folder: TemporaryFolder;
  readonly intact: Buffer;
  readonly isCut: boolean;
  readonly where: string;
}

/** Does something with that many damaged archives, `damaged.tar`, which can be seen to be so. */
async function eachDamage(seed: number, work: (trial: Trial) => Promise<void>): Promise<number> {
  const random = seededRandom(seed);
  let seen = 0;
  for (let i = 0; i < damages; i++) {
    await inTemporaryFolder(async (folder) => {
      const intact = await randomArchive(random);
      const kind = random.pick(tarDamages);
      const { bytes, where } = damagedTar(intact, kind, random);
      folder.write({ 'damaged.tar': bytes });
      if (!(await isSeen(folder.at('damaged.tar')))) return;
      seen++;
      await work({ folder, intact, isCut: kind === 'cut', where: `damage ${i}: ${where}` });
    });
  }
  return seen;
}

function healedBytes(result: Repair, path: string): Buffer | null {
  return statusOf(result) === 'healed' ? readFileSync(path) : null;
}

describe('a repair of a random archive with a random damage', () => {
  it(`heals each of ${damages} to the byte where it is told of a copy`, async () => {
    const seen = await eachDamage(1616, async ({ folder: { at, write }, intact, where }) => {
      write({ 'intact.tar': intact });
      const result = await repairInto(at('out.tar'), at('damaged.tar'), { like: [at('intact.tar')] });
      expect(healedBytes(result, at('out.tar'))?.equals(intact), `${where} ${JSON.stringify(result)}`).toBe(true);
      expect(await errorsIn(at('out.tar'), result), where).toEqual([]);
    });
    expect(seen).toBeGreaterThan(damages / 2);
  });

  it(`heals each of ${damages} but early cuts where a copy is among others, which it names for these`, async () => {
    const seen = await eachDamage(1617, async ({ folder: { at, write }, intact, isCut, where }) => {
      write({ 'intact.tar': intact });
      const result = await repairInto(at('out.tar'), at('damaged.tar'), { from: [at('intact.tar')] });
      const healed = healedBytes(result, at('out.tar'));
      const names = result.notHealed.map(({ reason }) => reason).join('\n');
      const isTold = isCut && healed === null && names.includes(`--like ${at('intact.tar')}`);
      expect(isTold || healed?.equals(intact), `${where} ${JSON.stringify(result)}`).toBe(true);
    });
    expect(seen).toBeGreaterThan(damages / 2);
  });

  it(`calls none of ${damages} healed that is not what it was, where other archives alone are there`, async () => {
    let refused = 0;
    const random = seededRandom(1619);
    await eachDamage(1618, async ({ folder: { at, write, folder }, intact, where }) => {
      const others = Object.entries(await randomSet(random)).filter(([, bytes]) => !bytes.equals(intact));
      write(Object.fromEntries(others.map(([name, bytes]) => [`others/${name}`, bytes])));
      const from = others.length === 0 ? [] : [`${folder}/others`];
      const result = await repairInto(at('out.tar'), at('damaged.tar'), { from });
      const healed = healedBytes(result, at('out.tar'));
      if (healed === null) refused++;
      else {
        write({ 'intact.tar': intact });
        const [before, after] = (await scan([at('intact.tar'), at('out.tar')], { workers: 0 })).archives;
        expect(after?.status, where).toBe(before?.status);
        const imagesOf = (archive: typeof before) =>
          archive?.images.map(({ id, references, localTags, layers }) => ({
            id,
            references,
            localTags,
            layers: layers.map(({ diffId }) => diffId),
          }));
        expect(imagesOf(after), where).toEqual(imagesOf(before));
      }
    });
    expect(refused).toBeGreaterThan(damages / 3);
  });
});
