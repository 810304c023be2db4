/**
 * What a registry holds as far as manifests and configs tell: the named roots, and each blob below them once, whatever
 * repositories it is in. Documents are here with their bytes, layers by what the manifests say of them. Plain data.
 */
import type { Digest } from '../../model/digest.js';
import type { Finding } from '../../model/finding.js';

/** A manifest or index that was asked for by name, or that refers to one by `subject`, which nothing else leads to. */
export interface RegistryRoot {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** In full, with its tag or digest; null of what only refers to another. */
  readonly name: string | null;
}

/** A blob of the registry, as it was first heard of. */
export interface GraphBlob {
  readonly digest: Digest;
  /** Of its bytes where they are here; else what the first descriptor says. */
  readonly sizeBytes: number;
  /** One that has it. */
  readonly repository: string;
  /** Null of what is no document, and of what was asked for and did not come. */
  readonly bytes: Buffer | null;
  /** Why it did not come; null where it did, or was not asked for. */
  readonly problem: string | null;
}

export interface RegistryGraph {
  readonly registry: string;
  readonly roots: readonly RegistryRoot[];
  readonly blobs: ReadonlyMap<Digest, GraphBlob>;
  readonly findings: readonly Finding[];
}
