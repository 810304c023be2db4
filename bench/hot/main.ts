/**
 * Measures the functions of suites.ts with tinybench, each for a while in turn. Writes bench/results/hot.json and the table
 * of bench/README.md; with --quick it only prints.
 *
 *   node dist/bench/hot/main.js [--quick]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Bench } from 'tinybench';
import { withFolder } from '../inputs.js';
import { writeTables } from '../readme.js';
import { type Hot, hotSchema, machineFacts, writeResult } from '../results.js';
import { rounded } from '../statistics.js';
import { type HotTask, hotTasks } from './suites.js';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const timeMs = values.quick ? 200 : 3000;

const machine = machineFacts();
const tasks: Hot['tasks'] = [];
await withFolder(async (folder) => {
  for (const task of await hotTasks(folder)) {
    const measured = await measure(task);
    tasks.push(measured);
    const { suite, name, unit, amount, medianMs, marginPercent } = measured;
    const perSecond = Math.round((amount / medianMs) * 1000).toLocaleString('en-US');
    process.stdout.write(`${suite}: ${name}: ${perSecond} ${unit}/s ± ${marginPercent} %\n`);
  }
});
if (!values.quick) {
  writeResult('hot', hotSchema.parse({ kind: 'varve-bench.hot', schemaVersion: 1, machine, tasks }));
  writeTables();
}

async function measure({ work, ...facts }: HotTask): Promise<Hot['tasks'][number]> {
  const bench = new Bench({ time: timeMs, iterations: 5, warmupTime: timeMs / 5, warmupIterations: 2, throws: true });
  bench.add(facts.name, work);
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new TypeError(`${facts.name} was not measured`);
  const { p50, rme, samplesCount } = task.result.latency;
  return { ...facts, medianMs: rounded(p50), marginPercent: rounded(rme), samples: samplesCount };
}
