/**
 * The client and the built program against registries that others wrote, on this machine: what is sent is read back, by them and by
 * others, over ways that break, through passwords, tokens and TLS. Ends with 1 if anything comes out otherwise.
 *
 *   bash test/registries/build.sh
 *   npm run registries [-- WORD OF A CHECK...]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { checks } from './checks.js';
import { commandChecks } from './command/checks.js';
import { faultChecks } from './command/faults.js';
import { commandGates } from './command/gates.js';
import { gates } from './gates.js';
import { implementations } from './implementations.js';
import { inputChecks } from './input.js';

/** Words of the names of the checks that are wanted; none: all. */
const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'varve-registries-'));
let failed = 0;
let passed = 0;

function folderFor(own: string, name: string): string {
  const path = join(own, name.replaceAll(' ', '-'));
  mkdirSync(path, { recursive: true });
  return path;
}

async function tell(name: string, check: () => Promise<void>): Promise<void> {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) return;
  const before = performance.now();
  try {
    await check();
    passed += 1;
    console.log(`  ok    ${name} (${((performance.now() - before) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`  FAIL  ${name}: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

try {
  for (const [i, implementation] of implementations().entries()) {
    console.log(`${implementation.name}: ${implementation.version()}`);
    const own = join(folder, String(i));
    const registry = await implementation.start(join(own, 'open'), {});
    try {
      for (const [name, check] of Object.entries({ ...checks, ...inputChecks, ...commandChecks, ...faultChecks })) {
        await tell(name, () => check(registry.host, implementation, folderFor(own, name), registry.dataFolder));
      }
    } finally {
      registry.stop();
    }
    if (!implementation.hasGates) continue;
    for (const [name, check] of Object.entries({ ...gates, ...commandGates })) {
      await tell(name, () => check(implementation, folderFor(own, name)));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
