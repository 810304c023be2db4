/**
 * Deltas over random sets of archives: for any part of a set that the other side may have, as archives or as their inventory,
 * the delta is as large as was said, verifies, and is made whole there: the same bytes as the pack here.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/delta/apply.js';
import { delta } from '../../src/delta/delta.js';
import { scan } from '../../src/scan/scan.js';
import { type SeededRandom, seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder, type TemporaryFolder } from '../helpers/temporary-folder.js';
import { packInto } from '../pack/packing.js';

const sets = Number(process.env['VARVE_RUNS'] ?? 200);
const still = { workers: 0 };

/** A set, what the other side has of it, and the pack and the delta of it. */
async function randomDelta(random: SeededRandom, { at, write, writeFile }: TemporaryFolder) {
  const files = await randomSet(random);
  const others = await randomSet(random);
  const names = Object.keys(files);
  const had = names.filter(() => random.integer(0, 1) === 0);
  write(files);
  write(Object.fromEntries(Object.entries(others).map(([name, bytes]) => [`far-${name}`, bytes])));
  const far = [...had.map(at), at('far-1.tar')];
  writeFile('far.json', JSON.stringify(await scan(far, still)));
  const inputs = names.map(at);
  await packInto(at('whole.tar'), inputs, { untagContested: true });
  const options = { ...still, untagContested: true, have: [at('far.json')], output: at('delta.tar') };
  return { far, inputs, options, whole: readFileSync(at('whole.tar')) };
}

describe('a delta of random archives', () => {
  it('is as large as planned, verifies, and becomes the pack of the near side, twice alike', async () => {
    for (let seed = 1; seed <= sets; seed++) {
      await inTemporaryFolder(async (folder) => {
        const { at } = folder;
        const { far, inputs, options, whole } = await randomDelta(seededRandom(seed), folder);
        const planned = await delta(inputs, { ...options, dryRun: true });
        const written = await delta(inputs, options);
        expect(written, `seed ${seed}`).toEqual({ ...planned, status: 'written' });
        expect(statSync(at('delta.tar')).size, `seed ${seed}`).toBe(planned.sizeBytes);
        const direct = await delta([...inputs].reverse(), {
          ...options,
          have: [...far].reverse(),
          output: at('direct.tar'),
        });
        expect(direct.sizeBytes, `seed ${seed}`).toBe(planned.sizeBytes);
        expect(readFileSync(at('direct.tar')).equals(readFileSync(at('delta.tar'))), `seed ${seed}`).toBe(true);
        const [archive] = (await scan([at('delta.tar')], still)).archives;
        expect(archive?.status, `seed ${seed}`).toBe('ok');
        const byDesign = ['blob-in-base', 'platform-absent'];
        expect(
          archive?.findings.filter(({ code }) => !byDesign.includes(code)),
          `seed ${seed}`,
        ).toEqual([]);
        const applied = { ...still, from: far, output: at('applied.tar') };
        expect(await apply(at('delta.tar'), applied), `seed ${seed}`).toMatchObject({
          status: 'written',
          sizeBytes: whole.length,
          filesDigest: written.whole.filesDigest,
        });
        expect(readFileSync(at('applied.tar')).equals(whole), `seed ${seed}`).toBe(true);
        await apply(at('delta.tar'), { ...applied, from: [at('applied.tar')], output: at('again.tar') });
        expect(readFileSync(at('again.tar')).equals(whole), `seed ${seed}: again`).toBe(true);
      });
    }
  });

  it('becomes the same or nothing at all, with a base that lacks archives or has a flipped bit', async () => {
    const ends = { whole: 0, refused: 0 };
    for (let seed = 1; seed <= sets; seed++) {
      const random = seededRandom(100_000 + seed);
      await inTemporaryFolder(async (folder) => {
        const { at } = folder;
        const { far, inputs, options, whole } = await randomDelta(random, folder);
        await delta(inputs, options);
        const worse = random.integer(0, 1) === 0 ? far.slice(1) : far;
        const victim = random.pick(worse.length === 0 ? [at('delta.tar')] : worse);
        const bytes = readFileSync(victim);
        const position = random.integer(0, bytes.length - 1);
        bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << random.integer(0, 7)), position);
        writeFileSync(victim, bytes);
        const run = apply(at('delta.tar'), { ...still, from: worse, output: at('applied.tar') });
        const result = await run.catch((error: unknown) => error);
        const isWritten = existsSync(at('applied.tar'));
        const found = isWritten ? readFileSync(at('applied.tar')).equals(whole) : null;
        const told = result as {
          readonly status?: string;
          readonly code?: string;
          readonly leftOut?: readonly object[];
        };
        expect([found, told.status ?? told.code, (told.leftOut ?? [{}]).length > 0], `seed ${seed}`).toEqual(
          isWritten ? [true, 'written', false] : [null, expect.stringMatching(/^(refused|document-invalid)$/), true],
        );
        ends[isWritten ? 'whole' : 'refused'] += 1;
      });
    }
    expect(Math.min(ends.whole, ends.refused)).toBeGreaterThan(sets / 10);
  });
});
