/**
 * Names → images of registries: what each name means there, and all documents that it needs. What is at hand is not asked for:
 * a document of which the digest is known comes from the store where that has it.
 */
import type { ContentBlob } from '../../content/transfer/content.js';
import type { Digest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import type { Limits } from '../../model/limits.js';
import { isImageConfigType } from '../../model/media-type.js';
import { formatReference, parseReference, type Reference, withDefaultTag } from '../../model/reference.js';
import { type RepositoryPlace, repositoryPlace } from '../../remote/place.js';
import { type ImageGraph, readImageGraph } from '../image-graph.js';
import type { ReadRegistry } from '../registries.js';
import { childChoice, type PlatformWish } from './platform-choice.js';

/** An image of a registry, with its documents. */
export interface PulledImage {
  readonly name: string;
  readonly place: RepositoryPlace;
  readonly graph: ImageGraph;
  /** The config of an image that no index offers beside others, where platforms were asked for: it says for which one it is. */
  readonly config: ImageConfigBlob | null;
}

export interface ImageConfigBlob {
  readonly digest: Digest;
  readonly bytes: Buffer;
}

/** A document that is at hand, whatever it is; null where it is not. */
export type LocalDocument = (digest: Digest, sizeBytes: number | null) => Buffer | null;

export interface ResolveSettings {
  readonly client: ReadRegistry;
  readonly wish: PlatformWish;
  readonly limits: Limits;
  readonly local: LocalDocument;
  /** What a name means in the store, which the registry may mean as well. */
  readonly holderOf: (name: string) => Digest | null;
}

/** A name as it is typed: docker's short forms, or with skopeo's `docker://` before it. Throws VarveError `usage`. */
export function pullReference(word: string): Reference {
  try {
    const reference = withDefaultTag(parseReference(word.replace(/^docker:\/\//, '')));
    // As docker has it: a digest says which, and the tag beside it nothing.
    return reference.digest === null ? reference : { ...reference, tag: null };
  } catch (cause) {
    const reason = cause instanceof VarveError ? cause.message : String(cause);
    throw new VarveError('usage', reason, { cause });
  }
}

/** Finds an image and reads its documents. Throws VarveError where it is not there or not right. */
export async function resolveImage(reference: Reference, settings: ResolveSettings): Promise<PulledImage> {
  const { client, wish, limits, local } = settings;
  const name = formatReference(reference);
  const place = repositoryPlace(reference);
  const root = await rootOf(reference, name, settings);
  const graph = await readImageGraph(root, root.bytes, {
    name,
    limits,
    choose: childChoice(wish, name),
    documentOf: async ({ digest, sizeBytes }) =>
      local(digest, sizeBytes) ?? (await client.manifest(place, digest))?.bytes ?? null,
  });
  const config = wish.kind === 'some' ? await singleConfig(graph, place, settings) : null;
  return { name, place, graph, config };
}

/** Null for an index, for what is no image, and for a config that is larger than a document may be. */
async function singleConfig(
  { root, nodes, manifests }: ImageGraph,
  place: RepositoryPlace,
  { client, limits, local }: ResolveSettings,
): Promise<ImageConfigBlob | null> {
  const [config] = root.role === 'manifest' ? manifests.map(({ document }) => document.config) : [];
  const blob = nodes.get(config?.digest as Digest);
  if (blob === undefined || !isImageConfigType(config?.mediaType ?? null) || blob.sizeBytes > limits.documentBytes) {
    return null;
  }
  const { digest, sizeBytes } = blob;
  return { digest, bytes: local(digest, sizeBytes) ?? (await client.blobDocument(place, blob)) };
}

async function rootOf(
  reference: Reference,
  name: string,
  { client, local, holderOf }: ResolveSettings,
): Promise<ContentBlob & { readonly bytes: Buffer }> {
  const place = repositoryPlace(reference);
  const asked = reference.digest ?? reference.tag ?? '';
  const held = reference.digest ?? holderOf(name);
  if (held !== null && local(held, null) !== null) {
    // Only whether it still means that is asked.
    const found = reference.digest === null ? await client.headManifest(place, asked) : null;
    const digest = reference.digest ?? found?.digest ?? null;
    const bytes = digest === null ? null : local(digest, found?.sizeBytes ?? null);
    if (digest !== null && bytes !== null) {
      return { digest, sizeBytes: bytes.length, mediaType: found?.mediaType ?? '', bytes };
    }
  }
  const document = await client.manifest(place, asked);
  if (document !== null) return document;
  const what = reference.digest === null ? `has no tag ${reference.tag}` : `has no ${reference.digest}`;
  throw new VarveError(
    'input-unreadable',
    `${name} is not there: ${place.registry}/${place.repository} ${what}, or is not shown to whoever is not logged in`,
  );
}
