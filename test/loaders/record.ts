/**
 * Writes down what the loaders answer for one archive of each kind, so that every test run can hold Varve to it without Go,
 * skopeo and podman (test/hostile/loaders.test.ts). skopeo and podman are asked of every fourth archive. A record that was
 * made of other bytes is not overwritten unasked: a generator that has changed by mistake would pass unseen.
 *
 *   bash test/loaders/build.sh && npm run build
 *   node dist/test/loaders/record.js [--anew]
 */
import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { archiveOf, kinds } from './archives.js';
import { askLoaders, loaderVersions } from './ask.js';
import { readingsOf } from './readings.js';
import { parseRecord, type RecordedArchive, recordFile, renderRecord } from './recorded.js';
import { withArchives } from './trial.js';

const programsEvery = 4;
const batch = 100;
const seeds = kinds.map((_, seed) => seed);

if (existsSync(recordFile) && !process.argv.includes('--anew')) {
  const changed: number[] = [];
  for (const { seed, digest } of parseRecord().archives) {
    if ((await archiveOf(seed)).digest !== digest) changed.push(seed);
  }
  if (changed.length > 0) {
    console.error(
      `the generator makes other bytes than were recorded for ${changed.length} seeds: ${changed.join(', ')}`,
    );
    console.error('if that is meant, give --anew');
    process.exit(1);
  }
}

const archives: RecordedArchive[] = [];
for (const programs of [true, false]) {
  const own = seeds.filter((seed) => (seed % programsEvery === 0) === programs);
  for (let start = 0; start < own.length; start += batch) {
    await withArchives(own.slice(start, start + batch), async (specimens) => {
      const answers = await askLoaders(
        specimens.map(({ path }) => path),
        programs,
      );
      specimens.forEach(({ seed, digest }, index) => {
        archives.push({ seed, digest, readings: readingsOf(answers[index] ?? {}) });
      });
    });
  }
}
archives.sort((a, b) => a.seed - b.seed);
writeFileSync(recordFile, renderRecord({ versions: await loaderVersions(true), programsEvery, archives }));
console.log(`${recordFile}: ${archives.length} archives`);
