/** Where a pack goes: a tar, in one file or in several, or a folder that is an OCI image layout. */
import { accessSync, constants, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type EncodedForm, encoderLack } from '../codec/encode/encoder.js';
import { encodedOutput, nowhere } from '../content/encoded-output.js';
import { type NewOutput, newFile, newFolder } from '../content/new-output.js';
import { newParts, type SplitSettings, takenPartName, type WrittenPart } from '../content/new-parts.js';
import { messageOf, VarveError } from '../model/error.js';
import type { ScanLimits } from '../model/limits.js';
import type { Pack } from '../model/results/pack.js';
import { resolveSettings } from '../scan/settings.js';
import { partLists, partNames } from '../sources/part-names.js';

export type PackTarget =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'tar';
      readonly path: string;
      readonly split: SplitSettings | null;
      /** How the archive is compressed as a whole. */
      readonly outer: EncodedForm | null;
    };

/** What an archive is beside its name. */
export type ArchiveForm = Pick<Extract<PackTarget, { readonly kind: 'tar' }>, 'split' | 'outer'>;

/**
 * What a path is to become. Throws VarveError `usage` for a folder with something in it, for parts that are there, for a
 * device or a pipe, where nobody can write, and for a compression that this Node lacks.
 */
export function packTarget(output: string, { split, outer }: ArchiveForm): PackTarget {
  const lack = outer === null ? null : encoderLack(outer);
  if (lack !== null) {
    throw new VarveError(
      'usage',
      `nothing can be compressed with ${outer} here: ${lack}; gzip can, or a pipe to zstd -c`,
    );
  }
  if (split !== null && !(Number.isSafeInteger(split.partBytes) && split.partBytes > 0)) {
    throw new VarveError('usage', `a part takes a whole number of bytes from 1, not ${split.partBytes}`);
  }
  const existing = existingAt(output);
  const isFolder = existing?.isDirectory() ?? /[/\\]$/.test(output);
  if (isFolder && (split !== null || outer !== null)) {
    const what = split === null ? 'compressed as a whole' : 'cut into parts';
    throw new VarveError('usage', `${output} is a folder, and only an archive is ${what}: name a file`);
  }
  if (!isFolder) {
    const taken = split === null ? null : takenPartName(output);
    if (taken === null) return { kind: 'tar', path: output, split, outer };
    const found = join(dirname(output), taken);
    throw new VarveError(
      'usage',
      `${found} is there already; parts take the place of none: delete them, or choose a name`,
    );
  }
  if (existing !== undefined && readdirSync(output).length > 0) {
    throw new VarveError('usage', `${output} is a folder with files in it; a pack takes a new or an empty one`);
  }
  return { kind: 'folder', path: withoutSlash(output) };
}

function withoutSlash(path: string): string {
  return path.replace(/[/\\]+$/, '');
}

/** What is there already; what is neither a file nor a folder would be lost to it. Throws VarveError `usage`. */
function existingAt(output: string): Stats | undefined {
  let existing: Stats | undefined;
  try {
    existing = statSync(output, { throwIfNoEntry: false });
    accessSync(dirname(existing === undefined ? withoutSlash(output) : realpathSync(output)), constants.W_OK);
  } catch (cause) {
    throw new VarveError('usage', `${output} cannot be written: ${messageOf(cause)}`, { cause });
  }
  if (existing === undefined || existing.isFile() || existing.isDirectory()) return existing;
  throw new VarveError(
    'usage',
    `${output} is neither a file nor a folder, and an archive would take its place; without -o it goes to standard output`,
  );
}

/** What a target becomes. */
export interface PackOutput extends NewOutput {
  /** Whether what was written is of no use, since a position came again that could not be written over. */
  isTorn(): boolean;
  /** What it was, once `commit` was called; `sizeBytes` is null where it is that of the plan. */
  result(): { readonly sizeBytes: number | null; readonly parts: readonly WrittenPart[] };
}

/** Begins what a target names; `dryRun`: nothing is written, and only the size is found. Throws OutputError. */
export function openTarget(target: PackTarget, dryRun: boolean): PackOutput {
  const parts = target.kind === 'tar' && target.split !== null && !dryRun ? newParts(target.path, target.split) : null;
  const inner = dryRun
    ? nowhere
    : (parts ?? (target.kind === 'folder' ? newFolder(target.path) : newFile(target.path)));
  const encoded = target.kind === 'tar' && target.outer !== null ? encodedOutput(inner, target.outer) : null;
  const { write, commit, abandon } = bound(encoded ?? inner);
  return {
    write,
    commit,
    abandon,
    isTorn: () => encoded?.isTorn ?? false,
    result: () => ({ sizeBytes: encoded?.sizeBytes ?? null, parts: parts?.parts ?? [] }),
  };
}

function bound(output: NewOutput): NewOutput {
  return {
    write: (name, bytes, positionBytes) => output.write(name, bytes, positionBytes),
    commit: () => output.commit(),
    abandon: () => output.abandon(),
  };
}

/** What an archive is to be beside its name. Throws VarveError `usage` for a limit that is none. */
export function archiveForm(
  partBytes: number | null,
  outer: EncodedForm | null,
  changed: ScanLimits = {},
): ArchiveForm {
  const { archiveParts: maxParts } = resolveSettings({ limits: changed }, []).limits;
  return { split: partBytes === null ? null : { partBytes, maxParts }, outer };
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
