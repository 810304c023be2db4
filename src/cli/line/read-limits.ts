/**
 * `--max NAME=VALUE` → other limits for a scan: counts as numbers, sizes as numbers of bytes or as in 32MiB.
 */
import { ceilingOf, type ScanLimitName, type ScanLimits, scanLimitNames } from '../../model/limits.js';
import { parseByteSize } from '../../words/byte-size.js';
import { suggestion, UsageError } from './usage-error.js';

/** Reads the texts in their order; of two for one limit the last counts. Throws UsageError. */
export function readLimits(texts: readonly string[]): ScanLimits {
  return Object.fromEntries(texts.map(readLimit));
}

function readLimit(text: string): [ScanLimitName, number] {
  const equals = text.indexOf('=');
  const written = equals === -1 ? text : text.slice(0, equals);
  const name = scanLimitNames.find((each) => each === written);
  if (name === undefined) {
    const hint = suggestion(written, scanLimitNames) || `; there are ${scanLimitNames.join(', ')}`;
    throw new UsageError(`--max takes NAME=VALUE, and ${JSON.stringify(written)} is no limit${hint}`);
  }
  const value = equals === -1 ? '' : text.slice(equals + 1);
  const number = name.endsWith('Bytes') ? parseByteSize(value) : /^\d{1,16}$/.test(value) ? Number(value) : null;
  if (number !== null && number >= 1 && number <= ceilingOf(name)) return [name, number];
  const what = name.endsWith('Bytes') ? 'a size, as in 32MiB or 33554432,' : 'a number';
  throw new UsageError(`--max ${name} takes ${what} from 1 to ${ceilingOf(name)}, not ${JSON.stringify(value)}`);
}
