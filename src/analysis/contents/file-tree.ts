/**
 * The final files of an image: its layers laid on top of each other, base first, as container runtimes unpack them (OCI
 * image spec, layer.md, "Applying Changesets"). Whiteouts hide what is below their layer, never what is in it. Folders on
 * the way to an entry are followed through symlinks, inside of the image only; those that no layer lists are made, 0755
 * and of root. A hard link is a file of its own here, equal to the one that it links to. Hostile input: lists of any
 * layers; what cannot be unpacked is refused, and the number of files is limited.
 */
import type { FileType, LayerFile } from '../../model/file-list.js';
import { limitMessage } from '../../model/limits.js';

/** A file of the tree, whatever its name. */
export type TreeFile = Omit<LayerFile, 'path' | 'type'> & { readonly type: Exclude<FileType, 'link'> };

interface Node {
  file: TreeFile;
  /** Of its absolute path; of the root 0. */
  readonly pathLength: number;
  /** Of a folder, by name; else null. */
  children: Map<string, Node> | null;
}

/** Thrown where a layer cannot be laid on top of those below it; the message says why. */
export class UnpackError extends Error {
  override readonly name = 'UnpackError';
}

const whiteoutPrefix = '.wh.';
const opaqueWhiteout = '.wh..wh..opq';
/** Names that aufs kept for itself, at the top of old layers: no whiteouts, though they begin like one. */
const aufsPrefix = '.wh..wh.';
const aufsLinks = '.wh..wh.plnk/';
/** What Linux takes; more cannot be unpacked. */
const maxPathLength = 4096;
const maxSymlinks = 40;
/** Steps from folder to folder, for each file that an image may have; symlinks can make a short path lead over thousands. */
const stepsPerFile = 50;
const impliedFolder: TreeFile = {
  type: 'directory',
  mode: 0o755,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  target: '',
  sha256: '',
  attributes: '',
};

export class FileTree {
  readonly #root: Node = { file: impliedFolder, pathLength: 0, children: new Map() };
  readonly #limit: number;
  #made = 0;
  #steps = 0;

  /** `treeFiles`: files and folders that all layers may make. */
  constructor(treeFiles: number) {
    this.#limit = treeFiles;
  }

  /** Lays a layer on top. `files` is called for twice: whiteouts first, wherever they stand. Throws UnpackError. */
  apply(files: () => Iterable<LayerFile>): void {
    for (const file of files()) this.#hide(file.path);
    const aufsFiles = new Map<string, TreeFile>();
    for (const file of files()) {
      if (isWhiteout(file.path)) continue;
      if (!file.path.startsWith(aufsPrefix)) this.#put(file, aufsFiles);
      else if (file.path.startsWith(aufsLinks) && file.type === 'file') aufsFiles.set(baseOf(file.path), plain(file));
    }
  }

  /**
   * Every file with its absolute path: a folder before what is in it, and what is in it in the order of the bytes of
   * the names.
   */
  *files(): Generator<[path: string, file: TreeFile]> {
    const waiting: { readonly path: string; readonly node: Node }[] = [{ path: '', node: this.#root }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { path, node } = next;
      yield [path === '' ? '/' : path, node.file];
      if (node.children === null) continue;
      // Characters stand for bytes, so that this is the order of bytes. The last one on the list comes first.
      const names = [...node.children.keys()].sort().reverse();
      for (const name of names) {
        const child = node.children.get(name);
        if (child !== undefined) waiting.push({ path: `${path}/${name}`, node: child });
      }
    }
  }

  #hide(path: string): void {
    if (!isWhiteout(path)) return;
    const parent = this.#folder(folderOf(path), false);
    const name = baseOf(path);
    if (name === opaqueWhiteout) {
      parent?.children?.clear();
      return;
    }
    const hidden = name.slice(whiteoutPrefix.length);
    if (hidden === '' || hidden === '.' || hidden === '..') throw new UnpackError(`${shown(path)} hides nothing`);
    parent?.children?.delete(hidden);
  }

