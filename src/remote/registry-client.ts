/**
 * The client of registries that speak the OCI distribution API: one for a run, for any number of registries. It holds tokens in
 * memory and connections open until it is closed. Everything that it gives was checked as far as one answer tells; the bytes of
 * blobs are hashed by whoever takes them, on their way.
 */
import type { Digest } from '../model/digest.js';
import type { CredentialFinder } from './auth/authority.js';
import { type FoundRepository, searchHub } from './hub-search.js';
import { placeName, type RepositoryPlace } from './place.js';
import { type BlobDescriptor, hasBlob, readBlob, readBlobDocument } from './read/blobs.js';
import { listRepositories, listTags } from './read/lists.js';
import { fetchManifest, headManifest, type RemoteDescriptor, type RemoteDocument } from './read/manifests.js';
import { listReferrers, type Referrer } from './read/referrers.js';
import { Session } from './session.js';
import type { RemoteSettings } from './settings.js';
import { ManifestWriter } from './write/put-manifest.js';
import { cancelUpload, mountBlob, type Upload } from './write/upload-session.js';
import { type OpenBlob, writeBlob } from './write/uploads.js';

export class RegistryClient {
  readonly #session: Session;
  readonly #manifests: ManifestWriter;
  /** Uploads that a mount began instead, by repository and digest. */
  readonly #begun = new Map<string, Upload>();
  /** Repositories that have no list of referrers. */
  readonly #withoutReferrers = new Set<string>();

  /** `find`: the credentials for a repository instead of those of the files, as a login tries them. */
  constructor(settings: RemoteSettings, find?: CredentialFinder) {
    this.#session = new Session(settings, find);
    this.#manifests = new ManifestWriter(this.#session);
  }

  /**
   * Asks a registry whether it takes who is logged in. Returns a token that can be kept in the place of a password, where the
   * registry gives one. Throws RemoteError where it does not take the user or the password.
   */
  async login(registry: string): Promise<string | null> {
    const authority = await this.#session.greet(registry);
    return authority.refreshToken();
  }

  /** A manifest or index by tag or digest, at most `documentBytes`; null where the registry has none of that name. */
  manifest(place: RepositoryPlace, reference: string): Promise<RemoteDocument | null> {
    return fetchManifest(this.#session, place, reference);
  }

  /** What the registry says of a manifest: a claim. Null where it has none of that name. */
  headManifest(place: RepositoryPlace, reference: string): Promise<RemoteDescriptor | null> {
    return headManifest(this.#session, place, reference);
  }

  /** The bytes of a blob from a position on (0 where none is given), over as many connections as it takes. Their number is right, their digest not checked. */
  blob(place: RepositoryPlace, descriptor: BlobDescriptor, offsetBytes = 0): AsyncGenerator<Buffer, void, void> {
    return readBlob(this.#session, place, descriptor, offsetBytes);
  }

  /** A blob of at most `documentBytes` whole, as configs are; size and digest are right. */
  blobDocument(place: RepositoryPlace, descriptor: BlobDescriptor): Promise<Buffer> {
    return readBlobDocument(this.#session, place, descriptor);
  }

  /** The size of a blob, as the registry says; null where the repository does not have it, or does not say how large it is. */
  hasBlob(place: RepositoryPlace, digest: Digest): Promise<number | null> {
    return hasBlob(this.#session, place, digest);
  }

  /** The tags of a repository, page by page as they are asked for; at most `runImageNames`. */
  tags(place: RepositoryPlace): AsyncGenerator<string, void, void> {
    return listTags(this.#session, place);
  }

  /** The repositories of a registry that whoever asks may see; at most `runImageNames`. */
  catalog(registry: string): AsyncGenerator<string, void, void> {
    return listRepositories(this.#session, registry);
  }

  /** The manifests that refer to one by `subject`, by the list of the registry or by the tag that stands for it. */
  referrers(place: RepositoryPlace, digest: Digest): Promise<readonly Referrer[]> {
    return listReferrers(this.#session, place, digest, this.#withoutReferrers);
  }

  /** Takes a blob over from another repository of the same registry; false where that cannot be done, and it has to be sent. */
  async mountBlob(place: RepositoryPlace, digest: Digest, fromRepository: string): Promise<boolean> {
    const outcome = await mountBlob(this.#session, place, digest, fromRepository);
    if (outcome === 'refused') return false;
    const key = `${placeName(place)}@${digest}`;
    const superseded = this.#begun.get(key);
    this.#begun.delete(key);
    if (superseded !== undefined) await cancelUpload(this.#session, place, superseded);
    if (outcome === 'mounted') return true;
    this.#begun.set(key, outcome);
    return false;
  }

  /** Sends a blob, in one request or in chunks, and goes on after a break where the registry is. `open` gives its bytes from a position on. */
  async putBlob(place: RepositoryPlace, descriptor: BlobDescriptor, open: OpenBlob): Promise<void> {
    const key = `${placeName(place)}@${descriptor.digest}`;
    const begun = this.#begun.get(key) ?? null;
    this.#begun.delete(key);
    await writeBlob(this.#session, place, descriptor, open, begun);
  }

  /** Sends a manifest under a tag or its digest, and keeps the list of referrers where the registry does not. Its parts have to be there. */
  putManifest(place: RepositoryPlace, reference: string, bytes: Buffer, mediaType: string): Promise<void> {
    return this.#manifests.write(place, reference, { bytes, mediaType });
  }

  /** Searches Docker Hub, for at most `limit` (1 to 100) repositories; null for another registry, which has no search. */
  search(registry: string, term: string, limit: number): Promise<readonly FoundRepository[] | null> {
    return searchHub(this.#session, registry, term, limit);
  }

  /** Closes all connections; what still goes over them ends. */
  close(): Promise<void> {
    return this.#session.close();
  }
}
