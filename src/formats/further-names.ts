/**
 * How many names an image may have for what it is: lists have a row for each, and each row says all of the image. An image
 * of many layers or long labels with many names is a small archive and a list of terabytes, so that what the rows beyond
 * the first repeat is bounded. Names beyond that are reported, and not kept. Hostile input: names and layers as many as
 * their own limits allow.
 */
import { limitMessage } from '../model/limits.js';
import type { ArchiveView } from './archive-view.js';
import type { ClaimBook, ImageClaim } from './claims.js';

/** About what a digest takes in a list, its quotes and the space before it included. */
const digestBytes = 80;

/** Takes the names from images that are more than the limit allows; yields wherever whoever does it may rest. */
export function* boundFurtherNames(view: ArchiveView, book: ClaimBook): Generator<undefined, void, void> {
  const { furtherNamesBytes } = view.limits;
  let left = furtherNamesBytes;
  for (const image of book.images) {
    yield;
    const further = image.references.size + image.localTags.size - 1;
    if (further < 1) continue;
    const rowBytes = factsBytes(image);
    const kept = Math.min(further, Math.floor(left / rowBytes));
    left -= kept * rowBytes;
    if (kept === further) continue;
    keepFirst(image, kept + 1);
    const found = `${further + 1} names of one image, with what a list says of it for each, make more bytes`;
    book.report('limit-exceeded', limitMessage('furtherNamesBytes', furtherNamesBytes, found));
  }
}

/** What each row says, but for the name: at least a byte, so that no names are free. */
function factsBytes({ layers, manifestDigests, indexDigests, config }: ImageClaim): number {
  const digests = layers.length + manifestDigests.size + indexDigests.size;
  const labels = config?.['Labels'] == null ? '' : JSON.stringify(config['Labels']);
  return 1 + digestBytes * digests + labels.length;
}

/** The first so many names, full ones before local tags. */
function keepFirst({ references, localTags }: ImageClaim, count: number): void {
  let left = count;
  for (const names of [references, localTags]) {
    for (const name of names) {
      if (left > 0) left -= 1;
      else names.delete(name);
    }
  }
}
