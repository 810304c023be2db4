/**
 * The folder of a store, an OCI image layout (image-layout.md) that any tool reads: what is where, and the few ways in which
 * it changes. Each file is written in the store's own file system under a name that nobody else has, made durable, and
 * renamed; its folder is made durable before anything refers to it. Hostile input: a folder that others write to. A link in
 * the place of a folder or document is refused, and what stands under a digest without being it is set aside, not deleted.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { workFolder } from '../archive/folder-table.js';
import { guarded, syncFolder, writeAll } from '../content/new-output.js';
import { algorithmOf, type Digest, encodedOf, isAlgorithm } from '../model/digest.js';
import { messageOf, StoreError, VarveError } from '../model/error.js';
import { emptyIndex, indexText, parseStoreIndex, type StoreIndex } from './store-index.js';

const layoutText = '{"imageLayoutVersion":"1.0.0"}';
const layoutNames: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'blobs']);
const maxIndexBytes = 64 * 1024 * 1024;
/** Freed where the disk is full, so that a shorter index can be written. */
const ballastBytes = 256 * 1024;

/** The paths in a store. */
export class StoreFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get lockPath(): string {
    return join(this.path, workFolder, 'lock');
  }

  get quarantinePath(): string {
    return join(this.path, workFolder, 'quarantine');
  }

  get uploadsPath(): string {
    return join(this.path, workFolder, 'uploads');
  }

  get ballastPath(): string {
    return join(this.path, workFolder, 'ballast');
  }

  /** Blobs that were seen to be right. */
  get knownPath(): string {
    return join(this.path, workFolder, 'known-blobs');
  }

  get indexPath(): string {
    return join(this.path, 'index.json');
  }

  /** Where a blob lies. Throws VarveError `document-invalid` for a digest that nobody here can check. */
  blobPath(digest: Digest): string {
    const algorithm = algorithmOf(digest);
    if (!isAlgorithm(algorithm)) {
      throw new VarveError('document-invalid', `nobody here can check a digest by ${algorithm}`);
    }
    return join(this.path, 'blobs', algorithm, encodedOf(digest));
  }

  /** A name for a file that is not finished. */
  newUpload(): string {
    return join(this.uploadsPath, randomBytes(12).toString('hex'));
  }

  /** What has come of a blob so far; whoever fetches it next goes on from there. */
  partialUpload(digest: Digest): string {
    return join(this.uploadsPath, `${algorithmOf(digest)}-${encodedOf(digest)}.part`);
  }
}

/** Whether there is a store, an empty place for one, or something else. Throws StoreError for what can be none. */
export function storeState({ path }: StoreFolder): 'store' | 'absent' {
  const stat = lstatOf(path);
  if (stat === null) return 'absent';
  const folder = stat.isSymbolicLink() ? statThrough(path) : stat;
  if (folder?.isDirectory() !== true) throw new StoreError(`the store ${path} is no folder`);
  const all = readdirSync(path);
  const names = all.filter((name) => name !== workFolder);
  if (names.length === 0) return 'absent';
  // Another process may just be making it.
  const isBegun = all.includes(workFolder) && names.every((name) => layoutNames.has(name));
  if (!(isBegun || names.includes('oci-layout') || (names.includes('index.json') && names.includes('blobs')))) {
    throw new StoreError(`${path} is a folder with other files in it, and no store`);
  }
  const save = names.find((name) => name === 'manifest.json' || name === 'repositories');
  if (save !== undefined) {
    const why = `its ${save} would go on saying what was there before; varve load --store DIR ${path} makes a store of it`;
    throw new StoreError(`${path} is a save archive as well, and is not changed: ${why}`);
  }
  for (const name of ['blobs', 'index.json', 'oci-layout']) refuseLink(join(path, name));
  for (const name of ['sha256', 'sha512']) refuseLink(join(path, 'blobs', name));
  return 'store';
}

/** Makes the folder of the lock; all that may be done without it. Throws OutputError. */
export function prepareFolder({ path, uploadsPath, quarantinePath }: StoreFolder): void {
  refuseLink(join(path, workFolder));
  guarded(path, () => {
    mkdirSync(uploadsPath, { recursive: true });
    mkdirSync(quarantinePath, { recursive: true });
  });
}

