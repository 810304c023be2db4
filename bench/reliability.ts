/**
 * Writes docs/reliability.md: runs the damage campaign, the fuzzing, the injected faults, the attacks and the bombs, and
 * says of each what was tried and what came of it. Exits 1 where one of them failed. With PART, the beginning of a heading of
 * the page, only those parts are run, and the others stay as they are.
 *
 *   node dist/bench/reliability.js [PART...] [--seconds N] [--fuzz N] [--writers N] [--guided FOLDER]
 *
 * --seconds for each suite of damage, 120 unless told; --fuzz seconds for each target of fuzzing, 10 unless told; --writers
 * seconds for which two and eight writers are kept at a store, 300 unless told; --guided FOLDER with what the guided fuzzing
 * kept before, none unless told.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

const page = 'docs/reliability.md';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '120' },
    fuzz: { type: 'string', default: '10' },
    writers: { type: 'string', default: '300' },
    guided: { type: 'string' },
  },
});
const facts = mkdtempSync(join(tmpdir(), 'varve-facts-'));
let failed = false;

/** What the tests of faults call their one time. */
const slowestEnd = 'milliseconds until the slowest of these had ended';

const head = `# Reliability

What was done to Varve, and what came of it. Made by \`node dist/bench/reliability.js\`; each part names the
command that makes it alone. Beside Varve itself, the samples and, where it is there, the corpus, nothing is needed
but for the part on loaders.`;

