/** docs/policy.md shows each rule as the program has it. */

import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/analysis/policy/policy.js';
import { parsePolicy } from '../../src/analysis/policy/policy-file.js';
import type { PolicyRule } from '../../src/analysis/policy/rules/rule.js';
import { formOf, policyRules, ruleFamilies } from '../../src/analysis/policy/rules/rules.js';
import { commands } from '../../src/cli/commands/index.js';
import { parseLine } from '../../src/cli/line/parser.js';
import { attacks, outcomes } from '../analysis/policy/attacks.js';
import { fencesOf, readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/policy.md');
const scopes = { set: 'the set', archives: 'each archive', images: 'images', baseline: 'the set' } as const;

function rowOf(rule: PolicyRule): string[] {
  const { name, kind, fallback, example, scope, needsBodies } = rule;
  return [
    formOf(rule),
    rule.meaning,
    kind.takes,
    kind.form === '' || fallback === null ? '' : fallback.join(','),
    `--rule ${name}${example === '' ? '' : `=${example}`}`,
    scopes[scope],
    needsBodies ? 'every byte' : 'headers and documents',
  ];
}

describe('docs/policy.md', () => {
  it.each(Object.entries(ruleFamilies))('lists the rules of the family %s', (family, rules) => {
    expect(rowsOf(sectionOf(page, `## ${family}`))).toEqual(rules.map(rowOf));
  });

  it('shows the default policy as the program has it', () => {
    const rows = defaultPolicy().entries.map(({ rule, severity }) => [rule.name, severity]);
    expect(rowsOf(sectionOf(page, '## The default policy'))).toEqual(rows);
  });

  it('has what an archive can do against a rule, and what comes of it', () => {
    const rows = rowsOf(sectionOf(page, '## What an archive can do against a rule'));
    const kinds = Object.keys(attacks);
    expect(rows.slice(0, kinds.length).map(([attack]) => attack)).toEqual(kinds);
    const ends = Object.entries(outcomes).map(([rule, { skip, pass }]) => [rule, skip.join(', '), pass.join(', ')]);
    expect(rows.slice(kinds.length)).toEqual(ends);
  });

  it('shows a policy that is one', () => {
    const [shown] = fencesOf(page).filter(({ language }) => language === 'yaml');
    expect(parsePolicy((shown?.lines ?? []).join('\n'), 'page').entries).toHaveLength(5);
  });
});

describe('the rules', () => {
  it.each(policyRules)('$name has an example that is taken, and words that end as sentences do', (rule) => {
    const { options } = parseLine(
      ['check', '--rule', `${rule.name}${rule.example === '' ? '' : `=${rule.example}`}`],
      commands,
    );
    const texts = rule.example === '' ? [] : rule.kind.shape === 'texts' ? rule.example.split(',') : [rule.example];
    expect(options.rules).toHaveLength(1);
    expect(rule.compile(texts)).not.toHaveProperty('faultAt');
    expect([rule.meaning, rule.advice].filter((text) => !/^[A-Zv].*\.$/.test(text))).toEqual([]);
  });

  it('have names in kebab-case, each one once', () => {
    const names = policyRules.map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});
