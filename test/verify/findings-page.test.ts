/** docs/findings.md explains every code: under its severity, with its meaning word for word, how it comes and what to do. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FindingCode, findingCodes } from '../../src/model/finding.js';
import { findingAdvice } from '../../src/report/glossary/finding-advice.js';

const page = readFileSync('docs/findings.md', 'utf8');

/** The page by code: the heading above it, and its paragraphs. */
const sections = new Map(
  page.split(/^## /m).flatMap((part) => {
    const [title = '', ...codes] = part.split(/^### /m);
    return codes.map((text): [string, { severity: string; paragraphs: string[] }] => {
      const [heading = '', ...rest] = text.split('\n');
      const paragraphs = rest.join('\n').trim().split(/\n\n+/).map(unwrapped);
      const severity = title.split('\n')[0]?.toLowerCase().replace(/s$/, '') ?? '';
      return [heading.replaceAll('`', ''), { severity, paragraphs }];
    });
  }),
);

describe('docs/findings.md', () => {
  it('has a section for each code, in the order of severity, and for no other', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(findingCodes).sort());
    const severities = [...sections.values()].map(({ severity }) => severity);
    expect([...new Set(severities)]).toEqual(['error', 'warning', 'hint']);
  });

  it.each(Object.keys(findingCodes) as FindingCode[])('explains the finding %s with what to do', (code) => {
    const section = sections.get(code);
    expect(section?.severity).toBe(findingCodes[code].severity);
    expect(section?.paragraphs).toHaveLength(3);
    const [meaning, raised, advice] = section?.paragraphs ?? [];
    expect(meaning).toBe(findingCodes[code].meaning);
    expect(raised).toBe(`**Raised when** ${findingAdvice[code].raised}`);
    expect(advice).toBe(`**What to do:** ${findingAdvice[code].advice}`);
  });

  it('has the codes of the registry explained, and no other', () => {
    expect(Object.keys(findingAdvice).sort()).toEqual(Object.keys(findingCodes).sort());
  });
});

function unwrapped(paragraph: string): string {
  return paragraph.replace(/\s*\n\s*/g, ' ');
}
