/**
 * A registry in memory with the client's own methods: it keeps blobs and manifests by repository, takes nothing that is not
 * what its digest says, refuses a manifest that names what is not there, and counts what is asked and how many bytes go.
 */
import type { Digest } from '../../src/model/digest.js';
import { RemoteError } from '../../src/model/error.js';
import type { RepositoryPlace } from '../../src/remote/place.js';
import type { RemoteDescriptor, RemoteDocument } from '../../src/remote/read/manifests.js';
import type { ReadRegistry, WriteRegistry } from '../../src/transfer/registries.js';
import { digestOf } from '../helpers/digests.js';
import type { OciNode } from '../helpers/oci-node.js';

interface Repository {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  readonly tags: Map<string, string>;
}

type Named = { readonly digest: Digest; readonly sizeBytes: number };

/** Of one chunk. */
const chunkBytes = 1000;

export class FakeRegistry implements ReadRegistry, WriteRegistry {
  readonly repositories = new Map<string, Repository>();
  /** What was asked, as `GET blob`, in order. */
  readonly asked: string[] = [];
  receivedBytes = 0;
  sentBytes = 0;
  /** Changes the bytes of a blob on their way; may throw. */
  onBlob: (digest: string, bytes: Buffer, offsetBytes: number) => Iterable<Buffer> = (_, bytes) => pieces(bytes);
  mounts = true;
  /** Referrers that no list has, as where a push ended between a manifest and its list. */
  readonly unlisted = new Set<string>();

  at({ registry, repository }: RepositoryPlace): Repository {
    const key = `${registry}/${repository}`;
    const known = this.repositories.get(key) ?? { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.repositories.set(key, known);
    return known;
  }

  /** Puts what a node reaches there, under a tag. */
  hold(registry: string, repository: string, node: OciNode, ...tags: readonly string[]): void {
    const own = this.at({ registry, repository });
    for (const { digest, content } of node.blobs) {
      const json = content[0] === 0x7b ? (JSON.parse(content.toString()) as Record<string, unknown>) : {};
      const isDocument = json['layers'] !== undefined || json['manifests'] !== undefined;
      if (isDocument) own.manifests.set(digest, { bytes: content, mediaType: String(json['mediaType'] ?? '') });
      else own.blobs.set(digest, content);
    }
    for (const tag of tags) own.tags.set(tag, node.descriptor.digest);
  }

  async manifest(place: RepositoryPlace, reference: string): Promise<RemoteDocument | null> {
    this.asked.push(`GET manifest ${reference}`);
    return this.#find(place, reference);
  }

  async headManifest(place: RepositoryPlace, reference: string): Promise<RemoteDescriptor | null> {
    this.asked.push(`HEAD manifest ${reference}`);
    const found = this.#find(place, reference);
    return found === null ? null : { digest: found.digest, sizeBytes: found.sizeBytes, mediaType: found.mediaType };
  }

  async *blob(place: RepositoryPlace, { digest }: Named, offsetBytes = 0): AsyncGenerator<Buffer> {
    this.asked.push(`GET blob ${digest}${offsetBytes === 0 ? '' : ` from ${offsetBytes}`}`);
    const bytes = this.at(place).blobs.get(digest);
    if (bytes === undefined) throw new RemoteError(`${digest}: BLOB_UNKNOWN`);
    for (const piece of this.onBlob(digest, bytes.subarray(offsetBytes), offsetBytes)) {
      await new Promise((resolve) => setImmediate(resolve));
      this.receivedBytes += piece.length;
      yield piece;
    }
  }

  async blobDocument(place: RepositoryPlace, blob: Named): Promise<Buffer> {
    const all: Buffer[] = [];
    for await (const piece of this.blob(place, blob)) all.push(piece);
    return Buffer.concat(all);
  }

  async hasBlob(place: RepositoryPlace, digest: Digest): Promise<number | null> {
    this.asked.push(`HEAD blob ${digest}`);
    return this.at(place).blobs.get(digest)?.length ?? null;
  }

  async referrers(place: RepositoryPlace, digest: Digest): ReturnType<WriteRegistry['referrers']> {
    this.asked.push(`GET referrers ${digest}`);
    return [...this.at(place).manifests].flatMap(([own, { bytes, mediaType }]) => {
      const { subject } = JSON.parse(bytes.toString()) as { subject?: { digest: string } };
      if (subject?.digest !== digest || this.unlisted.has(own)) return [];
      return [{ digest: own as Digest, sizeBytes: bytes.length, mediaType, artifactType: null }];
    });
  }

  async *tags(place: RepositoryPlace): AsyncGenerator<string> {
    yield* [...this.at(place).tags.keys()].sort();
  }

  async mountBlob(place: RepositoryPlace, digest: Digest, fromRepository: string): Promise<boolean> {
    this.asked.push(`MOUNT ${digest} from ${fromRepository}`);
    const bytes = this.at({ ...place, repository: fromRepository }).blobs.get(digest);
    if (!this.mounts || bytes === undefined) return false;
    this.at(place).blobs.set(digest, bytes);
    return true;
  }

  async putBlob(
    place: RepositoryPlace,
    blob: Named,
    open: (offsetBytes: number) => AsyncIterable<Buffer>,
  ): Promise<void> {
    this.asked.push(`PUT blob ${blob.digest}`);
    const all: Buffer[] = [];
    for await (const piece of open(0)) {
      this.sentBytes += piece.length;
      all.push(Buffer.from(piece));
    }
    const bytes = Buffer.concat(all);
    if (digestOf(bytes) !== blob.digest || bytes.length !== blob.sizeBytes) throw new RemoteError('DIGEST_INVALID');
    this.at(place).blobs.set(blob.digest, bytes);
  }

  async putManifest(place: RepositoryPlace, reference: string, bytes: Buffer, mediaType: string): Promise<void> {
    this.asked.push(`PUT manifest ${reference}`);
    const own = this.at(place);
    const digest = digestOf(bytes);
    if (reference.includes(':') && reference !== digest) throw new RemoteError('DIGEST_INVALID');
    const json = JSON.parse(bytes.toString()) as Record<string, readonly { readonly digest: string }[]>;
    const config = json['config'] as unknown as { readonly digest: string } | undefined;
    for (const part of [...(config === undefined ? [] : [config]), ...(json['layers'] ?? [])]) {
      if (!own.blobs.has(part.digest)) throw new RemoteError(`MANIFEST_BLOB_UNKNOWN ${part.digest}`);
    }
    for (const child of json['manifests'] ?? []) {
      if (!own.manifests.has(child.digest)) throw new RemoteError(`MANIFEST_UNKNOWN ${child.digest}`);
    }
    own.manifests.set(digest, { bytes, mediaType });
    this.unlisted.delete(digest);
    if (!reference.includes(':')) own.tags.set(reference, digest);
  }

  #find(place: RepositoryPlace, reference: string): RemoteDocument | null {
    const own = this.at(place);
    const digest = reference.includes(':') ? reference : own.tags.get(reference);
    const found = digest === undefined ? undefined : own.manifests.get(digest);
    if (found === undefined) return null;
    return { digest: digest as Digest, sizeBytes: found.bytes.length, ...found };
  }
}

/** Bytes in the pieces in which they come. */
export function pieces(bytes: Buffer): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
}
