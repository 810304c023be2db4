/** docs/words.md explains every word of the glossary, and says what `varve explain` says. */
import { describe, expect, it } from 'vitest';
import { explain, explanations } from '../../src/cli/help/explanations.js';
import { byteClasses } from '../../src/report/blocks/byte-classes.js';
import { wordFamilies } from '../../src/report/glossary/glossary.js';
import type { Word } from '../../src/report/glossary/word.js';
import { anchorsOf, readPage, sectionOf } from './page.js';

const page = readPage('docs/words.md');
const words = Object.values(wordFamilies).flatMap((family) => Object.entries(family));

/** The paragraphs below the heading of a word, each in one line. */
function paragraphsOf(name: string): string[] {
  return sectionOf(page, `### ${name}`)
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll('\n', ' '));
}

function lastParagraph({ also, related }: Word): string {
  const shown = also.map((word) => (word.startsWith('<') ? `\`${word}\`` : word));
  const links = related.map((word) => `[${word}](#${word.toLowerCase().replaceAll('/', '').replaceAll(' ', '-')})`);
  return `${also.length === 0 ? '' : `Also: ${shown.join(', ')}. `}See ${links.join(', ')}.`;
}

describe('docs/words.md', () => {
  it('has a heading for each family and each word, in the order of the glossary', () => {
    const expected = Object.entries(wordFamilies).flatMap(([family, members]) => [
      `## ${family}`,
      ...Object.keys(members).map((name) => `### ${name}`),
    ]);
    expect(page.split('\n').filter((line) => /^##+ /.test(line))).toEqual(expected);
  });

  it.each(words)('explains %s in the words of varve explain', (name, word) => {
    expect(paragraphsOf(name)).toEqual([word.meaning, word.text, lastParagraph(word)]);
  });
});

describe('the glossary', () => {
  it('has the words of each family in the order of the alphabet', () => {
    for (const family of Object.values(wordFamilies)) {
      const names = Object.keys(family);
      expect(names).toEqual([...names].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())));
    }
  });

  it.each(words)('%s names related words that are explained, and not itself', (name, { related }) => {
    const names = words.map(([other]) => other);
    expect(related.filter((word) => word === name || !names.includes(word))).toEqual([]);
    expect(related.length).toBeGreaterThan(0);
  });

  it('has no spelling that means two words', () => {
    const spelled = words.flatMap(([name, { also }]) => [name, ...also]).map((word) => word.toLowerCase());
    expect(spelled.filter((word, position) => spelled.indexOf(word) !== position)).toEqual([]);
  });

  it.each(byteClasses)('says of $name what the tables say', ({ name, meaning }) => {
    const text = explain(name).map((one) => `${one.meaning} ${one.text ?? ''}`.toLowerCase());
    expect(text.filter((one) => one.includes(meaning.toLowerCase()))).toHaveLength(1);
  });

  it('leads to a heading that is there', () => {
    for (const { page: link } of explanations()) {
      const [path = '', anchor] = link.split('#');
      expect(anchor === undefined || anchorsOf(readPage(path)).includes(anchor), link).toBe(true);
    }
  });
});
