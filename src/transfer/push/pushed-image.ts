/** An image as it goes to a registry: what of it is sent, under which name, and what describes it. */
import type { ContentNode } from '../../content/transfer/transfer-plan.js';
import { type Digest, tryParseDigest } from '../../model/digest.js';
import { VarveError } from '../../model/error.js';
import { isImageConfigType } from '../../model/media-type.js';
import { formatReference } from '../../model/reference.js';
import type { Root } from '../../pack/roots/image-roots.js';
import { type RepositoryPlace, repositoryPlace } from '../../remote/place.js';
import type { ImageGraph } from '../image-graph.js';
import type { LocalImages } from './local-images.js';
import type { PushRequest } from './push-request.js';

export interface PushedImage {
  readonly request: PushRequest;
  readonly name: string;
  readonly place: RepositoryPlace;
  readonly tag: string;
  readonly root: ContentNode;
  /** What the root names and is not here. */
  readonly lacking: readonly Digest[];
  /** The only image of a root that is not whole here; null where there are several. */
  readonly alone: ContentNode | null;
  /** Of the root and of all that describes it. */
  readonly nodes: ReadonlyMap<Digest, ContentNode>;
  readonly documents: ReadonlyMap<Digest, Buffer>;
  readonly referrers: readonly ContentNode[];
  readonly layers: readonly Digest[];
  readonly foreign: readonly Digest[];
}

/** Looks an image up and follows all that it needs. Throws VarveError where it cannot be pushed. */
export async function pushedImage(images: LocalImages, root: Root, request: PushRequest): Promise<PushedImage> {
  const whole = await images.graphOf(root);
  const nodes = new Map(whole.nodes);
  const documents = new Map(whole.documents);
  const referrers: ContentNode[] = [];
  for (const referrer of images.referrersOf(documents.keys())) {
    const graph = await images.graphOf(referrer);
    referrers.push(graph.root);
    for (const [digest, own] of graph.nodes) nodes.set(digest, own);
    for (const [digest, bytes] of graph.documents) documents.set(digest, bytes);
  }
  return {
    request,
    name: formatReference(request.target),
    place: repositoryPlace(request.target),
    tag: request.target.tag ?? '',
    root: whole.root,
    lacking: whole.absent.flatMap(({ digest }) => tryParseDigest(digest) ?? []),
    alone: onlyImage(whole),
    nodes,
    documents,
    referrers,
    layers: layersOf(whole),
    foreign: [...new Set(whole.foreign.map(({ digest }) => digest))],
  };
}

function onlyImage({ manifests, nodes }: ImageGraph): ContentNode | null {
  const images = manifests.filter(({ document }) => isImageConfigType(document.config?.mediaType ?? null));
  return images.length === 1 ? (nodes.get(images[0]?.digest as Digest) ?? null) : null;
}

/**
 * What is pushed where the registry has not what is lacking here: a registry takes an index only whole, so the one image of it
 * that is here goes alone, as docker has it. Throws VarveError where there are several.
 */
export function partialRoot({ alone, lacking, name }: PushedImage): ContentNode {
  if (alone !== null) return alone;
  const shown = lacking.slice(0, 3);
  const more = lacking.length > shown.length ? ` and ${lacking.length - shown.length} more` : '';
  throw new VarveError(
    'input-unreadable',
    `${name}: of what its index names, ${shown.join(', ')}${more} is neither here nor there, and a registry takes an index only whole; varve pull --all-platforms brings all of it`,
  );
}

function layersOf({ manifests, nodes }: ImageGraph): Digest[] {
  const listed = manifests.flatMap(({ document }) => [...(document.layers ?? []), ...(document.blobs ?? [])]);
  const digests = listed.flatMap(({ digest }) => tryParseDigest(digest) ?? []);
  return [...new Set(digests)].filter((digest) => nodes.has(digest));
}
