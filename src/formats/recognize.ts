/**
 * Which format an archive has, told by its documents and the shape of its names, never by its file name. What is no
 * image archive is told by name too: the reason says what the file is and what to do with it. Hostile input: a quarter
 * of a million names of any length, so each is looked at by patterns that have one way to match.
 */
import { windowsName } from '../archive/entry-names.js';
import { type ArchiveEntry, escapes } from '../archive/entry-table.js';
import { type Finding, finding } from '../model/finding.js';
import { limitMessage } from '../model/limits.js';
import type { ArchiveFormat } from '../model/results/inventory.js';
import type { ArchiveView } from './archive-view.js';
import { repositoriesName, saveManifestName } from './docker-save.js';
import { indexName, layoutName } from './oci-layout.js';

export type Recognition =
  | {
      readonly kind: 'image';
      readonly format: ArchiveFormat;
      /** Which documents describe its images; v1 folders where neither does. */
      readonly isSave: boolean;
      readonly isLayout: boolean;
    }
  /** Images lie in these folders of the archive, each to be read as an archive of its own. */
  | { readonly kind: 'nested'; readonly folders: readonly string[]; readonly findings: readonly Finding[] }
  | { readonly kind: 'refused'; readonly reason: string };

const blobName = /^blobs[/\\][a-z0-9+._-]+[/\\][0-9a-f]{64,}/;
const v1Name = /^[0-9a-f]{64}[/\\](?:json|layer\.tar)$/;
/** A config or layer under its digest: docker from 1.10 to 24 and podman have them at the top, beside v1 folders. */
export const saveName = /^(?:[0-9a-f]{64}\.(?:json|tar)(?:\.\w+)?|sha256:[0-9a-f]{64})$/;

/** Recognises the format of an archive, or says why it holds no image. */
export function recognize(view: ArchiveView): Recognition {
  const { entries, container } = view.table;
  const inFolder = container === 'folder';
  const hasBlobs = entries.some((entry) => blobName.test(entry.name));
  const isLayout = isDocument(view, layoutName) || (isDocument(view, indexName) && (hasBlobs || holdsIndex(view)));
  if (isDocument(view, saveManifestName)) return recognizeSave(view, isLayout, hasBlobs);
  if (isLayout || hasBlobs) {
    return { kind: 'image', format: inFolder ? 'oci-layout' : 'oci-archive', isSave: false, isLayout: true };
  }
  const isV1 = entries.some((entry) => v1Name.test(entry.name));
  if (isV1 || (isDocument(view, repositoriesName) && entries.some((entry) => /[/\\]json$/.test(entry.name)))) {
    return { kind: 'image', format: 'docker-v1', isSave: false, isLayout: false };
  }
  const nested = findNested(entries, view.limits.nestedArchives);
  if (nested !== null) return nested;
  if (entries.some((entry) => saveName.test(entry.name))) {
    return { kind: 'image', format: 'docker-archive', isSave: true, isLayout: false };
  }
  return { kind: 'refused', reason: refuse(view) };
}

function recognizeSave(view: ArchiveView, isLayout: boolean, hasBlobs: boolean): Recognition {
  const refusal = isLayout ? null : refuseManifest(view);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  // apko has an index beside a save manifest, and all files under the names that crane gives them.
  const isHybrid = isLayout && (hasBlobs || isDocument(view, layoutName));
  const saved = isHybrid ? 'docker-oci' : 'docker-archive';
  const format = view.table.container === 'folder' ? 'docker-dir' : saved;
  return { kind: 'image', format, isSave: true, isLayout };
}

/** Whether there is a file of that name, or a link that should lead to one. A folder may have any name. */
function isDocument(view: ArchiveView, name: string): boolean {
  const type = view.names.get(name)?.type;
  return type !== undefined && type !== 'directory';
}

