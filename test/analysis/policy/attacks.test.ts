/** Every rule against everything that whoever makes an archive can do to it; docs/policy.md shows the same table. */
import { describe, expect, it } from 'vitest';
import { check } from '../../../src/analysis/policy/check.js';
import { parseRules } from '../../../src/analysis/policy/policy.js';
import { policyRules } from '../../../src/analysis/policy/rules/rules.js';
import { checkSchema } from '../../../src/model/results/check.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import { attacks, outcomes, targets } from './attacks.js';
import { now } from './rule-inventories.js';

const names = policyRules.map(({ name }) => name);

/** The status of the rule, and whether it says by name what it is skipped for. */
function judged(rule: string, change: (inventory: Inventory) => Inventory = (inventory) => inventory) {
  const { text = '', inventory, baseline = null } = targets[rule] ?? {};
  if (inventory === undefined) throw new RangeError(`no set for ${rule}`);
  const { rules } = checkSchema.parse(check(change(inventory), parseRules([text]), { now, baseline }));
  return [rules[0]?.status, rules[0]?.reason === null ? 'judged' : 'with a reason'];
}

describe('the table of rules and attacks', () => {
  it('has a set and a row for every rule, and for no other', () => {
    expect(Object.keys(targets)).toEqual(names);
    expect(Object.keys(outcomes)).toEqual(names);
  });

  it('names attacks that there are', () => {
    const named = Object.values(outcomes).flatMap(({ skip, pass }) => [...skip, ...pass]);
    expect(named.filter((attack) => !Object.hasOwn(attacks, attack))).toEqual([]);
  });
});

describe.each(names)('%s', (name) => {
  it('fails what it is there for', () => {
    expect(judged(name)).toEqual(['fail', 'judged']);
  });

  it.each(Object.entries(attacks))('ends as the table says with %s', (attack, change) => {
    const row = outcomes[name];
    const skipped = row?.skip.includes(attack) ? ['skip', 'with a reason'] : ['fail', 'judged'];
    expect(judged(name, change)).toEqual(row?.pass.includes(attack) ? ['pass', 'judged'] : skipped);
  });
});
