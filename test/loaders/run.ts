/**
 * The long run: archives of new seeds to the loaders of the field and to Varve, and what the loaders would take that Varve
 * neither lists nor warns of. Ends with 1 if there is any, or if an honest archive has an error.
 *
 *   bash test/loaders/build.sh
 *   npm run loaders -- [COUNT [FIRST_SEED]]      2000 archives from seed 0 unless told
 *   VARVE_LOADERS_PROGRAMS=10                    ask skopeo and podman of every 10th archive
 *   VARVE_LOADERS_KEEP=DIR                       keep the smallest archive of each kind of violation
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { askLoaders, loaderVersions } from './ask.js';
import { violations } from './containment.js';
import { readingsOf } from './readings.js';
import { Tally } from './tally.js';
import { type Specimen, withArchives } from './trial.js';

const [count = '2000', firstSeed = '0'] = process.argv.slice(2);
const { VARVE_LOADERS_PROGRAMS: everyText, VARVE_LOADERS_KEEP: keep } = process.env;
const every = Number(everyText ?? 0);
const batch = 100;

const tally = new Tally();
const seeds = Array.from({ length: Number(count) }, (_, index) => Number(firstSeed) + index);
for (let start = 0; start < seeds.length; start += batch) {
  await withArchives(seeds.slice(start, start + batch), async (specimens) => {
    const withPrograms = every === 0 ? [] : specimens.filter((_, index) => (start + index) % every === 0);
    const others = specimens.filter((each) => !withPrograms.includes(each));
    await compare(withPrograms, true);
    await compare(others, false);
  });
}
const versions = await loaderVersions(every > 0);
console.log(tally.text(versions));
if (keep !== undefined) {
  mkdirSync(keep, { recursive: true });
  for (const { kind, bytes } of tally.smallest())
    writeFileSync(join(keep, `${kind.name.replaceAll('/', '-')}.tar`), bytes);
}
process.exitCode = tally.failed() ? 1 : 0;

async function compare(specimens: readonly Specimen[], programs: boolean): Promise<void> {
  if (specimens.length === 0) return;
  const answers = await askLoaders(
    specimens.map(({ path }) => path),
    programs,
  );
  specimens.forEach((specimen, index) => {
    const answer = answers[index] ?? {};
    tally.add(specimen, answer, violations(specimen.archives, readingsOf(answer)));
  });
}
