/**
 * The folder of a store, an OCI image layout (image-layout.md) that any tool reads: what is where, and the few ways in which
 * it changes. Each file is written in the store's own file system under a name that nobody else has, made durable, and
 * renamed; its folder is made durable before anything refers to it. Hostile input: a folder that others write to. A link in
 * the place of a folder or document is refused, and what stands under a digest without being it is set aside, not deleted.
 */
import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { workFolder } from '../archive/folder-table.js';
import { discard, diskCode, diskMessage, isFull } from '../content/disk.js';
import { guarded, syncFolder, writeAll } from '../content/new-output.js';
import { algorithmOf, type Digest, encodedOf, isAlgorithm } from '../model/digest.js';
import { StoreError, VarveError } from '../model/error.js';
import { limitMessage } from '../model/limits.js';
import { isGone, isHere, lockText, type OwnProcess, ownerOf, parseLock } from './lock-owner.js';
import { emptyIndex, indexText, parseStoreIndex, type StoreIndex } from './store-index.js';

const layoutText = '{"imageLayoutVersion":"1.0.0"}';
const layoutNames: ReadonlySet<string> = new Set(['oci-layout', 'index.json', 'blobs']);
/** What every reader of ours reads of a document, unless it is told otherwise: nobody would see into a store with a larger index. */
export const maxIndexBytes = 8 * 1024 * 1024;
const maxReads = 5;
/** So NFS calls what is removed while another process has it open. */
const openElsewhere = '.nfs';
const pipedName = /piped\[(.*)\]/s;
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

  /** A name for what is put there without the lock: it says who is at it, whatever is put before and behind it. */
  newPiped(own: OwnProcess): string {
    return join(this.uploadsPath, `piped[${lockText(ownerOf(own))}]`);
  }
}

/** Whether there is a store, an empty place for one, or something else. Throws StoreError for what can be none. */
export function storeState({ path }: StoreFolder): 'store' | 'absent' {
  const stat = lstatOf(path);
  if (stat === null) return 'absent';
  const folder = stat.isSymbolicLink() ? statThrough(path) : stat;
  if (folder?.isDirectory() !== true) throw new StoreError(`the store ${path} is no folder`);
  const all = namesOf(path);
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
  for (const name of ['index.json', 'oci-layout']) refuseOther(join(path, name), 'file');
  for (const name of ['blobs', 'blobs/sha256', 'blobs/sha512']) refuseOther(join(path, name), 'folder');
  return 'store';
}

/** Makes the folder of the lock; all that may be done without it. Throws OutputError. */
export function prepareFolder({ path, uploadsPath, quarantinePath }: StoreFolder): void {
  for (const folder of [join(path, workFolder), uploadsPath, quarantinePath]) refuseOther(folder, 'folder');
  for (const folder of [uploadsPath, quarantinePath]) guarded(folder, () => makeFolders(folder));
}

/** Makes what a store lacks, under its lock: the index last. Throws OutputError. */
export function completeStore(store: StoreFolder): void {
  const { path } = store;
  const blobs = join(path, 'blobs', 'sha256');
  guarded(blobs, () => makeFolders(blobs));
  if (lstatOf(join(path, 'oci-layout')) === null) placeFirst(store, join(path, 'oci-layout'), layoutText);
  if (lstatOf(store.indexPath) === null) {
    if (blobsOf(store).length > 0) {
      const way = 'put it back, or load its archives into a new store';
      throw new StoreError(`${store.indexPath} is missing, and there are blobs that it named; ${way}`);
    }
    placeFirst(store, store.indexPath, indexText(emptyIndex));
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
    discard(ballastPath);
  }
}

/** Reads the index. Throws StoreError where it is damaged, naming the file. */
export function readIndex({ indexPath }: StoreFolder): { readonly text: string; readonly index: StoreIndex } {
  for (let tries = 1; ; tries++) {
    try {
      const text = textOfFile(indexPath);
      return { text, index: parseStoreIndex(text) };
    } catch (cause) {
      // Over a network it may have been replaced after it was opened.
      if (diskCode(cause) === 'ESTALE' && tries < maxReads) continue;
      throw new StoreError(`${indexPath} cannot be read: ${diskMessage(cause)}; nothing was changed`, { cause });
    }
  }
}

/** Follows no link, and waits for no pipe. */
function textOfFile(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new VarveError('document-invalid', 'it is no file');
    if (stat.size > maxIndexBytes) throw new VarveError('document-invalid', tooLong(stat.size));
    const bytes = readFileSync(fd);
    // Written anew, it would have other bytes.
    if (!isUtf8(bytes)) throw new VarveError('document-invalid', 'it is not in UTF-8');
    return bytes.toString();
  } finally {
    closeSync(fd);
  }
}

