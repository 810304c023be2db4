/**
 * What the engine offers beyond Go's language: docker's escapes, functions of the caller, heads of tables, the fields that
 * a template uses, and data as JavaScript has it.
 */
import { describe, expect, it } from 'vitest';
import { headFunctions } from '../../src/template/functions.js';
import { parseTemplate, type TemplateOptions } from '../../src/template/template.js';
import { TemplateError, TemplateFault } from '../../src/template/template-error.js';

function render(template: string, data: unknown, options: TemplateOptions = {}): string {
  return parseTemplate(template, options).execute(data);
}

/** The kind of the TemplateError that executing throws. */
function kindOf(template: string, data: unknown, options: TemplateOptions = {}): string {
  try {
    return `output ${render(template, data, options)}`;
  } catch (error) {
    if (error instanceof TemplateError) return error.kind;
    throw error;
  }
}

describe('escapes in a template', () => {
  it('are replaced before the template is parsed, as docker does', () => {
    expect(render('{{.A}}\\t{{.B}}\\n', { A: 1, B: 2 }, { unescape: true })).toBe('1\t2\n');
    expect(render('{{json\\t.A}}', { A: 1 }, { unescape: true })).toBe('1');
  });

  it('are replaced within strings too, which a line end then breaks', () => {
    expect(render('{{print "a\\tb"}}', {}, { unescape: true })).toBe('a\tb');
    expect(kindOf('{{print "a\\nb"}}', {}, { unescape: true })).toBe('syntax');
  });

  it('stay where they were not asked for', () => {
    expect(render('\\t{{print "a\\tb"}}\\n', {})).toBe('\\ta\tb\\n');
  });

  it('of other letters stay', () => {
    expect(render('\\r\\\\x{{"\\x41"}}', {}, { unescape: true })).toBe('\\r\\\\xA');
  });
});

describe('functions of the caller', () => {
  const functions = {
    twice: { parameters: ['string'], call: ([text]: readonly unknown[]) => `${text}${text}` },
    sum: {
      parameters: [],
      rest: 'int',
      call: (values: readonly unknown[]) => values.reduce<number>((sum, value) => sum + Number(value), 0),
    },
    fail: {
      parameters: [],
      call: () => {
        throw new TemplateFault('out-of-range', 'never in range');
      },
    },
    upper: { parameters: ['string'], call: () => 'mine' },
  } as const;

  it('are called with arguments of their types', () => {
    expect(render('{{twice .A}} {{.A | twice | len}} {{sum}} {{sum 1 2.0 (len .A)}}', { A: 'ab' }, { functions })).toBe(
      'abab 4 0 5',
    );
    expect(kindOf('{{twice 1}}', {}, { functions })).toBe('wrong-type');
    expect(kindOf('{{sum 1 "a"}}', {}, { functions })).toBe('wrong-type');
    expect(kindOf('{{twice}}', {}, { functions })).toBe('wrong-count');
  });

  it('stand in for those of the same name', () => {
    expect(render('{{upper "a"}}', {}, { functions })).toBe('mine');
  });

  it('fail as a part of the template', () => {
    expect(kindOf('{{fail}}', {}, { functions })).toBe('out-of-range');
  });

  it('are unknown to other templates', () => {
    expect(kindOf('{{twice "a"}}', {})).toBe('unknown-name');
    expect(kindOf('{{toString}}', {})).toBe('unknown-name');
    expect(kindOf('{{constructor}}', {})).toBe('unknown-name');
  });
});

describe('heads of tables', () => {
  it('go unchanged through the functions of docker but pad', () => {
    const template = parseTemplate('{{upper .ID}} {{json .ID}} {{truncate .ID 1}} {{.ID | title}} {{pad .ID 1 1}}|');
    expect(template.execute({ ID: 'Image Id' }, headFunctions)).toBe('Image Id Image Id Image Id Image Id  Image Id |');
    expect(template.execute({ ID: 'abc' })).toBe('ABC "abc" a Abc  abc |');
  });

  it('stand in for lists too', () => {
    const template = parseTemplate('{{join .Tags ","}} {{split .Names ","}}');
    expect(template.execute({ Tags: 'TAGS', Names: 'NAMES' }, headFunctions)).toBe('TAGS NAMES');
    expect(template.execute({ Tags: ['a', 'b'], Names: 'c,d' })).toBe('a,b [c d]');
  });
});

