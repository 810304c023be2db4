/**
 * Packs to the loaders of the field: of the samples, and of random sets of archives. Each loader must take each named image
 * of a pack under its name, with the config and the layers that the pack lists, and no other. Prints the table of
 * docs/loads.md, and ends with 1 where one does not.
 *
 *   bash test/loaders/build.sh
 *   npm run loads -- [COUNT [FIRST_SEED]]        200 sets from seed 0 unless told
 *   VARVE_LOADERS_PROGRAMS=10                    ask skopeo and podman of every 10th pack as well
 */
import process from 'node:process';
import type { Inventory } from '../../src/model/results/inventory.js';
import { pack } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { askLoaders, loaderVersions } from './ask.js';
import { violations } from './containment.js';
import { type LoaderAnswer, readingsOf } from './readings.js';

/** What one loader made of all packs. */
interface Row {
  packs: number;
  /** Names that the packs have. */
  names: number;
  /** Of these, taken with the same config and layers. */
  same: number;
  /** Images that are none of the pack. */
  others: number;
}

const [count = '200', firstSeed = '0'] = process.argv.slice(2);
const every = Number(process.env['VARVE_LOADERS_PROGRAMS'] ?? 0);
const rows = new Map<string, Row>();

await tryPack(['samples'], every > 0);
for (let i = 0; i < Number(count); i++) {
  await inTemporaryFolder(async ({ write, at }) => {
    const files = await randomSet(seededRandom(Number(firstSeed) + i));
    write(files);
    await tryPack(Object.keys(files).map(at), every > 0 && i % every === 0);
  });
}
const versions = await loaderVersions(every > 0);
console.log(tableText());
console.log(
  `\n${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
);
process.exitCode = [...rows.values()].some(({ names, same, others }) => same < names || others > 0) ? 1 : 0;

async function tryPack(inputs: readonly string[], programs: boolean): Promise<void> {
  await inTemporaryFolder(async ({ at }) => {
    const output = at('pack.tar');
    await pack(inputs, { output, workers: 0, keepGoing: true, untagContested: true });
    const inventory = await scan([output], { workers: 0 });
    const [answers = {}] = await askLoaders([output], programs);
    for (const [loader, answer] of Object.entries(answers)) tally(loader, answer, inventory);
  });
}

function tally(loader: string, answer: LoaderAnswer, inventory: Inventory): void {
  const row = rows.get(loader) ?? { packs: 0, names: 0, same: 0, others: 0 };
  rows.set(loader, row);
  const readings = readingsOf({ [loader]: answer });
  const others = new Set(violations(inventory.archives, readings).map(({ reading }) => reading));
  row.packs++;
  row.others += others.size;
  const taken = readings.filter((reading) => !others.has(reading)).map(([, name]) => plain(name));
  for (const name of namesOf(inventory)) {
    row.names++;
    if (taken.includes(plain(name))) row.same++;
    else console.error(`${loader} does not take ${name}: ${answer.error ?? 'no error'}`);
  }
}

/** The names of images that every loader can have. */
function namesOf({ archives }: Inventory): string[] {
  const all = archives.flatMap(({ images }) => images.flatMap(({ references }) => references));
  return [...new Set(all)].filter((name) => !name.includes('@'));
}

/** A name as docker shows it; podman puts what has no registry under localhost. */
function plain(name: string): string {
  return name.replace(/^(localhost|(index\.)?docker\.io)\//, '').replace(/^library\//, '');
}

function tableText(): string {
  const head = [
    '| loader | packs | names in them | taken as they are | taken otherwise |',
    '| --- | --: | --: | --: | --: |',
  ];
  const lines = [...rows].map(
    ([loader, { packs, names, same, others }]) => `| ${loader} | ${packs} | ${names} | ${same} | ${others} |`,
  );
  return [...head, ...lines].join('\n');
}
