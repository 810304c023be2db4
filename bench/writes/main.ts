/**
 * What Varve writes beside other programs, in one run: `npm run bench:writes -- SET`. SET is a folder that
 * `node dist/bench/image-set.js` has made. Writes bench/results/writes.json and the tables of bench/README.md. With
 * --rounds 1 it is a trial, and nothing is written unless --write says so.
 *
 *   node dist/bench/writes/main.js SET [--rounds N] [--write]
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { scan } from '../../src/scan/scan.js';
import { compare, leastRounds } from '../peers/comparison.js';
import { goalsOf } from '../peers/goals.js';
import { run, versionsOf } from '../peers/processes.js';
import { setFacts } from '../peers/sets.js';
import { writeTables } from '../readme.js';
import { machineFacts, type Writes, writeResult, writesSchema } from '../results.js';
import { loading, packing, writeGoals } from './comparisons.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: `${leastRounds}` }, write: { type: 'boolean', default: false } },
});
const [folder] = positionals;
const rounds = Number(values.rounds);
if (folder === undefined || !(rounds >= 1)) throw new Error('usage: main.js SET [--rounds N] [--write]');

const scratch = mkdtempSync(join(tmpdir(), 'varve-writes-'));
try {
  const document = await measure(folder);
  if (rounds >= leastRounds || values.write) {
    writeResult('writes', writesSchema.parse(document));
    writeTables();
  }
} finally {
  // podman's store has folders that only it may open.
  run({ argv: ['rm', '-rf', scratch] });
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(set: string): Promise<Writes> {
  const machine = machineFacts();
  const { archives } = await scan([set], { verify: true });
  const plain = archives.filter(({ compression }) => compression === 'none');
  const sets = [
    setFacts(
      'SET',
      'a folder as people have it',
      readdirSync(set).map((name) => join(set, name)),
    ),
    setFacts(
      'PLAIN',
      'those of SET that are not compressed as a whole',
      plain.map(({ path }) => path),
    ),
  ];
  const comparisons = [packing, loading].map((plan) => compare(plan(set, archives, scratch), rounds, tell));
  const packed = statSync(join(scratch, 'pack.tar'), { throwIfNoEntry: false });
  if (packed !== undefined) sets.push(setFacts('PACK', 'what varve pack makes of SET', [join(scratch, 'pack.tar')]));
  return {
    kind: 'varve-bench.writes',
    schemaVersion: 1,
    machine,
    versions: versionsOf({
      skopeo: ['--version'],
      podman: ['--version'],
      openssl: ['version'],
      cp: ['--version'],
      sha256sum: ['--version'],
    }),
    rounds,
    sets,
    comparisons,
    goals: goalsOf(writeGoals, {
      comparisons,
      rates: {},
      setBytes: sets[0]?.sizeBytes ?? 0,
      small: 0,
      processors: machine.processors,
    }),
  };
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
