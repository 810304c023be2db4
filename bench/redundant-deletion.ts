/**
 * Shows on a folder of real archives that what a report calls redundant can be deleted: deletes these files in a folder of
 * hard links to the given ones, scans again, and compares by code of its own: every image under every name and every
 * artifact that was there is there, those that were whole and intact are, and the file system holds as many bytes less as
 * the report said. Prints the first lines of both reports, as Markdown; exits 1 where something is missing.
 *
 *   node dist/bench/redundant-deletion.js FOLDER        run npm run build first; FOLDER stays as it is
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { reportOf } from '../src/analysis/bytes/report.js';
import type { ArchiveRecord, Inventory } from '../src/model/results/inventory.js';
import { scan } from '../src/scan/scan.js';

const [given] = process.argv.slice(2);
if (given === undefined) throw new Error('names a FOLDER of archives');
const folder = resolve(given);
const program = resolve('dist/src/cli/main.cjs');
// Beside FOLDER: a link cannot leave its file system.
const place = mkdtempSync(join(dirname(folder), 'varve-redundant-'));
const images = join(place, 'images');

/** What is there: each image under each of its names, each artifact; as lines that can be compared. */
interface Contents {
  readonly all: ReadonlySet<string>;
  /** Of these, what is whole and intact in at least one archive. */
  readonly intact: ReadonlySet<string>;
}

/** Prints the command with the first lines of its report. A damaged archive does not end it. */
function show(): void {
  const ended = spawnSync(process.execPath, [program, 'report', 'images'], {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: 1 << 28,
  });
  if (ended.status !== 0 && ended.status !== 3)
    throw new Error(`varve report ends with ${ended.status}: ${ended.stderr}`);
  const [first = ''] = ended.stdout.split('\n\n');
  console.log(`\`\`\`text\n$ varve report images\n${first}\n\`\`\`\n`);
}

function contentsOf({ archives }: Inventory): Contents {
  const all = new Set<string>();
  const intact = new Set<string>();
  const add = (lines: readonly string[], whole: boolean) => {
    for (const text of lines) {
      all.add(text);
      if (whole) intact.add(text);
    }
  };
  for (const archive of archives) {
    for (const image of archive.images) {
      const whole = image.layers.every(({ entry }) => entry !== null) && areIntact(archive, image.reaches);
      add(linesOf(`image ${image.id}`, image), whole);
    }
    for (const artifact of archive.artifacts)
      add(linesOf(`artifact ${artifact.digest}`, artifact), areIntact(archive, artifact.reaches));
  }
  return { all, intact };
}

/** The thing by itself and under each name. */
function linesOf(what: string, { references, localTags }: { references: string[]; localTags: string[] }): string[] {
  return [what, ...[...references, ...localTags].map((name) => `${what} as ${name}`)];
}

function areIntact({ entries }: ArchiveRecord, reaches: readonly number[]): boolean {
  return reaches.every((at) => entries[at]?.intact === true);
}

/** Paths of all files below a folder, from there. */
function filesIn(top: string): string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(top, join(entry.parentPath, entry.name)));
}

function bytesOnDisk(): number {
  return filesIn(images).reduce((sum, name) => sum + statSync(join(images, name)).size, 0);
}

/** The folder with hard links instead of its files; copies where the file system has none. */
function linkFolder(): void {
  for (const name of filesIn(folder)) {
    mkdirSync(dirname(join(images, name)), { recursive: true });
    try {
      linkSync(join(folder, name), join(images, name));
    } catch {
      copyFileSync(join(folder, name), join(images, name));
    }
  }
}

/** Lines of `before` that are not in `after`. */
function missing(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  return [...before].filter((text) => !after.has(text));
}

const count = (number: number): string => number.toLocaleString('en-US');

async function story(): Promise<boolean> {
  console.log('## Before\n');
  show();
  const inventory = await scan([images]);
  const before = contentsOf(inventory);
  const { redundant } = reportOf(inventory);
  const nameOf = (path: string) => relative(images, path);
  console.log('## Deleted\n\n| file | bytes | is damaged | what is in it is also in |\n| --- | --: | --- | --- |');
  for (const { path, sizeBytes, damaged, coveredBy } of redundant) {
    const facts = [nameOf(path), count(sizeBytes), damaged ? 'yes' : '', coveredBy.map(nameOf).join(', ')];
    console.log(`| ${facts.join(' | ')} |`);
  }
  const bytesBefore = bytesOnDisk();
  for (const { path } of redundant) rmSync(path, { recursive: true });
  const freed = bytesBefore - bytesOnDisk();
  console.log('\n## After\n');
  show();
  const after = contentsOf(await scan([images]));
  const told = redundant.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const lost = [...missing(before.all, after.all), ...missing(before.intact, after.intact)];
  const more = missing(after.all, before.all);
  console.log(`${count(redundant.length)} files were deleted. Said to be freed: ${count(told)} bytes; by the file system: ${count(freed)} bytes.
Images and artifacts under their names: ${count(before.all.size)} before, ${count(after.all.size)} after, ${count(before.intact.size)} and ${count(after.intact.size)} of them whole and intact;
${count(lost.length)} are lost, ${count(more.length)} are new.`);
  for (const text of [...lost, ...more]) console.log(`- ${text}`);
  return lost.length + more.length === 0 && told === freed;
}

try {
  mkdirSync(images);
  linkFolder();
  if (!(await story())) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}
