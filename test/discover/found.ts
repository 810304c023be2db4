/** A folder for each test, files written below it, and what was found there, with paths as seen from it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Discovery } from '../../src/discover/discovery.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

/** To be called once in a test file; `renew` before each test. */
export function discoveryFolder() {
  const { newFolder } = temporaryFolder();
  let folder = '';
  return {
    renew: (): void => {
      folder = newFolder();
    },
    /** The folder of the test. */
    get folder(): string {
      return folder;
    },
    /** Writes files below the folder of the test. */
    write(files: Readonly<Record<string, Buffer | string>>): void {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
    },
    at: (...names: readonly string[]): string[] => names.map((name) => (name === '' ? folder : join(folder, name))),
    /** What was found, with paths below the folder of the test. */
    short({ sources, unreadable, skipped, passedOver }: Discovery) {
      const cut = (path: string): string => (path === folder ? '' : path.replace(`${folder}/`, ''));
      return {
        sources: sources.map(({ kind, path }) => `${kind} ${cut(path)}`),
        unreadable: unreadable.map(({ path, insertBefore }) => `${cut(path)} before ${insertBefore}`),
        skipped: skipped.map(({ path, reason }) => `${cut(path)}: ${reason.replace(`${folder}/`, '')}`),
        passedOver,
      };
    },
  };
}

export const nothing = { sources: [], unreadable: [], skipped: [], passedOver: 0 };