/** The value of a JSON document that decides on the format; undefined where there is none, or no JSON. */
function peekJson(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function peekText(view: ArchiveView, name: string): string | null {
  const entry = view.names.file(name);
  const read = entry === null ? null : view.readDocument(entry);
  return read?.ok === true ? read.text : null;
}

/** Many things have an `index.json`; without blobs beside it, only its content makes it that of a layout. */
function holdsIndex(view: ArchiveView): boolean {
  const json = peekJson(peekText(view, indexName));
  return typeof json === 'object' && json !== null && 'manifests' in json;
}

/** `manifest.json` is also the name of skopeo's single manifest and of many things that have nothing to do with images. */
function refuseManifest(view: ArchiveView): string | null {
  const text = peekText(view, saveManifestName);
  // A list is a save manifest unless such a key is in it, and may be too long to be parsed twice.
  if (text?.trimStart().startsWith('[') === true && !text.includes('"Image')) return null;
  const json = peekJson(text);
  if (Array.isArray(json)) return json.length > 0 && json.every(isImgpkgRecord) ? imgpkgReason : null;
  if (typeof json !== 'object' || json === null) return null;
  if ('schemaVersion' in json) {
    return "skopeo's dir: format, which no other tool reads; copy it with: skopeo copy dir:PATH oci-archive:FILE";
  }
  return 'its manifest.json is no save manifest, and there is no index.json';
}

const imgpkgReason =
  'a package of imgpkg or kbld, which no other tool reads: its manifest.json lists images in a form of its own; imgpkg copy puts them into a registry';

/** A record of imgpkg has the image or index itself where docker has the names of files. */
function isImgpkgRecord(record: unknown): boolean {
  if (typeof record !== 'object' || record === null) return false;
  return ('Image' in record || 'ImageIndex' in record) && !('Config' in record || 'Layers' in record);
}

/** Folders that hold a whole image: judged by names that only image archives have side by side. */
function findNested(entries: readonly ArchiveEntry[], most: number): Extract<Recognition, { kind: 'nested' }> | null {
  const marks = new Map<string, Set<string>>();
  /** Folders above which a name has backslashes. */
  const byBackslash = new Set<string>();
  for (const entry of entries) {
    const name = windowsName(entry.name);
    const mark = entry.type === 'directory' ? null : markOf(name);
    if (mark === null || escapes(name)) continue;
    if (name !== entry.name && !entry.name.startsWith(`${mark.folder}/`)) byBackslash.add(mark.folder);
    const known = marks.get(mark.folder);
    if (known === undefined) marks.set(mark.folder, new Set([mark.kind]));
    else known.add(mark.kind);
  }
  const folders = new Set<string>();
  for (const [folder, kinds] of marks) {
    const oci = kinds.has('blob') && (kinds.has(indexName) || kinds.has(layoutName));
    const docker = kinds.has('body') && (kinds.has(saveManifestName) || kinds.has(repositoriesName));
    if (oci || docker) folders.add(folder);
  }
  const outermost = [...folders].filter((folder) => !hasParentIn(folder, folders));
  if (outermost.length === 0) return null;
  const message = limitMessage('nestedArchives', most, `images lie in ${outermost.length} folders`);
  const findings = outermost.length > most ? [finding('limit-exceeded', message)] : [];
  const inside = outermost.slice(0, most);
  const spelled = inside.filter((folder) => byBackslash.has(folder)).map(folderByBackslash);
  return { kind: 'nested', folders: inside, findings: [...findings, ...spelled] };
}

function folderByBackslash(folder: string): Finding {
  const message = 'the way to the images in this folder has backslashes; Windows finds them, other tools do not';
  return finding('path-not-portable', message, { subject: folder });
}

function hasParentIn(folder: string, folders: ReadonlySet<string>): boolean {
  for (let end = folder.lastIndexOf('/'); end > 0; end = folder.lastIndexOf('/', end - 1)) {
    if (folders.has(folder.slice(0, end))) return true;
  }
  return false;
}

const documentNames: ReadonlySet<string> = new Set([indexName, layoutName, saveManifestName, repositoriesName]);
const hexName = /^[0-9a-f]{64,128}$/;

/** What a name says of the folder above it. */
function markOf(name: string): { readonly folder: string; readonly kind: string } | null {
  const [above, last] = splitLast(name);
  if (above === '') return null;
  if (documentNames.has(last)) return { folder: above, kind: last };
  if (saveName.test(last)) return { folder: above, kind: 'body' };
  const isV1 = last === 'json' || last === 'layer.tar';
  if (!isV1 && !hexName.test(last)) return null;
  const [folder, parent] = splitLast(above);
  if (folder === '') return null;
  if (isV1) return hexName.test(parent) ? { folder, kind: 'body' } : null;
  const [root, blobs] = splitLast(folder);
  const isBlob = root !== '' && blobs === 'blobs' && (parent === 'sha256' || parent === 'sha512');
  return isBlob ? { folder: root, kind: 'blob' } : null;
}

function splitLast(path: string): [above: string, last: string] {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
}

/** What the archive is instead of an image. */
function refuse(view: ArchiveView): string {
  const { entries, truncated, findings } = view.table;
  if (entries.length === 0) {
    const fault = findings.find((found) => found.severity === 'error');
    return fault === undefined ? 'an empty tar: it has no entry' : `no tar entry can be read: ${fault.message}`;
  }
  const has = (pattern: RegExp): boolean => entries.some((entry) => pattern.test(entry.name));
  if (has(/(?:^|\/)docker\/registry\/v2(?:\/|$)/)) {
    return "a registry's storage folder, not an image: pull from a registry that serves it";
  }
  if (has(/^(?:etc|usr|bin|lib|proc|var)(?:\/|$)/)) {
    return 'a file system export (docker export) or a bare layer, not an image: see docker import';
  }
  if (has(/^[^/]+\/Chart\.yaml$/)) return 'a Helm chart, not an image';
  if (has(/(?:^|\/)\.wh\./)) return 'a bare layer (it has whiteouts), not an image';
  const what = truncated ? 'a tar that is cut before any document of an image' : 'a tar, but no image archive';
  return `${what}: it has no manifest.json, index.json or repositories`;
}
