/**
 * Bodies that damaged archives lack, fetched from registries by digest into a layout of their own, from which they are taken
 * as from any other. Only what is lacking is fetched, and only what some image of the registry is known to have. Hostile
 * input: a registry may send anything, as many bytes as it has claimed; what has not its digest is not kept.
 */
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RemoteInputs } from '../archive/remote-archive.js';
import { algorithmOf, isAlgorithm } from '../model/digest.js';
import { messageOf, VarveError } from '../model/error.js';
import type { ArchiveRecord, Inventory } from '../model/results/inventory.js';
import { Hashers } from '../observe/hasher.js';
import type { PlacedBody } from '../scan/archive-places.js';
import type { PlacedScan } from '../scan/scan.js';
import type { RegistryBlob } from '../sources/location.js';

const chunkBytes = 1024 * 1024;

/** What of damaged archives is not there as it should be: digests of stored bytes, and diffIDs of layers. */
export function lackingDigests({ archives }: Inventory): ReadonlySet<string> {
  return new Set(archives.filter(({ status }) => status !== 'ok').flatMap(lackingIn));
}

function lackingIn({ entries, images, findings }: ArchiveRecord): string[] {
  const bodies = entries
    .filter(({ intact }) => intact !== true)
    .flatMap(({ claimedDigest, claimedDiffId }) => [claimedDigest, claimedDiffId]);
  const parts = images.flatMap(({ id, configEntry, layers }) => [
    configEntry === null ? id : null,
    ...layers.filter(({ entry }) => entry === null).flatMap(({ digest, diffId }) => [digest, diffId]),
  ]);
  const named = findings.map(({ subject }) => subject);
  return [...bodies, ...parts, ...named].flatMap((text) => (text?.includes(':') ? [text] : []));
}

/** How bodies are fetched. */
export interface FetchSettings {
  readonly remote: RemoteInputs;
  /** Is made, and holds a layout when it is done. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: { doneBytes: number; totalBytes: number; path: string }) => void) | null;
}

/**
 * Fetches what is lacking, as far as the registries of a scan have it, and writes it as a layout beside their documents.
 * Returns what did not come, by its name; null where nothing of it is there and nothing was written. Throws VarveError
 * `interrupted`, and what the disk throws.
 */
export async function fetchBodies(
  { inventory, places }: PlacedScan,
  lacking: ReadonlySet<string>,
  settings: FetchSettings,
): Promise<readonly { readonly path: string; readonly reason: string }[] | null> {
  const bodies = inventory.archives.flatMap((record, i) => neededBodies(record, places[i]?.bodies ?? [], lacking));
  if (bodies.length === 0) return null;
  const failed: { path: string; reason: string }[] = [];
  const totalBytes = bodies.reduce((sum, { entry }) => sum + entry.sizeBytes, 0);
  let doneBytes = 0;
  for (const { entry, document, location } of bodies) {
    const path = join(settings.folder, entry.name);
    mkdirSync(dirname(path), { recursive: true });
    if (document !== null) writeFileSync(path, document);
    else if (location.kind === 'blob' && !existsSync(path)) {
      const reason = await fetchBody(location, entry.sizeBytes, path, settings);
      if (reason !== null)
        failed.push({ path: `docker://${location.registry}/${location.repository}@${location.digest}`, reason });
    }
    doneBytes += entry.sizeBytes;
    settings.onProgress?.({ doneBytes, totalBytes, path: entry.name });
  }
  return failed;
}

/** All documents, and the bodies among the others that are lacking. */
function neededBodies(
  record: ArchiveRecord,
  bodies: readonly PlacedBody[],
  lacking: ReadonlySet<string>,
): PlacedBody[] {
  const wanted = new Set<number>();
  for (const [at, { claimedDigest }] of record.entries.entries()) {
    if (claimedDigest !== null && lacking.has(claimedDigest)) wanted.add(at);
  }
  for (const { entry, diffId } of record.images.flatMap(({ layers }) => layers)) {
    if (entry !== null && diffId !== null && lacking.has(diffId)) wanted.add(entry);
  }
  return wanted.size === 0 ? [] : bodies.filter(({ document }, at) => document !== null || wanted.has(at));
}

/** Returns why it did not come, or null. */
async function fetchBody(
  blob: RegistryBlob,
  sizeBytes: number,
  path: string,
  { remote, signal }: FetchSettings,
): Promise<string | null> {
  const algorithm = algorithmOf(blob.digest);
  if (!isAlgorithm(algorithm)) return `nobody here can check a digest by ${algorithm}`;
  const hashers = new Hashers('node', [algorithm]);
  const source = remote.open(blob, sizeBytes);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const file = openSync(path, 'wx');
  let isRight = false;
  try {
    for (let at = 0; at < sizeBytes; ) {
      signal?.throwIfAborted();
      const read = await source.read(buffer, at);
      if (read === 0) return `it ended after ${at} of ${sizeBytes} bytes`;
      hashers.update(buffer.subarray(0, read));
      for (let done = 0; done < read; ) done += writeSync(file, buffer, done, read - done);
      at += read;
    }
    const found = hashers.digests()[algorithm];
    isRight = found === blob.digest;
    return isRight ? null : `its bytes have another digest, ${found}`;
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'input-unreadable') throw error;
    return messageOf(error);
  } finally {
    closeSync(file);
    source.close();
    // Another registry may have it.
    if (!isRight) rmSync(path, { force: true });
  }
}
