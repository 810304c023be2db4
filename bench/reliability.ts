/**
 * Prints docs/reliability.md: runs the damage campaign, the fuzzing, the injected faults, the attacks and the bombs, and
 * says of each what was tried and what came of it. Exits 1 where one of them failed.
 *
 *   node dist/bench/reliability.js [SECONDS [FUZZ [FOLDER]]] > docs/reliability.md
 *
 * SECONDS for each suite of damage, 120 unless told; FUZZ seconds for each target of fuzzing, 10 unless told; FOLDER with
 * what the guided fuzzing kept before, none unless told.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';

const [seconds = '120', fuzzSeconds = '10', ...guidedFolder] = process.argv.slice(2);
const facts = mkdtempSync(join(tmpdir(), 'varve-facts-'));
let failed = false;

/** What the tests of faults call their one time. */
const slowestEnd = 'milliseconds until the slowest of these had ended';

/** The standard output of a command; what it says beside it goes on. */
function outputOf(command: string, ...args: readonly string[]): string {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, VARVE_FACTS: facts },
  });
  failed ||= status !== 0;
  return stdout;
}

console.log('# Reliability\n');
console.log(
  'What was done to Varve, and what came of it. Made by `node dist/bench/reliability.js`; each part names the',
);
console.log(
  'command that makes it alone. Beside Varve itself, the samples and, where it is there, the corpus, nothing is needed but for the part on loaders.\n',
);

console.log('## Damage\n');
console.log(
  'Every sample and every archive of the corpus is damaged, one change at a time, and verified. No damage may end the',
);
console.log(
  'program, and nothing may be called ok that lacks a byte which a digest covers; what digests cover is told by a second',
);
console.log(`reading that shares no code with the program. Command: \`npm run damage -- ${seconds}\`.\n`);
console.log(outputOf('node', 'dist/test/damage/run.js', seconds).trim());

console.log('\n## Faults while it runs\n');
console.log(
  'The built program as its own process, with faults injected from outside (`test/faults`): each run ended in order, with',
);
console.log(
  'the exit code and the files that the tests ask for. Those of the store kill it a thousand times, let each call to the disk fail,',
);
console.log(
  'and keep two and eight writers at it for five minutes each: `VARVE_KILLS=1000 VARVE_CALLS=whole VARVE_WRITERS=300 npx vitest run --project faults`.\n',
);
outputOf(
  'env',
  'VARVE_KILLS=1000',
  'VARVE_CALLS=whole',
  'VARVE_WRITERS=300',
  'npx',
  'vitest',
  'run',
  '--project',
  'faults',
);
console.log('| fault | injected |\n| --- | --: |');
const { [slowestEnd]: slowestMs, ...injected } = faults();
for (const [what, times] of Object.entries(injected)) console.log(`| ${what} | ${times} |`);
console.log(`\nThe slowest end after a signal took ${slowestMs} ms, with each read slowed down by 100 ms.`);

console.log('\n## Fuzzing\n');
console.log(`Inputs that are nearly right, for each reader. Command: \`npm run fuzz -- ${seconds}\`.\n`);
console.log(
  'Documents are also laid beside what loaders written in Go read of them (`test/fuzz/go-json`, which needs Go):',
);
console.log(
  '`npm run build && node dist/test/fuzz/json-readers.js 1000000` compares a million, and fails for a difference without a finding.\n',
);
console.log('| reader | inputs tried |\n| --- | --: |');
for (const line of outputOf('node', 'dist/test/fuzz/run.js', fuzzSeconds).split('\n')) {
  const [, target, count] = /^(\S.*?) {2,}([\d,]+)$/.exec(line) ?? [];
  if (target !== undefined) console.log(`| ${target} | ${count} |`);
}

console.log('\n### Guided by coverage\n');
console.log(
  'Targets are pure functions with something that must hold: a tar by position is the same as in pieces, a decoder gives the',
);
console.log(
  'same whole and in pieces and what zlib gives, what is parsed is written and parsed to the same. The code has a counter in',
);
console.log(
  'each branch (`test/fuzz/guided`), and inputs that reach something new are kept and changed further. A short run, the same',
);
console.log(
  'each time, is a part of `npm run test:slow`. Command: `npm run fuzz:guided -- all 60 FOLDER`, which adds to what is in FOLDER.\n',
);
console.log(
  outputOf('node', 'dist/test/fuzz/guided/run.js', 'all', fuzzSeconds, ...guidedFolder)
    .split('\n')
    .slice(2)
    .join('\n')
    .trim(),
);

