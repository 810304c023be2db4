/**
 * The bounds of a template: each at its cap, which passes, and one past it, which is an error that names the limit.
 */
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';
import { type TemplateLimits, templateLimits } from '../../src/template/work.js';

/** The output, or the kind of the error and the limit that its message names. */
function outcome(template: string, limits: Partial<TemplateLimits> = {}, data: unknown = null): string {
  try {
    return parseTemplate(template, { limits }).execute(data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return `${error.stage} ${error.kind} ${/\(limit (\w+) is/.exec(error.message)?.[1] ?? ''}`;
  }
}

/** Lists in lists, so many. */
function nestedList(depth: number): unknown {
  let list: unknown = [];
  for (let level = 1; level < depth; level += 1) list = [list];
  return list;
}

const output = 'execute limit outputBytes';
const text = 'execute limit textBytes';
const steps = 'execute limit steps';
const valueDepth = 'execute limit valueDepth';

describe('a limit of templates holds at the cap, and one past it refuses:', () => {
  it('characters of a template', () => {
    expect(outcome('12345678', { textCharacters: 8 })).toBe('12345678');
    expect(outcome('123456789', { textCharacters: 8 })).toBe('parse limit textCharacters');
  });

  it.each([
    ['blocks', (depth: number) => `${'{{if true}}'.repeat(depth - 2)}{{1}}${'{{end}}'.repeat(depth - 2)}`],
    ['parentheses', (depth: number) => `{{${'('.repeat(depth - 2)}1${')'.repeat(depth - 2)}}}`],
  ])('%s inside each other', (_, nested) => {
    expect(outcome(nested(10), { depth: 10 })).toBe('1');
    expect(outcome(nested(11), { depth: 10 })).toBe('execute limit depth');
    expect(outcome(nested(20), { depth: 10 })).toBe('parse limit depth');
  });

  it('templates that use each other', () => {
    const template = '{{define "t"}}{{with .Next}}{{template "t" .}}{{else}}end{{end}}{{end}}{{template "t" .}}';
    // Each is a list, and the with in it another.
    expect(outcome(template, { depth: 6 }, { Next: { A: 1 } })).toBe('end');
    expect(outcome(template, { depth: 6 }, { Next: { Next: { A: 1 } } })).toBe('execute limit depth');
  });

  it.each(['{{.}}', '{{json .}}', '{{printf "%q" .}}', '{{join . ","}}'])(
    'lists inside each other, by %s',
    (template) => {
      expect(outcome(template, { valueDepth: 10 }, nestedList(10))).not.toBe(valueDepth);
      expect(outcome(template, { valueDepth: 10 }, nestedList(12))).toBe(valueDepth);
    },
  );

  it('bytes of the output, however it is put together', () => {
    expect(outcome('{{range 5}}éé{{end}}', { outputBytes: 20 })).toBe('éééééééééé');
    expect(outcome('{{range 5}}éé{{end}}x', { outputBytes: 20 })).toBe(output);
    expect(outcome('{{.}}{{.}}', { outputBytes: 8 }, 'abcd')).toBe('abcdabcd');
    expect(outcome('{{.}}{{.}}', { outputBytes: 7 }, 'abcd')).toBe(output);
  });

  it.each([
    '{{print "abcd" 12}}',
    '{{printf "%6d" 1}}',
    '{{printf "%x" "abc"}}',
    '{{pad "ab" 2 2}}',
    '{{json "abcd"}}',
    '{{join . "ab"}}',
    '{{println 12345}}',
  ])('bytes of a text that is made, by %s', (template) => {
    expect(outcome(template, { textBytes: 6 }, [1, 2, '']).length).toBe(6);
    expect(outcome(template, { textBytes: 5 }, [1, 2, ''])).toBe(text);
  });

  it('steps', () => {
    const used = (most: number): string => outcome('{{range 10}}{{.}}{{end}}', { steps: most });
    const needed = Array.from({ length: 1000 }, (_, most) => most).find((most) => used(most) === '0123456789') ?? 0;
    expect(needed).toBeGreaterThan(10);
    expect(used(needed - 1)).toBe(steps);
  });
});

describe('what would take for ever', () => {
  it.each([
    ['counts', '{{range 1000000000000}}{{end}}'],
    ['counts within counting', '{{range 1000000}}{{range 1000000}}{{end}}{{end}}'],
    [
      'looks for a variable below many',
      `{{$y := 1}}${'{{$x := 1}}'.repeat(5000)}{{range 10000000}}{{$z := $y}}{{end}}`,
    ],
    ['reads a long text again and again', '{{range 1000000000}}{{$n := len $.Long}}{{end}}'],
    ['sorts the keys of a map again and again', '{{range 1000000000}}{{range $.Map}}{{break}}{{end}}{{end}}'],
    ['copies a list again and again', '{{range 1000000000}}{{$l := slice $.List}}{{end}}'],
  ])('ends at the limit of steps where it %s', (_, template) => {
    const data = {
      Long: 'x'.repeat(1_000_000),
      List: Array.from({ length: 100_000 }, () => 1),
      Map: Object.fromEntries(Array.from({ length: 10_000 }, (_entry, key) => [`key ${key}`, key])),
    };
    expect(outcome(template, { steps: 200_000 }, data)).toBe(steps);
  });

  it.each([
    ['calls itself', '{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', 'execute limit depth'],
    ['is itself', '{{template ""}}', 'execute limit depth'],
    ['doubles a text', '{{$x := "abcdefgh"}}{{range 100}}{{$x = print $x $x}}{{end}}', steps],
    ['pads a text', '{{pad "x" 9007199254740991 0}}', text],
    ['asks for a wide number', '{{range 1000}}{{$x := printf "%9999999d" 1}}{{end}}', steps],
    ['joins with a long text', '{{join (split (pad "x" 5000 0) "") (pad "x" 5000 0)}}', text],
  ])('ends where it %s', (_, template, expected) => {
    expect(outcome(template)).toBe(expected);
  });

  it('ends on data that contains itself', () => {
    const data: Record<string, unknown> = {};
    data['self'] = data;
    expect(outcome('{{json .}}', {}, data)).toBe(valueDepth);
    expect(outcome('{{.}}', {}, data)).toBe(valueDepth);
  });
});

describe('what is allowed', () => {
  it('fits on the stack at its deepest', () => {
    const deepest = templateLimits.depth - 2;
    const list = nestedList(templateLimits.valueDepth);
    const calls = `{{${'or 0 (print ('.repeat(deepest / 2 - 1)}print .${'))'.repeat(deepest / 2 - 1)}}}`;
    expect(outcome(calls, {}, list)).toBe(
      '['.repeat(templateLimits.valueDepth) + ']'.repeat(templateLimits.valueDepth),
    );
    const ranges = `${'{{range 1}}'.repeat(deepest)}{{json $}}${'{{end}}'.repeat(deepest)}`;
    expect(outcome(ranges, {}, list).length).toBe(2 * templateLimits.valueDepth);
  });

  it('includes a document of several megabytes as JSON', () => {
    const data = Array.from({ length: 20_000 }, (_, entry) => ({
      digest: `sha256:${'0'.repeat(64)}`,
      entry,
      path: 'x'.repeat(100),
    }));
    expect(outcome('{{json .}}', {}, data)).toBe(JSON.stringify(data));
  });
});