/** Makes what a store lacks, under its lock: the index last. Throws OutputError. */
export function completeStore(store: StoreFolder): void {
  const { path } = store;
  guarded(path, () => {
    mkdirSync(join(path, 'blobs', 'sha256'), { recursive: true });
    syncFolder(join(path, 'blobs'));
  });
  if (lstatOf(join(path, 'oci-layout')) === null) placeText(store, join(path, 'oci-layout'), layoutText);
  if (lstatOf(store.indexPath) === null) {
    if (blobsOf(store).length > 0) {
      const way = 'put it back, or load its archives into a new store';
      throw new StoreError(`${store.indexPath} is missing, and there are blobs that it named; ${way}`);
    }
    placeText(store, store.indexPath, indexText(emptyIndex));
  }
  holdBallast(store);
}

/** Keeps some bytes for a full disk; where they cannot be had, it is full already. */
export function holdBallast({ ballastPath }: StoreFolder): void {
  if (lstatOf(ballastPath) !== null) return;
  try {
    // Zeros may take no space on a file system that compresses or leaves holes.
    writeNew(ballastPath, randomBytes(ballastBytes));
  } catch {
    rmSync(ballastPath, { force: true });
  }
}

/** Reads the index. Throws StoreError where it is damaged, naming the file. */
export function readIndex({ indexPath }: StoreFolder): { readonly text: string; readonly index: StoreIndex } {
  try {
    const { size } = lstatSync(indexPath);
    if (size > maxIndexBytes) throw new VarveError('document-invalid', `it has ${size} bytes`);
    const text = readFileSync(indexPath, 'utf8');
    return { text, index: parseStoreIndex(text) };
  } catch (cause) {
    throw new StoreError(`${indexPath} cannot be read: ${messageOf(cause)}; nothing was changed`, { cause });
  }
}

/** Puts an index in its place; where the disk is full, with the space that was kept for that. Throws OutputError. */
export function writeIndex(store: StoreFolder, index: StoreIndex): void {
  const text = indexText(index);
  try {
    placeText(store, store.indexPath, text);
  } catch (error) {
    if (!isFull(error) || lstatOf(store.ballastPath) === null) throw error;
    rmSync(store.ballastPath, { force: true });
    placeText(store, store.indexPath, text);
  }
}

/** Whether an error, or what caused it, says that there is no space left. */
function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : null;
  return code === 'ENOSPC' || code === 'EDQUOT' || isFull(error.cause);
}

/** Moves what stands in a place where it should not to the quarantine; returns where it lies. Throws OutputError. */
export function setAside({ quarantinePath }: StoreFolder, digest: Digest, path: string): string {
  const target = join(quarantinePath, `${algorithmOf(digest)}-${encodedOf(digest)}-${randomBytes(6).toString('hex')}`);
  guarded(target, () => {
    renameSync(path, target);
    syncFolder(quarantinePath);
  });
  return target;
}

/** The files in the folders of blobs, by name; what is none by its name is not listed. */
export function blobsOf({ path }: StoreFolder): string[] {
  return ['sha256', 'sha512'].flatMap((algorithm) =>
    namesIn(join(path, 'blobs', algorithm)).map((name) => join(path, 'blobs', algorithm, name)),
  );
}

/** What earlier writers left behind; under the lock nobody is at it. */
export function leftUploads({ uploadsPath }: StoreFolder): string[] {
  return namesIn(uploadsPath).map((name) => join(uploadsPath, name));
}

export function lstatOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new StoreError(messageOf(error), { cause: error });
  }
}

function namesIn(folder: string): string[] {
  return lstatOf(folder)?.isDirectory() === true ? readdirSync(folder).sort() : [];
}

function statThrough(path: string): Stats | null {
  return lstatOf(`${path}/.`);
}

function refuseLink(path: string): void {
  if (lstatOf(path)?.isSymbolicLink() !== true) return;
  throw new StoreError(`${path} is a link, and a store is not written through links`);
}

/** Puts a text in its place, durably. Throws OutputError. */
export function placeText(store: StoreFolder, path: string, text: string): void {
  const upload = store.newUpload();
  try {
    guarded(path, () => {
      writeNew(upload, Buffer.from(text));
      renameSync(upload, path);
      syncFolder(dirname(path));
    });
  } catch (error) {
    rmSync(upload, { force: true });
    throw error;
  }
}

/** Writes a file that is not there, durably. */
export function writeNew(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'wx', 0o644);
  try {
    writeAll(fd, bytes, 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
