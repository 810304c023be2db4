/**
 * Which images are built on which: a tree of chains of layers. An image is the base of another where all of its layers
 * are the first layers of the other. Where images have first layers in common that no image ends with, the tree has a
 * node without an image, so that every shared chain shows, whether its own image is among the inputs or not. Hostile
 * input: chains of ten thousand layers and trees as deep; nothing here calls itself.
 */
import { chainIds } from '../../model/chain-id.js';
import type { Digest } from '../../model/digest.js';
import type { Sha256 } from '../../model/hashing.js';
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageTree, TreeNode } from '../../model/results/results.js';
import type { ImageSet, SetImage } from '../set/image-set.js';
import type { Layer } from '../set/layer-table.js';

/** A place where an image ends or images part. */
interface Chain {
  /** What it has beyond its parent; the root and images without layers have none. */
  layers: readonly Layer[];
  readonly images: SetImage[];
  /** By the key of their first layer, in first-seen order. */
  children: Map<string, Chain>;
}

/** A chain with its place in the tree. */
interface Place {
  readonly chain: Chain;
  readonly parent: Place | null;
  readonly depth: number;
  readonly chainId: Digest | null;
  readonly layerCount: number;
  readonly added: LayerBytes;
  readonly size: LayerBytes;
}

/** What layers weigh together, as far as it is known, or else as far as they claim it. */
interface LayerBytes {
  readonly known: number | null;
  readonly claimed: number | null;
}

/**
 * The tree of all images of the set. `only`: those that are asked for; what neither leads to one of them nor is built on
 * one is then left out.
 */
export function imageTree(
  set: ImageSet,
  { verified }: Inventory,
  sha256: Sha256,
  only: ReadonlySet<string> | null = null,
): ImageTree {
  const all = placesOf(rootChain(set.images), sha256);
  const places = only === null ? all : related(all, only);
  const positions = new Map(places.map((place, position) => [place, position]));
  return {
    kind: 'varve.tree',
    schemaVersion: 1,
    verified,
    nodes: places.map((place) => nodeOf(place, positions)),
    images: treeImages(places),
  };
}

function rootChain(images: readonly SetImage[]): Chain {
  const root: Chain = { layers: [], images: [], children: new Map() };
  for (const image of images) insert(root, image);
  return root;
}

/** Follows the chain of an image down the tree, parts it where the image leaves it, and notes where the image ends. */
function insert(root: Chain, image: SetImage): void {
  const layers = image.setLayers;
  let at = root;
  let depth = 0;
  for (let first = layers[0]; first !== undefined; first = layers[depth]) {
    const next = at.children.get(first.key);
    if (next === undefined) {
      at.children.set(first.key, { layers: layers.slice(depth), images: [image], children: new Map() });
      return;
    }
    const same = commonLength(next.layers, layers, depth);
    const part = next.layers[same];
    depth += same;
    if (part === undefined) at = next;
    else {
      const upper: Chain = { layers: next.layers.slice(0, same), images: [], children: new Map([[part.key, next]]) };
      next.layers = next.layers.slice(same);
      // In the place of the old one, so that children keep the order in which they were first seen.
      at.children.set(first.key, upper);
      at = upper;
    }
  }
  at.images.push(image);
}

function commonLength(chain: readonly Layer[], layers: readonly Layer[], depth: number): number {
  let length = 0;
  while (length < chain.length && chain[length]?.key === layers[depth + length]?.key) length += 1;
  return length;
}

/** Every chain, each before what is built on it; images without layers are a chain of their own. */
function placesOf(root: Chain, sha256: Sha256): Place[] {
  const places: Place[] = [];
  const alone: Chain = { layers: [], images: root.images, children: new Map() };
  const roots = [...(root.images.length === 0 ? [] : [alone]), ...root.children.values()];
  const waiting = roots.reverse().map((chain) => ({ chain, parent: null as Place | null }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const place = placeOf(next.chain, next.parent, sha256);
    places.push(place);
    for (const child of [...next.chain.children.values()].reverse()) waiting.push({ chain: child, parent: place });
  }
  return places;
}

function placeOf(chain: Chain, parent: Place | null, sha256: Sha256): Place {
  const added = sum(
    chain.layers.map(({ sizeBytes, claimedSizeBytes }) => ({ known: sizeBytes, claimed: claimedSizeBytes })),
  );
  const diffIds = chain.layers.map(({ diffId }) => diffId);
  return {
    chain,
    parent,
    depth: parent === null ? 0 : parent.depth + 1,
    chainId: chainIds(diffIds, sha256, parent?.chainId).at(-1) ?? null,
    layerCount: (parent?.layerCount ?? 0) + chain.layers.length,
    added,
    size: parent === null ? added : sum([parent.size, added]),
  };
}

function sum(sizes: readonly LayerBytes[]): LayerBytes {
  const add = (parts: readonly (number | null)[]) =>
    parts.reduce<number | null>((total, part) => (total === null || part === null ? null : total + part), 0);
  const known = add(sizes.map((size) => size.known));
  return { known, claimed: known === null ? add(sizes.map((size) => size.known ?? size.claimed)) : null };
}

/** The places that lead to one of these images, hold one, or are built on one. */
function related(places: readonly Place[], only: ReadonlySet<string>): Place[] {
  const asked = new Set<Place>();
  const leading = new Set<Place>();
  for (const place of places) {
    const isBuiltOn = place.parent !== null && asked.has(place.parent);
    if (!isBuiltOn && !place.chain.images.some(({ id }) => only.has(id))) continue;
    asked.add(place);
    for (let at = place.parent; at !== null && !leading.has(at); at = at.parent) leading.add(at);
  }
  return places.filter((place) => asked.has(place) || leading.has(place));
}

function nodeOf(place: Place, positions: ReadonlyMap<Place, number>): TreeNode {
  const { chain, parent, depth, chainId, layerCount, added, size } = place;
  return {
    parent: parent === null ? null : (positions.get(parent) ?? null),
    depth,
    chainId,
    images: chain.images.map(({ id }) => id),
    layers: chain.layers.map(({ diffId, sizeBytes, claimedSizeBytes }) => ({ diffId, sizeBytes, claimedSizeBytes })),
    layerCount,
    addedBytes: added.known,
    claimedAddedBytes: added.claimed,
    sizeBytes: size.known,
    claimedSizeBytes: size.claimed,
  };
}

function treeImages(places: readonly Place[]): ImageTree['images'] {
  const derived = new Map<Place, string[]>();
  const rows = places.flatMap((place, node) => {
    const base = baseOf(place);
    const known = base === null ? [] : (derived.get(base) ?? []);
    if (base !== null) derived.set(base, known);
    for (const { id } of place.chain.images) known.push(id);
    return place.chain.images.map((image) => ({ place, node, base, image }));
  });
  return rows.map(({ place, node, base, image }) => ({
    id: image.id,
    references: [...new Set([...image.references, ...image.localTags])].sort(),
    platform: image.platform,
    createdAt: image.createdAt,
    node,
    bases: base === null ? [] : base.chain.images.map(({ id }) => id),
    derived: [...(derived.get(place) ?? [])],
  }));
}

/** The nearest chain below at whose end there is an image. */
function baseOf(place: Place): Place | null {
  let at = place.parent;
  while (at !== null && at.chain.images.length === 0) at = at.parent;
  return at;
}
