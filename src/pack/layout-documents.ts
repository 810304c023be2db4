/**
 * The documents at the top of a pack: `oci-layout` and `index.json` for every reader of the OCI image layout
 * (image-layout.md), `manifest.json` and `repositories` for docker's loaders before 25 and whatever else reads save archives
 * (docker image spec v1.2). All follow from the roots and their names, in one order.
 */
import { algorithmOf, type Digest, encodedOf } from '../model/digest.js';
import { imageNameAnnotation, refNameAnnotation } from '../model/foreign/annotations.js';
import { ociIndex } from '../model/media-type.js';
import type { PlatformFields } from '../model/platform.js';
import { familiarName, familiarReference, type Reference, tryParseReference } from '../model/reference.js';
import { isIndexRoot, type Root } from './roots/image-roots.js';
import type { RootNames } from './roots/root-names.js';
import type { RootManifest } from './roots/root-tree.js';

/** Names that an image had, and lost to a newer one; separated by spaces. */
const supersededAnnotation = 'dev.varve.image.superseded-names';

/** Where a blob lies in an image layout. */
export function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
}

/** A document by its name. */
export interface LayoutDocument {
  readonly name: string;
  readonly text: string;
}

/** The documents of a pack, in the order in which they stand there. */
export function layoutDocuments(roots: readonly Root[], names: RootNames): LayoutDocument[] {
  const records = saveRecords(roots, names);
  return [
    { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', text: indexText(roots, names) },
    { name: 'manifest.json', text: JSON.stringify(records) },
    { name: 'repositories', text: repositoriesText(roots, names) },
  ];
}

function indexText(roots: readonly Root[], names: RootNames): string {
  const descriptors = roots.flatMap((root) => {
    const references = names.references.get(root) ?? [];
    const localTags = names.localTags.get(root) ?? [];
    const lost = names.superseded.get(root) ?? [];
    const before = lost.length === 0 ? [] : [[supersededAnnotation, [...lost].sort().join(' ')] as const];
    const named = [
      ...references.map((name) => [
        [imageNameAnnotation, name] as const,
        [refNameAnnotation, name] as const,
        ...before,
      ]),
      ...localTags.map((name) => [[refNameAnnotation, name] as const, ...before]),
    ];
    return (named.length === 0 ? [before] : named).map((annotations) => descriptorOf(root, annotations));
  });
  return JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: descriptors });
}

/** The descriptor of a root in an index, with annotations of its own beside those that it has. */
export function descriptorOf(
  root: Root,
  own: readonly (readonly [string, string])[],
): Readonly<Record<string, unknown>> {
  const inherited = [...root.annotations].filter(
    ([key]) => key !== supersededAnnotation || own.every(([k]) => k !== key),
  );
  const annotations = [...inherited, ...own].sort(([a], [b]) => (a < b ? -1 : 1));
  const platform = root.platform === null ? null : platformOf(root.platform);
  return {
    mediaType: root.mediaType,
    digest: root.digest,
    size: root.sizeBytes,
    ...(annotations.length === 0 ? null : { annotations: Object.fromEntries(annotations) }),
    ...(platform === null ? null : { platform }),
    ...(root.artifactType === null ? null : { artifactType: root.artifactType }),
  };
}

/** In one order of keys, without what is empty. */
function platformOf(fields: PlatformFields): object | null {
  const { architecture, os, variant } = fields;
  const version = fields['os.version'];
  if (!architecture || !os) return null;
  return {
    architecture,
    os,
    ...(version ? { 'os.version': version } : null),
    ...(variant ? { variant } : null),
  };
}

interface SaveRecord {
  readonly Config: string;
  readonly RepoTags: readonly string[] | null;
  readonly Layers: readonly string[];
}

/** One record for each image that a root means by itself; of an index, for the platform that most machines are. */
function saveRecords(roots: readonly Root[], names: RootNames): SaveRecord[] {
  const byConfig = new Map<Digest, { readonly manifest: RootManifest; readonly tags: string[] }>();
  for (const root of roots) {
    const manifest = loadedManifest(root);
    if (manifest === null) continue;
    const known = byConfig.get(manifest.config) ?? { manifest, tags: [] };
    known.tags.push(...taggedNames(root, names).map(({ text }) => text));
    byConfig.set(manifest.config, known);
  }
  return [...byConfig.values()].map(({ manifest: { config, layers }, tags }) => ({
    Config: blobPath(config),
    RepoTags: tags.length === 0 ? null : [...tags].sort(),
    Layers: layers.map(blobPath),
  }));
}

/** The manifest that a loader without platforms gets; null where not all of its layers are there. */
function loadedManifest(root: Root): RootManifest | null {
  const whole = root.manifests.filter(({ layers }) => layers.every((layer) => root.blobs.has(layer)));
  const isUsual = ({ platform }: RootManifest): boolean =>
    platform?.os === 'linux' && platform.architecture === 'amd64';
  return (isIndexRoot(root) ? whole.find(isUsual) : undefined) ?? whole[0] ?? null;
}

interface TaggedName {
  readonly text: string;
  readonly repository: string;
  readonly tag: string;
}

/** The names that a save record can have, as docker writes them. */
function taggedNames(root: Root, names: RootNames): TaggedName[] {
  return (names.references.get(root) ?? []).flatMap((name) => {
    const reference = tryParseReference(name);
    if (reference === null || reference.tag === null || reference.digest !== null) return [];
    const { tag } = reference;
    const short = familiarReference(reference);
    const isShort = isSame(tryParseReference(short), reference);
    const text = isShort ? short : name;
    const repository = isShort ? familiarName(reference) : name.slice(0, name.length - tag.length - 1);
    return [{ text, repository, tag }];
  });
}

function isSame(a: Reference | null, b: Reference): boolean {
  return a !== null && a.domain === b.domain && a.path === b.path && a.tag === b.tag;
}

/** Repository → tag → the last layer, as docker writes it. */
function repositoriesText(roots: readonly Root[], names: RootNames): string {
  const repositories = new Map<string, Map<string, string>>();
  for (const root of roots) {
    const manifest = loadedManifest(root);
    if (manifest === null) continue;
    for (const { repository, tag } of taggedNames(root, names)) {
      const tags = repositories.get(repository) ?? new Map<string, string>();
      tags.set(tag, encodedOf(manifest.layers.at(-1) ?? manifest.config));
      repositories.set(repository, tags);
    }
  }
  const sorted = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.fromEntries(sorted(repositories).map(([name, tags]) => [name, Object.fromEntries(sorted(tags))])),
  );
}
