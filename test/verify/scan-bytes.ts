/** Runs of the whole scan, in this thread, over archives that a test has in memory. They are written and removed here. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../src/model/finding.js';
import type { ArchiveRecord, EntryRecord, Inventory } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import type { ScanOptions } from '../../src/scan/settings.js';
import { type Entry, type TarOptions, tar, writeLayoutFolder } from '../helpers/archive-builder.js';
import { inTemporaryFolder } from '../helpers/temporary-folder.js';

/** Scans files of these bytes, named `0.tar`, `1.tar` and so on. */
export function scanFiles(files: readonly Buffer[], options: ScanOptions = {}): Promise<Inventory> {
  return inTemporaryFolder(async ({ folder }) => {
    const paths = files.map((_, i) => join(folder, `${i}.tar`));
    await Promise.all(files.map((bytes, i) => writeFile(paths[i] as string, bytes)));
    return scan(paths, { workers: 0, ...options });
  });
}

/** The archives that a file of these bytes is read as: one, or several in sub-folders. */
export async function recordsOf(bytes: Buffer, options: ScanOptions = {}): Promise<ArchiveRecord[]> {
  return (await scanFiles([bytes], options)).archives;
}

/** The first archive that a file of these bytes is read as. */
export async function recordOf(bytes: Buffer, options: ScanOptions = {}): Promise<ArchiveRecord> {
  return only(await recordsOf(bytes, options));
}

/** What a tar of these entries is read as. */
export async function recordOfEntries(entries: readonly Entry[], options: TarOptions = {}): Promise<ArchiveRecord> {
  return recordOf(await tar(entries, options));
}

/** What a folder of these entries is read as. */
export function recordOfFolder(entries: readonly Entry[]): Promise<ArchiveRecord> {
  return inTemporaryFolder(async ({ folder }) => {
    await writeLayoutFolder(entries, join(folder, 'layout'));
    return only((await scan([join(folder, 'layout')], { workers: 0 })).archives);
  });
}

function only(archives: readonly ArchiveRecord[]): ArchiveRecord {
  const [first] = archives;
  if (first === undefined) throw new RangeError('no archive');
  return first;
}

/** The codes of an archive's findings, sorted; of one severity where that is given. */
export function codesOf({ findings }: ArchiveRecord, severity?: Finding['severity']): string[] {
  const chosen = severity === undefined ? findings : findings.filter((found) => found.severity === severity);
  return chosen.map(({ code }) => code).sort();
}

/** The entry of that name; throws where there is none. */
export function entryOf(record: ArchiveRecord, name: string): EntryRecord {
  const found = record.entries.find((entry) => entry.name === name);
  if (found === undefined) throw new RangeError(`no entry ${name}`);
  return found;
}

/** Where the header of an entry stands in a tar: the first block, or the last, that starts with its name. */
export function offsetOf(bytes: Buffer, name: string, which: 'first' | 'last' = 'first'): number {
  const offsets: number[] = [];
  const start = Buffer.from(`${name}\0`).subarray(0, 100);
  for (let at = 0; at + 512 <= bytes.length; at += 512) {
    const isHeader = bytes.toString('latin1', at + 257, at + 262) === 'ustar';
    if (isHeader && bytes.subarray(at, at + start.length).equals(start)) offsets.push(at);
  }
  const offset = which === 'first' ? offsets[0] : offsets.at(-1);
  if (offset === undefined) throw new RangeError(`no header of ${name}`);
  return offset;
}
