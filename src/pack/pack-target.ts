/** Where a pack goes: a tar, in one file or in several, or a folder that is an OCI image layout. */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type NewOutput, newFile, newFolder } from '../content/new-output.js';
import { newParts, takenPartName, type WrittenPart } from '../content/new-parts.js';
import { VarveError } from '../model/error.js';
import type { ScanLimits } from '../model/limits.js';
import type { Pack } from '../model/results/pack.js';
import { resolveSettings } from '../scan/settings.js';
import { partLists, partNames } from '../sources/part-names.js';

export type PackTarget =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'tar'; readonly path: string; readonly split: SplitSettings | null };

/** How an archive is cut. */
export interface SplitSettings {
  /** Of each part but the last. */
  readonly partBytes: number;
  /** So many are read back as one archive. */
  readonly maxParts: number;
}

/** What a path is to become. Throws VarveError `usage` for a folder with something in it, and for parts that are there. */
export function packTarget(output: string, split: SplitSettings | null): PackTarget {
  if (split !== null && !(Number.isSafeInteger(split.partBytes) && split.partBytes > 0)) {
    throw new VarveError('usage', `a part takes a whole number of bytes from 1, not ${split.partBytes}`);
  }
  const existing = statSync(output, { throwIfNoEntry: false });
  const isFolder = existing?.isDirectory() ?? /[/\\]$/.test(output);
  if (isFolder && split !== null) {
    throw new VarveError('usage', `${output} is a folder, and only an archive is cut into parts: name a file`);
  }
  if (!isFolder) {
    const taken = split === null ? null : takenPartName(output);
    if (taken === null) return { kind: 'tar', path: output, split };
    const found = join(dirname(output), taken);
    throw new VarveError(
      'usage',
      `${found} is there already; parts take the place of none: delete them, or choose a name`,
    );
  }
  if (existing !== undefined && readdirSync(output).length > 0) {
    throw new VarveError('usage', `${output} is a folder with files in it; a pack takes a new or an empty one`);
  }
  return { kind: 'folder', path: output.replace(/[/\\]+$/, '') };
}

/** Begins what a target names. Throws OutputError. */
export function openTarget(target: PackTarget): NewOutput & { readonly parts?: readonly WrittenPart[] } {
  if (target.kind === 'folder') return newFolder(target.path);
  return target.split === null ? newFile(target.path) : newParts(target.path, target.split.partBytes);
}

/** How an archive is cut into parts of so many bytes. Throws VarveError `usage` for a limit that is none. */
export function splitSettings(partBytes: number, changed: ScanLimits = {}): SplitSettings {
  return { partBytes, maxParts: resolveSettings({ limits: changed }, []).limits.archiveParts };
}

/** The parts that an archive of that size will have. Throws VarveError `usage` where they are more than are read back. */
export function plannedParts(target: PackTarget, sizeBytes: number): Pick<Pack, 'parts' | 'lists'> {
  if (target.kind === 'folder' || target.split === null) return { parts: [], lists: [] };
  const { partBytes, maxParts } = target.split;
  const count = Math.ceil(sizeBytes / partBytes);
  if (count > maxParts) {
    const most = `${maxParts} are the most that are read as one archive (the limit archiveParts)`;
    throw new VarveError('usage', `${sizeBytes} bytes in parts of ${partBytes} are ${count} parts, and ${most}`);
  }
  const name = basename(target.path);
  const own = (at: number): number => Math.min(partBytes, sizeBytes - at * partBytes);
  const parts = partNames(name, count).map((part, at) => ({ name: part, sizeBytes: own(at), digest: null }));
  return { parts, lists: partLists(name) };
}
