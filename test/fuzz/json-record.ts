/**
 * What Go read of the first documents, one line each: the start of the document's own digest, then that of each loader's
 * reading, `-` where it refuses the document. `json-readers.ts --record` writes it; no test needs Go.
 */
import { createHash } from 'node:crypto';
import type { GeneratedDocument, Kind } from './json-documents.js';
import { type GoReadings, loadersOf } from './json-readings.js';

export const recordPath = 'test/fuzz/go-readings.txt';
export const recordedCount = 4_000;

const refused = '-';

export function recordLine(document: GeneratedDocument, readings: GoReadings, loaders: readonly string[]): string {
  return [digestOf(document), ...loaders.map((loader) => readings[loader] ?? refused)].join(' ');
}

/** The readings of a line; null where the line is about another document. */
export function recordedReadings(line: string, document: GeneratedDocument): GoReadings | null {
  const [digest, ...readings] = line.split(' ');
  if (digest !== digestOf(document)) return null;
  const loaders = loadersOf[document.kind satisfies Kind];
  return Object.fromEntries(loaders.map((loader, i) => [loader, readings[i] === refused ? null : (readings[i] ?? '')]));
}

function digestOf({ bytes }: GeneratedDocument): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8);
}
