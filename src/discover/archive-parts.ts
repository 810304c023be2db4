/**
 * Which names below a folder that is an archive are parts of it. All others lie beside it, as they would in any folder:
 * somebody saved tars into a layout, or put an `oci-layout` among tars. Told by names alone: its blobs, what its save
 * manifest names, and what writers call configs and layers. Hostile input: a manifest that names anything; what it names
 * is judged as the layer that it says it is.
 */
import { join } from 'node:path';
import { isJunkName, normalizeName } from '../archive/entry-table.js';
import { workFolder } from '../archive/folder-table.js';
import type { SizedSource } from '../sources/byte-source.js';
import { openFile } from '../sources/file-source.js';

export interface ArchiveParts {
  /** Whether the name, below the folder, is a part of the archive, with all that is below it. */
  readonly isPart: (name: string) => boolean;
  /** Whether parts lie in the folder of that name, maybe beside something else. */
  readonly holdsPart: (name: string) => boolean;
}

const documents: ReadonlySet<string> = new Set([
  'blobs',
  'index.json',
  'manifest.json',
  'oci-layout',
  'repositories',
  'version',
  workFolder,
]);
const v1Folder = /^[0-9a-f]{64}$/;
const v1Document = /^([^/\\]+)[/\\](?:json|VERSION|layer\.tar)$/;
/** A config, a layer or a signature as docker, podman, crane, apko and skopeo's `dir:` call them. */
const partName = /^(?:sha256:)?[0-9a-f]{64,128}(?:\.(?:json|tar|tgz)(?:\.[a-z0-9]+)?)?$|^signature-\d+$/;

/**
 * The parts of the archive that the folder `path` is; `has` says whether a name is there below it. A manifest of more than
 * `documentBytes` names nothing, here as where the archive is read. Never throws.
 */
export function archiveParts(path: string, has: (name: string) => boolean, documentBytes: number): ArchiveParts {
  const isSave = has('manifest.json') || has('repositories');
  const named = isSave ? namedFiles(join(path, 'manifest.json'), documentBytes) : new Set<string>();
  const above = new Set([...named].flatMap(foldersOf));
  const isV1 = (name: string): boolean => has(`${name}/`) && (v1Folder.test(name) || has(`${name}/json`));
  return {
    isPart: (name) => {
      const [top = name] = name.split('/', 1);
      if (documents.has(top) || named.has(name) || isJunkName(name)) return true;
      if (!isSave) return false;
      const [, id] = v1Document.exec(name) ?? [];
      return id === undefined ? partName.test(name) && !isV1(name) : v1Folder.test(id) || isV1(id);
    },
    holdsPart: (name) => above.has(name) || (isSave && isV1(name)),
  };
}

function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) folders.push(name.slice(0, at));
  return folders;
}

/** The files that a save manifest names; none where it cannot be read. Its keys have any case, as Go has it. */
function namedFiles(path: string, documentBytes: number): Set<string> {
  const records = readJson(path, documentBytes);
  const names = new Set<string>();
  for (const record of Array.isArray(records) ? records : []) {
    if (typeof record !== 'object' || record === null) continue;
    for (const [key, value] of Object.entries(record)) {
      if (!/^(?:config|layers)$/i.test(key)) continue;
      for (const name of Array.isArray(value) ? value : [value]) {
        if (typeof name !== 'string') continue;
        names.add(normalizeName(name)).add(normalizeName(name.replaceAll('\\', '/')));
      }
    }
  }
  return names;
}

function readJson(path: string, documentBytes: number): unknown {
  let file: SizedSource | null = null;
  try {
    file = openFile(path);
    if (file.sizeBytes > documentBytes) return null;
    const bytes = Buffer.alloc(file.sizeBytes);
    return JSON.parse(bytes.toString('utf8', 0, file.read(bytes, 0)));
  } catch {
    return null;
  } finally {
    file?.close();
  }
}
