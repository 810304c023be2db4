/** Inputs that long runs found and that reach what the seeds of a target do not: one a line, base64, in a file each. */
import { existsSync, readFileSync } from 'node:fs';

/** Where those of a target lie, relative to the repository. */
export function seedsPath(name: string): string {
  return `test/fuzz/guided/seeds/${name}.txt`;
}

/** None where nothing was kept. */
export function readSeeds(name: string): Buffer[] {
  const path = seedsPath(name);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => Buffer.from(line, 'base64'));
}