console.log('\n## Attacks\n');
console.log(
  'Archives that are made to do harm, a file of tests for each family, each with counterparts that must be accepted. A test',
);
console.log('tries one input or many. Command: `npx vitest run --project hostile`.\n');
console.log('| family | tests | passed |\n| --- | --: | --: |');
for (const { family, tests, passed } of testsOf('hostile')) console.log(`| ${family} | ${tests} | ${passed} |`);

console.log('\n## Loaders\n');
console.log(
  'Archives that are made by seeds, as tools write them, legal but odd, or made to be read in two ways, are given to the code',
);
console.log(
  'of the loaders of the field (`test/loaders/oracle`, in Go) and to Varve. Whatever a loader would take (name, config digest,',
);
console.log(
  'diffIDs, user, environment) has to be listed, or there has to be an error or a warning. `docker` is the load loop of Docker',
);
console.log(
  "without the containerd store, written anew over Docker's own unpacker; `containerd` stands for Docker with that store too.",
);
console.log(
  `Needs Go. Commands: \`bash test/loaders/build.sh\`, \`VARVE_LOADERS_PROGRAMS=20 npm run loaders -- 2000\`. One archive of`,
);
console.log('each kind is held to recorded answers in every run of `npm run test:slow`.\n');
console.log(outputOf('env', 'VARVE_LOADERS_PROGRAMS=20', 'node', 'dist/test/loaders/run.js', '2000').trim());

console.log('\n## What bombs cost\n');
console.log(
  'Archives that are small on disk and large in every other way, verified by a process of its own. The memory is that of',
);
console.log(
  'the whole process; growth is the exponent of time between the two sizes, 1 in proportion. Where it is far below 1 a limit',
);
console.log('ends the work. Command: `node dist/bench/bombs.js`.\n');
console.log(outputOf('node', 'dist/bench/bombs.js').trim());

console.log('\n## What hostile archives cost\n');
console.log(
  'Archives that multiply something (long names, links, tags, findings, values) as far as the limits allow, each in a process',
);
console.log(
  'of its own: the slowest form and the one that takes most memory, of two forms of verify. Before: what the larger size took,',
);
console.log(
  'in its worst form, of the build before its bound, where that was measured; killed: it ended with no result of any archive.',
);
console.log(
  'No form of any command may take more than 20 s or 800 MiB, or end otherwise than with 0, 1 or 3: `npm run bench:costs` tries',
);
console.log(
  "all, for an hour, and tells how long a signal waits at most as well. Command of this table: `npm run bench:costs -- '' 'verify INPUT --format j'`.\n",
);
console.log(
  `${cpus().length} processors, ${cpus()[0]?.model}, Node ${process.version}. Wait: how long a signal that comes at the worst moment is not heard,`,
);
console.log('collections of garbage taken off.\n');
console.log(outputOf('node', 'dist/bench/costs/main.js', '', 'verify INPUT --format j').trim());

console.log('\n## Size\n');
console.log(
  'What each test of memory holds, with the largest input that it makes. Command: `npx vitest run --project memory`.\n',
);
for (const { titles } of testsOf('memory')) for (const title of titles) console.log(`- ${title}`);

rmSync(facts, { recursive: true });
process.exitCode = failed ? 1 : 0;

interface Family {
  readonly family: string;
  readonly tests: number;
  readonly passed: number;
  /** Of the tests that passed. */
  readonly titles: readonly string[];
}

/** What the tests of a project say, by file. */
function testsOf(project: string): Family[] {
  const report = JSON.parse(outputOf('npx', 'vitest', 'run', '--project', project, '--reporter=json')) as {
    testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
  };
  const families = report.testResults.map(({ name, assertionResults }) => {
    const passed = assertionResults.filter(({ status }) => status === 'passed');
    const family = basename(name, '.test.ts').replaceAll('-', ' ');
    return {
      family,
      tests: assertionResults.length,
      passed: passed.length,
      titles: passed.map((test) => test.fullName),
    };
  });
  return families.sort((a, b) => (a.family < b.family ? -1 : 1));
}

function faults(): Record<string, number> {
  const sums = new Map<string, number>();
  for (const name of readdirSync(facts).filter((file) => file.startsWith('faults-'))) {
    const counted = JSON.parse(readFileSync(join(facts, name), 'utf8')) as [string, number][];
    for (const [what, times] of counted) sums.set(what, (sums.get(what) ?? 0) + times);
  }
  return Object.fromEntries(sums);
}
