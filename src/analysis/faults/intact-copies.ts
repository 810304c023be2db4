/**
 * Where an intact copy of what is damaged lies: in any archive of the set, as the same bytes, as the same layer in another
 * stored form, or, for an archive that is cut, as its images whole. Only what was compared with a digest is called intact.
 * All that is wanted is looked up in one pass over the set, and equal wants are answered once: a hostile set may have one
 * body a thousand times, damaged and intact.
 */

import type { IntactCopy } from '../../model/results/faults.js';
import type { ArchiveRecord, EntryRecord, Inventory } from '../../model/results/inventory.js';
import { textKey } from '../../model/text-key.js';
import { eachOf, type Work } from '../../model/work/work.js';
import { readableArchives } from '../set/distinct-images.js';

/** What a fault would be mended with. */
export interface Wanted {
  readonly digests: ReadonlySet<string>;
  readonly diffIds: ReadonlySet<string>;
  /** IDs of images: all of them are wanted if `whole`, else copies in archives that have them whole stand first. */
  readonly images: ReadonlySet<string>;
  readonly whole: boolean;
}

export interface FoundCopies {
  readonly copies: readonly IntactCopy[];
  /** How many more there are. */
  readonly more: number;
}

interface Placed {
  readonly archive: ArchiveRecord;
  readonly record: EntryRecord;
}

/** The intact copies of everything that any of the wants names. */
export class IntactCopies {
  readonly #byDigest = new Map<string, Placed[]>();
  readonly #byDiffId = new Map<string, Placed[]>();
  readonly #wholeImages = new Map<string, Set<string>>();
  readonly #recorded = new Set<string>();
  readonly #answers = new Map<string, FoundCopies>();

  /** Looks up what is wanted; once, before anything is asked. */
  *find(inventory: Inventory, wants: readonly Wanted[]): Work<void> {
    yield* eachOf(wants, ({ digests, diffIds, images }) => {
      for (const digest of digests) this.#byDigest.set(textKey(digest), []);
      for (const diffId of diffIds) this.#byDiffId.set(diffId, []);
      for (const id of images) this.#wholeImages.set(textKey(id), new Set());
    });
    if (this.#byDigest.size + this.#byDiffId.size + this.#wholeImages.size === 0) return;
    for (const [, archive] of readableArchives(inventory)) yield* this.#take(archive);
  }

  /** The best `most`: the same bytes before other forms, then what lies beside the whole image, then in input order. */
  of(wanted: Wanted, most: number): FoundCopies {
    const key = textKey(
      JSON.stringify([[...wanted.digests], [...wanted.diffIds], [...wanted.images], wanted.whole, most]),
    );
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const all = wanted.whole ? this.#wholeArchives(wanted) : this.#bodies(wanted);
    const answer = { copies: all.slice(0, most), more: Math.max(0, all.length - most) };
    this.#answers.set(key, answer);
    return answer;
  }

  *#take(archive: ArchiveRecord): Work<void> {
    if (archive.recorded === true || archive.status === 'recorded') this.#recorded.add(archive.path);
    yield* eachOf(archive.entries, (record) => {
      const { digest, diffId, intact } = record;
      if (intact !== true) return;
      if (digest !== null) this.#byDigest.get(digest)?.push({ archive, record });
      if (diffId !== null) this.#byDiffId.get(diffId)?.push({ archive, record });
    });
    yield* eachOf(archive.images, ({ id, configEntry, layers, reaches }) => {
      const holders = this.#wholeImages.get(textKey(id));
      if (holders === undefined || configEntry === null || layers.some(({ entry }) => entry === null)) return;
      if (reaches.every((entry) => archive.entries[entry]?.intact === true)) holders.add(archive.path);
    });
  }

  #bodies({ digests, diffIds, images }: Wanted): IntactCopy[] {
    const copies = new Map<EntryRecord, IntactCopy>();
    const add = ({ archive: { path }, record }: Placed, sameBytes: boolean): void => {
      if (!copies.has(record)) copies.set(record, this.#copy(path, record.name, sameBytes));
    };
    for (const digest of digests) for (const placed of this.#byDigest.get(textKey(digest)) ?? []) add(placed, true);
    for (const diffId of diffIds) for (const placed of this.#byDiffId.get(diffId) ?? []) add(placed, false);
    const holders = this.#holders(images);
    const rank = ({ sameBytes, archive }: IntactCopy) => (sameBytes ? 0 : 2) + (holders.has(archive) ? 0 : 1);
    return [...copies.values()].sort((a, b) => rank(a) - rank(b));
  }

  #wholeArchives({ images }: Wanted): IntactCopy[] {
    return [...this.#holders(images)].map((path) => this.#copy(path, null, true));
  }

  /** Archives that have all of these images whole and intact; none where there is no image. */
  #holders(images: ReadonlySet<string>): Set<string> {
    const [first, ...others] = [...images].map((id) => this.#wholeImages.get(textKey(id)) ?? new Set<string>());
    return new Set([...(first ?? [])].filter((path) => others.every((holders) => holders.has(path))));
  }

  #copy(archive: string, entry: string | null, sameBytes: boolean): IntactCopy {
    return { archive, entry, sameBytes, recorded: this.#recorded.has(archive) };
  }
}