  #put(entry: LayerFile, aufsFiles: ReadonlyMap<string, TreeFile>): void {
    const file = entry.type === 'link' ? this.#linked(entry, aufsFiles) : plain(entry);
    if (entry.path === '') {
      if (file.type === 'directory') this.#root.file = file;
      return;
    }
    const parent = this.#folder(folderOf(entry.path), true);
    const known = parent?.children?.get(baseOf(entry.path));
    // A folder over a folder is the same one with other attributes; anything else takes the place of what was there.
    if (known?.children != null && file.type === 'directory') known.file = file;
    else if (parent !== null) this.#make(parent, baseOf(entry.path), file);
  }

  #linked({ path, target }: LayerFile, aufsFiles: ReadonlyMap<string, TreeFile>): TreeFile {
    const name = target.split('/').filter((part) => part !== '' && part !== '.');
    const text = name.join('/');
    if (text.startsWith(aufsLinks)) {
      const file = aufsFiles.get(baseOf(text));
      if (file !== undefined) return file;
    }
    const parent = name.length === 0 ? null : this.#folder(folderOf(text), false);
    const node = parent?.children?.get(name.at(-1) ?? '');
    if (node === undefined)
      throw new UnpackError(`${shown(path)} is a hard link to ${shown(target)}, which is not there`);
    if (node.children !== null) throw new UnpackError(`${shown(path)} is a hard link to the folder ${shown(target)}`);
    return node.file;
  }

  /** The folder of that path, symlinks followed; null where there is none and none is to be made. Throws UnpackError. */
  #folder(path: string, make: boolean): Node | null {
    const way = [this.#root];
    const parts = path.split('/').reverse();
    let symlinks = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      this.#step();
      const next = this.#next(way, part, make);
      if (next === null) return null;
      if (next.children !== null) way.push(next);
      else if (next.file.type === 'symlink') {
        symlinks += 1;
        if (symlinks > maxSymlinks) throw new UnpackError(`${shown(path)} leads over too many symlinks`);
        if (next.file.target.startsWith('/')) way.length = 1;
        for (const further of next.file.target.slice(0, maxPathLength).split('/').reverse()) parts.push(further);
      } else if (make) throw new UnpackError(`${shown(path)} leads through a file that is no folder`);
      else return null;
    }
    return way.at(-1) ?? null;
  }

  /** One part of a path further; null where there is nothing. What is no step further comes off the way, to be put on again. */
  #next(way: Node[], part: string, make: boolean): Node | null {
    if (part === '..' && way.length > 1) way.pop();
    const at = way.at(-1) ?? this.#root;
    if (part === '' || part === '.' || part === '..') {
      way.pop();
      return at;
    }
    return at.children?.get(part) ?? (make ? this.#make(at, part, impliedFolder) : null);
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > stepsPerFile * this.#limit) throw new UnpackError('its paths lead over too many folders');
  }

  #make(parent: Node, name: string, file: TreeFile): Node {
    this.#made += 1;
    if (this.#made > this.#limit)
      throw new UnpackError(limitMessage('treeFiles', this.#limit, 'the image has more files'));
    const pathLength = parent.pathLength + 1 + name.length;
    if (pathLength > maxPathLength) throw new UnpackError(`a path has more than ${maxPathLength} bytes`);
    const node: Node = { file, pathLength, children: file.type === 'directory' ? new Map() : null };
    parent.children?.set(name, node);
    return node;
  }
}

function plain({ type, mode, uid, gid, sizeBytes, target, sha256, attributes }: LayerFile): TreeFile {
  return { type: type === 'link' ? 'file' : type, mode, uid, gid, sizeBytes, target, sha256, attributes };
}

function isWhiteout(path: string): boolean {
  const isAufs = path.startsWith(aufsPrefix) && path !== opaqueWhiteout;
  return baseOf(path).startsWith(whiteoutPrefix) && !isAufs;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A path in a message: its characters are bytes, and those of most paths are UTF-8. */
function shown(path: string): string {
  const hex = (byte: string) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
  const escaped = path.slice(0, 200).replace(/[^\x20-\x24\x26-\x7e]/g, hex);
  try {
    return JSON.stringify(decodeURIComponent(escaped));
  } catch {
    return JSON.stringify(escaped);
  }
}
