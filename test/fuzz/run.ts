/**
 * The long run of the fuzzing, from a seed that no run before had, and how many inputs each target was given.
 *
 *   npm run fuzz -- [SECONDS [SEED]]        60 seconds for each target unless told
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const [seconds = '60', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const counts = mkdtempSync(join(tmpdir(), 'varve-fuzz-'));
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'fuzz'], {
  stdio: 'inherit',
  env: { ...process.env, VARVE_FUZZ_SECONDS: seconds, VARVE_FUZZ_SEED: seed, VARVE_FUZZ_COUNTS: counts },
});
console.log(`seed ${seed}, ${seconds} s for each target, Node ${process.version}; inputs tried:`);
for (const name of readdirSync(counts).sort()) {
  const [target = '', count = '0'] = readFileSync(join(counts, name), 'utf8').trim().split('\t');
  console.log(`${target.padEnd(24)} ${Number(count).toLocaleString('en-US').padStart(12)}`);
}
rmSync(counts, { recursive: true });
process.exitCode = status ?? 1;
