/** Where each repaired archive goes. */
import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { VarveError } from '../../model/error.js';
import type { ArchiveRecord } from '../../model/results/inventory.js';

/** The place of one repaired archive. */
export interface RepairTarget {
  readonly path: string;
  readonly inPlace: boolean;
  /** That has to be made first, or null. */
  readonly folder: string | null;
}

/**
 * A target for each damaged archive; null where nothing is to be written. Throws VarveError `usage` where an output is an
 * input, or two archives would go to one place.
 */
export function repairTargets(
  archives: readonly ArchiveRecord[],
  sources: readonly ArchiveRecord[],
  { output, inPlace = false }: { readonly output?: string; readonly inPlace?: boolean },
): (RepairTarget | null)[] {
  if (inPlace) return archives.map(({ path }) => ({ path, inPlace: true, folder: null }));
  if (output === undefined) return archives.map(() => null);
  const isFolder = statSync(output, { throwIfNoEntry: false })?.isDirectory() ?? /[/\\]$/.test(output);
  const [only] = archives;
  const isLayout =
    archives.length === 1 && statSync(only?.path ?? '', { throwIfNoEntry: false })?.isDirectory() === true;
  if (archives.length > 1 && !isFolder) {
    throw new VarveError(
      'usage',
      `${output} is one file, and there are ${archives.length} archives; give a folder, as in -o DIR/`,
    );
  }
  const folder = isFolder && !isLayout ? output : null;
  const targets = archives.map(({ path }) => {
    const place = folder === null ? output.replace(/(?<=.)[/\\]+$/, '') : join(folder, basename(path));
    return { path: place, inPlace: false, folder };
  });
  const inputs = new Set([...archives, ...sources].map(({ path }) => resolve(path)));
  const taken = new Set<string>();
  for (const { path } of targets) {
    const place = resolve(path);
    if (inputs.has(place))
      throw new VarveError('usage', `${path} is an input and would be overwritten; varve repair --in-place does that`);
    if (taken.has(place)) throw new VarveError('usage', `two archives would go to ${path}; repair them one by one`);
    taken.add(place);
  }
  return targets;
}
