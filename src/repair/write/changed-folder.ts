/**
 * Files of a folder that are replaced one by one, each as a whole: written beside their places, made durable, and renamed when
 * all are. Killed in between, every file is the old one or the new one. What lies outside of the folder is never written,
 * wherever its links lead.
 */
import { closeSync, constants, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { guarded, syncFolder, temporaryBeside, type VisibleOutput, writeAll } from '../../content/new-output.js';
import { VarveError } from '../../model/error.js';

interface ChangedFile {
  readonly fd: number;
  readonly temporary: string;
  readonly target: string;
}

/** Begins to change files of a folder. Throws OutputError, VarveError `input-unreadable` for a name that leads out of it. */
export function changedFolder(path: string): VisibleOutput {
  const files = new Map<string, ChangedFile>();
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
    const temporary = temporaryBeside(target);
    const file = {
      fd: openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666),
      temporary,
      target,
    };
    files.set(name, file);
    return file;
  };
  return {
    temporary: path,
    write: (name, bytes, positionBytes) => guarded(path, () => writeAll(fileNamed(name).fd, bytes, positionBytes)),
    commit: () =>
      guarded(path, () => {
        for (const { fd } of files.values()) {
          fsyncSync(fd);
          closeSync(fd);
        }
        for (const { temporary, target } of files.values()) renameSync(temporary, target);
        for (const folder of new Set([...files.values()].map(({ target }) => dirname(target)))) syncFolder(folder);
        files.clear();
      }),
    abandon: () => {
      for (const { fd, temporary } of files.values()) {
        try {
          closeSync(fd);
        } catch {
          // It was closed when a later one failed.
        }
        rmSync(temporary, { force: true });
      }
      files.clear();
    },
  };
}
