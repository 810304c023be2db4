/**
 * What must not go. Each rule names images that it keeps, and by what; where a rule cannot tell (an image without a date
 * may be the newest), the image is kept. A rule says nothing of images that it does not keep: other rules may.
 */
import { buildTimeOf } from '../../model/build-time.js';
import { compareInstants, type Instant } from '../../model/instants.js';
import { familiarName, tryParseReference } from '../../model/reference.js';
import type { KeptImage } from '../../model/results/plan.js';
import type { ImageSet, SetImage } from '../set/image-set.js';

/** Why an image stays. */
export type Protection = Pick<KeptImage, 'reason' | 'detail'>;

/** The newest images of each repository, for each platform so many, and with the last of them all of its age. */
export function keepLast(set: ImageSet, count: number): Map<string, Protection> {
  const shelves = new Map<string, { readonly repository: string; readonly images: Set<SetImage> }>();
  for (const image of set.images) {
    for (const [key, repository] of repositoriesOf(image)) {
      const shelf = shelves.get(key) ?? { repository, images: new Set() };
      shelves.set(key, shelf);
      shelf.images.add(image);
    }
  }
  const kept = new Map<string, Protection>();
  for (const { repository, images } of shelves.values()) {
    for (const { id } of newest([...images], count)) {
      if (!kept.has(id)) kept.set(id, { reason: 'keep-last', detail: repository });
    }
  }
  return kept;
}

/** The images built at that time or later, and those of which nobody knows. */
export function keepNewer(set: ImageSet, time: Instant): Map<string, Protection> {
  const kept = new Map<string, Protection>();
  for (const { id, createdAt } of set.images) {
    const created = buildTimeOf(createdAt);
    if (created === null) kept.set(id, { reason: 'keep-newer', detail: 'no build time' });
    else if (compareInstants(created, time) >= 0) kept.set(id, { reason: 'keep-newer', detail: createdAt ?? '' });
  }
  return kept;
}

/** Local tags mean something in their archive only: there they are one repository. */
function repositoriesOf({ references, occurrences, platform }: SetImage): [key: string, repository: string][] {
  const names = references.flatMap((text): [string, string][] => {
    const reference = tryParseReference(text);
    if (reference === null) return [];
    return [[JSON.stringify([reference.domain, reference.path, platform]), familiarName(reference)]];
  });
  const local = occurrences.filter(({ record }) => record.localTags.length > 0);
  return [
    ...names,
    ...local.map(({ archive }): [string, string] => [JSON.stringify([archive, platform]), 'local tags']),
  ];
}

/** What is not known to be older than the image at that count: those without a build time are kept beside it. */
function newest(images: readonly SetImage[], count: number): SetImage[] {
  const timed = images.map((image) => ({ image, time: buildTimeOf(image.createdAt) }));
  const times = timed.flatMap(({ time }) => time ?? []).sort((a, b) => compareInstants(b, a));
  const last = times[Math.min(count, times.length) - 1];
  return timed
    .filter(({ time }) => time === null || (last !== undefined && compareInstants(time, last) >= 0))
    .map(({ image }) => image);
}
