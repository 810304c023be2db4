/**
 * Contested tags: several images carry one, of one platform, and nothing says which of them is the newest. A store that
 * loads all of the archives gives the tag to whichever comes last, so people have to decide. As a finding each stands with
 * the archives that carry it; the tags come from archives that nobody vouches for and may be any number.
 */
import { type Finding, finding } from '../../model/finding.js';
import { FindingList } from '../../model/finding-list.js';
import { limits } from '../../model/limits.js';
import type { ImageRecord, Inventory } from '../../model/results/inventory.js';
import type { Report } from '../../model/results/results.js';
import { eachOf, mapped, type Work } from '../../model/work/work.js';
import type { ImageSet } from './image-set.js';
import type { HeldTag } from './states.js';

const shownIds = 5;

/** In first-seen order; image IDs in that of the set. */
export function* contestedTags(set: ImageSet, { archives }: Inventory): Work<Report['contested']> {
  return yield* mapped(contested(set), ({ reference, platform, archive, images }) => ({
    reference,
    platform,
    archive: archive === null ? null : (archives[archive]?.path ?? ''),
    images: images.flatMap((image) => set.images[image]?.id ?? []),
  }));
}

/** The hints `tag-contested`, by the position of the archive that carries the tag. */
export function* contestedFindings(set: ImageSet): Work<Map<number, Finding[]>> {
  const lists = new Map<number, FindingList>();
  const names = new NamesOfRecords();
  for (const tag of contested(set)) {
    for (const archive of yield* carriersOf(tag, set, names)) {
      const list = lists.get(archive) ?? new FindingList(limits.findings, null);
      lists.set(archive, list);
      list.add(findingOf(tag, set));
    }
  }
  return new Map([...lists].map(([archive, list]) => [archive, list.all()]));
}

function contested({ tags }: ImageSet): HeldTag[] {
  return tags.filter(({ images }) => images.length > 1);
}

/** The archives that give the tag to one of its images. */
function* carriersOf(
  { reference, archive: own, images }: HeldTag,
  set: ImageSet,
  names: NamesOfRecords,
): Work<Set<number>> {
  const carriers = new Set<number>();
  yield* eachOf(images, (image) => {
    for (const { archive, record } of set.images[image]?.occurrences ?? []) {
      if (own !== null && own !== archive) continue;
      if (names.of(record)[own === null ? 'references' : 'localTags'].has(reference)) carriers.add(archive);
    }
  });
  return carriers;
}

/** The names of records to be looked up: a thousand images may have a thousand names each, all of them contested. */
class NamesOfRecords {
  readonly #known = new Map<ImageRecord, Readonly<Record<'references' | 'localTags', ReadonlySet<string>>>>();

  of(record: ImageRecord) {
    const known = this.#known.get(record);
    if (known !== undefined) return known;
    const names = { references: new Set(record.references), localTags: new Set(record.localTags) };
    this.#known.set(record, names);
    return names;
  }
}

function findingOf({ reference, images }: HeldTag, set: ImageSet): Finding {
  const ids = images.flatMap((image) => set.images[image]?.id ?? []);
  const more = ids.length > shownIds ? ` and ${ids.length - shownIds} more` : '';
  const text = `${images.length} images carry this tag, and nothing says which is the newest: `;
  return finding('tag-contested', `${text}${ids.slice(0, shownIds).join(', ')}${more}`, { subject: reference });
}
