/**
 * What every hostile archive is held to: the scan returns, and what it returns fits the schema of the inventory, whatever
 * the bytes are. Archives lie in one file that is written anew for each.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, weightOf } from '../../src/model/finding.js';
import { limits, type ScanLimits } from '../../src/model/limits.js';
import { type ArchiveRecord, inventorySchema } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { type Entry, rawTar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();
const path = join(folder, 'archive.tar');
/** Scans an archive of these bytes. Throws what the scan throws, and where its result is no inventory. */
export async function scanBytes(bytes: Buffer, changed: ScanLimits = {}): Promise<ArchiveRecord> {
  writeFileSync(path, bytes);
  return scanWritten(changed);
}

/** Scans the file as it was left by the last test step. */
export async function scanWritten(changed: ScanLimits = {}): Promise<ArchiveRecord> {
  const [record] = inventorySchema.parse(await scan([path], { workers: 0, limits: changed })).archives;
  if (record === undefined) throw new RangeError('no archive');
  return record;
}

/** Scans a tar of entries, written by hand so that nothing about them is refused; long names stand in PAX records. */
export function scanEntries(entries: readonly Entry[], changed: ScanLimits = {}): Promise<ArchiveRecord> {
  return scanBytes(rawTar(entries.map(withLongName)), changed);
}

function withLongName(entry: Entry): Entry & { readonly pax?: Record<string, string> } {
  const { name, linkname = '' } = entry;
  const pax = { ...(name.length > 25 ? { path: name } : {}), ...(linkname.length > 25 ? { linkpath: linkname } : {}) };
  if (Object.keys(pax).length === 0) return entry;
  const short = linkname.length > 25 ? { linkname: linkname.slice(0, 25) } : {};
  return { ...entry, name: name.slice(0, 25), ...short, pax };
}

/** The path of the file that is scanned, for steps that change it in place. */
export const archivePath = path;

/** The codes of an archive's errors, each once, sorted. */
export function errorsOf({ findings }: ArchiveRecord): string[] {
  return [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))].sort();
}

/** How many findings of that code an archive has, listed or counted. */
export function countOf({ findings }: ArchiveRecord, code: Finding['code']): number {
  return findings.filter((found) => found.code === code).reduce((sum, found) => sum + weightOf(found), 0);
}

/** The names of the limits that were hit, each once, sorted. */
export function limitsHit({ findings }: ArchiveRecord): string[] {
  const hit = findings.filter(({ code, count }) => code === 'limit-exceeded' && count === undefined);
  const messages = hit.map(({ message }) => message);
  return Object.keys(limits)
    .filter((name) => messages.some((message) => message.includes(`${name}: `)))
    .sort();
}
