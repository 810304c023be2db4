/**
 * Tells a cleanup from end to end on a folder of real archives, as the page docs/before-after.md. First the files that can be
 * deleted with nothing lost, by the script that varve prints; then images that nobody needs, out of archives that hold others
 * too, by code that knows only which images go (archive-without.ts). It works on a copy, prints each command with its output,
 * and counts by file sizes alone whether what was predicted came true.
 *
 *   node dist/bench/before-after.js FOLDER REF > docs/before-after.md        run npm run build first; needs zstd
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { parsePlan } from '../src/library/read-plan.js';
import { writeWithout } from './archive-without.js';

const [folder, reference] = process.argv.slice(2);
if (folder === undefined || reference === undefined)
  throw new Error('names a FOLDER of archives and an image to remove');
const program = resolve('dist/src/cli/main.cjs');
const place = mkdtempSync(join(tmpdir(), 'varve-before-after-'));
const images = join(place, 'images');

const longest = 1 << 28;

/** Prints a command of the page with what it prints, all of it or its first part, and returns its exit code. */
function show(command: string, part: 'whole' | 'first' = 'whole'): number {
  const [name = '', ...words] = command.split(' ');
  const options = { cwd: place, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, maxBuffer: longest } as const;
  const ended =
    name === 'varve' ? spawnSync(process.execPath, [program, ...words], options) : spawnSync(name, words, options);
  const whole = `${ended.stdout}${ended.stderr}`.trimEnd();
  const output = part === 'first' ? `${whole.split('\n\n')[0]}\n...` : whole;
  console.log(`\`\`\`text\n$ ${command}${output === '' ? '' : `\n${output}`}\n\`\`\`\n`);
  return ended.status ?? -1;
}

function zstd(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('zstd', ['--quiet', ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`zstd ends with ${status}: ${stderr}`);
}

/** Bytes of each file or folder in the folder of images. */
function diskSizes(): Map<string, number> {
  return new Map(
    readdirSync(images)
      .sort()
      .map((name) => [name, bytesOf(join(images, name))] as const),
  );
}

/** Bytes of the tar in each: what lies compressed as a whole is unpacked to count it; of a folder all of its files. */
function tarSizes(): Map<string, number> {
  return new Map([...diskSizes()].map(([name, bytes]) => [name, tarBytesOf(join(images, name)) ?? bytes] as const));
}

function bytesOf(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size;
  const below = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return total(below.map((entry) => statSync(join(entry.parentPath, entry.name)).size));
}

function tarBytesOf(path: string): number | null {
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(path)).length;
  if (!path.endsWith('.zst')) return null;
  const plain = join(place, 'plain.tar');
  zstd('-d', path, '-o', plain);
  const { size } = statSync(plain);
  rmSync(plain);
  return size;
}

/** Deletes what becomes empty, and writes the others anew; returns what was done to each. */
function carryOut(): Map<string, string> {
  const plan = parsePlan(readFileSync(join(place, 'plan.json'), 'utf8'));
  const ids = new Set(plan.removed);
  const done = new Map<string, string>();
  for (const { path, outcome } of plan.archives) {
    const at = join(place, path);
    const name = path.slice('images/'.length);
    if (outcome === 'empty') {
      rmSync(at, { recursive: true });
      done.set(name, 'deleted');
    } else if (outcome === 'rewrite') {
      const [plain, left] = [join(place, 'plain.tar'), join(place, 'left.tar')];
      const packed = name.endsWith('.zst');
      if (packed) zstd('-d', at, '-o', plain);
      writeWithout(packed ? plain : at, left, ids);
      if (packed) zstd('-f', left, '-o', at);
      else renameSync(left, at);
      for (const file of [plain, left]) rmSync(file, { force: true });
      done.set(name, 'written anew');
    }
  }
  return done;
}

const count = (bytes: number): string => bytes.toLocaleString('en-US');
const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, bytes) => sum + bytes, 0);

function fileTable(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, done: Map<string, string>) {
  console.log('| archive | what was done | tar bytes before | after |\n| --- | --- | --: | --: |');
  for (const [name, bytes] of before) {
    const left = after.get(name);
    console.log(
      `| ${name} | ${done.get(name) ?? 'nothing'} | ${count(bytes)} | ${left === undefined ? 'gone' : count(left)} |`,
    );
  }
  console.log('');
}

