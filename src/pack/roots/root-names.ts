/**
 * Who keeps a name that several roots of a set have. The same images under one name are one: the fullest form has it. Of
 * different images the newest has it, as in every count of Varve (analysis/set/states); where nothing says which that
 * is, the name is contested, and only whoever packs can say. A bare tag means nothing beyond its own archive.
 */

import type { ImageSet } from '../../analysis/set/image-set.js';
import { isIndexRoot, type Root } from './image-roots.js';

/** Several roots, and nothing says which of them a name means. */
export interface ContestedName {
  readonly name: string;
  readonly roots: readonly Root[];
}

/** The names of the roots that go in. */
export interface RootNames {
  readonly references: ReadonlyMap<Root, readonly string[]>;
  readonly localTags: ReadonlyMap<Root, readonly string[]>;
  /** Names that a root has lost to a newer one. */
  readonly superseded: ReadonlyMap<Root, readonly string[]>;
  readonly contested: readonly ContestedName[];
}

/** Gives each name to one root. `preferred`: positions of archives that have the say, the first first. */
export function nameRoots(roots: readonly Root[], set: ImageSet, preferred: readonly number[]): RootNames {
  const references = new Map<Root, string[]>();
  const localTags = new Map<Root, string[]>();
  const superseded = new Map<Root, string[]>();
  const contested: ContestedName[] = [];
  const newest = newestIds(set);
  const judge = (name: string, holders: readonly Root[], kept: Map<Root, string[]>): void => {
    const heldBy = newest.get(tagKey(name, kept === localTags)) ?? new Set();
    const outcome = winnerOf(holders, heldBy, preferred);
    if (outcome === null) {
      contested.push({ name, roots: holders });
      return;
    }
    push(kept, outcome.winner, name);
    for (const loser of outcome.losers) push(superseded, loser, name);
  };
  for (const [name, holders] of sorted(holdersOf(roots, (root) => root.references))) judge(name, holders, references);
  for (const [name, holders] of sorted(holdersOf(roots, (root) => root.localTags))) judge(name, holders, localTags);
  return { references, localTags, superseded, contested };
}

function holdersOf(roots: readonly Root[], namesOf: (root: Root) => ReadonlySet<string>): Map<string, Root[]> {
  const holders = new Map<string, Root[]>();
  for (const root of roots) for (const name of namesOf(root)) push(holders, name, root);
  return holders;
}

function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** The images that each name means where none is known to be newer, for every platform. */
function newestIds(set: ImageSet): ReadonlyMap<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const { reference, archive, images } of set.tags) {
    const key = tagKey(reference, archive !== null);
    const ids = byName.get(key) ?? new Set();
    byName.set(key, ids);
    for (const position of images) ids.add(set.images[position]?.id ?? '');
  }
  return byName;
}

function tagKey(name: string, isLocal: boolean): string {
  return `${isLocal ? 'local' : 'full'} ${name}`;
}

interface Outcome {
  readonly winner: Root;
  /** Those of other images. */
  readonly losers: readonly Root[];
}

/** Null where it is contested. */
function winnerOf(holders: readonly Root[], newest: ReadonlySet<string>, preferred: readonly number[]): Outcome | null {
  const groups = new Map<string, Root[]>();
  for (const root of holders) push(groups, contentKey(root), root);
  const group = chosenGroup([...groups.values()], newest, preferred);
  if (group === null) return null;
  const [winner] = [...group].sort(byForm);
  if (winner === undefined) return null;
  const ids = new Set(idsOf(winner));
  // A platform of what the name means has not lost it.
  const losers = holders.filter((root) => !group.includes(root) && !isPart(idsOf(root), ids));
  return { winner, losers };
}

function chosenGroup(
  groups: readonly Root[][],
  newest: ReadonlySet<string>,
  preferred: readonly number[],
): Root[] | null {
  if (groups.length === 1) return groups[0] ?? null;
  for (const archive of preferred) {
    const own = groups.filter((group) => group.some(({ archives }) => archives.has(archive)));
    if (own.length === 1) return own[0] ?? null;
  }
  const full = groups.filter((group) => {
    const ids = new Set(group.flatMap(idsOf));
    return ids.size > 0 && newest.size > 0 && isPart([...newest], ids);
  });
  // Of several that have all that is newest, the one with nothing else; else nobody can tell.
  const exact = full.filter((group) => isPart(group.flatMap(idsOf), newest));
  const chosen = full.length === 1 ? full : exact;
  return chosen.length === 1 ? (chosen[0] ?? null) : null;
}

/** Roots with equal keys mean the same. */
function contentKey(root: Root): string {
  const ids = idsOf(root);
  return ids.length === 0 ? root.digest : [...ids].sort().join(' ');
}

function idsOf({ manifests }: Root): string[] {
  return [...new Set(manifests.map(({ imageId }) => imageId))];
}

function isPart(ids: readonly string[], all: ReadonlySet<string>): boolean {
  return ids.length > 0 && ids.every((id) => all.has(id));
}

/** A stored manifest before one that is made here, an index before a manifest, then the lowest digest. */
export function byForm(a: Root, b: Root): number {
  const rank = (root: Root): number => (root.made === null ? 0 : 2) + (isIndexRoot(root) ? 0 : 1);
  return rank(a) - rank(b) || (a.digest < b.digest ? -1 : 1);
}
