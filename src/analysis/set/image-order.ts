/**
 * The order of a list of images. As in docker the newest come first; where that does not decide, the names do. What is
 * not known stands last, in both directions: an unknown size is neither small nor large. Where only a claim is known, it
 * decides, as it is what the list shows.
 */
import { buildTimeOf } from '../../model/build-time.js';
import type { ListedImage } from '../../model/results/results.js';
import { mapped, sorted, type Work } from '../../model/work/work.js';

export interface ImageSort {
  /** `created`, `size`, `shared` and `unique` put the greatest first, `id` and `name` the first of the alphabet. */
  readonly sort: 'created' | 'id' | 'name' | 'size' | 'shared' | 'unique';
  readonly reverse: boolean;
  /** Which ID is shown, and so sorted by: that of the config, or that of the manifest or index. */
  readonly idKind: 'config' | 'manifest';
}

/** What two images are compared by, the first difference decides; null where it is not known. */
type Key = readonly (number | string)[] | null;

/** A sorted copy. */
export function* sortImages(images: readonly ListedImage[], { sort, reverse, idKind }: ImageSort): Work<ListedImage[]> {
  const direction = reverse ? -1 : 1;
  const keyed = yield* mapped(images, (image) => ({
    image,
    key: keyOf(image, sort, idKind),
    names: namesOf(image),
  }));
  const inOrder = yield* sorted(keyed, (a, b) => {
    const unknown = Number(a.key === null) - Number(b.key === null);
    return unknown || direction * compare(a.key ?? [], b.key ?? []) || compare(a.names, b.names);
  });
  return yield* mapped(inOrder, ({ image }) => image);
}

function keyOf(image: ListedImage, sort: ImageSort['sort'], idKind: ImageSort['idKind']): Key {
  switch (sort) {
    case 'created': {
      const created = buildTimeOf(image.createdAt);
      return created === null ? null : [-created.seconds, -created.nanoseconds];
    }
    case 'id': {
      const id = idKind === 'config' ? image.id : image.digest;
      return id === null ? null : [id];
    }
    case 'name':
      return image.reference === null ? null : [image.repository ?? '', image.tag ?? ''];
    case 'size':
      return greatestFirst(image.sizeBytes ?? image.claimedSizeBytes);
    case 'shared':
      return greatestFirst(image.sharedBytes ?? image.claimedSharedBytes);
    case 'unique':
      return greatestFirst(image.uniqueBytes ?? image.claimedUniqueBytes);
  }
}

function greatestFirst(bytes: number | null): Key {
  return bytes === null ? null : [-bytes];
}

/** Decides between images that are otherwise equal, the same way for any order of the inputs. */
function namesOf({ repository, tag, reference, platform, id }: ListedImage): readonly string[] {
  return [reference === null ? '1' : '0', repository ?? '', tag ?? '', platform ?? '', reference ?? '', id];
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [position, left] of a.entries()) {
    const right = b[position];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}
