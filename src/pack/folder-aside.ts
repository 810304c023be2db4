/** A folder for what is kept while a run lasts and is not written beside anything: where the system has its temporary files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, OutputError } from '../model/error.js';

/** Has work done with a folder of its own, which goes then. Throws OutputError, and what the work throws. */
export async function withFolderAside<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await folderAside();
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function folderAside(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'varve-'));
  } catch (cause) {
    throw new OutputError(`no archive can be kept in ${tmpdir()}: ${messageOf(cause)}`, { cause });
  }
}
