/**
 * Looks at the files that a plan deletes, right before a script for it is written: their sizes and SHA-256, computed now, in
 * one buffer. What is not there, is no longer what was read, or was written to since, is said to be unfit. Only these
 * files are read; of those that stay for them, the sizes are looked at. Hostile input: the names, and a folder that
 * changes meanwhile.
 */
import { createHash } from 'node:crypto';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../model/error.js';
import type { FileFacts, SeenFile, SeenFiles } from '../model/results/file-facts.js';
import type { Plan, PlannedDeletion } from '../model/results/plan.js';
import { placeOf } from '../sources/file-identity.js';

const chunkBytes = 1 << 20;

export interface SeeOptions {
  /** When reading of the archives began, in milliseconds: what was written to later is another file. Null where that is not known. */
  readonly sinceMs: number | null;
  readonly signal?: AbortSignal;
}

/** Looks at all files of the plan's deletions. Throws what the signal says; a file that cannot be read is unfit. */
export async function seeFiles({ deletions }: Pick<Plan, 'deletions'>, options: SeeOptions): Promise<SeenFiles> {
  const going = new Map<string, FileFacts>();
  const staying = new Map<string, number | null>();
  for (const deletion of deletions) {
    options.signal?.throwIfAborted();
    going.set(deletion.path, await seeDeletion(deletion, options));
    for (const path of deletion.coveredBy) {
      if (!staying.has(path)) staying.set(path, await stayingSize(path));
    }
  }
  return { going, staying };
}

async function seeDeletion(deletion: PlannedDeletion, options: SeeOptions): Promise<FileFacts> {
  try {
    return deletion.folder ? await seeFolder(deletion, options) : await seeOneFile(deletion, options);
  } catch (cause) {
    options.signal?.throwIfAborted();
    return { kind: 'unfit', reason: messageOf(cause) };
  }
}

async function seeOneFile({ path, sizeBytes }: PlannedDeletion, options: SeeOptions): Promise<FileFacts> {
  const stats = await lstat(path, { bigint: true });
  if (stats.isSymbolicLink()) return { kind: 'unfit', reason: 'a link: to remove it frees nothing' };
  if (!stats.isFile()) return { kind: 'unfit', reason: 'no file' };
  if (stats.size !== BigInt(sizeBytes)) return { kind: 'unfit', reason: 'not of the size that was read' };
  if (isNewer(stats, options)) return { kind: 'unfit', reason: 'written to since it was read' };
  const file = await hashFile(path, options);
  if (file.sizeBytes !== sizeBytes) return { kind: 'unfit', reason: 'written to while it was read' };
  return { kind: 'file', file, links: Number(stats.nlink) };
}

async function seeFolder({ path, sizeBytes }: PlannedDeletion, options: SeeOptions): Promise<FileFacts> {
  if ((await lstat(path)).isSymbolicLink()) return { kind: 'unfit', reason: 'a link: to remove it frees nothing' };
  const files: SeenFile[] = [];
  const places = new Set<string>();
  let entries = 0;
  let bytes = 0;
  for (const entry of await entriesBelow(path)) {
    options.signal?.throwIfAborted();
    entries += 1;
    if (entry.isSymbolicLink()) continue;
    const file = join(entry.parentPath, entry.name);
    const stats = await lstat(file, { bigint: true });
    if (!stats.isFile()) return { kind: 'unfit', reason: `${file} is neither a file nor a folder` };
    if (isNewer(stats, options)) return { kind: 'unfit', reason: `${file} was written to since it was read` };
    files.push(await hashFile(file, options));
    const place = placeOf(stats);
    if (!places.has(place)) bytes += Number(stats.size);
    places.add(place);
  }
  if (bytes !== sizeBytes) return { kind: 'unfit', reason: 'not of the size that was read' };
  return { kind: 'folder', files, entries };
}

/** Whatever lies below and is no folder, in the order of names. */
async function entriesBelow(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const placed = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, at: join(entry.parentPath, entry.name) }));
  placed.sort((a, b) => (a.at < b.at ? -1 : 1));
  return placed.map(({ entry }) => entry);
}

function isNewer({ mtimeNs }: BigIntStats, { sinceMs }: SeeOptions): boolean {
  // Whole milliseconds: what was written in the one that it began in may have been there before.
  return sinceMs !== null && mtimeNs >= BigInt(Math.floor(sinceMs) + 1) * 1_000_000n;
}

async function hashFile(path: string, { signal }: SeeOptions): Promise<SeenFile> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const file = await open(path, 'r');
  try {
    let sizeBytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return { path, sizeBytes, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Null for a folder, and for what is not there: the script finds out. */
async function stayingSize(path: string): Promise<number | null> {
  const stats = await stat(path).catch(() => null);
  return stats?.isFile() ? stats.size : null;
}
