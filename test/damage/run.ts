/**
 * The long run of the damage campaign, from a seed that no run before had, over the samples and, where it is there, the
 * corpus; prints what was tried and found.
 *
 *   npm run damage -- [SECONDS [SEED]]        60 seconds for samples and corpus each unless told
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type DamageFacts, damageTable } from './damage-table.js';

const [seconds = '60', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const facts = mkdtempSync(join(tmpdir(), 'varve-damage-facts-'));
const corpus = process.env['VARVE_CORPUS'] ?? '../shared/corpus/real';
const suites = ['test/damage/samples.test.ts', ...(existsSync(corpus) ? ['test/corpus/damage.test.ts'] : [])];
let failed = false;
for (const suite of suites) {
  const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'damage', '--project', 'corpus', suite], {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, VARVE_DAMAGE_SECONDS: seconds, VARVE_DAMAGE_SEED: seed, VARVE_FACTS: facts },
  });
  failed ||= status !== 0;
}
if (suites.length === 1) console.error(`the corpus is not at ${corpus}: LEFT OUT`);
console.log(`Seed ${seed}, ${seconds} s each, Node ${process.version}.\n`);
for (const name of readdirSync(facts).sort()) {
  console.log(damageTable(JSON.parse(readFileSync(join(facts, name), 'utf8')) as DamageFacts));
}
rmSync(facts, { recursive: true });
process.exitCode = failed ? 1 : 0;
