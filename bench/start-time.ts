/**
 * How long Varve takes to start, beside Node itself: the first comparison of the benchmark by itself, with more rounds. The
 * least of them says most on a busy machine.
 *
 *   node dist/bench/start-time.js [RUNS]        10 unless told; run npm run build first
 */
import process from 'node:process';
import { compare } from './peers/comparison.js';
import { starts } from './peers/comparisons.js';

const runs = Number(process.argv[2] ?? 10);
const { cases } = compare(starts(), runs, () => {});

console.log(`Node ${process.version}, ${runs} runs, milliseconds`);
for (const { shown, medianMs, leastMs } of cases) {
  console.log(`${shown.padEnd(36)} median ${`${medianMs}`.padStart(5)}   least ${`${leastMs}`.padStart(5)}`);
}
