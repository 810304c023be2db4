/**
 * Whether a folder is itself an archive: an OCI image layout, an unpacked save archive, or skopeo's `dir:` format, which
 * is refused. Judged by the documents inside; a `manifest.json` of something else makes no archive. Hostile input: what
 * cannot be looked at (a link to itself, a folder without permission) is not there.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalSource } from '../sources/byte-source.js';
import { openFile } from '../sources/file-source.js';
import { pathOfBytes, systemPath } from '../sources/path-bytes.js';

export type FolderKind =
  | { readonly kind: 'layout' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'other' };

const startBytes = 4096;

/** Looks at the documents at the top of a folder. Never throws. */
export function isLayoutFolder(path: string): FolderKind {
  const has = (name: string): boolean => existsSync(systemPath(join(path, name)));
  if (isFile(join(path, 'oci-layout'))) return { kind: 'layout' };
  if (has('index.json') && has('blobs')) return { kind: 'layout' };
  if (isFile(join(path, 'manifest.json'))) {
    const start = startOf(join(path, 'manifest.json'));
    if (/^\s*(?:\[|null\b)/.test(start) && (has('blobs') || /"config"\s*:/i.test(start))) return { kind: 'layout' };
    const version = /^\s*\{/.test(start) && isFile(join(path, 'version')) ? startOf(join(path, 'version')) : '';
    if (version.startsWith('Directory Transport Version')) {
      const reason =
        "skopeo's dir: format, which no other tool reads; copy it with: skopeo copy dir:PATH oci-archive:FILE";
      return { kind: 'refused', reason };
    }
  }
  const isV1 = isFile(join(path, 'repositories')) && namesIn(path).some((name) => isFile(join(path, name, 'json')));
  return { kind: isV1 ? 'layout' : 'other' };
}

function isFile(path: string): boolean {
  try {
    return statSync(systemPath(path)).isFile();
  } catch {
    return false;
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(systemPath(path), 'buffer').map(pathOfBytes);
  } catch {
    return [];
  }
}

/** The start of a file as text; empty where it cannot be read. */
function startOf(path: string): string {
  let file: LocalSource | null = null;
  try {
    file = openFile(path);
    const buffer = Buffer.alloc(startBytes);
    return buffer.toString('utf8', 0, file.read(buffer, 0));
  } catch {
    return '';
  } finally {
    file?.close();
  }
}
