/**
 * Packs to the loaders of the field: of the samples, and of random sets of archives. Each loader must take each named image
 * of a pack under its name, with the config and the layers that the pack lists, and no other. Programs that copy an image by
 * its name (copiers.ts) are asked as well. Prints the tables of docs/loads.md, and ends with 1 where one does not.
 *
 *   bash test/loaders/build.sh
 *   npm run loads -- [COUNT [FIRST_SEED]]        200 sets from seed 0 unless told
 *   VARVE_LOADERS_PROGRAMS=10                    ask skopeo, podman, umoci, crane and oras of every 10th pack
 *   VARVE_LOADERS_SAVED=both,oci,docker          what varve save writes of a store that has loaded the set, in one form after the other
 *   VARVE_LOADERS_FORMS=unify,none,gzip,zstd     packs whose layers have these forms, one after the other; default: as they are
 */
import { spawnSync } from 'node:child_process';
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
const savedForms = (process.env['VARVE_LOADERS_SAVED'] ?? '').split(',').filter((form) => form !== '');
/** What does not read a form: each looks for the documents of one alone. podman loads one image of an OCI archive, and no more. */
const unreadable: Readonly<Record<string, RegExp>> = {
  oci: /^(docker|crane-tarball|podman|skopeo-docker-archive|skopeo copy docker-archive.*)$/,
  docker: /^(crane-layout|skopeo-oci-archive|.* (oci-archive:|oci:|--from-oci-layout|push|unpack).*)$/,
};
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
    const form = savedForms[packed % Math.max(1, savedForms.length)] ?? null;
    const write = form === null ? packerOf(inputs) : await storeOf(inputs, at('store'), form);
    // A set of which every image is damaged leaves nothing to be asked for.
    if (!(await write(output))) return;
    const inventory = await scan([output], { workers: 0 });
    const [answers = {}] = await askLoaders([output], programs !== null);
    for (const [loader, answer] of Object.entries(answers)) {
      if (reads(loader, form)) tally(loader, answer, inventory);
    }
    if (programs === null || form === 'docker') return;
    const folder = at('pack');
    await write(`${folder}/`);
    const made = copyNamed({ tar: output, folder, scratch, registry: programs }, inventory.archives);
    tallyCopies(new Map([...made].filter(([command]) => reads(command, form))));
  });
}

/** Whether a loader or a command reads what is saved in a form; null: what is packed, which all of them read. */
function reads(program: string, form: string | null): boolean {
  return form === null || unreadable[form]?.test(program) !== true;
}

/** Writes an archive; false where there is nothing to write. */
type Writer = (output: string) => Promise<boolean>;

function packerOf(inputs: readonly string[]): Writer {
  const options = { workers: 0, keepGoing: true, untagContested: true, ...nextForm() };
  return async (output) => {
    await pack(inputs, { ...options, output });
    return true;
  };
}

/** Loads archives into a store, all of whose names are saved. */
async function storeOf(inputs: readonly string[], store: string, form: string): Promise<Writer> {
  packed++;
  // With 1 where a part of the set is damaged and left out.
  varve([0, 1], 'load', ...inputs, '--store', store);
  const { archives } = await scan([store], { workers: 0 });
  const names = new Set(archives.flatMap(({ images }) => images.flatMap(({ references }) => references)));
  return async (output) => {
    if (names.size > 0) varve([0], 'save', ...names, '--store', store, '--format', form, '-o', output);
    return names.size > 0;
  };
}

function varve(codes: readonly number[], ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, ['dist/src/cli/main.cjs', ...words], { encoding: 'utf8' });
  if (!codes.includes(status ?? -1)) throw new Error(`varve ${words.join(' ')} ends with ${status}: ${stderr}`);
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
