/** Every finding code is raised, with its severity and with what it is about; none is raised that is not registered. */
import { describe, expect, it } from 'vitest';
import { findingCodes } from '../../src/model/finding.js';
import { findingCases } from './finding-cases.js';

describe('the cases of findings', () => {
  it('raise every code of the registry and no other', () => {
    const raised = [...new Set(findingCases.map(({ code }) => code))].sort();
    expect(raised).toEqual(Object.keys(findingCodes).sort());
  });
});

describe.each(findingCases)('$code', ({ code, severity, when, run }) => {
  it(`is raised for ${when}, as ${severity}, with subject, values and place`, async () => {
    const { record, expected } = await run();
    const found = record.findings.filter((one) => one.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity, ...expected });
    expect(found[0]?.message).not.toBe('');
  });

  it(`makes the archive fail only as an error: ${when}`, async () => {
    const { record } = await run();
    const hasError = record.findings.some((one) => one.severity === 'error');
    expect(record.status === 'failed' || record.status === 'unreadable').toBe(hasError);
  });
});
