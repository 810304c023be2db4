/**
 * Tells a cleanup from end to end on a folder of real archives, as the page docs/before-after.md: scan, plan, remove, scan,
 * diff. It works on a copy, carries the removal out by code that knows only which images go (archive-without.ts), prints
 * each command with its output, and counts by file sizes alone whether what was predicted came true.
 *
 *   node dist/bench/before-after.js FOLDER REF > docs/before-after.md        run npm run build first; needs zstd
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { parsePlan } from '../src/read-plan.js';
import { writeWithout } from './archive-without.js';

const [folder, reference] = process.argv.slice(2);
if (folder === undefined || reference === undefined)
  throw new Error('names a FOLDER of archives and an image to remove');
const program = resolve('dist/src/cli/main.cjs');
const place = mkdtempSync(join(tmpdir(), 'varve-before-after-'));
const images = join(place, 'images');

/** Prints a command of the page with what it prints, and returns its exit code. */
function show(command: string): number {
  const [, ...words] = command.split(' ');
  const ended = spawnSync(process.execPath, [program, ...words], {
    cwd: place,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  const output = `${ended.stdout}${ended.stderr}`.trimEnd();
  console.log(`\`\`\`text\n$ ${command}${output === '' ? '' : `\n${output}`}\n\`\`\`\n`);
  return ended.status ?? -1;
}

function zstd(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('zstd', ['--quiet', ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`zstd ends with ${status}: ${stderr}`);
}

/** Bytes of the tar in each file: what lies compressed as a whole is unpacked to count it. */
function tarSizes(): Map<string, number> {
  return new Map(
    readdirSync(images)
      .sort()
      .map((name) => {
        const path = join(images, name);
        if (name.endsWith('.gz')) return [name, gunzipSync(readFileSync(path)).length] as const;
        if (!name.endsWith('.zst')) return [name, statSync(path).size] as const;
        const plain = join(place, 'plain.tar');
        zstd('-d', path, '-o', plain);
        const { size } = statSync(plain);
        rmSync(plain);
        return [name, size] as const;
      }),
  );
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
      rmSync(at);
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

A cleanup from end to end: scan, plan, remove, scan, compare. Made by \`node dist/bench/before-after.js FOLDER ${reference}\`
on a copy of the folder that [real-images.md](real-images.md) is about. Each block is a command and what it printed.

## Before
`);
  show('varve scan images -o before.json');
  show('varve df before.json');
  console.log(`## What a removal would free

Images without a name go, and so does \`${reference}\`; with \`stranded\`, also the copies that an archive then has no more use for.
`);
  const asks = `varve plan before.json --remove dangling,${reference},stranded`;
  show(asks);
  show(`${asks} --format json -o plan.json`);
  console.log(`## The removal

The program behind this page deletes the archives that become empty and writes the others anew (\`bench/archive-without.ts\`). All that it
takes from the plan is which images go and what becomes of each archive; which bodies these images need, it reads from the archives.
`);
  const before = tarSizes();
  const done = carryOut();
  const after = tarSizes();
  fileTable(before, after, done);
  console.log('## After\n');
  show('varve scan images -o after.json');
  const code = show('varve diff before.json after.json --plan plan.json --exit-code');
  console.log(`The exit code is ${code}: with \`--plan\`, 0 says that the plan came true.\n`);
  countBySize(before, after);
  if (code !== 0) throw new Error('the plan did not come true');
}

function countBySize(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): void {
  const total = (sizes: ReadonlyMap<string, number>) => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const gone = total(before) - total(after);
  const compared = spawnSync(
    process.execPath,
    [program, 'diff', 'before.json', 'after.json', '--plan', 'plan.json', '--format', 'json'],
    { cwd: place, encoding: 'utf8', maxBuffer: 1 << 28 },
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
  mkdirSync(images);
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(images, name));
  story();
} finally {
  rmSync(place, { recursive: true, force: true });
}
