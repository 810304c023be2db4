/** `varve explain`: every code, word and rule, by every spelling, as text and as JSON. */
import { describe, expect, it } from 'vitest';
import { policyRules } from '../../src/analysis/policy/rules/rules.js';
import { explanations, plainText } from '../../src/cli/help/explanations.js';
import { findingCodes } from '../../src/model/finding.js';
import type { ExplanationList } from '../../src/model/results/explanation.js';
import { wordFamilies } from '../../src/report/glossary/glossary.js';
import { varve } from './console.js';

const all = explanations().map((one) => [one.name, one] as const);
const words = Object.values(wordFamilies).flatMap((family) => Object.entries(family));

it('varve explain has every finding, every word and every rule, and nothing twice', () => {
  const names = (type: string) => explanations().flatMap((one) => (one.type === type ? one.name : []));
  expect(names('finding')).toEqual(Object.keys(findingCodes));
  expect(names('word')).toEqual(words.map(([name]) => name));
  expect(names('rule')).toEqual(policyRules.map(({ name }) => name));
});

it.each(all)('varve explain %s prints what it means and where it is documented', async (name, { meaning, page }) => {
  const { code, stdout, stderr } = await varve(['explain', name], { columns: 100 });
  expect([code, stderr]).toEqual([0, '']);
  const flat = stdout.replace(/\s+/g, ' ');
  expect(flat).toContain(meaning);
  expect(flat).toContain(`More: ${page}`);
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
});

it.each(words.flatMap(([name, { also }]) => also.map((spelling) => [spelling, name] as const)))(
  'varve explain %s explains the word %s',
  async (spelling, name) => {
    const { stdout } = await varve(['explain', spelling, '--format', 'json']);
    expect((JSON.parse(stdout) as ExplanationList).explanations.map((one) => one.name)).toContain(name);
  },
);

describe('a name after varve explain', () => {
  it.each([
    [['TWIN'], ['twin']],
    [['image', 'ID'], ['image ID']],
    [['image-id'], ['image ID']],
    [['image_id'], ['image ID']],
    [['layers'], ['layer']],
    [
      ['twin', 'layer'],
      ['twin', 'layer'],
    ],
    [['twin', 'twins'], ['twin']],
    [['intact'], ['ok', 'intact']],
    [['notChecked'], ['not checked']],
  ])('%j is that of %j', async (argv, names) => {
    const { stdout } = await varve(['explain', ...argv, '--format', 'json']);
    expect((JSON.parse(stdout) as ExplanationList).explanations.map(({ name }) => name)).toEqual(names);
  });
});

it('varve explain without a name lists all names, each with its meaning', async () => {
  const { code, stdout } = await varve(['explain'], { columns: 100 });
  const flat = stdout.replace(/\s+/g, ' ');
  expect(code).toBe(0);
  for (const [name, { meaning }] of all) expect(flat).toContain(`${name} ${meaning}`);
});

it('varve help NAME prints what varve explain NAME prints', async () => {
  expect(await varve(['help', 'digest-mismatch'])).toEqual(await varve(['explain', 'digest-mismatch']));
  expect(await varve(['help', 'image', 'id'])).toEqual(await varve(['explain', 'image', 'ID']));
});

it('no explanation on a terminal has marks of Markdown or links', async () => {
  for (const [, { meaning, raised, text, advice }] of all) {
    expect([meaning, raised, text, advice].join(' ')).not.toMatch(/`|\]\(/);
  }
});

it.each([
  ['[formats.md](formats.md#what-is-refused) lists', 'docs/formats.md lists'],
  ['[README.md](../README.md#limits) has', 'README.md has'],
  ['the hints [`platform-absent`](#platform-absent)', 'the hints platform-absent'],
  ['`a` and [b] (c)', 'a and [b] (c)'],
])('the Markdown of a page, %s, is on a terminal: %s', (markdown, text) => {
  expect(plainText(markdown)).toBe(text);
});
