/** Findings: every key is there, the severity is that of the registry, and the registry keeps its form. */
import { describe, expect, it } from 'vitest';
import { type FindingCode, finding, findingCodes, type Severity, severityRank } from '../../src/model/finding.js';

describe('a finding', () => {
  it('has every key, null where nothing is known', () => {
    expect(finding('digest-mismatch', 'text')).toEqual({
      code: 'digest-mismatch',
      severity: 'error',
      subject: null,
      expected: null,
      actual: null,
      offsetBytes: null,
      message: 'text',
    });
  });

  it('has the facts that are given, an empty text and a zero included', () => {
    expect(finding('junk-entry', '', { subject: '', expected: '', actual: 'b', offsetBytes: 0 })).toEqual({
      code: 'junk-entry',
      severity: 'hint',
      subject: '',
      expected: '',
      actual: 'b',
      offsetBytes: 0,
      message: '',
    });
  });

  it.each(Object.keys(findingCodes) as FindingCode[])('has the severity of its code: %s', (code) => {
    expect(finding(code, '').severity).toBe(findingCodes[code].severity);
  });
});

describe('the rank of a severity', () => {
  it('puts what is worst first', () => {
    const mixed: readonly Severity[] = ['hint', 'error', 'warning', 'hint'];
    expect(mixed.toSorted((a, b) => severityRank(a) - severityRank(b))).toEqual(['error', 'warning', 'hint', 'hint']);
  });
});

describe('the registry of codes', () => {
  it('has names in kebab-case and a sentence for each', () => {
    const entries = Object.entries(findingCodes);
    expect(entries.filter(([code]) => !/^[a-z]+(?:-[a-z0-9]+)*$/.test(code))).toEqual([]);
    expect(entries.filter(([, { meaning }]) => !/^[A-Z].*\.$/.test(meaning))).toEqual([]);
  });

  it('has no sentence twice', () => {
    const meanings = Object.values(findingCodes).map(({ meaning }) => meaning);
    expect(new Set(meanings).size).toBe(meanings.length);
  });
});
