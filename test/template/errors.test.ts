/**
 * Where an error says that it is: line and column as the user typed the template, the token, and the action around it.
 */
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../src/model/error.js';
import { parseTemplate, type TemplateOptions } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';

function errorOf(template: string, options: TemplateOptions = {}, data: unknown = {}): TemplateError {
  try {
    parseTemplate(template, options).execute(data);
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('the template has no error');
}

describe('the place of an error', () => {
  it.each<[title: string, template: string, place: [line: number, column: number, token: string, action: string]]>([
    ['an unknown function', 'ab {{ foo .ID }} c', [1, 7, 'foo', '{{ foo .ID }}']],
    ['an unknown variable', '{{print 1 $x}}', [1, 11, '$x', '{{print 1 $x}}']],
    ['a sign that means nothing', '{{.A & .B}}', [1, 6, '&', '{{.A & .B}}']],
    ['a character that means nothing', 'x{{ € }}', [1, 5, '€', '{{ € }}']],
    ['a word that cannot go on', '{{.A-}}', [1, 5, '-', '{{.A-}}']],
    ['a string that does not end', '{{print "abc}} d', [1, 9, '"', '{{print "abc}} d']],
    ['a string with a wrong escape', '{{print "a\\z"}}', [1, 9, '"a\\z"', '{{print "a\\z"}}']],
    ['an action that does not end', 'ab {{.A | print', [1, 4, '{{.A | print', '{{.A | print']],
    ['a comment that does not end', 'ab {{- /* c }}', [1, 8, '/* c }}', '{{- /* c }}']],
    ['parentheses that do not end', '{{print (len .A }}', [1, 17, '}}', '{{print (len .A }}']],
    ['an end without a beginning', 'a{{end}}', [1, 4, 'end', '{{end}}']],
    ['a missing end', '{{if .A}}b', [1, 11, '', '']],
    ['an empty action', 'a{{ }}', [1, 5, '}}', '{{ }}']],
    [
      'a template that is defined twice',
      '{{define "a"}}x{{end}}{{define "a"}}y{{end}}',
      [1, 32, '"a"', '{{define "a"}}'],
    ],
    ['a field of a string', 'a {{.S.B.C}}', [1, 7, '.B', '{{.S.B.C}}']],
    ['a field of parentheses', '{{(index .L 0).B}}', [1, 15, '.B', '{{(index .L 0).B}}']],
    ['an argument of the wrong type', '{{truncate .S "x"}}', [1, 15, '"x"', '{{truncate .S "x"}}']],
    ['a parenthesis of the wrong type', '{{truncate .S (print 1)}}', [1, 15, '(print 1)', '{{truncate .S (print 1)}}']],
    ['a piped value of the wrong type', '{{1 | upper}}', [1, 7, 'upper', '{{1 | upper}}']],
    ['a call that fails', '{{print (index .L 9)}}', [1, 10, 'index', '{{print (index .L 9)}}']],
    ['too few arguments', '{{.S | split}}', [1, 8, 'split', '{{.S | split}}']],
    ['a range over what has no elements', '{{range .S}}{{end}}', [1, 9, '.S', '{{range .S}}']],
    ['a template that is not there', 'x{{template "t" .}}', [1, 13, '"t"', '{{template "t" .}}']],
    ['a variable of a branch that was not taken', '{{if .N}}{{$x := 1}}{{else}}{{$x}}{{end}}', [1, 31, '$x', '{{$x}}']],
  ])('of %s', (_, template, [line, column, token, action]) => {
    expect(errorOf(template, {}, { S: 'text', L: [1] }).place).toEqual({ line, column, token, action });
  });

  it('counts lines, and characters rather than bytes or code units', () => {
    const { place } = errorOf('é\n{{/* 1 */}}\n😀é{{foo}}');
    expect([place.line, place.column]).toEqual([3, 5]);
  });

  it('is the one in the part of the template that fails', () => {
    const { place } = errorOf('{{template "t" .}}\n{{define "t"}}{{.S.X}}{{end}}', {}, { S: 'x' });
    expect([place.line, place.column, place.token]).toEqual([2, 19, '.X']);
  });

  it('is that of the text as typed where escapes were replaced', () => {
    const { place } = errorOf('{{.A}}\\t{{.B}}\\n{{foo}}', { unescape: true });
    expect([place.line, place.column, place.token]).toEqual([1, 19, 'foo']);
  });

  it('keeps escapes in the token and action as typed', () => {
    const { place } = errorOf('\\t{{foo\\t.A}}', { unescape: true });
    expect([place.token, place.action]).toEqual(['foo', '{{foo\\t.A}}']);
    expect(errorOf('{{len\\t(3\\t\\t|\\tprint\\t1\\tnope)}}', { unescape: true }).place.token).toBe('nope');
  });

  it('counts what stands before the template', () => {
    const { place } = errorOf('table {{.ID}}\\t{{foo}}', { unescape: true, skip: 'table '.length });
    expect([place.line, place.column]).toEqual([1, 18]);
  });
});

describe('an error of a template', () => {
  it('is a usage error with the stage and kind of the trouble', () => {
    const parsing = errorOf('{{foo}}');
    expect(parsing).toBeInstanceOf(VarveError);
    expect([parsing.code, parsing.stage, parsing.kind]).toEqual(['usage', 'parse', 'unknown-name']);
    const executing = errorOf('{{index .L 1}}', {}, { L: [] });
    expect([executing.code, executing.stage, executing.kind]).toEqual(['usage', 'execute', 'out-of-range']);
  });

  it('names its column, token and action in the message', () => {
    expect(errorOf('a {{ foo .ID }}').message).toBe(
      'template, column 6: there is no such function (foo in {{ foo .ID }})',
    );
    expect(errorOf('a\n{{.A.B}}', {}, { A: 1 }).message).toBe(
      'template, line 2, column 5: a value of type int has no fields (.B in {{.A.B}})',
    );
  });

  it('shows no more than the beginning of a long token', () => {
    expect(errorOf(`{{print ${'x'.repeat(10_000)}}}`).message.length).toBeLessThan(250);
  });
});
