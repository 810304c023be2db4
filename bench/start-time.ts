/**
 * How long Varve takes to start, beside Node itself: wall-clock times of runs that take turns, so that a busy machine slows
 * all of them alike. The least of them says most on such a machine.
 *
 *   node dist/bench/start-time.js [RUNS]        10 unless told; run npm run build first
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const runs = Number(process.argv[2] ?? 10);
const program = 'dist/src/cli/main.js';
const archive = 'samples/api-1.0-docker24.tar';
const cases: readonly (readonly [name: string, argv: readonly string[]])[] = [
  ['node -e 0', ['-e', '0']],
  ['varve --version', [program, '--version']],
  ['varve --help', [program, '--help']],
  ['varve ls ARCHIVE', [program, 'ls', archive]],
  ['varve ls -q ARCHIVE', [program, 'ls', '-q', archive]],
  ['varve ls ARCHIVE --format TEMPLATE', [program, 'ls', archive, '--format', '{{.ID}} {{.Size}}']],
];

const times = new Map<string, number[]>(cases.map(([name]) => [name, []]));
for (let run = 0; run < runs; run += 1) {
  for (const [name, argv] of cases) {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, argv, { stdio: 'ignore' });
    times.get(name)?.push(performance.now() - start);
    if (status !== 0) throw new Error(`${name} ends with ${status}`);
  }
}

console.log(`Node ${process.version}, ${runs} runs, milliseconds`);
for (const [name, values] of times) {
  const sorted = values.sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
  console.log(
    `${name.padEnd(36)} median ${median.toFixed(0).padStart(5)}   least ${(sorted[0] ?? 0).toFixed(0).padStart(5)}`,
  );
}
