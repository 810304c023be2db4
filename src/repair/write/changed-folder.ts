/**
 * Files of a folder that are replaced one by one, each as a whole: written beside their places, made durable, and renamed when
 * all are. Killed in between, every file is the old one or the new one. What lies outside of the folder is never written,
 * wherever its links lead.
 */
import { mkdirSync, realpathSync, renameSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { discard } from '../../content/disk.js';
import { guarded, syncFolder, temporaryBeside, type VisibleOutput, writeAll } from '../../content/new-output.js';
import { OneOpenFile } from '../../content/one-open-file.js';
import { VarveError } from '../../model/error.js';

interface ChangedFile {
  readonly temporary: string;
  readonly target: string;
}

/** Begins to change files of a folder. Throws OutputError, VarveError `input-unreadable` for a name that leads out of it. */
export function changedFolder(path: string): VisibleOutput {
  const files = new Map<string, ChangedFile>();
  const writing = new OneOpenFile();
  const root = realpathSync(path);
  const fileNamed = (name: string): ChangedFile => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const target = join(root, name);
    mkdirSync(dirname(target), { recursive: true });
    const folder = relative(root, realpathSync(dirname(target)));
    if (folder === '..' || folder.startsWith(`..${sep}`)) {
      throw new VarveError('input-unreadable', `${join(path, name)} lies behind a link that leads out of the folder`);
    }
    const file = { temporary: temporaryBeside(target), target };
    files.set(name, file);
    return file;
  };
  return {
    temporary: path,
    write: (name, bytes, positionBytes) =>
      guarded(path, () => writeAll(writing.at(fileNamed(name).temporary), bytes, positionBytes)),
    commit: () =>
      guarded(path, () => {
        writing.finish();
        for (const { temporary, target } of files.values()) renameSync(temporary, target);
        for (const folder of new Set([...files.values()].map(({ target }) => dirname(target)))) syncFolder(folder);
        files.clear();
      }),
    abandon: () => {
      writing.abandon();
      for (const { temporary } of files.values()) discard(temporary);
      files.clear();
    },
  };
}
