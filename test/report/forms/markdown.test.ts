/** Markdown, read back by marked: what names are made to do, and a page that has to fit. */
import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { type Block, cell, heading, line, span, table } from '../../../src/report/blocks/document.js';
import { renderMarkdown } from '../../../src/report/forms/markdown.js';
import { evil } from '../sample-checks.js';

/** The kinds of tokens in a page, at any depth. */
function kindsIn(markdown: string): Set<string> {
  const kinds = new Set<string>();
  marked.walkTokens(marked.lexer(markdown), (token: Token) => {
    kinds.add(token.type);
  });
  return kinds;
}

/** What a reader sees. */
function shown(markdown: string): string {
  const html = marked.parse(markdown, { async: false });
  const text = html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#8203;', '')
    .replaceAll('\u200b', '');
  return text.replace(
    /&(lt|gt|quot|amp|#39);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', amp: '&' })[name] ?? "'",
  );
}

const names = [
  '[click](http://evil.example)',
  '![x](http://evil.example/pixel.png)',
  'http://evil.example/',
  'HTTPS://evil.example/',
  'www.evil.example',
  'someone@evil.example',
  'mailto:x@evil.example',
  '<script>alert(1)</script>',
  '<http://evil.example>',
  '&lt;b&gt; &copy;',
  '`code` **bold** _it_ ~~gone~~ $x$',
  'a|b\\|c',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '12) item',
  '---',
  '===',
  '> quote',
  '| --- |',
];

/** The kinds that a plain text makes at each place. */
const places: readonly (readonly [name: string, block: (text: string) => Block])[] = [
  ['a heading', heading],
  ['a paragraph', (text) => line(text)],
  ['the start of a paragraph of parts', (text) => line([span(text), span(' and more')])],
  ['an item', (text) => ({ kind: 'item', text })],
  ['a cell', (text) => table([{ title: 'NAME' }], [[cell(text)]])],
];

describe.each(places)('a name as %s', (_, block) => {
  const plain = kindsIn(renderMarkdown([block('plain')]));

  it.each(names)('is nothing but text: %s', (name) => {
    const markdown = renderMarkdown([block(name)]);
    const more = [...kindsIn(markdown)].filter((kind) => !plain.has(kind) && kind !== 'escape');
    expect(more).toEqual([]);
    expect(shown(markdown)).toContain(name.trim());
  });

  it('is nothing but text, whatever is in it', () => {
    const markdown = renderMarkdown([block(evil)]);
    expect([...kindsIn(markdown)].filter((kind) => !plain.has(kind) && kind !== 'escape')).toEqual([]);
    expect(markdown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}]/u);
  });
});

describe('a mention', () => {
  it('is broken, and a reference with a digest is not', () => {
    const digest = 'docker.io/library/app@sha256:00';
    expect(renderMarkdown([line('by @octocat')])).toContain('@&#8203;octocat');
    expect(renderMarkdown([line(digest)])).toBe(`${digest}\n`);
  });
});

const row = (text: string) => [cell(text)];
const rows = (count: number, text = 'x'.repeat(90)) => Array.from({ length: count }, () => row(text));
const bytes = (text: string): number => Buffer.byteLength(text);

describe('a page that is too long', () => {
  const title = [{ title: 'NAME' }];
  const long = [heading('Images'), table(title, rows(1000)), heading('Findings'), table(title, rows(3, 'a fault'))];

  it('is as it is where it just fits', () => {
    const whole = renderMarkdown(long, 1_000_000);
    // One byte is counted for the line after the last.
    expect(renderMarkdown(long, bytes(whole) + 1)).toBe(whole);
    expect(renderMarkdown(long, bytes(whole) - 1)).not.toBe(whole);
  });

  it('loses the last rows of its longest table, says how many, and keeps the rest', () => {
    const page = renderMarkdown(long, 20_000);
    const kept = page.match(/\| x+ \|/g)?.length ?? 0;
    expect(bytes(page)).toBeLessThanOrEqual(20_000);
    expect(kept).toBeGreaterThan(190);
    expect(page).toContain(`*${1000 - kept} of 1,000 lines are left out here`);
    expect(page.match(/a fault/g)).toHaveLength(3);
  });

  it('loses its middle where it has too many parts to shorten, and keeps its start and its end', () => {
    const parts = Array.from({ length: 2000 }, (_, index) => line(`archive ${index}`));
    const page = renderMarkdown(parts, 10_000);
    expect(bytes(page)).toBeLessThanOrEqual(10_000);
    expect(page).toMatch(/^archive 0\n\narchive 1\n/);
    expect(page).toMatch(/\narchive 1999\n$/);
    const kept = page.match(/^archive \d+$/gm)?.length ?? 0;
    expect(page).toContain(`*${(2000 - kept).toLocaleString('en')} of 2,000 parts are left out here`);
  });

  it.each([2000, 5000, 50_000])('never takes more than %d bytes, whatever its parts are', (most) => {
    const shapes: Block[][] = [
      [line('ö'.repeat(60_000))],
      [table(title, rows(1, 'x'.repeat(200_000)))],
      [table([{ title: 'x'.repeat(200_000) }], rows(2))],
      [heading('x'.repeat(200_000)), table(title, rows(2000))],
      Array.from({ length: 5000 }, (_, index) => (index % 2 === 0 ? heading('h') : line('p'))),
      Array.from({ length: 5000 }, (): Block => ({ kind: 'item', text: '大小' })),
    ];
    expect(shapes.map((blocks) => bytes(renderMarkdown(blocks, most))).filter((size) => size > most)).toEqual([]);
  });

  it('is one of at most a million bytes, so that GitHub takes it as a summary', () => {
    expect(bytes(renderMarkdown([table(title, rows(20_000))]))).toBeLessThanOrEqual(1_000_000);
    expect(bytes(renderMarkdown([table(title, rows(20_000))]))).toBeGreaterThan(990_000);
  });
});