describe('the fields that a template uses', () => {
  it.each<[template: string, names: string[], whole: boolean]>([
    ['no actions', [], false],
    ['{{.A}} {{.B.C}} {{.A}}', ['A', 'B'], false],
    ['{{$.A}} {{(.B).C}} {{($).D}}', ['A', 'B', 'D'], false],
    ['{{if .A}}{{.B}}{{else}}{{.C}}{{end}}', ['A', 'B', 'C'], false],
    ['{{with .A}}{{.B}}{{$.C}}{{else}}{{.D}}{{end}}', ['A', 'C', 'D'], false],
    ['{{range .A}}{{.B}}{{$.C}}{{end}}', ['A', 'C'], false],
    ['{{range $k, $v := .A}}{{$v.B}}{{end}}', ['A'], false],
    ['{{.A | printf "%s %s" .B (len .C)}}', ['B', 'C', 'A'].sort(), false],
    ['{{with .}}{{.A}}{{end}}{{if .}}{{end}}', ['A'], false],
    ['{{define "t"}}{{.A}}{{$.B}}{{template "t" .}}{{end}}{{template "t" .}}', ['A', 'B'], false],
    ['{{define "t"}}{{.A}}{{end}}{{template "t" .B}}', ['B'], false],
    ['{{define "t"}}{{.A}}{{end}}{{.B}}', ['B'], false],
    ['{{block "t" $}}{{.A}}{{end}}', ['A'], false],
    ['{{json .}}', [], true],
    ['{{.}}', [], true],
    ['{{$x := .}}{{$x.A}}', [], true],
    ['{{with $x := .}}{{.A}}{{end}}', [], true],
    ['{{index . "A"}} {{.B}}', ['B'], true],
    ['{{range .}}{{.A}}{{end}}', [], true],
    ['{{define "t"}}{{.}}{{end}}{{template "t" .}}', [], true],
  ])('%s', (template, names, whole) => {
    const used = parseTemplate(template).usedFields();
    expect({ names: [...used.names].sort(), whole: used.whole }).toEqual({ names, whole });
  });
});

describe('the data of a template', () => {
  it('has own properties only', () => {
    expect(render('{{.constructor}} {{.__proto__}} {{index . "toString"}}', {})).toBe(
      '<no value> <no value> <no value>',
    );
    expect(render('{{.__proto__}}', JSON.parse('{"__proto__":1}'))).toBe('1');
  });

  it('has no properties that are undefined', () => {
    const data = { A: undefined, B: 1 };
    expect(render('{{len .}} {{json .}} {{.}} {{range $k, $v := .}}{{$k}}{{end}}', data)).toBe('1 {"B":1} map[B:1] B');
    expect(kindOf('{{.A}}', data, { missingKey: 'error' })).toBe('no-field');
    expect(render('{{if .}}yes{{else}}no{{end}}', { A: undefined })).toBe('no');
  });

  it('may hold ints beyond the exact numbers', () => {
    const data = { A: 9_007_199_254_740_993n, B: 5n };
    expect(render('{{.A}} {{json .A}} {{printf "%x" .A}} {{eq .B 5}} {{lt .B .A}} {{not 0}}', data)).toBe(
      '9007199254740993 9007199254740993 20000000000001 true true true',
    );
    expect(render('{{if .}}yes{{else}}no{{end}}', 0n)).toBe('no');
  });

  it('may hold numbers that are none', () => {
    expect(render('{{.}} {{index . 0 | printf "%5.1f"}}', [Number.NaN, Infinity, -Infinity])).toBe(
      '[NaN +Inf -Inf]   NaN',
    );
    expect(render('{{gt .A .A}} {{eq .A .A}} {{le .A 1.5}}', { A: Number.NaN })).toBe('true false false');
    expect(kindOf('{{json .}}', Number.NaN)).toBe('wrong-type');
  });

  it('with lone surrogates is shown without them', () => {
    expect(render('{{.}}|{{json .}}|{{len .}}', 'a\u{d800}b')).toBe('a\u{fffd}b|"a\\ufffdb"|5');
    expect(render('a\u{dfff}', null)).toBe('a\u{fffd}');
  });

  it('of no kind of data is the caller’s mistake', () => {
    expect(() => render('{{.}}', () => 1)).toThrow(TypeError);
    expect(() => render('{{.A}}', { A: Symbol('x') })).toThrow(TypeError);
  });

  it('stays as it is when it is read', () => {
    const data = Object.freeze({ L: Object.freeze(['b', 'a']), M: Object.freeze({ z: 1, a: 2 }) });
    render('{{range .L}}{{end}}{{range .M}}{{end}}{{join .M ","}}{{slice .L 1}}{{json .}}', data);
    expect(data).toEqual({ L: ['b', 'a'], M: { z: 1, a: 2 } });
  });
});

it('a template can be executed again, each time with limits of its own', () => {
  const template = parseTemplate('{{$x := .}}{{range 30}}{{$x}}{{end}}', { limits: { steps: 500, outputBytes: 30 } });
  expect([1, 2, 3].map((data) => template.execute(data))).toEqual(['1', '2', '3'].map((digit) => digit.repeat(30)));
});
