/** A file that an option names: its text, or a usage error that says which option and why. */
import { readFileSync, statSync } from 'node:fs';
import { messageOf, VarveError } from '../model/error.js';
import { UsageError } from './usage-error.js';

/** The text of a file of at most so many bytes; null for any number. Throws UsageError. */
export function readNamedFile(option: string, path: string, maxBytes: number | null): string {
  let sizeBytes: number;
  try {
    sizeBytes = statSync(path).size;
    if (maxBytes === null || sizeBytes <= maxBytes) return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${option} ${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  throw new UsageError(`${option} ${path} has ${sizeBytes} bytes, more than the ${maxBytes} that one may have`);
}

/** The document in a file that an option names. Throws UsageError, also for what the parser refuses. */
export function readNamedDocument<Document>(option: string, path: string, parse: (text: string) => Document): Document {
  const text = readNamedFile(option, path, null);
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof VarveError)) throw cause;
    throw new UsageError(`${option} ${path}: ${cause.message}`, { cause });
  }
}
