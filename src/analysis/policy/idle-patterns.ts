/**
 * Patterns that limit rules to images and fit none: with a slip in it, a pattern takes images out of a rule without a word.
 * What a rule allows or forbids is not looked at here: a forbidden tag that no image has is what the rule is for, one policy
 * serves many runs, and a slip in what is allowed makes images fail.
 */
import type { Inventory } from '../../model/results/inventory.js';
import { hasNameLike } from '../../query/name-rules.js';
import { readableArchives } from '../set/distinct-images.js';
import type { Policy } from './policy.js';

/** A pattern as it is written, and the rule that it limits. */
export interface IdlePattern {
  readonly rule: string;
  readonly pattern: string;
}

/** The patterns that fit no image of the inventory, each once for a rule, in the order of the policy. */
export function idlePatterns({ entries }: Policy, inventory: Inventory): IdlePattern[] {
  const names = readableArchives(inventory).flatMap(([, { images }]) =>
    images.flatMap(({ references, localTags }) => [
      ...references.map((reference) => ({ reference, local: false })),
      ...localTags.map((reference) => ({ reference, local: true })),
    ]),
  );
  const idle = entries.flatMap(({ rule, images, patterns }) =>
    images.flatMap((pattern, position) => {
      const compiled = patterns[position];
      const fits = compiled !== undefined && names.some((name) => hasNameLike(name, [compiled]));
      return fits ? [] : [{ rule: rule.name, pattern }];
    }),
  );
  return [...new Map(idle.map((one) => [JSON.stringify([one.rule, one.pattern]), one])).values()];
}
