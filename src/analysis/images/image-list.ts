/**
 * The list of images as `docker image ls` has it: one row for each reference of an image, one without name for an image
 * that has none. Sizes, sharing and states are facts of the whole set, whichever rows are listed. What lies beside the
 * images is listed on demand.
 */

import { familiarName, type Reference, tryParseReference } from '../../model/reference.js';
import type { Inventory } from '../../model/results/inventory.js';
import type { ImageList, ListedImage } from '../../model/results/results.js';
import { filtered, finished, mapped, type Work } from '../../model/work/work.js';
import type { ImageFigures } from '../bytes/sharing.js';
import { type ImageSort, sortImages } from '../set/image-order.js';
import type { ImageSet, SetImage } from '../set/image-set.js';
import { otherItems } from '../set/other-items.js';
import { storedFacts } from '../set/stored-layers.js';

/** A row that was selected. */
export interface ImageListRow {
  readonly image: SetImage;
  readonly figures: ImageFigures;
  /** Normalised in full, or a local tag as written; null in the one row of an image without any. */
  readonly reference: string | null;
  readonly local: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly archives: readonly string[];
}

export interface ImageListOptions extends ImageSort {
  /** Also list what is no image, as far as it has to do with the images of the rows. */
  readonly all: boolean;
  /** Whether the rows are only a part of the set. */
  readonly filtered: boolean;
}

/** The rows as `varve ls` prints them, in the order that the options ask for. */
export function imageList(...args: Parameters<typeof makeImageList>): ImageList {
  return finished(makeImageList(...args));
}

/** The same, with rests. */
export function* makeImageList(
  inventory: Inventory,
  set: ImageSet,
  rows: readonly ImageListRow[],
  options: ImageListOptions,
): Work<ImageList> {
  const names = new NamesOfImages();
  const factsOf = factsByImage(inventory);
  const shown = yield* filtered(rows, (row) => !isShownByTag(row, names));
  const images = yield* mapped(shown, (row) => listedImage(row, factsOf(row.image), names));
  yield;
  return {
    kind: 'varve.images',
    schemaVersion: 1,
    verified: inventory.verified,
    images: yield* sortImages(images, options),
    others: options.all ? otherItems(inventory, set, options.filtered ? images : null) : [],
  };
}

/** What the names of an image say of each repository; looked at once, however many names and rows it has. */
interface RepositoryNames {
  isTagged: boolean;
  /** The first digest in a name that a manifest or index of the image has. */
  digest: string | null;
}

class NamesOfImages {
  readonly #names = new Map<SetImage, ReadonlyMap<string, RepositoryNames>>();

  of(image: SetImage, { domain, path }: Reference): RepositoryNames {
    const known = this.#names.get(image) ?? byRepository(image);
    this.#names.set(image, known);
    return known.get(`${domain}/${path}`) ?? { isTagged: false, digest: null };
  }
}

function byRepository(image: SetImage): Map<string, RepositoryNames> {
  const digests = new Set<string>([...image.indexDigests, ...image.manifestDigests]);
  const repositories = new Map<string, RepositoryNames>();
  for (const reference of image.references) {
    const name = tryParseReference(reference);
    if (name === null) continue;
    const key = `${name.domain}/${name.path}`;
    const found = repositories.get(key) ?? { isTagged: false, digest: null };
    repositories.set(key, found);
    found.isTagged ||= name.tag !== null;
    if (name.digest !== null && digests.has(name.digest)) found.digest ??= name.digest;
  }
  return repositories;
}

/** A name by digest of a repository in which the image has a tag too is told by the row of that tag, as in docker. */
function isShownByTag({ image, reference, local }: ImageListRow, names: NamesOfImages): boolean {
  const own = parsed(reference, local);
  return own !== null && own.tag === null && names.of(image, own).isTagged;
}

type ImageFacts = Pick<ListedImage, 'manifestDigests' | 'indexDigests' | 'storedBytes' | 'compressions' | 'layers'>;

/** What all rows of an image say alike, made once: an image of many layers may have many names. */
function factsByImage(inventory: Inventory): (image: SetImage) => ImageFacts {
  const known = new Map<SetImage, ImageFacts>();
  return (image) => {
    const facts = known.get(image) ?? {
      manifestDigests: [...image.manifestDigests],
      indexDigests: [...image.indexDigests],
      ...storedFacts(image, inventory),
      layers: image.layers.map(({ diffId }) => diffId),
    };
    known.set(image, facts);
    return facts;
  };
}

function listedImage(row: ImageListRow, facts: ImageFacts, names: NamesOfImages): ListedImage {
  const { image, reference, local, labels, archives } = row;
  const own = parsed(reference, local);
  const { attributedBytes: _, ...figures } = row.figures;
  return {
    kind: 'image',
    reference,
    repository: own === null ? null : familiarName(own),
    tag: local ? reference : (own?.tag ?? null),
    digest: digestOf(image, own, names),
    id: image.id,
    manifestDigests: facts.manifestDigests,
    indexDigests: facts.indexDigests,
    platform: image.platform,
    createdAt: image.createdAt,
    state: image.state,
    ...figures,
    storedBytes: facts.storedBytes,
    compressions: facts.compressions,
    labels,
    layers: facts.layers,
    archives: [...archives],
  };
}

/** The digest in the name, or in one of the same repository, where a manifest or index has it; else that of the first of them. */
function digestOf(image: SetImage, own: Reference | null, names: NamesOfImages): string | null {
  const known: readonly string[] = [...image.indexDigests, ...image.manifestDigests];
  if (own === null) return known[0] ?? null;
  if (own.digest !== null && known.includes(own.digest)) return own.digest;
  return names.of(image, own).digest ?? known[0] ?? null;
}

function parsed(reference: string | null, local: boolean): Reference | null {
  return reference === null || local ? null : tryParseReference(reference);
}
