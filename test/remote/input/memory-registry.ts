/**
 * A registry in memory, strict as the distribution specification has it: a blob is only in the repositories that it was
 * pushed to, manifests are asked for by tag or digest and blobs by digest alone, and every request is noted. Parts of its
 * answers may be replaced, for registries that mean harm or are broken.
 */
import type { Digest } from '../../../src/model/digest.js';
import { RemoteError } from '../../../src/model/error.js';
import type { RegistryReader } from '../../../src/remote/input/registry-reader.js';
import { digestOf, type OciNode } from '../../helpers/archive-builder.js';

type Place = Parameters<RegistryReader['tags']>[0];
type Blob = Parameters<RegistryReader['blobDocument']>[1];

interface Manifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

interface Repository {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, Manifest>;
  readonly blobs: Map<string, Buffer>;
}

const manifestTypes = /(?:manifest\.v1|image\.index\.v1|manifest\.v2|manifest\.list\.v2)\+json$/;

/** What a registry in memory is asked, in the words of the specification, one line for each request. */
export class MemoryRegistry implements RegistryReader {
  readonly host: string;
  readonly requests: string[] = [];
  /** Most requests that were open at a time. */
  mostOpen = 0;
  /** Answers that come instead, by request; an error is thrown. */
  readonly instead = new Map<string, RemoteError | Buffer>();
  readonly repositories = new Map<string, Repository>();
  #open = 0;

  constructor(host = 'registry.test:5000') {
    this.host = host;
  }

  /** Takes what a node reaches into a repository, and its own document under a tag. */
  push(repository: string, tag: string | null, node: OciNode): string {
    const own = this.repository(repository);
    for (const { digest, content } of node.blobs) {
      const mediaType = manifestTypeOf(content, node);
      if (mediaType !== null) own.manifests.set(digest, { bytes: content, mediaType });
      else own.blobs.set(digest, content);
    }
    if (tag !== null) own.tags.set(tag, node.descriptor.digest);
    return node.descriptor.digest;
  }

  repository(name: string): Repository {
    const known = this.repositories.get(name) ?? { tags: new Map(), manifests: new Map(), blobs: new Map() };
    this.repositories.set(name, known);
    return known;
  }

  async manifest(place: Place, reference: string): ReturnType<RegistryReader['manifest']> {
    const instead = await this.#ask(`GET manifest ${place.repository} ${reference}`, place.registry);
    const own = this.repositories.get(place.repository);
    const found = own?.manifests.get(own.tags.get(reference) ?? reference);
    const bytes = instead ?? found?.bytes;
    if (bytes === undefined) return null;
    const digest = digestOf(bytes) as Digest;
    if (reference.startsWith('sha256:') && digest !== reference) {
      throw new RemoteError(`${reference} came with other bytes, ${digest}`);
    }
    return { digest, sizeBytes: bytes.length, mediaType: found?.mediaType ?? 'application/json', bytes };
  }

  async headManifest(place: Place, reference: string): ReturnType<RegistryReader['headManifest']> {
    await this.#ask(`HEAD manifest ${place.repository} ${reference}`, place.registry);
    const own = this.repositories.get(place.repository);
    const digest = own?.tags.get(reference) ?? reference;
    const found = own?.manifests.get(digest);
    if (found === undefined) return null;
    return { digest: digest as Digest, sizeBytes: found.bytes.length, mediaType: found.mediaType };
  }

  async *blob(place: Place, { digest }: Blob, offsetBytes = 0): AsyncGenerator<Buffer> {
    const instead = await this.#ask(`GET blob ${place.repository} ${digest} ${offsetBytes}`, place.registry);
    const bytes = (instead ?? this.#blobOf(place, digest)).subarray(offsetBytes);
    for (let at = 0; at < bytes.length; at += 7000) {
      await new Promise((resolve) => setImmediate(resolve));
      yield bytes.subarray(at, at + 7000);
    }
  }

  async blobDocument(place: Place, { digest, sizeBytes }: Blob): Promise<Buffer> {
    const instead = await this.#ask(`GET config ${place.repository} ${digest}`, place.registry);
    const bytes = instead ?? this.#blobOf(place, digest);
    if (bytes.length !== sizeBytes) throw new RemoteError(`${digest} has ${bytes.length} bytes, not ${sizeBytes}`);
    if (digestOf(bytes) !== digest) throw new RemoteError(`${digest} came with other bytes`);
    return bytes;
  }

  async referrers(place: Place, subject: Digest): ReturnType<RegistryReader['referrers']> {
    const instead = await this.#ask(`GET referrers ${place.repository} ${subject}`, place.registry);
    if (instead !== null) return JSON.parse(instead.toString('utf8'));
    const manifests = this.repositories.get(place.repository)?.manifests ?? new Map<string, Manifest>();
    return [...manifests].flatMap(([digest, { bytes }]) => {
      const document = JSON.parse(bytes.toString('utf8')) as { readonly subject?: { readonly digest: string } };
      return document.subject?.digest === subject ? [{ digest: digest as Digest, sizeBytes: bytes.length }] : [];
    });
  }

  async *tags(place: Place): AsyncGenerator<string> {
    await this.#ask(`GET tags ${place.repository}`, place.registry);
    const own = this.repositories.get(place.repository);
    if (own === undefined) throw new RemoteError(`no repository ${place.repository}`, { status: 404 });
    yield* own.tags.keys();
  }

  async *catalog(registry: string): AsyncGenerator<string> {
    await this.#ask('GET catalog', registry);
    yield* this.repositories.keys();
  }

  #blobOf({ repository }: Place, digest: string): Buffer {
    const found = this.repositories.get(repository)?.blobs.get(digest);
    if (found === undefined) throw new RemoteError(`${repository} has no blob ${digest}`, { status: 404 });
    return found;
  }

  async #ask(request: string, host: string): Promise<Buffer | null> {
    if (host !== this.host) throw new RemoteError(`${host} cannot be reached`);
    this.requests.push(request);
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    await new Promise((resolve) => setImmediate(resolve));
    this.#open -= 1;
    const instead = this.instead.get(request) ?? null;
    if (instead instanceof RemoteError) throw instead;
    return instead;
  }
}

/** The media type of a document that is a manifest or an index, as it says itself or its descriptor does; else null. */
export function manifestTypeOf(content: Buffer, { descriptor }: OciNode): string | null {
  if (content[0] !== 0x7b) return null;
  const { mediaType = descriptor.mediaType, layers, manifests } = JSON.parse(content.toString('utf8'));
  return manifestTypes.test(mediaType) && (layers ?? manifests) !== undefined ? mediaType : null;
}
