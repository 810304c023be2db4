/** What every policy keeps, whatever its inventory holds. */
import { describe, expect, it } from 'vitest';
import { check } from '../../src/analysis/policy/check.js';
import { parseRules } from '../../src/analysis/policy/policy.js';
import { policyRules } from '../../src/analysis/policy/rules/rules.js';
import { checkSchema } from '../../src/model/results/check.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { holds, timeout } from './accounting-laws.js';

const now = { seconds: 1_780_000_000, nanoseconds: 0 };
const examples = policyRules.map(({ name, example }) => (example === '' ? name : `${name}=${example}`));

function checked(rules: readonly string[], inventory: Inventory) {
  return check(inventory, parseRules(rules), { now, baseline: inventory });
}

/** The same archives, of which no layer has been read. */
function unread(inventory: Inventory): Inventory {
  const archives = inventory.archives.map((archive) => ({
    ...archive,
    status: archive.status === 'ok' ? ('unverified' as const) : archive.status,
    entries: archive.entries.map((entry) => ({ ...entry, uncompressedBytes: null })),
  }));
  return { ...inventory, archives };
}

describe('a policy', { timeout }, () => {
  it('gives a document of its schema, and a verdict that its rules and inputs bear out', () => {
    holds({}, (inventory) => {
      const result = checked(examples, inventory);
      const failed = result.rules.some(({ status }) => status === 'fail');
      const lost = inventory.archives.some(({ status }) => status === 'unreadable');
      expect(checkSchema.parse(result)).toEqual(result);
      const blind = result.rules.every(({ status }) => status === 'skip');
      const empty = inventory.archives.every(({ images }) => images.length === 0);
      expect(result.verdict).toBe(failed || lost || blind || empty ? 'fail' : 'pass');
    });
  });

  it('passes a rule only where everything is known, and fails it only with something that speaks against it', () => {
    holds({}, (inventory) => {
      for (const { status, violations, unknown, reason } of checked(examples, inventory).rules) {
        expect(status === 'fail').toBe(violations.length > 0);
        expect(status === 'skip').toBe(reason !== null);
        expect(status === 'pass' && unknown.length > 0).toBe(false);
      }
    });
  });

  it('never passes a size that it failed once the bytes are unread', () => {
    const rules = ['max-image-size=90B', 'max-layer-size=40B', 'intact'];
    holds({}, (inventory) => {
      const read = checked(rules, inventory).rules;
      const blind = checked(rules, unread(inventory)).rules;
      expect(blind.filter(({ status }, at) => status === 'pass' && read[at]?.status === 'fail')).toEqual([]);
    });
  });

  it('never fails a higher limit that passes a lower one', () => {
    holds({}, (inventory, choice) => {
      const limits = [choice, choice + 50].map((limit) =>
        checked([`max-total=${limit}B`, `max-reclaimable=${limit}B`, `max-image-size=${limit}B`], inventory),
      );
      const [low, high] = limits.map(({ rules }) => rules);
      expect(high?.filter(({ status }, at) => status === 'fail' && low?.[at]?.status !== 'fail')).toEqual([]);
    });
  });
});
