/**
 * What an archive costs the main thread where there are many small ones, which sets the end on a machine of many
 * processors: the processor time of that thread (not of the clock, so that the other threads of a small machine do not
 * count) over all archives, less that over half of them, so that the start does not count either. Commands take turns.
 *
 *   node dist/bench/main-thread.js [ARCHIVES] [ROUNDS]        4000 and 9 unless told; on Linux; run npm run build first
 */
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { writeArchives } from '../test/helpers/archive-builder.js';
import { withFolder } from './inputs.js';
import { median, rounded } from './statistics.js';

const archives = Number(process.argv[2] ?? 4000);
const rounds = Number(process.argv[3] ?? 9);
const commands = ['verify', 'report'].flatMap((command) => [
  [command, '--workers', '16'],
  [command, '--workers', '0'],
]);

await withFolder(async (folder) => {
  const [all, half] = [join(folder, 'all'), join(folder, 'half')];
  mkdirSync(all);
  mkdirSync(half);
  writeArchives(all, archives);
  const names = readdirSync(all).slice(0, archives / 2);
  for (const name of names) linkSync(join(all, name), join(half, name));
  const timed = commands.map((words) => ({ words, halfMs: [] as number[], allMs: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { words, halfMs, allMs } of timed) {
      halfMs.push(mainThreadMs([...words, half]));
      allMs.push(mainThreadMs([...words, all]));
    }
  }
  console.log(`Node ${process.version}, ${rounds} rounds, milliseconds of processor time of the main thread`);
  for (const { words, halfMs, allMs } of timed) {
    const each = allMs.map((ms, round) => (ms - (halfMs[round] ?? 0)) / (archives - names.length));
    console.log(
      `${`varve ${words.join(' ')}`.padEnd(28)} ${names.length} archives ${`${rounded(median(halfMs))}`.padStart(6)}` +
        `   ${archives} archives ${`${rounded(median(allMs))}`.padStart(6)}   each further one ${rounded(median(each))}`,
    );
  }
});

/** Throws Error where the command fails. */
function mainThreadMs(words: readonly string[]): number {
  const { status, output } = spawnSync(
    process.execPath,
    ['--import', resolve('dist/bench/thread-time.js'), 'dist/src/cli/main.cjs', ...words],
    {
      env: { ...process.env, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: '' },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  const told = output[3] ?? '';
  if (status !== 0 || told === '') throw new Error(`varve ${words.join(' ')} ends with ${status} and tells '${told}'`);
  return Number(told);
}
