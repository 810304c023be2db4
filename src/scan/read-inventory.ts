/**
 * Inventories as INPUT: the archives that an earlier scan has recorded. What they say was true then, so a verdict reads
 * *recorded* and never *ok*, unless the caller vouches for it. Hostile input: any text; what the schema cannot say, that
 * places point to something, is looked at here.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Source } from '../discover/source.js';
import { messageOf, VarveError } from '../model/error.js';
import { parseExactJson } from '../model/json/exact-json.js';
import { firstFault, parseJsonText } from '../model/results/document-text.js';
import { type ArchiveRecord, type Inventory, inventorySchema } from '../model/results/inventory.js';
import { systemPath } from '../sources/path-bytes.js';
import { unreadableRecord } from '../verify/archive-record.js';
import { nothingCompared } from '../verify/verify-archive.js';

/** What the inventories among the inputs hold. */
export interface RecordedArchives {
  /** Whether all of them are of scans that read every byte. */
  readonly verified: boolean;
  /** By the path of the inventory. */
  readonly archives: ReadonlyMap<string, readonly ArchiveRecord[]>;
  /** Archives that count elsewhere. */
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads the inventories among the sources. An archive that is also on disk counts once, and the disk wins; so does one
 * that two inventories record alike. Throws VarveError `usage` where inventories are not accepted.
 */
export function readInventories(
  sources: readonly Source[],
  onDisk: readonly string[],
  settings: { readonly inventories: boolean; readonly acceptRecorded: boolean },
): RecordedArchives {
  const paths = sources.filter((source) => source.kind === 'inventory').map((source) => source.path);
  if (paths.length > 0 && !settings.inventories) {
    throw new VarveError('usage', `${paths[0]}: an inventory holds no bytes; the archives themselves are needed here`);
  }
  const known = new Set(onDisk.map((path) => resolve(path)));
  const recorded = new Map<string, string>();
  const skipped: { path: string; reason: string }[] = [];
  let verified = true;
  const archives = new Map<string, ArchiveRecord[]>();
  for (const inventoryPath of paths) {
    const inventory = readInventory(inventoryPath);
    if (!('archives' in inventory)) {
      archives.set(inventoryPath, [inventory]);
      continue;
    }
    verified &&= inventory.verified;
    for (const { path, reason } of inventory.skipped) {
      skipped.push({ path, reason: `${reason} (as ${inventoryPath} says)` });
    }
    const kept = inventory.archives.filter((archive) => {
      const text = JSON.stringify(archive);
      const first = recorded.get(text);
      const reason = isOnDisk(archive.path, known) ? 'read from the disk' : first && `recorded alike in ${first}`;
      if (reason !== undefined) skipped.push({ path: archive.path, reason: `also in ${inventoryPath}: ${reason}` });
      recorded.set(text, first ?? inventoryPath);
      return reason === undefined;
    });
    archives.set(
      inventoryPath,
      kept.map((archive) => recordedArchive(archive, settings.acceptRecorded)),
    );
  }
  return { verified, archives, skipped };
}

/** As it is told: nothing in it was looked at now, and what was good then is no more than recorded. */
function recordedArchive(archive: ArchiveRecord, acceptRecorded: boolean): ArchiveRecord {
  if (acceptRecorded) return archive;
  const { status } = archive;
  return { ...archive, recorded: true, status: status === 'ok' || status === 'cached' ? 'recorded' : status };
}

/** Whether a recorded path, or the archive that a recorded sub-folder `FILE!/folder` lies in, is among these. */
function isOnDisk(path: string, known: ReadonlySet<string>): boolean {
  if (known.has(resolve(path))) return true;
  for (let at = path.indexOf('!/'); at !== -1; at = path.indexOf('!/', at + 1)) {
    if (known.has(resolve(path.slice(0, at)))) return true;
  }
  return false;
}

function readInventory(path: string): Inventory | ArchiveRecord {
  try {
    return parseInventory(readFileSync(systemPath(path), 'utf8'));
  } catch (error) {
    return unreadableRecord(path, 'input-unreadable', messageOf(error));
  }
}

/** Parses the text of an inventory. Throws VarveError `document-invalid` with the place of the first fault. */
export function parseInventory(text: string): Inventory {
  const json = parseJsonText(text, (reason) => `not an inventory: ${reason}`, parseExactJson);
  const result = inventorySchema.safeParse(json);
  const fault = result.success ? (danglingPlace(result.data) ?? unknownSize(result.data)) : firstFault(result.error);
  if (result.success && fault === null) return { ...result.data, archives: result.data.archives.map(asToday) };
  throw new VarveError('document-invalid', `not an inventory of version 1: ${fault}`);
}

/**
 * Inventories of before have zeros and `none` for what is not known of an unreadable archive, and call one `ok` of which
 * nothing was compared with a digest.
 */
function asToday(archive: ArchiveRecord): ArchiveRecord {
  const { status, format, coverage, findings, sizeBytes, tarBytes, compression } = archive;
  const compared = coverage === null ? format !== 'docker-v1' : coverage.digestBytes + coverage.contentBytes > 0;
  if ((status === 'ok' || status === 'cached') && !compared) {
    return { ...archive, status: 'unchecked', findings: [...findings, nothingCompared] };
  }
  if (status !== 'unreadable' || tarBytes === null) return archive;
  const known = sizeBytes !== null && sizeBytes > 0;
  const facts = known ? { sizeBytes, compression } : { sizeBytes: null, compression: null };
  return { ...archive, ...facts, tarBytes: null, overhead: null };
}

/** The first archive that was read and does not say what it weighs, or null: only what is unreadable may not know. */
function unknownSize({ archives }: Inventory): string | null {
  const fields = ['compression', 'sizeBytes', 'tarBytes', 'overhead'] as const;
  for (const [i, archive] of archives.entries()) {
    const field = archive.status === 'unreadable' ? undefined : fields.find((name) => archive[name] === null);
    if (field !== undefined) return `at archives.${i}.${field}: null, though the archive was read`;
  }
  return null;
}

/** Images point to entries by place; the first that points to none, or null. */
function danglingPlace({ archives }: Inventory): string | null {
  for (const [i, { entries, images, artifacts }] of archives.entries()) {
    const places = [
      ...images.flatMap(({ configEntry, layers, reaches }) => [
        configEntry,
        ...layers.map(({ entry }) => entry),
        ...reaches,
      ]),
      ...artifacts.flatMap(({ reaches }) => reaches),
    ];
    const lost = places.find((place) => place !== null && place >= entries.length);
    if (lost !== undefined) return `at archives.${i}: there is no entry ${lost}`;
  }
  return null;
}
