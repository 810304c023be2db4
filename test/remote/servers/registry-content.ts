/** What the registry of the tests holds: repositories with blobs, manifests and tags, as plain data that a test may look into. */
import { createHash } from 'node:crypto';

export interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export interface StoredRepository {
  readonly blobs: Map<string, Buffer>;
  /** By digest. */
  readonly manifests: Map<string, StoredManifest>;
  /** Digest by tag. */
  readonly tags: Map<string, string>;
}

export class RegistryContent {
  readonly repositories = new Map<string, StoredRepository>();

  /** The repository of that name, made where there is none. */
  repository(name: string): StoredRepository {
    const known = this.repositories.get(name);
    if (known !== undefined) return known;
    const made: StoredRepository = { blobs: new Map(), manifests: new Map(), tags: new Map() };
    this.repositories.set(name, made);
    return made;
  }

  /** Puts a blob there; returns its digest. */
  addBlob(repository: string, bytes: Buffer): string {
    const digest = sha256(bytes);
    this.repository(repository).blobs.set(digest, bytes);
    return digest;
  }

  /** Puts a manifest there, under a tag where one is given; returns its digest. */
  addManifest(repository: string, bytes: Buffer, mediaType: string, tag?: string): string {
    const digest = sha256(bytes);
    const { manifests, tags } = this.repository(repository);
    manifests.set(digest, { bytes, mediaType });
    if (tag !== undefined) tags.set(tag, digest);
    return digest;
  }
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Whether a digest is that of the bytes. */
export function hasDigest(bytes: Buffer, digest: string): boolean {
  return sha256(bytes) === digest;
}