function tooLong(sizeBytes: number): string {
  return limitMessage('documentBytes', maxIndexBytes, `it has ${sizeBytes} bytes`);
}

/**
 * Puts an index in its place; where the disk is full and it is no longer than the one before, with the space that was kept for that:
 * a longer one would take it from the removal that is to make room. Throws OutputError, StoreError.
 */
export function writeIndex(store: StoreFolder, index: StoreIndex): void {
  const text = readableText(store, index);
  const sizeBytes = Buffer.byteLength(text);
  try {
    placeText(store, store.indexPath, text);
  } catch (error) {
    const before = lstatOf(store.indexPath)?.size ?? 0;
    if (!isFull(error) || sizeBytes > before || lstatOf(store.ballastPath) === null) throw error;
    discard(store.ballastPath);
    placeText(store, store.indexPath, text);
  }
}

/** The text of an index, which is no larger than its readers read. Throws StoreError. */
export function readableText({ indexPath }: StoreFolder, index: StoreIndex): string {
  const text = indexText(index);
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes <= maxIndexBytes) return text;
  throw new StoreError(`${indexPath} is not written, ${tooLong(sizeBytes)}; a second store has room for more`);
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

/** What earlier writers left behind: under the lock nobody is at it, but for what is piped to somebody who waits for the lock. */
function leftUploads({ uploadsPath }: StoreFolder): string[] {
  return namesIn(uploadsPath).map((name) => join(uploadsPath, name));
}

/** Those of which that is so for certain; of one of another host it is where nothing was written to it since a moment. */
export function abandonedUploads(store: StoreFolder, own: OwnProcess, youngerThanMs: number): string[] {
  const self = ownerOf(own);
  return leftUploads(store).filter((path) => {
    // What somebody else has open goes when they close it, and not before.
    if (basename(path).startsWith(openElsewhere)) return false;
    const owner = parseLock(pipedName.exec(basename(path))?.[1] ?? '');
    if (owner === null || isGone(owner, own, self)) return true;
    return !isHere(owner, self) && Math.floor(lstatOf(path)?.mtimeMs ?? 0) <= youngerThanMs;
  });
}

export function lstatOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new StoreError(`${path} cannot be looked at: ${diskMessage(error)}`, { cause: error });
  }
}

function namesIn(folder: string): string[] {
  return lstatOf(folder)?.isDirectory() === true ? namesOf(folder).sort() : [];
}

function namesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new StoreError(`${folder} cannot be read: ${diskMessage(cause)}`, { cause });
  }
}

function statThrough(path: string): Stats | null {
  return lstatOf(`${path}/.`);
}

/** What is not there is no harm. */
function refuseOther(path: string, kind: 'file' | 'folder'): void {
  const stat = lstatOf(path);
  if (stat === null || (kind === 'file' ? stat.isFile() : stat.isDirectory())) return;
  const why = stat.isSymbolicLink()
    ? 'is a link, and a store is not written through links'
    : `is no ${kind}, and has to be one in a store; see what it is, and move it away`;
  throw new StoreError(`${path} ${why}`);
}

/** Makes a folder and those above it, each by a name that is durable as far as the folder above it can be read. */
function makeFolders(path: string): void {
  const all = resolve(path);
  const first = mkdirSync(all, { recursive: true });
  if (first === undefined) return;
  for (let made = all; made.length >= resolve(first).length; made = dirname(made)) {
    try {
      syncFolder(dirname(made));
    } catch (error) {
      if (diskCode(error) !== 'EACCES') throw error;
    }
  }
}

/** File systems that know no second name of a file. */
const linkless: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);

/** Puts a text in a place that was seen to be empty; where another program was faster, what that has put there stays. */
function placeFirst(store: StoreFolder, path: string, text: string): void {
  placeText(store, path, text, (upload) => {
    try {
      linkSync(upload, path);
    } catch (error) {
      const code = diskCode(error);
      if (code === 'EEXIST') return;
      if (!linkless.has(code)) throw error;
      renameSync(upload, path);
    }
  });
}

/** Puts a text in its place, durably. Throws OutputError. */
function placeText(store: StoreFolder, path: string, text: string, place = renameSync as Place): void {
  const upload = store.newUpload();
  try {
    guarded(path, () => {
      writeNew(upload, Buffer.from(text));
      place(upload, path);
      syncFolder(dirname(path));
    });
  } finally {
    discard(upload);
  }
}

/** The same for a note that nothing is lost with: it is whole or not there, and nobody waits for the disk. */
export function placeNote(store: StoreFolder, path: string, text: string): void {
  const upload = store.newUpload();
  try {
    guarded(path, () => {
      writeFileSync(upload, text, { flag: 'wx', mode: 0o644 });
      renameSync(upload, path);
    });
  } finally {
    discard(upload);
  }
}

type Place = (upload: string, path: string) => void;

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
