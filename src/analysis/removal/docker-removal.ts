/**
 * A removal by docker's rules (docker image rm): what is in use, what has several names and is given by its ID, and what
 * another image is made of stays and is named with its user; the rest goes by the plan of all of it together. Pure.
 */
import type { Inventory } from '../../model/results/inventory.js';
import type { Work } from '../../model/work/work.js';
import { isBaseOf } from '../set/bases.js';
import type { ImageSet } from '../set/image-set.js';
import { type DecidedPlan, decidePlan } from './plan.js';
import type { Ask } from './removal.js';

/** One word of whoever asks, and what it means. */
export interface AskedWord {
  readonly word: string;
  readonly asks: readonly Ask[];
  /** Digests of what is no image and goes by this word. */
  readonly artifacts: readonly string[];
  /** All names of what was given by its ID; none of what was given by a name. */
  readonly names: readonly string[];
}

/** A word of which nothing goes, and what speaks against it: its names, the name in use, or the image made of it. */
export interface RefusedWord {
  readonly word: string;
  readonly cause: 'several-names' | 'in-use' | 'base';
  readonly by: readonly string[];
}

export interface DockerRules {
  /** Whether all goes that was asked for. */
  readonly force: boolean;
  /** The images that are in use, by ID, each with the name by which it is. */
  readonly inUse: ReadonlyMap<string, string>;
  /** Positions of archives that are stores. */
  readonly stores: ReadonlySet<number>;
}

/** What goes, and what was asked for and stays. */
export interface DockerRemoval extends DecidedPlan {
  readonly allowed: readonly AskedWord[];
  readonly refused: readonly RefusedWord[];
}

/** Decides what goes of what was asked for. */
export function* removeAsDocker(
  inventory: Inventory,
  set: ImageSet,
  asked: readonly AskedWord[],
  rules: DockerRules,
): Work<DockerRemoval> {
  const refused: RefusedWord[] = [];
  const without = (words: readonly AskedWord[], refusalOf: (word: AskedWord) => RefusedWord | null): AskedWord[] =>
    words.filter((word) => {
      const refusal = refusalOf(word);
      if (refusal !== null) refused.push(refusal);
      return refusal === null;
    });
  const free = rules.force ? asked : without(without(asked, severalNames), (word) => inUse(word, rules.inUse));
  const decided = yield* decidePlan(inventory, set, requestOf(free, rules));
  const bases = rules.force ? new Map<string, string>() : basesOf(set, new Set(decided.plan.removed));
  if (bases.size === 0) return { ...decided, allowed: free, refused };
  const allowed = without(free, (word) => baseOf(word, bases));
  return { ...(yield* decidePlan(inventory, set, requestOf(allowed, rules))), allowed, refused };
}

function requestOf(asked: readonly AskedWord[], { stores }: DockerRules) {
  return {
    asks: asked.flatMap(({ asks }) => asks),
    artifacts: new Set(asked.flatMap(({ artifacts }) => artifacts)),
    files: new Set<never>(),
    copies: new Set<never>(),
    protections: new Map(),
    goal: null,
    inUse: null,
    stores,
  };
}

function severalNames({ word, names }: AskedWord): RefusedWord | null {
  return names.length > 1 ? { word, cause: 'several-names', by: names } : null;
}

function inUse({ word, asks }: AskedWord, used: DockerRules['inUse']): RefusedWord | null {
  const user = asks.flatMap(({ id }) => used.get(id) ?? [])[0];
  return user === undefined ? null : { word, cause: 'in-use', by: [user] };
}

function baseOf({ word, asks }: AskedWord, bases: ReadonlyMap<string, string>): RefusedWord | null {
  const user = asks.flatMap(({ id }) => bases.get(id) ?? [])[0];
  return user === undefined ? null : { word, cause: 'base', by: [user] };
}

/** The images that go and that others which stay are made of, each with the name of one of those, or its ID. */
function basesOf({ images }: ImageSet, going: ReadonlySet<string>): Map<string, string> {
  const staying = images.filter(({ id }) => !going.has(id));
  return new Map(
    images.flatMap((image): [string, string][] => {
      const user = going.has(image.id) ? staying.find((other) => isBaseOf(image, other)) : undefined;
      return user === undefined ? [] : [[image.id, [...user.references, ...user.localTags][0] ?? user.id]];
    }),
  );
}
