/**
 * Keeps the best of a corpus in the repository: the shortest inputs first, each that reaches what none before it does, up to
 * a kilobyte for each target. Run by hand after long runs.
 *
 *   npm run build && node dist/test/fuzz/guided/keep.js FOLDER
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Fuzzer } from './fuzzer.js';
import { instrument } from './instrument.js';
import { readSeeds, seedLine, seedsPath } from './seeds.js';
import { pathOf, targetNames } from './target-list.js';

const mostCharacters = 1200;
const [root = ''] = process.argv.slice(2);
for (const name of targetNames.filter((target) => existsSync(join(root, target)))) await keep(name);

async function keep(name: string): Promise<void> {
  const folder = join(root, name, 'corpus');
  const inputs = [
    ...readSeeds(name),
    ...readdirSync(folder)
      .sort()
      .map((file) => readFileSync(join(folder, file))),
  ];
  const instrumented = await instrument(pathOf(name));
  const fuzzer = new Fuzzer(instrumented, 1);
  await fuzzer.begin(instrumented.target.seeds);
  const lines: string[] = [];
  let characters = 0;
  for (const input of inputs.sort((a, b) => a.length - b.length)) {
    const { branches } = fuzzer.coverage;
    await fuzzer.begin([input]);
    const line = seedLine(input);
    if (fuzzer.coverage.branches === branches || characters + line.length > mostCharacters) continue;
    lines.push(line);
    characters += line.length + 1;
  }
  if (lines.length > 0) writeFileSync(seedsPath(name), `${lines.join('\n')}\n`);
  console.log(`${name}: ${lines.length} of ${inputs.length} inputs, ${characters} characters`);
}
