/** All pages: links lead somewhere, blocks are closed, lines are short enough to read, and nothing is left unfinished. */
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, fencesOf, localLinksOf, pages, readPage } from './page.js';

const maxLineLength = 160;

/** What is wrong with a link of a page; null where it leads somewhere. */
function faultOf(page: string, link: string): string | null {
  const [to = '', anchor] = link.split('#');
  const target = to === '' ? page : posix.join(posix.dirname(page), to);
  if (!existsSync(target)) return `${link}: no such file`;
  if (anchor === undefined || anchorsOf(readPage(target)).includes(anchor)) return null;
  return `${link}: no such heading`;
}

describe.each(pages)('%s', (path) => {
  const text = readPage(path);

  it('has links that lead somewhere', () => {
    expect(localLinksOf(text).flatMap((link) => faultOf(path, link) ?? [])).toEqual([]);
  });

  it('has closed blocks, and one title', () => {
    expect(() => fencesOf(text)).not.toThrow();
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
    expect(prose.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });

  it('has prose of readable width, and no mark of unfinished work', () => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '').split('\n');
    const long = prose.filter((line) => line.length > maxLineLength && !line.startsWith('|') && !line.includes(']('));
    expect(long).toEqual([]);
    expect(text).not.toMatch(/\b(?:TODO|FIXME|TBD|XXX)\b/);
  });
});
