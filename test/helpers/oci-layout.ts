/**
 * An OCI image layout as a list of entries: `oci-layout`, `index.json` and each blob once. Written as a tar it is an OCI
 * archive, written as a folder a layout. Tags are annotations of the root descriptors and differ by tool.
 */
import { directory, type Entry, file, sortEntries } from './archive-entry.js';
import { digestOf } from './digests.js';
import { splitTag } from './docker-documents.js';
import { type Blob, describe, type OciNode } from './oci-node.js';

/** How a layout is written. */
export interface LayoutOptions {
  /** Bytes that are filed as blobs, but that nothing refers to. */
  readonly orphans?: readonly Buffer[];
  /** False leaves the `oci-layout` file out. Default: true. */
  readonly layoutFile?: boolean;
  /** False leaves the entries of the folders out. Default: true. */
  readonly directories?: boolean;
  /** Annotations of `index.json` itself. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Seconds since 1970 of every entry. Default: 0. */
  readonly mtime?: number;
}

/** Who names the image: containerd and docker (two annotations), podman and skopeo (full reference), or the tag alone. */
export type TagStyle = 'containerd' | 'full-ref-name' | 'tag-only';

/** One root per reference, each carrying it in the annotations that the style has. */
export function tagged(node: OciNode, references: readonly string[], style: TagStyle = 'containerd'): OciNode[] {
  return references.map((reference) => {
    const { tag } = splitTag(reference);
    const annotations = {
      ...node.descriptor.annotations,
      ...(style === 'containerd' ? { 'io.containerd.image.name': reference } : {}),
      'org.opencontainers.image.ref.name': style === 'full-ref-name' ? reference : tag,
    };
    return describe(node, { annotations });
  });
}

/** The node without the platform in its descriptor, as most tools write a root. */
export function withoutPlatform(node: OciNode): OciNode {
  const { platform: _platform, ...descriptor } = node.descriptor;
  return { ...node, descriptor };
}

/** The entries of a layout with these roots, in the order of a directory walk. */
export function ociLayout(roots: readonly OciNode[], options: LayoutOptions = {}): Entry[] {
  const { orphans = [], layoutFile = true, directories = true, annotations, mtime = 0 } = options;
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: roots.map((root) => root.descriptor),
    ...(annotations === undefined ? {} : { annotations }),
  };
  const blobs = [...roots.flatMap((root) => root.blobs), ...orphans.map(orphanBlob)];
  return sortEntries([
    ...blobEntries(blobs, { directories, mtime }),
    file('index.json', JSON.stringify(index), mtime),
    ...(layoutFile ? [file('oci-layout', '{"imageLayoutVersion":"1.0.0"}', mtime)] : []),
  ]);
}

function orphanBlob(content: Buffer): Blob {
  return { digest: digestOf(content), content };
}

/** Path of a blob in a layout. */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function blobEntries(blobs: readonly Blob[], { directories, mtime }: { directories: boolean; mtime: number }): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { digest, content } of blobs) {
    const name = blobPath(digest);
    if (directories) {
      const folder = name.slice(0, name.lastIndexOf('/') + 1);
      for (const path of ['blobs/', folder]) entries.set(path, directory(path, mtime));
    }
    entries.set(name, entries.get(name) ?? file(name, content, mtime));
  }
  return [...entries.values()];
}
