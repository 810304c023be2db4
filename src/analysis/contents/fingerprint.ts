/**
 * The content fingerprint of an image: one digest for what a container would get, its final files and how it is to run.
 * Two builds of the same have the same, whatever the times in them, the compression or the way that the files are spread
 * over layers. docs/inspect.md has the definition in full; a change to it here is a change of `fingerprintVersion`.
 */
import type { Digest } from '../../model/digest.js';
import { type FileList, type FileListRefusal, filesOf } from '../../model/file-list.js';
import type { Sha256 } from '../../model/hashing.js';
import { canonicalJson } from '../../model/json/exact-json.js';
import { ExactNumber } from '../../model/json/exact-number.js';
import { FileTree, type TreeFile, UnpackError } from './file-tree.js';

const fingerprintVersion = 'varve-content-1';

/** Where the files of layers come from: null where no bytes with this diffID were read. */
export interface LayerFiles {
  get(diffId: Digest): FileList | FileListRefusal | null;
}

/** What fingerprints are made with. */
export interface FingerprintSources {
  readonly layerFiles: LayerFiles;
  /** Files and folders that the layers of one image may make. */
  readonly treeFiles: number;
  readonly sha256: Sha256;
}

/** What is fingerprinted. */
export interface FingerprintedImage {
  readonly platform: string | null;
  readonly osVersion: string | null;
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly layers: readonly { readonly diffId: Digest | null }[];
}

/** All null but `reason` where the files of a layer are not known. */
export interface Fingerprint {
  readonly digest: Digest | null;
  /** Of the final files alone. */
  readonly files: Digest | null;
  /** Of the run configuration alone. */
  readonly runConfig: Digest;
  readonly fileCount: number | null;
  /** Why there is none; null where there is one. */
  readonly reason: string | null;
}

/** The fingerprint of an image whose config and layers were read. */
export function fingerprint(image: FingerprintedImage, sources: FingerprintSources): Fingerprint {
  const { sha256 } = sources;
  const runConfig = sha256([runConfigText(image)], 'utf8');
  const tree = treeOf(image, sources);
  if (typeof tree === 'string') return { digest: null, files: null, runConfig, fileCount: null, reason: tree };
  let fileCount = 0;
  function* records(files: FileTree): Generator<string> {
    for (const [path, file] of files.files()) {
      fileCount += 1;
      yield recordOf(path, file);
    }
  }
  const files = sha256(records(tree), 'binary');
  const digest = sha256([`${fingerprintVersion}\n${files}\n${runConfig}\n`], 'utf8');
  return { digest, files, runConfig, fileCount, reason: null };
}

/** The final files, or why they are not known. */
function treeOf({ layers }: FingerprintedImage, { layerFiles, treeFiles }: FingerprintSources): FileTree | string {
  const tree = new FileTree(treeFiles);
  for (const [position, { diffId }] of layers.entries()) {
    const which = `layer ${position + 1} of ${layers.length}`;
    const found = diffId === null ? null : layerFiles.get(diffId);
    if (found === null) return `${which}: there are no bytes with its diffID`;
    if ('refusal' in found) return found.scope === 'all' ? found.refusal : `${which}: ${found.refusal}`;
    try {
      tree.apply(() => filesOf(found));
    } catch (error) {
      if (error instanceof UnpackError) return `${which} cannot be unpacked: ${error.message}`;
      throw error;
    }
  }
  return tree;
}

/** No field can hold a NUL, so that no file can pass for another; only the path may hold a line end. */
function recordOf(path: string, file: TreeFile): string {
  const { type, uid, gid, sizeBytes, target, sha256, attributes } = file;
  // Whoever unpacks a symlink cannot set its mode, and writers put different ones.
  const mode = type === 'symlink' ? 0o777 : file.mode;
  const fields = [
    path,
    type,
    mode.toString(8).padStart(4, '0'),
    `${uid}:${gid}`,
    sizeBytes,
    target,
    sha256,
    attributes,
  ];
  return `${fields.join('\0')}\n`;
}

/** What describes the container in which docker's old builder took a step; a rebuild has others. */
const buildKeys = new Set(['Domainname', 'Hostname', 'Image']);

/** The configuration as canonical JSON (RFC 8785), without what is empty: null, false, "", [] and {} say the same. */
function runConfigText({ config, platform, osVersion }: FingerprintedImage): string {
  const said = Object.entries(config ?? {}).filter(([key, value]) => !buildKeys.has(key) && !isEmpty(value));
  return canonicalJson({ config: Object.fromEntries(said), osVersion, platform });
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null || value === false || value === '';
  return !(value instanceof ExactNumber) && Object.keys(value).length === 0;
}
