/** The name of a page tells tabs and bookmarks apart: the command, what it was asked about, the verdict. */
import { describe, expect, it } from 'vitest';
import { type Block, line, span } from '../../../src/report/blocks/document.js';
import { pageTitle } from '../../../src/report/forms/page-title.js';

const titleOf = (...lead: Block[]) => pageTitle({ command: 'report', about: 'images', lead });

describe('the title of a page', () => {
  it('ends with the judgement of the first line, without its point', () => {
    const first = line([span('2 archives — ', 'strong'), span('1 is damaged', 'bad'), span(', 1 unread.', 'warn')]);
    expect(titleOf(first, line('more'))).toBe('Varve report: images — 1 is damaged, 1 unread');
  });

  it('ends with what is strong in the first line where nothing is judged', () => {
    expect(titleOf(line([span('5MB freed', 'strong'), span(' by 2 images.')]))).toBe(
      'Varve report: images — 5MB freed',
    );
  });

  it('ends with the whole line where nothing in it stands out', () => {
    expect(titleOf(line('two layers.'))).toBe('Varve report: images — two layers');
  });

  it('is the command and what it was asked about where there is no line', () => {
    expect(titleOf()).toBe('Varve report: images');
  });

  it('is cut after 160 characters, and not within one', () => {
    const title = pageTitle({ command: 'report', about: '\u{1f4e6}'.repeat(200), lead: [] });
    expect([...title]).toHaveLength(160);
    expect(title.endsWith('\u{1f4e6}…')).toBe(true);
  });
});
