/**
 * Packs to the loaders of the field: of the samples, and of random sets of archives. Each loader must take each named image
 * of a pack under its name, with the config and the layers that the pack lists, and no other. Programs that copy an image by
 * its name (copiers.ts) are asked as well. Prints the tables of docs/loads.md, and ends with 1 where one does not.
 *
 *   bash test/loaders/build.sh
 *   npm run loads -- [COUNT [FIRST_SEED]]        200 sets from seed 0 unless told
 *   VARVE_LOADERS_PROGRAMS=10                    ask skopeo, podman, umoci, crane and oras of every 10th pack
 *   VARVE_LOADERS_FORMS=unify,none,gzip,zstd     packs whose layers have these forms, one after the other; default: as they are
 */
import process from 'node:process';
import type { Inventory } from '../../src/model/results/inventory.js';
import { type PackOptions, pack } from '../../src/pack/pack.js';
import { scan } from '../../src/scan/scan.js';
import { seededRandom } from '../helpers/archive-builder.js';
import { randomSet } from '../helpers/random-archives.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';
import { askLoaders, loaderVersions } from './ask.js';
import { violations } from './containment.js';
import { copyNamed, type Registry, startRegistry } from './copiers.js';
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
const forms = (process.env['VARVE_LOADERS_FORMS'] ?? '').split(',').filter((form) => form !== '');
let packed = 0;
const rows = new Map<string, Row>();
const copies = new Map<string, { packs: number; names: number; same: number }>();

await inTemporaryFolder(async ({ at: beside }) => {
  const registry = every > 0 ? await startRegistry(beside('registry.log')) : null;
  await tryPack(['samples'], registry);
  for (let i = 0; i < Number(count); i++) {
    await inTemporaryFolder(async ({ write, at }) => {
      const files = await randomSet(seededRandom(Number(firstSeed) + i));
      write(files);
      await tryPack(Object.keys(files).map(at), i % Math.max(1, every) === 0 ? registry : null);
    });
  }
  registry?.stop();
});
const versions = await loaderVersions(every > 0);
console.log(tableText());
if (copies.size > 0) console.log(`\n${copiesText()}`);
console.log(
  `\n${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ')}`,
);
const isWrong =
  [...rows.values()].some(({ names, same, others }) => same < names || others > 0) ||
  [...copies.values()].some(({ names, same }) => same < names);
process.exitCode = isWrong ? 1 : 0;

/** What the layers of the next pack become. */
function nextForm(): Pick<PackOptions, 'unify' | 'compress'> {
  const form = forms[packed++ % Math.max(1, forms.length)];
  if (form === undefined) return {};
  return form === 'unify' ? { unify: true } : { compress: form as 'none' | 'gzip' | 'zstd' };
}

/** `programs`: where programs that have to be installed may copy to; null: those are not asked. */
async function tryPack(inputs: readonly string[], programs: Registry | null): Promise<void> {
  await inTemporaryFolder(async ({ at, folder: scratch }) => {
    const output = at('pack.tar');
    const options = { workers: 0, keepGoing: true, untagContested: true, ...nextForm() };
    await pack(inputs, { ...options, output });
    const inventory = await scan([output], { workers: 0 });
    const [answers = {}] = await askLoaders([output], programs !== null);
    for (const [loader, answer] of Object.entries(answers)) tally(loader, answer, inventory);
    if (programs === null) return;
    const folder = at('pack');
    await pack(inputs, { ...options, output: `${folder}/` });
    tallyCopies(copyNamed({ tar: output, folder, scratch, registry: programs }, inventory.archives));
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

function tallyCopies(made: ReturnType<typeof copyNamed>): void {
  for (const [command, { names, failures }] of made) {
    const row = copies.get(command) ?? { packs: 0, names: 0, same: 0 };
    copies.set(command, row);
    row.packs++;
    row.names += names;
    row.same += names - failures.length;
    for (const failure of failures) console.error(`${command}: ${failure}`);
  }
}

function copiesText(): string {
  const head = ['| command | packs | names asked for | the same config |', '| --- | --: | --: | --: |'];
  const lines = [...copies].map(
    ([command, { packs, names, same }]) => `| \`${command}\` | ${packs} | ${names} | ${same} |`,
  );
  return [...head, ...lines].join('\n');
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
