/** CSV, read back by a reader after RFC 4180, and as a spreadsheet of a country that parts columns at semicolons reads it. */
import { describe, expect, it } from 'vitest';
import { renderCsv as renderCsvPieces } from '../../../src/report/forms/csv.js';
import { readCsv } from '../../helpers/form-readers.js';
import { whole } from '../../helpers/whole.js';
import { evil } from '../sample-checks.js';

const renderCsv = whole(renderCsvPieces);

const cell = (text: string): string => readCsv(renderCsv(['a', 'b'], [[text, 'x']]))[1]?.[0] ?? '';
/** What a spreadsheet takes for a formula. */
const formula = /^\s*[=+\-@＝＋－＠]/;

describe('a CSV file', () => {
  it('has one line for each row, and gives back what was put in', () => {
    const csv = renderCsv(
      ['a', 'b', 'c'],
      [
        ['x, "y"', ' z ', null],
        [1, -5, true],
        ['', 'a;b', 'größe'],
      ],
    );
    expect(csv).toBe('a,b,c\n"x, ""y"""," z ",\n1,-5,true\n,a;b,größe\n');
    expect(readCsv(csv)).toEqual([
      ['a', 'b', 'c'],
      ['x, "y"', ' z ', ''],
      ['1', '-5', 'true'],
      ['', 'a;b', 'größe'],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '＝1', '"=1"', '\t=1', '\r=1', "=cmd|' /C calc'!A0"])(
    'has no formula: %j',
    (text) => {
      expect(cell(text)).not.toMatch(formula);
    },
  );

  it.each(['a;=1+1', 'a;;@x', 'a; +1', 'a;"=1"', 'a;b;-1'])(
    'has no formula where semicolons part columns: %j',
    (text) => {
      const csv = renderCsv(['a', 'b'], [['first', text]]);
      const cells = csv.split('\n').flatMap((line) => line.split(';').map((part) => part.replaceAll('"', '')));
      expect(cells.filter((part) => formula.test(part))).toEqual([]);
    },
  );

  it.each(['a=b', '1+1', 'x-y', 'name@sha256:00', 'a;b=c', 'registry.example/app:1'])('has %j unchanged', (text) => {
    expect(cell(text)).toBe(text);
  });

  it('keeps a hostile text in its cell, on its line', () => {
    const csv = renderCsv(['a', 'b', 'c'], [['x', evil, 'y']]);
    expect(csv.split('\n')).toHaveLength(3);
    expect(readCsv(csv)[1]).toHaveLength(3);
    expect(csv).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}]/u);
  });
});
