/**
 * What may go on describing an image whose digest has changed: documents about its contents, which nobody signed. Whatever
 * else names that digest, by `subject`, by an annotation or by a tag of cosign's, may be a signature of it, and is taken for
 * one: followed, it would be a signature that fails.
 */
import { type Digest, digestOf } from '../../model/digest.js';
import type { ManifestDocument } from '../../model/foreign/documents.js';

/** Statements of BuildKit, and lists of packages; none of them holds a signature. */
const unsignedTypes: ReadonlySet<string> = new Set([
  'application/vnd.in-toto+json',
  'application/spdx+json',
  'text/spdx+json',
  'text/spdx',
  'text/spdx+xml',
  'application/vnd.cyclonedx+json',
  'application/vnd.cyclonedx+xml',
  'application/vnd.cyclonedx',
  'application/vnd.syft+json',
]);

/** What holds nothing: the config and the layer of an artifact without one. */
const emptyType = 'application/vnd.oci.empty.v1+json';

/** What BuildKit calls the manifest of an attestation. */
const attestationType = 'application/vnd.docker.attestation.manifest.v1+json';

/** Whether nothing in it can be a signature: it and each of its layers are of a type that has none. */
export function isUnsigned({ artifactType, layers, blobs }: ManifestDocument): boolean {
  if (artifactType && artifactType !== attestationType && !unsignedTypes.has(artifactType)) return false;
  const parts = [...(layers ?? []), ...(blobs ?? [])].map(({ mediaType }) => mediaType ?? '');
  const told = parts.filter((mediaType) => mediaType !== emptyType);
  if (told.length === 0) return Boolean(artifactType);
  return told.every((mediaType) => unsignedTypes.has(mediaType));
}

/** The digest that a tag of cosign's (`sha256-HEX.sig`) or of the referrers of an image (`sha256-HEX`) means; else null. */
export function digestInTag(name: string): Digest | null {
  const match = /(?:^|:)(sha256|sha512)-([0-9a-f]+)(?:\.(?:sig|att|sbom))?$/.exec(name);
  return match === null ? null : digestOf(match[1] ?? '', match[2] ?? '');
}
