/** HTML as text: nothing that an archive says becomes markup, and the page carries its document whole. */

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cell, gap, heading, line, span, table } from '../../../src/report/blocks/document.js';
import { escapeHtml, renderHtml as renderHtmlPieces } from '../../../src/report/forms/html.js';
import {
  type PageAssets,
  type PageContent,
  renderHtmlPage as renderHtmlPagePieces,
} from '../../../src/report/forms/html-page.js';
import { reportText } from '../../../src/report/overview/report-text.js';
import { whole } from '../../helpers/whole.js';
import { fullReport, mismatch } from '../sample-results.js';

const renderHtml = whole(renderHtmlPieces);
const renderHtmlPage = whole(renderHtmlPagePieces);

const assets: PageAssets = { script: 'run()', scriptHash: 'sha256-AAA', style: 'p{}', styleHash: 'sha256-BBB' };
const facts = { command: 'report', about: 'images', version: '1.2.3' };
const page = (document: unknown, content: Partial<PageContent> = {}) =>
  renderHtmlPage({ ...facts, lead: [line('lead')], text: [line('text')], document, ...content }, assets);
const embedded = (text: string): string =>
  /<script type="application\/json" id="document">(.*)<\/script>/.exec(text)?.[1] ?? '';

describe('text in HTML', () => {
  it('has no character left that could open markup', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/.test(escapeHtml(text)),
      ),
    );
  });

  it('shows control and bidirectional characters as escapes', () => {
    expect(escapeHtml('a\u202eb\x1b\n')).toBe('a\\u202eb\\x1b\\x0a');
  });

  it('is escaped in every block', () => {
    const text = '<b>&';
    const tables = table([{ title: text }], [[cell([text, text], 'bad')]]);
    const finding = { ...mismatch, message: text, subject: text, expected: text, actual: text };
    const blocks = [heading(text), line(text), line([span(text, 'bad')], 2), { kind: 'item', text } as const, gap];
    const html = renderHtml([...blocks, tables, { kind: 'finding', finding }]);
    expect(html).not.toContain('<b>');
    expect(html.split('&lt;b&gt;&amp;')).toHaveLength(12);
  });

  it('has items that follow each other as one list', () => {
    const item = (text: string) => ({ kind: 'item', text }) as const;
    expect(renderHtml([item('a'), item('b'), line('c'), item('d')])).toBe(
      '<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>c</p>\n<ul>\n<li>d</li>\n</ul>\n',
    );
  });

  it('sets commands apart, which stand deeper than other lines', () => {
    expect(renderHtml([line('a', 2), line('varve ls', 4)])).toBe(
      '<p class="inset">a</p>\n<p class="inset deep">varve ls</p>\n',
    );
  });

  it('has a table with its numbers to the right', () => {
    expect(
      renderHtml([table([{ title: 'A' }, { title: 'B', align: 'right' }], [[cell('x'), cell(['1', '2'], 'dim')]])]),
    ).toBe(
      [
        '<div class="scroll"><table>',
        '<thead><tr><th scope="col">A</th><th scope="col" class="number">B</th></tr></thead>',
        '<tbody>',
        '<tr><td>x</td><td class="number"><span class="dim">1</span><br><span class="dim">2</span></td></tr>',
        '</tbody>',
        '</table></div>',
        '',
      ].join('\n'),
    );
  });
});

describe('a page', () => {
  it('carries its document, whatever texts are in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (document) => {
        expect(JSON.parse(embedded(page({ document })))).toEqual(JSON.parse(JSON.stringify({ document })));
      }),
    );
  });

  it('never ends the element of its document early', () => {
    const json = embedded(page({ name: '</script><!-- \u2028\u2029' }));
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual({ name: '</script><!-- \u2028\u2029' });
  });

  it('allows its own script and style and nothing else', () => {
    expect(page({})).toContain(
      `content="default-src 'none'; script-src 'sha256-AAA'; style-src 'sha256-BBB'; base-uri 'none'; form-action 'none'"`,
    );
  });

  it('has no address of a network in it', () => {
    const built = createRequire(import.meta.url)('#page') as PageAssets;
    const text = renderHtmlPage(
      { ...facts, lead: [], text: reportText(fullReport, { wide: true, verbose: true }), document: fullReport },
      built,
    );
    const addresses = [...text.matchAll(/\b(?:https?|wss?):\/\/[^\s"'`)]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
  });

  it('names the command, what it was asked about, the version and the verdict, in its tab and at its top', () => {
    const lead = [line([span('2 archives — ', 'strong'), span('1 is damaged.', 'bad')])];
    const html = page({}, { about: '<b>&images', lead });
    expect(html).toContain('<title>Varve report: &lt;b&gt;&amp;images — 1 is damaged</title>');
    expect(html).toContain('<h1>Varve report</h1>');
    expect(html).toContain('<span>&lt;b&gt;&amp;images</span> <span class="dim">varve 1.2.3</span>');
  });

  it('is the same for the same document', () => {
    expect(page(fullReport)).toBe(page(structuredClone(fullReport)));
  });
});

describe('the built script and style', () => {
  const built = createRequire(import.meta.url)('#page') as PageAssets;
  const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

  it('have the hashes by which the policy knows them', () => {
    expect([built.scriptHash, built.styleHash]).toEqual([hash(built.script), hash(built.style)]);
  });

  it('carry the licence of what is bundled', () => {
    const notice = built.script.slice(0, built.script.indexOf('*/'));
    expect(notice.split('\n').filter((text) => /\bd3-(?:hierarchy|scale)\b/.test(text))).not.toEqual([]);
    expect(notice).toContain('Permission to use, copy, modify, and/or distribute this software');
  });
});
