/**
 * How long Varve takes to start, beside Node itself: in each round the commands run one after the other, and the difference
 * of each to Node of the same round counts, so that a machine that is slow for a while is slow for both. With the code that
 * the build compiled (for this Node: `node dist/build/compile-command.js`), and without, as for whoever has another Node.
 *
 *   node dist/bench/start-time.js [RUNS]        40 unless told; run npm run build first
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { compiledPath } from '../src/cli/start/compiled-code.js';
import { isThere, env as peersEnv } from './peers/processes.js';
import { starts } from './peers/starts.js';
import { median, rounded } from './statistics.js';

const runs = Number(process.argv[2] ?? 40);
const isCompiled = existsSync(compiledPath('dist/src/cli/parts'));
// What needs another Node that is not there is left out, and said.
const cases = starts().cases.filter(({ shown, needs = [] }) => {
  const missing = needs.filter((program) => !isThere(program));
  if (missing.length > 0) console.log(`not run: ${shown}, which needs ${missing.join(', ')}`);
  return missing.length === 0;
});
for (const { before } of cases) before?.();
const commands = cases.map(({ name, shown, commands: [command] }) => ({ name, shown, argv: command?.argv ?? [] }));
const modes = [
  { mode: isCompiled ? 'compiled' : 'not compiled', env: {} },
  // Node loads it as it loads any program, as where no compiled code fits.
  ...(isCompiled ? [{ mode: 'as if not', env: { VARVE_DEBUG: '1' } }] : []),
];

const timed = commands.flatMap(({ name, shown, argv }) =>
  (name === 'node' ? modes.slice(0, 1) : modes).map(({ mode, env }) => {
    const elapsedMs: number[] = [];
    return { name, shown: name === 'node' ? shown : `${shown} (${mode})`, argv, env, elapsedMs };
  }),
);
for (let round = 0; round < runs; round++) {
  for (const { argv, env, elapsedMs } of timed) {
    const [program = '', ...words] = argv;
    const startedMs = performance.now();
    const { status, stderr, error } = spawnSync(program, words, {
      env: { ...peersEnv, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    elapsedMs.push(performance.now() - startedMs);
    if (status !== 0) throw error ?? new Error(`${argv.join(' ')} ends with ${status}: ${stderr}`);
  }
}

const nodeMs = timed.find(({ name }) => name === 'node')?.elapsedMs ?? [];
console.log(
  `Node ${process.version}, ${runs} rounds, milliseconds; over: the median of the differences to Node in its round`,
);
for (const { shown, elapsedMs } of timed) {
  const over = median(elapsedMs.map((ms, round) => ms - (nodeMs[round] ?? 0)));
  const figures = [median(elapsedMs), Math.min(...elapsedMs), over].map((ms) => `${rounded(ms)}`.padStart(6));
  console.log(`${shown.padEnd(60)} median ${figures[0]}   least ${figures[1]}   over ${figures[2]}`);
}
