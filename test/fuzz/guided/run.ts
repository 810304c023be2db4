/**
 * A run of the guided fuzzing, one target after another. Inputs that reach something new are kept in a folder, where the next
 * run begins with them, and so is the number of executions of all runs; an input that fails is printed, and kept there too.
 *
 *   npm run fuzz:guided -- [TARGET[,TARGET…]|all [SECONDS [FOLDER [SEED]]]]     all, 60 s each, a new folder, the clock
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Fuzzer } from './fuzzer.js';
import { instrument } from './instrument.js';
import { readSeeds } from './seeds.js';
import { pathOf, targetNames } from './target-list.js';

const [wanted = 'all', seconds = '60', root = mkdtempSync(join(tmpdir(), 'varve-guided-')), seed = String(Date.now())] =
  process.argv.slice(2);
const names = wanted === 'all' ? targetNames : wanted.split(',');
/** Between two looks at the clock. */
const slice = 512;

console.log(`Seed ${seed}, ${seconds} s for each target, corpus in ${root}, Node ${process.version}.\n`);
console.log('| target | executions of this run | a second | of all runs | branches reached | inputs kept |');
console.log('| --- | --: | --: | --: | --: | --: |');
// Most inputs are refused, and where that is thrown is of no interest.
const { stackTraceLimit } = Error;
Error.stackTraceLimit = 0;
let ofAllRuns = 0;
for (const name of names) await fuzz(name);
console.log(`\n${ofAllRuns.toLocaleString('en-US')} executions over all runs.`);

async function fuzz(name: string): Promise<void> {
  const folder = join(root, name, 'corpus');
  mkdirSync(folder, { recursive: true });
  const instrumented = await instrument(pathOf(name));
  const fuzzer = new Fuzzer(instrumented, Number(seed));
  const kept = readdirSync(folder).sort();
  await fuzzer.begin([
    ...instrumented.target.seeds,
    ...readSeeds(name),
    ...kept.map((file) => readFileSync(join(folder, file))),
  ]);
  let saved = fuzzer.corpus.length;
  const started = performance.now();
  const elapsedSeconds = (): number => (performance.now() - started) / 1000;
  while (fuzzer.failure === null && elapsedSeconds() < Number(seconds)) {
    await fuzzer.run(slice);
    for (; saved < fuzzer.corpus.length; saved++) keep(folder, fuzzer.corpus[saved]);
  }
  const { executions } = fuzzer;
  const figures = [
    executions,
    Math.round(executions / elapsedSeconds()),
    total(name, executions),
    fuzzer.coverage.branches,
    fuzzer.corpus.length,
  ];
  console.log(`| ${[name, ...figures.map((figure) => figure.toLocaleString('en-US'))].join(' | ')} |`);
  if (fuzzer.failure === null) return;
  process.exitCode = 1;
  const { input } = fuzzer.failure;
  const place = keep(join(root, name), input);
  console.error(`${name} fails with ${place}: ${JSON.stringify(input.toString('latin1'))}`);
  Error.stackTraceLimit = stackTraceLimit;
  await instrumented.target.prepare?.();
  try {
    instrumented.target.check(input);
  } catch (error) {
    console.error(error);
  }
  Error.stackTraceLimit = 0;
}

/** The executions of all runs with this folder, those of this one added. */
function total(name: string, executions: number): number {
  const path = join(root, name, 'executions');
  const sum = executions + (existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0);
  writeFileSync(path, `${sum}\n`);
  ofAllRuns += sum;
  return sum;
}

function keep(folder: string, input: Buffer | undefined): string {
  if (input === undefined) return '';
  const path = join(folder, createHash('sha256').update(input).digest('hex').slice(0, 32));
  writeFileSync(path, input);
  return path;
}
