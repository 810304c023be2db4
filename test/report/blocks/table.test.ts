import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { cell, type Table, table } from '../../../src/report/blocks/document.js';
import { cutText, displayWidth, renderTable as renderTablePieces } from '../../../src/report/blocks/table.js';

const renderTable = (...given: Parameters<typeof renderTablePieces>): string[] => [...renderTablePieces(...given)];

const sample: Table = table(
  [
    { title: 'PATH', min: 8, cut: 'start' },
    { title: 'SIZE', align: 'right' },
    { title: 'NOTE', drop: 1 },
    { title: 'REF', min: 6, drop: 2 },
  ],
  [
    [cell('images/team/application.tar'), cell('1.5GB'), cell('first'), cell('debian:12')],
    [cell('b.tar'), cell('7B', 'bad'), cell(''), cell(['one', 'two'])],
  ],
);

it('a table without a width prints everything in full, in columns that line up', () => {
  expect(renderTable(sample, null, false)).toEqual([
    'PATH                          SIZE  NOTE   REF',
    'images/team/application.tar  1.5GB  first  debian:12',
    'b.tar                           7B         one',
    '                                           two',
  ]);
});

it('in a narrow table a flexible column shrinks first, and a path keeps its end', () => {
  expect(renderTable(sample, 44, false)).toEqual([
    'PATH                  SIZE  NOTE   REF',
    '…am/application.tar  1.5GB  first  debian:12',
    'b.tar                   7B         one',
    '                                   two',
  ]);
});

it('in a narrow table the least important column is dropped when shrinking is not enough, and that is said', () => {
  expect(renderTable(sample, 24, false)).toEqual([
    'PATH         SIZE  NOTE',
    '…ation.tar  1.5GB  first',
    'b.tar          7B',
    '(no room for REF)',
  ]);
});

it.each(Array.from({ length: 60 }, (_, index) => index + 1))('no line of a table is wider than %d columns', (width) => {
  const widths = renderTable(sample, width, false).map(displayWidth);
  expect(Math.max(...widths)).toBeLessThanOrEqual(width);
});

it('wide characters take two columns of a table', () => {
  const columns = [
    { title: 'NAME', min: 4 },
    { title: 'N', align: 'right' as const },
  ];
  const wide = table(columns, [
    [cell('画像画像画像'), cell('1')],
    [cell('x'), cell('22')],
  ]);
  expect(renderTable(wide, null, false).map(displayWidth)).toEqual([16, 16, 16]);
  expect(renderTable(wide, 10, false)[1]).toBe('画像…    1');
});

it('a table of hundreds of rows keeps the same columns', () => {
  const rows = Array.from({ length: 200 }, (_, index) => [cell(String(index)), cell('x'.repeat(index % 7))]);
  const lines = renderTable(table([{ title: 'N', align: 'right' }, { title: 'X' }], rows), null, false);
  expect(lines).toHaveLength(201);
  expect(lines[200]).toBe(`199  ${'x'.repeat(3)}`);
  expect(lines[1]).toBe('  0');
});

it('in a table a cell of thousands of lines stands beside cells of one', () => {
  const names = Array.from({ length: 5000 }, (_, i) => `app-${i}.tar`);
  const tall = table(
    [{ title: 'ID' }, { title: 'FOUND IN' }, { title: 'N', align: 'right' }],
    [
      [cell('a'), cell(names), cell('5000')],
      [cell('b'), cell([]), cell('0')],
    ],
  );
  const lines = renderTable(tall, null, false);
  expect(lines).toHaveLength(1 + 5000 + 1);
  expect(lines.slice(0, 3)).toEqual(['ID  FOUND IN         N', 'a   app-0.tar     5000', '    app-1.tar']);
  expect(lines.slice(-2)).toEqual(['    app-4999.tar', 'b                    0']);
});

it('colour wraps a cell of a table and changes no width', () => {
  const lines = renderTable(sample, null, true);
  expect(lines[2]).toContain('\x1b[31m7B\x1b[39m');
  expect(lines.map((line) => stripVTControlCharacters(line))).toEqual(renderTable(sample, null, false));
});

it('a cut text keeps the end that is asked for', () => {
  expect([
    cutText('abcdef', 4, 'end'),
    cutText('abcdef', 4, 'start'),
    cutText('abcd', 4, 'end'),
    cutText('画像画像', 5, 'end'),
  ]).toEqual(['abc…', '…def', 'abcd', '画像…']);
});
