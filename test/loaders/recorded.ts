/** The record of what loaders answered: where it lies and how it is written, one line for each archive. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Reading } from './readings.js';

export interface RecordedArchive {
  readonly seed: number;
  /** Of the archive's bytes, cut: the generator has to make the same again. */
  readonly digest: string;
  readonly readings: readonly Reading[];
}

export interface LoadersRecord {
  readonly versions: Readonly<Record<string, string>>;
  /** skopeo and podman were asked of the seeds that this divides. */
  readonly programsEvery: number;
  readonly archives: readonly RecordedArchive[];
}

/** The same file from source and from dist. */
export const recordFile = fileURLToPath(new URL('recorded.json', import.meta.url)).replace(/\bdist[\\/]test\b/, 'test');

export function parseRecord(): LoadersRecord {
  const { versions, programsEvery, archives } = JSON.parse(readFileSync(recordFile, 'utf8')) as {
    versions: Record<string, string>;
    programsEvery: number;
    archives: [number, string, Reading[]][];
  };
  return {
    versions,
    programsEvery,
    archives: archives.map(([seed, digest, readings]) => ({ seed, digest, readings })),
  };
}

export function renderRecord({ versions, programsEvery, archives }: LoadersRecord): string {
  const lines = archives.map(({ seed, digest, readings }) => JSON.stringify([seed, digest, readings]));
  return `{"versions":${JSON.stringify(versions)},\n"programsEvery":${programsEvery},\n"archives":[\n${lines.join(',\n')}\n]}\n`;
}
