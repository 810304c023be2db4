/**
 * Inventories as INPUT: the archives that an earlier scan has recorded. What they say was true then, so a verdict reads
 * *recorded* and never *ok*, unless the caller vouches for it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Source } from './discover/discover.js';
import { messageOf, VarveError } from './model/error.js';
import { type ArchiveRecord, type Inventory, inventorySchema } from './model/inventory.js';
import { unreadableRecord } from './verify/archive-record.js';

interface RecordedArchives {
  readonly verified: boolean;
  /** The recorded archives; one that is also on disk counts once, and the disk wins. */
  archives(onDisk: ReadonlySet<string>): ArchiveRecord[];
}

/** Reads the inventories among the sources. Throws VarveError `usage` where they are not accepted. */
export function readInventories(
  sources: readonly Source[],
  options: { readonly inventories?: boolean; readonly acceptRecorded?: boolean },
): RecordedArchives {
  const paths = sources.filter((source) => source.kind === 'inventory').map((source) => source.path);
  if (paths.length > 0 && options.inventories === false) {
    throw new VarveError(
      'usage',
      `${paths[0]}: an inventory holds no bytes; this command needs the archives themselves`,
    );
  }
  const read = paths.map((path) => readInventory(path));
  return {
    verified: read.every((inventory) => 'findings' in inventory || inventory.verified),
    archives: (onDisk) => {
      const known = new Set([...onDisk].map((path) => resolve(path)));
      return read
        .flatMap((inventory) => ('findings' in inventory ? [inventory] : inventory.archives))
        .filter((archive) => archive.status === 'unreadable' || !known.has(resolve(archive.path.split('!/')[0] ?? '')))
        .map((archive) =>
          archive.status === 'ok' && !options.acceptRecorded ? { ...archive, status: 'recorded' } : archive,
        );
    },
  };
}

function readInventory(path: string): Inventory | ArchiveRecord {
  try {
    return parseInventory(readFileSync(path, 'utf8'));
  } catch (error) {
    return unreadableRecord(path, 'input-unreadable', messageOf(error));
  }
}

/** Parses the text of an inventory. Throws VarveError `document-invalid` with the place of the first fault. */
export function parseInventory(text: string): Inventory {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new VarveError('document-invalid', `not an inventory: ${messageOf(cause)}`, { cause });
  }
  const result = inventorySchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new VarveError(
    'document-invalid',
    `not an inventory of version 1: at ${issue?.path.join('.') || 'the top'}: ${issue?.message}`,
  );
}
