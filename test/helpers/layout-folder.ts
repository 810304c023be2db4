/**
 * Writes the entries of an archive as a folder on disk: the same list gives an OCI archive and an OCI image layout, or a
 * `docker save` tar and its unpacked form. Names are those of trusted test data: they are joined to the folder unchecked.
 */
import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Entry } from './archive-entry.js';

/** Writes every entry below `folder`, which is made where it is missing; of a repeated file the last body stays. */
export async function writeLayoutFolder(entries: readonly Entry[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of entries) {
    const path = join(folder, entry.name);
    await mkdir(entry.type === 'directory' ? path : dirname(path), { recursive: true });
    if (entry.type === 'symlink') await symlink(entry.linkname ?? '', path);
    else if (entry.type === 'link') await link(join(folder, entry.linkname ?? ''), path);
    else if (entry.type !== 'directory') await writeFile(path, entry.content);
  }
}
