/**
 * A registry as an OCI image layout that lies nowhere (OCI image spec, image-layout.md): an `index.json` of its names, made
 * here, and below `blobs` what the registry holds, each at its own location. So the formats read it as any other archive.
 * What is made here takes no byte in the registry, and counts as none.
 */
import type { ArchiveEntry } from '../../archive/entry-table.js';
import type { RemoteArchive } from '../../archive/remote-archive.js';
import { algorithmOf, encodedOf } from '../../model/digest.js';
import { type Finding, finding } from '../../model/finding.js';
import { imageNameAnnotation, refNameAnnotation } from '../../model/foreign/annotations.js';
import { type Limits, limitMessage } from '../../model/limits.js';
import { ociIndex } from '../../model/media-type.js';
import { sortByBytes } from '../../sources/byte-order.js';
import type { Location } from '../../sources/location.js';
import type { GraphBlob, RegistryGraph, RegistryRoot } from './registry-graph.js';

type LayoutLimits = Pick<Limits, 'documentBytes' | 'entries'>;

/** The layout of a registry; `path`: what results call it. */
export function registryLayout(path: string, graph: RegistryGraph, limits: LayoutLimits): RemoteArchive {
  const location: Location = { kind: 'registry', registry: graph.registry };
  const index = indexText(graph.roots, limits);
  const table = new LayoutTable();
  table.addMade('oci-layout', '{"imageLayoutVersion":"1.0.0"}', location);
  table.addMade('index.json', index.text, location);
  const named = new Map([...graph.blobs.values()].map((blob) => [nameOf(blob), blob]));
  const room = Math.max(0, limits.entries - table.entries.length);
  for (const name of sortByBytes([...named.keys()]).slice(0, room)) {
    const blob = named.get(name);
    if (blob !== undefined) table.addBlob(name, blob, graph.registry);
  }
  const findings: Finding[] = [...graph.findings, ...index.findings];
  if (named.size > room) {
    const message = limitMessage('entries', limits.entries, `the registry has ${named.size} blobs`);
    findings.push(finding('limit-exceeded', message));
  }
  const sizeBytes = table.entries.reduce((sum, entry) => sum + entry.storedBytes, 0);
  return {
    table: {
      path,
      filePath: path,
      location,
      container: 'folder',
      compression: 'none',
      sizeBytes,
      tarBytes: sizeBytes,
      entries: table.entries,
      overhead: { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 },
      truncated: false,
      findings,
    },
    documents: table.documents,
    unread: table.unread,
  };
}

function nameOf({ digest }: GraphBlob): string {
  return `blobs/${algorithmOf(digest)}/${encodedOf(digest)}`;
}

/** The index of the names, as many as one document may hold. */
function indexText(
  roots: readonly RegistryRoot[],
  { documentBytes }: Pick<Limits, 'documentBytes'>,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const frame = JSON.stringify({ schemaVersion: 2, mediaType: ociIndex, manifests: [] });
  const listed: string[] = [];
  let bytes = Buffer.byteLength(frame);
  for (const root of roots) {
    const descriptor = descriptorText(root);
    bytes += Buffer.byteLength(descriptor) + 1;
    if (bytes > documentBytes) break;
    listed.push(descriptor);
  }
  const left = roots.length - listed.length;
  const message = `the list of the ${roots.length} images has more bytes, and ${left} of them are not read`;
  return {
    text: frame.replace('[]', () => `[${listed.join(',')}]`),
    findings: left === 0 ? [] : [finding('limit-exceeded', limitMessage('documentBytes', documentBytes, message))],
  };
}

function descriptorText({ mediaType, digest, sizeBytes, name }: RegistryRoot): string {
  if (name === null) return JSON.stringify({ mediaType, digest, size: sizeBytes });
  // A name with a digest alone is no tag, and gives none.
  const annotations = { [imageNameAnnotation]: name, [refNameAnnotation]: name };
  return JSON.stringify({ mediaType, digest, size: sizeBytes, annotations });
}

class LayoutTable {
  readonly entries: ArchiveEntry[] = [];
  readonly documents = new Map<number, Buffer>();
  readonly unread = new Map<number, string>();

  addMade(name: string, text: string, location: Location): void {
    this.documents.set(this.#push(name, 0, location), Buffer.from(text));
  }

  addBlob(name: string, { digest, repository, sizeBytes, bytes, problem }: GraphBlob, registry: string): void {
    const index = this.#push(name, sizeBytes, { kind: 'blob', registry, repository, digest });
    if (bytes !== null) this.documents.set(index, bytes);
    if (problem !== null) this.unread.set(index, problem);
  }

  #push(name: string, sizeBytes: number, location: Location): number {
    const index = this.entries.length;
    this.entries.push({
      index,
      sourceIndex: index,
      name,
      type: 'file',
      linkName: null,
      offsetBytes: 0,
      dataOffsetBytes: 0,
      sizeBytes,
      storedBytes: sizeBytes,
      structureBytes: { headerBytes: 0, paddingBytes: 0 },
      location,
    });
    return index;
  }
}
