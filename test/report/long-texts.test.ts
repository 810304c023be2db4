/** Texts of archives that keep a pattern busy: each form looks at them once. The time is a guard against a square, no measure. */
import { expect, it } from 'vitest';
import { line, span } from '../../src/report/blocks/document.js';
import { inChunks } from '../../src/report/blocks/pieces.js';
import { renderMarkdown } from '../../src/report/forms/markdown.js';

const guardMs = 5_000;
const spaces = ' '.repeat(300_000);

it.each(['plain', 'strong', 'bad'] as const)('a run of spaces in a text of Markdown: %s', (tone) => {
  const start = performance.now();
  const text = renderMarkdown([line([span(`a${spaces}b`, tone)])]);
  expect([text.trim().replaceAll('*', ''), performance.now() - start < guardMs]).toEqual([`a${spaces}b`, true]);
});

it.each([
  ['a', '**a**\n'],
  [' a ', ' **a** \n'],
  ['a  ', '**a** \n'],
  ['  ', ' \n'],
])('spaces around bold text stay outside the marks: %j', (text, expected) => {
  expect(renderMarkdown([line([span(text, 'strong')])])).toBe(expected);
});

it('short pieces are put together, and long ones stay as they are', () => {
  const pieces = [...Array(100_000).fill('abc'), 'x'.repeat(200_000), 'end'];
  const chunks = [...inChunks(pieces)];
  expect(chunks.join('')).toBe(pieces.join(''));
  expect(chunks.length).toBeLessThan(10);
});