/** The parts of the page by their headings. */
const parts: Readonly<Record<string, () => string>> = {
  Damage:
    () => `Every sample and every archive of the corpus is damaged, one change at a time, and verified. No damage may end the
program, and nothing may be called ok that lacks a byte which a digest covers; what digests cover is told by a second
reading that shares no code with the program. Command: \`npm run damage -- ${values.seconds}\`.

${outputOf('node', 'dist/test/damage/run.js', values.seconds).trim()}`,

  'Faults while it runs': () => {
    const settings = ['VARVE_KILLS=1000', 'VARVE_CALLS=whole', `VARVE_WRITERS=${values.writers}`];
    const command = ['npx', 'vitest', 'run', '--project', 'faults'];
    outputOf('env', ...settings, ...command);
    const { [slowestEnd]: slowestMs, ...injected } = faults();
    return `The built program as its own process, with faults injected from outside (\`test/faults\`): each run ended in order, with
the exit code and the files that the tests ask for. Those of the store kill each of its commands a thousand times, let each call to the
disk fail with each error, and keep two and eight writers at it for ${values.writers} seconds each; in every run of the suite it is a part of that.
Command: \`${[...settings, ...command].join(' ')}\`.

${table(['fault', 'injected'], Object.entries(injected))}

The slowest end after a signal took ${slowestMs} ms, with each read slowed down by 100 ms.`;
  },

  Fuzzing: () => {
    const tried = outputOf('node', 'dist/test/fuzz/run.js', values.fuzz)
      .split('\n')
      .flatMap((line) => {
        const [, target, count] = /^(\S.*?) {2,}([\d,]+)$/.exec(line) ?? [];
        return target === undefined ? [] : [[target, count ?? '']];
      });
    const guided = outputOf(
      ...['node', 'dist/test/fuzz/guided/run.js', 'all', values.fuzz],
      ...(values.guided === undefined ? [] : [values.guided]),
    );
    return `Inputs that are nearly right, for each reader. Command: \`npm run fuzz -- ${values.fuzz}\`.

Documents are also laid beside what loaders written in Go read of them (\`test/fuzz/go-json\`, which needs Go):
\`npm run build && node dist/test/fuzz/json-readers.js 1000000\` compares a million, and fails for a difference without a finding.

${table(['reader', 'inputs tried'], tried)}

### Guided by coverage

Targets are pure functions with something that must hold: a tar by position is the same as in pieces, a decoder gives the
same whole and in pieces and what zlib gives, what is parsed is written and parsed to the same. The code has a counter in
each branch (\`test/fuzz/guided\`), and inputs that reach something new are kept and changed further. A short run, the same
each time, is a part of \`npm run test:slow\`. Command: \`npm run fuzz:guided -- all 60 FOLDER\`, which adds to what is in FOLDER.

${guided.split('\n').slice(2).join('\n').trim()}`;
  },

  Attacks:
    () => `Archives that are made to do harm, a file of tests for each family, each with counterparts that must be accepted. A test
tries one input or many. Command: \`npx vitest run --project hostile\`.

${table(
  ['family', 'tests', 'passed'],
  testsOf('hostile').map(({ family, tests, passed }) => [family, tests, passed]),
)}`,

  Loaders:
    () => `Archives that are made by seeds, as tools write them, legal but odd, or made to be read in two ways, are given to the code
of the loaders of the field (\`test/loaders/oracle\`, in Go) and to Varve. Whatever a loader would take (name, config digest,
diffIDs, user, environment) has to be listed, or there has to be an error or a warning. \`docker\` is the load loop of Docker
without the containerd store, written anew over Docker's own unpacker; \`containerd\` stands for Docker with that store too.
Needs Go. Commands: \`bash test/loaders/build.sh\`, \`VARVE_LOADERS_PROGRAMS=20 npm run loaders -- 2000\`. One archive of
each kind is held to recorded answers in every run of \`npm run test:slow\`.

${outputOf('env', 'VARVE_LOADERS_PROGRAMS=20', 'node', 'dist/test/loaders/run.js', '2000').trim()}`,

  'What bombs cost':
    () => `Archives that are small on disk and large in every other way, verified by a process of its own. The memory is that of
the whole process; growth is the exponent of time between the two sizes, 1 in proportion. Where it is far below 1 a limit
ends the work. Command: \`node dist/bench/bombs.js\`.

${outputOf('node', 'dist/bench/bombs.js').trim()}`,

  'What hostile archives cost':
    () => `Archives that multiply something (long names, links, tags, findings, values) as far as the limits allow, each in a process
of its own: the slowest form and the one that takes most memory, of two forms of verify. Before: what the larger size took,
in its worst form, of the build before its bound, where that was measured; killed: it ended with no result of any archive.
No form of any command may take more than 20 s or 800 MiB, or end otherwise than with 0, 1 or 3: \`npm run bench:costs\` tries
all, for an hour, and tells how long a signal waits at most as well. Command of this table: \`npm run bench:costs -- '' 'verify INPUT --format j'\`.

${cpus().length} processors, ${cpus()[0]?.model}, Node ${process.version}. Wait: how long a signal that comes at the worst moment is not heard,
collections of garbage taken off.

${outputOf('node', 'dist/bench/costs/main.js', '', 'verify INPUT --format j').trim()}`,

  Size: () => `What each test of memory holds, with the largest input that it makes. Command: \`npx vitest run --project memory\`.

${testsOf('memory')
  .flatMap(({ titles }) => titles.map((title) => `- ${title}`))
  .join('\n')}`,
};

const wanted = Object.keys(parts).filter(
  (heading) => positionals.length === 0 || positionals.some((start) => heading.startsWith(start)),
);
if (wanted.length === 0)
  throw new Error(`no part begins so: ${positionals.join(', ')}; there are ${Object.keys(parts)}`);
const before = partsOf(readFileSync(page, 'utf8'));
const made = new Map(wanted.map((heading) => [heading, parts[heading]?.() ?? '']));
const texts = Object.keys(parts).map((heading) => `## ${heading}\n\n${made.get(heading) ?? before.get(heading) ?? ''}`);
writeFileSync(page, `${[head, ...texts].join('\n\n')}\n`);
rmSync(facts, { recursive: true });
process.exitCode = failed ? 1 : 0;

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

/** The text of each part of a page, by its heading. */
function partsOf(text: string): Map<string, string> {
  const [, ...found] = text.split(/^## /m);
  return new Map(
    found.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end).trim()];
    }),
  );
}

/** The first column is words, the others are figures. */
function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rule = headings.map((_, column) => (column === 0 ? '---' : '--:'));
  return [headings, rule, ...rows].map(line).join('\n');
}

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
