/** The one way to files on disk for tests: a folder that is there until the tests of its file have run, or for one call. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

export interface TemporaryFolder {
  /** Where it is, without links in it. */
  readonly folder: string;
  /** The path of something in it; without a name, of itself. */
  at(name?: string): string;
  /** A new empty folder in it. */
  newFolder(): string;
  /** Writes a file, and the folders that its name asks for; returns its path. */
  writeFile(name: string, content: Buffer | string): string;
  /** Writes files by their names. */
  write(files: Readonly<Record<string, Buffer | string>>): void;
}

const removalMs = 600_000;

/** A folder for the tests of a file, or of the `describe` that calls this. */
export function temporaryFolder(): TemporaryFolder {
  const folder = newFolder();
  // Some tests leave thousands of folders in it.
  afterAll(() => removeFolder(folder), removalMs);
  return handleOf(folder);
}

/** Calls `work` with a folder that is removed afterwards. */
export async function inTemporaryFolder<T>(work: (folder: TemporaryFolder) => T | Promise<T>): Promise<T> {
  const folder = newFolder();
  try {
    return await work(handleOf(folder));
  } finally {
    removeFolder(folder);
  }
}

function newFolder(parent = realpathSync(tmpdir())): string {
  return mkdtempSync(join(parent, 'varve-test-'));
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function handleOf(folder: string): TemporaryFolder {
  const at = (name = ''): string => join(folder, name);
  const writeFile = (name: string, content: Buffer | string): string => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
    return at(name);
  };
  return {
    folder,
    at,
    newFolder: () => newFolder(folder),
    writeFile,
    write: (files) => {
      for (const [name, content] of Object.entries(files)) writeFile(name, content);
    },
  };
}
