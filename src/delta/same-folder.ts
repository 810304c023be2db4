/**
 * A folder that was written before: where it is, to the last byte, what a delta makes, there is nothing to do, so that the same
 * command may be given twice. Hostile input: a folder of any size; it is listed no further than the first file too many.
 */
import { opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyBody } from '../content/copy-body.js';
import type { Digest } from '../model/digest.js';
import type { Engine } from '../observe/hasher.js';
import { type ArchiveForm, type PackTarget, packTarget } from '../pack/pack-target.js';
import { fileAt } from '../sources/location.js';
import type { Steps } from '../sources/steps.js';

/** What a path is to become, which may be a folder that has it already. Throws VarveError `usage` as `packTarget` does. */
export function applyTarget(output: string, form: ArchiveForm): PackTarget {
  const isFolder = statSync(output, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isFolder || form.split !== null) return packTarget(output, form);
  return { kind: 'folder', path: output.replace(/(?<=.)[/\\]+$/, '') };
}

/** Whether there is a folder with something in it. */
export function isFilledFolder(path: string): boolean {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  const folder = opendirSync(path);
  try {
    return folder.readSync() !== null;
  } finally {
    folder.closeSync();
  }
}

/** A file that a folder should have. */
interface ExpectedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
}

const chunkBytes = 1024 * 1024;

/** Whether a folder has these files, byte for byte, and no others. */
export function* hasSameFiles(path: string, files: readonly ExpectedFile[], engine: Engine): Steps<boolean> {
  const names = new Set(files.map(({ name }) => name));
  const folders = new Set(files.flatMap(({ name }) => foldersAround(name)));
  if (!(yield* hasNoOthers(path, { names, folders }))) return false;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const tools = { engine, buffer, write: () => {}, onRead: () => {} };
  for (const { name, sizeBytes, digest } of files) {
    const file = join(path, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size !== sizeBytes) return false;
    const place = { location: fileAt(file), offsetBytes: 0, sizeBytes };
    if ((yield* copyBody([place], digest, tools)) !== null) return false;
  }
  return true;
}

/** `blobs/sha256` and `blobs`, of a blob. */
function foldersAround(name: string): string[] {
  return name.split('/').flatMap((_, i, parts) => (i === 0 ? [] : parts.slice(0, i).join('/')));
}

interface ExpectedNames {
  readonly names: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
}

function* hasNoOthers(path: string, expected: ExpectedNames, below = ''): Steps<boolean> {
  const folder = opendirSync(join(path, below));
  try {
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      yield;
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      const isExpected = entry.isDirectory()
        ? expected.folders.has(name) && (yield* hasNoOthers(path, expected, name))
        : expected.names.has(name);
      if (!isExpected) return false;
    }
    return true;
  } finally {
    folder.closeSync();
  }
}
