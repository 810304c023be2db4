/**
 * Varve beside other programs, on the same archives, in one run: `npm run bench:peers -- FOLDER`. FOLDER holds the real
 * archives (bench/README.md says which); the others are generated. Writes bench/results/peers.json and the tables of
 * bench/README.md. With --rounds 1 it is a trial, and nothing is written unless --write says so.
 *
 *   node dist/bench/peers/main.js FOLDER [--rounds N] [--write]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { writeTables } from '../readme.js';
import { machineFacts, type Peers, peersSchema, writeResult } from '../results.js';
import { compare, leastRounds } from './comparison.js';
import { comparisons } from './comparisons.js';
import { goals } from './goals.js';
import { versionsOf } from './processes.js';
import { measureRates } from './rates.js';
import { generatedSets, realSets, setFacts } from './sets.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: `${leastRounds}` }, write: { type: 'boolean', default: false } },
});
const [folder] = positionals;
const rounds = Number(values.rounds);
if (folder === undefined || !(rounds >= 1)) throw new Error('usage: main.js FOLDER [--rounds N] [--write]');

const work = mkdtempSync(join(tmpdir(), 'varve-peers-'));
try {
  const started = performance.now();
  const document = await measure(folder);
  tell(`${Math.round((performance.now() - started) / 1000)} s`);
  if (rounds >= leastRounds || values.write) {
    writeResult('peers', peersSchema.parse(document));
    writeTables();
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function measure(images: string): Promise<Peers> {
  const machine = machineFacts();
  tell('generating archives');
  const real = realSets(images);
  const generated = await generatedSets(join(work, 'generated'), real.docker);
  const uncompressed = [...real.docker, ...real.multi, generated.fill];
  const sets = [
    setFacts('SET', 'uncompressed archives: the real ones, and a generated one', uncompressed),
    setFacts('DOCKER', 'those of SET that a docker daemon could have saved, one image each', real.docker),
    setFacts('GZIP', 'a real OCI archive with gzip layers', real.gzip.slice(0, 1)),
    setFacts('ONE-LAYER', 'generated: one gzip layer of 1 GB, of the bytes of real archives', [generated.oneLayer]),
    setFacts('ZSTD', 'a real OCI archive with zstd layers', real.zstd.slice(0, 1)),
    setFacts('SHARING', 'generated: 20 archives, four of five gzip layers in common', generated.sharing),
    setFacts('SMALL', 'generated: small archives of one image each', generated.small),
    setFacts('HUGE', 'generated: ten layers of 2 GiB of zeros', [generated.huge]),
  ];
  tell('the limit and the digest phase');
  const rates = await measureRates(uncompressed, rounds);
  const results = comparisons({ real, generated, scratch: join(work, 'scratch') }).map((planned) => {
    tell(planned.name);
    return compare(planned, rounds, tell);
  });
  const measured = {
    comparisons: results,
    rates,
    setBytes: sets[0]?.sizeBytes ?? 0,
    small: generated.small.length,
    processors: machine.processors,
  };
  return {
    kind: 'varve-bench.peers',
    schemaVersion: 1,
    machine,
    versions: versionsOf({
      skopeo: ['--version'],
      podman: ['--version'],
      crane: ['version'],
      dive: ['--version'],
      igzip: ['--version'],
      zstd: ['--version'],
      openssl: ['version'],
      sha256sum: ['--version'],
      tar: ['--version'],
      'node-zstd': ['--version'],
    }),
    rounds,
    sets,
    rates,
    comparisons: results,
    goals: goals(measured),
  };
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
