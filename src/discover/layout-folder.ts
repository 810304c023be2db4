/**
 * Whether a folder is itself an archive: an OCI image layout, an unpacked save archive, or skopeo's `dir:` format, which
 * is refused. Judged by the documents inside; a `manifest.json` of something else makes no archive.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openByteFile } from '../archive/byte-file.js';

export type FolderKind =
  | { readonly kind: 'layout' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'other' };

/** Looks at the documents at the top of a folder. */
export function isLayoutFolder(path: string): FolderKind {
  const has = (name: string): boolean => existsSync(join(path, name));
  if (isFile(join(path, 'oci-layout'))) return { kind: 'layout' };
  if (has('index.json') && has('blobs')) return { kind: 'layout' };
  if (isFile(join(path, 'manifest.json'))) {
    const start = startOf(join(path, 'manifest.json'));
    if (/^\s*(?:\[|null\b)/.test(start) && (has('blobs') || /"config"\s*:/i.test(start))) return { kind: 'layout' };
    if (
      /^\s*\{/.test(start) &&
      isFile(join(path, 'version')) &&
      startOf(join(path, 'version')).startsWith('Directory Transport Version')
    ) {
      const reason =
        "skopeo's dir: format, which no other tool reads; copy it with: skopeo copy dir:PATH oci-archive:FILE";
      return { kind: 'refused', reason };
    }
  }
  if (isFile(join(path, 'repositories')) && readdirSync(path).some((name) => isFile(join(path, name, 'json'))))
    return { kind: 'layout' };
  return { kind: 'other' };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The first 4 KiB as text; empty where they cannot be read. */
function startOf(path: string): string {
  try {
    const file = openByteFile(path);
    const buffer = Buffer.alloc(4096);
    const length = file.readAt(buffer, 0);
    file.close();
    return buffer.toString('utf8', 0, length);
  } catch {
    return '';
  }
}
