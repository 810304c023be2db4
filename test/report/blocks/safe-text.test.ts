import { expect, it } from 'vitest';
import { safeText } from '../../../src/report/blocks/safe-text.js';
import { renderJson as renderJsonPieces, renderNdjson as renderNdjsonPieces } from '../../../src/report/forms/json.js';
import { whole } from '../../helpers/whole.js';

const renderJson = whole(renderJsonPieces);
const renderNdjson = whole(renderNdjsonPieces);

it.each([
  ['\x1b[2J', '\\x1b[2J'],
  ['a\nb\tc\r', 'a\\x0ab\\x09c\\x0d'],
  ['\x9b31m', '\\x9b31m'],
  ['\x7f', '\\x7f'],
  ['a\u202egnp', 'a\\u202egnp'],
  ['\u2066\u200b\ufeff', '\\u2066\\u200b\\ufeff'],
  ['\u2028', '\\u2028'],
  ['\ud800', '\\ud800'],
  ['\u{e0041}', '\\u{e0041}'],
])('%j is shown as an escape', (text, shown) => {
  expect(safeText(text)).toBe(shown);
});

it('visible text of any script stays as it is', () => {
  const text = 'debian:12 – größe 大小 αβγ 🎉 C:\\x';
  expect(safeText(text)).toBe(text);
});

it('JSON keeps its meaning and holds nothing that a terminal obeys', () => {
  const value = { name: '\x1b[31m\x9b\u202e\u{e0041}\ud800"\n' };
  const json = renderJson(value);
  expect(JSON.parse(json)).toEqual(value);
  expect(json).toMatch(/^[\x20-\x7e\n]*$/);
});

it('JSON has two spaces and ends in one newline', () => {
  expect(renderJson({ a: [1], b: null })).toBe('{\n  "a": [\n    1\n  ],\n  "b": null\n}\n');
});

it('NDJSON has a line for each item and none for no item', () => {
  expect([renderNdjson([{ a: 1 }, 'x\ny']), renderNdjson([])]).toEqual(['{"a":1}\n"x\\ny"\n', '']);
});
