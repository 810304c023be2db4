/**
 * Makes of a folder of real archives the folder that people have: 30 files, with copies under other names, the same images
 * compressed as a whole or as OCI archives, builds before and after a tagged one, untagged builds, one archive that is cut
 * and one with a flipped bit. Every file follows from the given ones: the same folder gives the same bytes.
 *
 *   node dist/bench/image-set.js FOLDER OUT        run npm run build first; needs skopeo and zstd (bench/peers/install.sh)
 *
 * FOLDER holds archives, of which at least one is a plain `docker save` archive of one tagged image; OUT must be empty or new.
 */
import { copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { formatBytes } from '../src/report/blocks/units.js';
import {
  type SavedArchive,
  savedArchive,
  writeCut,
  writeFlipped,
  writeGzip,
  writeOci,
  writeRebuild,
  writeZstd,
} from './image-forms.js';

interface Form {
  /** In the name of the file. */
  readonly name: string;
  readonly extension: string;
  readonly meaning: string;
  /** Made of images with a tag only. */
  readonly ofTagged?: true;
  write(source: SavedArchive, target: string): void | Promise<void>;
}

const setSize = 30;
const mostOriginals = 14;

const forms: readonly Form[] = [
  {
    name: 'backup',
    extension: '.tar',
    meaning: 'a copy',
    write: ({ path }, target) => copyFileSync(path, target),
  },
  { name: 'packed', extension: '.tar.gz', meaning: 'compressed as a whole', write: writeGzip },
  {
    name: 'last-month',
    extension: '.tar',
    meaning: 'an older build of its tags',
    ofTagged: true,
    write: (source, target) => writeRebuild(source, target, { days: -30, tagged: true }),
  },
  {
    name: 'registry',
    extension: '.oci.tar',
    meaning: 'an OCI archive with gzip layers',
    write: (source, target) => writeOci(source, target, 'gzip'),
  },
  { name: 'packed', extension: '.tar.zst', meaning: 'compressed as a whole', write: writeZstd },
  {
    name: 'trial',
    extension: '.tar',
    meaning: 'an untagged build',
    write: (source, target) => writeRebuild(source, target, { days: -1, tagged: false }),
  },
  {
    name: 'registry-zstd',
    extension: '.oci.tar',
    meaning: 'an OCI archive with zstd layers',
    write: (source, target) => writeOci(source, target, 'zstd'),
  },
  {
    name: 'next',
    extension: '.tar',
    meaning: 'a newer build of its tags',
    ofTagged: true,
    write: (source, target) => writeRebuild(source, target, { days: 1, tagged: true }),
  },
];
const damages: readonly Form[] = [
  { name: 'upload', extension: '.tar', meaning: 'cut after 60 % of its bytes', write: writeCut },
  { name: 'old-disk', extension: '.tar', meaning: 'one bit of its largest layer is another', write: writeFlipped },
];

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) throw new Error('names a FOLDER of archives and a folder to write');
mkdirSync(out, { recursive: true });
if (readdirSync(out).length > 0) throw new Error(`${out} is not empty`);

const names = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name)
  .sort()
  .slice(0, mostOriginals);
const sources = names.flatMap((name) => savedArchive(join(folder, name)) ?? []);
const tagged = sources.filter(({ tags }) => tags.length > 0);

for (const name of names) {
  copyFileSync(join(folder, name), join(out, name));
  tell(name, 'as it is');
}
const derived = setSize - names.length - damages.length;
// The shift gives each image another form in each round, whatever their number.
for (let at = 0; at < derived; at++) await write(forms[at % forms.length], at + Math.floor(at / forms.length));
for (const [at, damage] of damages.entries()) await write(damage, at + 1);

async function write(form: Form | undefined, at: number): Promise<void> {
  if (form === undefined) return;
  const fitting = form.ofTagged === true ? tagged : sources;
  const source = fitting[at % fitting.length];
  if (source === undefined) throw new Error(`${folder} holds no plain docker save archive of one tagged image`);
  const stem = (source.path.split('/').at(-1) ?? '').replace(/(\.docker)?\.tar$/, '');
  const taken = new Set(readdirSync(out ?? ''));
  const nameOf = (round: number) => `${stem}.${form.name}${round === 1 ? '' : `-${round}`}${form.extension}`;
  let round = 1;
  while (taken.has(nameOf(round))) round += 1;
  await form.write(source, join(out ?? '', nameOf(round)));
  tell(nameOf(round), `${form.meaning}, from ${source.path.split('/').at(-1)}`);
}

function tell(name: string, what: string): void {
  console.log(`${formatBytes(statSync(join(out ?? '', name)).size).padStart(8)}  ${name}: ${what}`);
}
