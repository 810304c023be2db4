/**
 * The filters against the rules that docker documents, and against those of our own keys: each case of test/data/filters
 * names the rule that it comes from. What docker does beyond its documents was compared with its own code when the cases
 * were written; these tests need neither docker nor Go.
 */
import { describe, expect, it } from 'vitest';
import { applyFilters, filterKeys, parseFilters } from '../../src/query/filters.js';
import { documentedRules } from '../data/filters/case.js';
import {
  danglingSelections,
  imageSelections,
  keySelections,
  labelSelections,
  referenceSelections,
  untilSelections,
} from '../data/filters/docker-selections.js';
import { refusals } from '../data/filters/refusals.js';
import { imageRows, now, type RowName } from '../data/filters/rows.js';
import {
  contentSelections,
  negatedReferenceSelections,
  platformSelections,
  sizeSelections,
} from '../data/filters/varve-selections.js';
import { usageMessage } from './usage-message.js';

const groups = {
  'filters on the command line': keySelections,
  dangling: danglingSelections,
  'label and label!': labelSelections,
  'before and since': imageSelections,
  until: untilSelections,
  reference: referenceSelections,
  'reference!': negatedReferenceSelections,
  platform: platformSelections,
  'min-size and max-size': sizeSelections,
  'archive, layer, shared and superseded': contentSelections,
};

const cases = [...Object.values(groups).flat(), ...refusals];

/** The names of the rows that the filters select. */
function selected(names: readonly RowName[], filters: readonly string[]): RowName[] {
  const rows = names.map((name) => imageRows[name]);
  const kept = applyFilters(rows, parseFilters(filters), { now });
  return kept.map((row) => names[rows.indexOf(row)] as RowName);
}

describe.each(Object.entries(groups))('%s', (_, selections) => {
  it.each(selections.map((one) => [one.title, one] as const))('%s', (_, { rows, filters, selects }) => {
    expect(selected(rows, filters)).toEqual(selects);
  });
});

describe('a filter that is wrong usage', () => {
  it.each(refusals.map((one) => [one.title, one] as const))('%s', (_, { rows, filters, names }) => {
    const message = usageMessage(() => selected(rows, filters));
    expect(names.filter((name) => !message.includes(name))).toEqual([]);
  });
});

describe('the documented cases of filters', () => {
  it('are as many as were promised, each with its own title and its own question', () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
    expect(new Set(cases.map(({ rows, filters }) => JSON.stringify([rows, filters]))).size).toBe(cases.length);
  });

  it('are that many also if those that differ in their literals only are one', () => {
    const shapes = cases.map((one) => {
      const filters = one.filters.map((text) => text.replace(/(?<==.*)\w+/g, 'word'));
      return JSON.stringify([one.rule, 'selects' in one, filters]);
    });
    expect(new Set(shapes).size).toBeGreaterThanOrEqual(80);
  });

  it('use every documented rule and every key', () => {
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(Object.keys(documentedRules)));
    const used = new Set(cases.flatMap(({ filters }) => filters).map((text) => text.split('=', 1)[0]));
    expect(filterKeys.map(({ key }) => key).filter((key) => !used.has(key))).toEqual([]);
  });
});