interface Outcome {
  readonly plan: {
    readonly freedBytes: { readonly predicted: number };
    readonly freedOverheadBytes: { readonly predicted: number; readonly frame: number };
  };
}

function story(): void {
  console.log(`# Before and after

Two cleanups from end to end, on a copy of a folder of 30 archives: files that can be deleted with nothing lost, then images that nobody needs,
out of archives that hold others too. The folder is made of the archives that [real-images.md](real-images.md) is about, by
\`node dist/bench/image-set.js FOLDER IMAGES\`: copies under other names, the same images in other forms and compressions, builds of one
tag, one archive that is cut and one with a flipped bit. This page is made by \`node dist/bench/before-after.js IMAGES
${reference}\`. Each block is a command and what it printed.

## Before
`);
  show('varve report images', 'first');
  deleteRedundant();
  console.log(`## Images that nobody needs

What is left holds each image once, or in forms that are not the same. Images without a name go now, and so does \`${reference}\`;
with \`stranded\`, also the copies that an archive then has no more use for.
`);
  show('varve scan images -o before.json');
  const asks = `varve plan before.json --remove dangling,${reference},stranded`;
  show(asks);
  show(`${asks} --format json -o plan.json`);
  console.log(`The program behind this page deletes the archives that become empty and writes the others anew (\`bench/archive-without.ts\`). All that it
takes from the plan is which images go and what becomes of each archive; which bodies these images need, it reads from the archives.
`);
  const before = tarSizes();
  const done = carryOut();
  const after = tarSizes();
  fileTable(before, after, done);
  console.log('## After both\n');
  show('varve scan images -o after.json');
  const code = show('varve diff before.json after.json --plan plan.json --exit-code');
  console.log(`The exit code is ${code}: with \`--plan\`, 0 says that the plan came true.\n`);
  countBySize(before, after);
  if (code !== 0) throw new Error('the plan did not come true');
}

/** The files that what others hold makes superfluous, by the script that the plan prints. */
function deleteRedundant(): void {
  console.log('## Files that can go with nothing lost\n');
  show('varve scan images --quiet -o all.json');
  const asks = 'varve plan images --verify --remove redundant --no-progress';
  show(asks);
  show(`${asks} --quiet --format json -o deletion.json`);
  show(`${asks} --quiet --format script -o deletion.sh`);
  const before = total(diskSizes().values());
  const failed = show('sh deletion.sh');
  const gone = before - total(diskSizes().values());
  show('varve scan images --quiet -o left.json');
  const code = show('varve diff all.json left.json --plan deletion.json --exit-code', 'first');
  const { deletions, deletedSizeBytes } = parsePlan(readFileSync(join(place, 'deletion.json'), 'utf8'));
  console.log(`The plan said that ${count(deletedSizeBytes)} bytes go with ${count(deletions.length)} files; the file system has ${count(gone)} less. The exit code of the
comparison is ${code}: what was predicted came true.
`);
  if (failed !== 0 || code !== 0 || deletedSizeBytes !== gone) throw new Error('the deletion did not come true');
}

function countBySize(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  const gone = total(before.values()) - total(after.values());
  const compared = spawnSync(
    process.execPath,
    [program, 'diff', 'before.json', 'after.json', '--plan', 'plan.json', '--format', 'json'],
    { cwd: place, encoding: 'utf8', maxBuffer: longest },
  );
  const { freedBytes, freedOverheadBytes } = (JSON.parse(compared.stdout) as Outcome).plan;
  const sum = freedBytes.predicted + freedOverheadBytes.predicted + freedOverheadBytes.frame;
  console.log(`## The same, by file sizes

The sizes in the table above are those of the file system, of archives that are compressed as a whole those of what is inside. They fell by
${count(gone)} bytes. The plan predicted ${count(freedBytes.predicted)} bytes of bodies and ${count(freedOverheadBytes.predicted)} of overhead; the documents that list the images
and the ends of the archives, which no plan counts, got ${count(freedOverheadBytes.frame)} shorter. Together: ${count(sum)}.`);
  if (sum !== gone) throw new Error(`the files say ${gone}, the plan and the documents ${sum}`);
}

try {
  cpSync(folder, images, { recursive: true });
  story();
} finally {
  rmSync(place, { recursive: true, force: true });
}
