/** Inputs that long runs found and that reach what the seeds of a target do not: a file of each, deflated, one a line in base64. */
import { existsSync, readFileSync } from 'node:fs';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Where those of a target lie, relative to the repository. */
export function seedsPath(name: string): string {
  return `test/fuzz/guided/seeds/${name}.txt`;
}

/** None where nothing was kept. */
export function readSeeds(name: string): Buffer[] {
  const path = seedsPath(name);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => inflateRawSync(Buffer.from(line, 'base64')));
}

/** An input as a line of such a file. */
export function seedLine(input: Buffer): string {
  return deflateRawSync(input, { level: 9 }).toString('base64');
}
