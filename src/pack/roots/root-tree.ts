/**
 * What lies below one root: the manifests of the images that go in, and every body that these need. Hostile input: indexes
 * that point in circles; each document is followed once.
 */
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { attestationSubjectAnnotation } from '../../model/foreign/annotations.js';
import type { Descriptor, ManifestDocument } from '../../model/foreign/documents.js';
import { documentKind, parseLayerType } from '../../model/media-type.js';
import type { PlatformFields } from '../../model/platform.js';
import type { PackSelection } from '../pack-selection.js';
import type { StoredContent } from '../stored-content.js';

/** A manifest of an image, below a root or a root itself. */
export interface RootManifest {
  readonly digest: Digest;
  /** In the archives; null where it was made here. */
  readonly before: Digest | null;
  readonly imageId: string;
  readonly config: Digest;
  /** Base first. */
  readonly layers: readonly Digest[];
  /** Media types of the layers, in that order. */
  readonly layerTypes: readonly string[];
  readonly platform: PlatformFields | null;
}

/** What lies below one root. */
export class RootTree {
  readonly blobs = new Map<Digest, number>();
  readonly manifests: RootManifest[] = [];
  /** What is needed and is not there. */
  readonly lacks: string[] = [];
  /** Manifests and indexes that are there and were not read: nobody knows what they need. */
  readonly unread: Digest[] = [];
  readonly #content: StoredContent;
  readonly #wanted: PackSelection;

  constructor(content: StoredContent, wanted: PackSelection) {
    this.#content = content;
    this.#wanted = wanted;
  }

  /** Follows a descriptor of an index; false where nothing below it is wanted, or nothing of it is there. */
  follow(descriptor: Descriptor, digest: Digest, isChild = false): boolean {
    if (this.blobs.has(digest)) return true;
    const found = this.#content.documentOf(digest);
    const imageId = this.#content.imageIds.get(digest);
    if (imageId !== undefined && !this.#wanted.image(imageId)) return false;
    const isThere = this.#content.copiesOf(digest, descriptor.size).length > 0;
    // Platforms may be absent from an archive that has others.
    if (!isThere && isChild) return false;
    if (found?.kind === 'index') return this.#followIndex(found.document.manifests ?? [], descriptor, digest);
    if (isThere && found === null && this.#mayNeedMore(descriptor, isChild)) this.unread.push(digest);
    if (imageId === undefined && !this.#isWantedArtifact(descriptor, digest, isChild)) return false;
    this.#need(digest, descriptor.size, null);
    if (found?.kind === 'manifest') this.#followManifest(found.document, descriptor, digest, imageId);
    return true;
  }

  #followIndex(children: readonly Descriptor[], { size }: Descriptor, digest: Digest): boolean {
    this.#need(digest, size, null);
    const unreadBefore = this.unread.length;
    // What describes an image comes after it.
    const describes = ({ annotations }: Descriptor): boolean => annotations?.has(attestationSubjectAnnotation) ?? false;
    const ordered = [...children.filter((child) => !describes(child)), ...children.filter(describes)];
    const followed = ordered.filter((child) => {
      const below = tryParseDigest(child.digest);
      return below !== null && this.follow(child, below, true);
    });
    // What was not read may be what is wanted.
    if (followed.length > 0 || (this.unread.length > unreadBefore && this.#wanted.artifact(digest))) return true;
    this.unread.length = unreadBefore;
    this.blobs.delete(digest);
    return false;
  }

  /**
   * Of a body that was not read as a manifest: whether it is said to be one, and not only to describe an image of which nothing
   * that describes it is wanted. What has no type is one, where a manifest is named (image-spec, descriptor.md).
   */
  #mayNeedMore({ annotations, mediaType }: Descriptor, isChild: boolean): boolean {
    if (isChild && !this.#wanted.describing && annotations?.has(attestationSubjectAnnotation) === true) return false;
    return !mediaType || documentKind(mediaType) !== 'unknown';
  }

  #isWantedArtifact({ annotations }: Descriptor, digest: Digest, isChild: boolean): boolean {
    const subject = annotations?.get(attestationSubjectAnnotation);
    // An attestation lies in the index of what it describes, behind it.
    if (isChild && subject !== undefined) return this.#wanted.describing && this.blobs.has(subject as Digest);
    return this.#wanted.artifact(digest);
  }

  #followManifest(
    { config, layers, blobs }: ManifestDocument,
    { platform }: Descriptor,
    digest: Digest,
    imageId: string | undefined,
  ): void {
    const listed = layers ?? [];
    for (const part of [...(config == null ? [] : [config]), ...listed, ...(blobs ?? [])]) {
      const below = tryParseDigest(part.digest);
      if (below !== null) this.#need(below, part.size, part);
    }
    const configDigest = tryParseDigest(config?.digest);
    if (imageId === undefined || configDigest === null) return;
    this.manifests.push({
      digest,
      before: digest,
      imageId,
      config: configDigest,
      layers: listed.flatMap((layer) => tryParseDigest(layer.digest) ?? []),
      layerTypes: listed.flatMap((layer) => (tryParseDigest(layer.digest) === null ? [] : (layer.mediaType ?? ''))),
      platform: platform ?? null,
    });
  }

  #need(digest: Digest, sizeBytes: number, part: Descriptor | null): void {
    if (this.blobs.has(digest)) return;
    if (this.#content.copiesOf(digest, sizeBytes).length > 0) {
      this.blobs.set(digest, sizeBytes);
      return;
    }
    // Non-distributable layers are meant to be absent; bytes in a descriptor are there.
    if (part !== null && (parseLayerType(part.mediaType ?? '').foreign || part.data)) return;
    this.miss(digest);
  }

  miss(digest: string): void {
    this.lacks.push(`${digest} is nowhere intact`);
  }
}
