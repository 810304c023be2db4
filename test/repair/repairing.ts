/** Repairs of archives, and what a fresh scan finds in what was written. */
import { statSync } from 'node:fs';
import { expect } from 'vitest';
import type { Repair } from '../../src/model/results/repair/repair.js';
import { type RepairOptions, repair } from '../../src/repair/repair.js';
import { scan } from '../../src/scan/scan.js';

/** Repairs one archive into an output, without threads. */
export function repairInto(output: string, damaged: string, options: Partial<RepairOptions>): Promise<Repair> {
  return repair([damaged], { from: [], workers: 0, output, ...options });
}

/** What became of the only archive of a repair. */
export function statusOf({ archives }: Repair): string | undefined {
  expect(archives).toHaveLength(1);
  return archives[0]?.status;
}

/** The errors that a fresh scan finds; of a repair that was written, the size is what was said. */
export async function errorsIn(path: string, said?: Repair): Promise<string[]> {
  const { archives } = await scan([path], { workers: 0 });
  if (said !== undefined && statSync(path).isFile()) expect(statSync(path).size).toBe(said.sizeBytes);
  return archives
    .flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'))
    .map(({ code }) => code);
}
