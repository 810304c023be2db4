/**
 * The engine against Go's own: each case of test/data/templates must print what the real text/template printed, or fail
 * where and as it failed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MissingKey } from '../../src/template/evaluator.js';
import { parseTemplate } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';

type Failure = { readonly stage: string; readonly kind: string; readonly line: number };

interface Case {
  readonly title: string;
  readonly template: string;
  readonly data: unknown;
  readonly missingKey?: MissingKey;
  readonly output?: string;
  readonly error?: Failure;
}

const cases = JSON.parse(
  readFileSync(new URL('../data/templates/cases.json', import.meta.url), 'utf8'),
) as readonly Case[];

/** The output, or stage, kind and line of the error; anything else that is thrown fails the test. */
function outcome({ template, data, missingKey = 'default' }: Case): string | Failure {
  try {
    return parseTemplate(template, { missingKey }).execute(data);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { stage: error.stage, kind: error.kind, line: error.place.line };
  }
}

/** A case without its literals: texts by whether they are there, strings and numbers as one, of printf its verbs. */
function shape({ template, data, missingKey }: Case): string {
  const formats = template.replace(/printf "((?:[^"\\]|\\.)*)"/g, (_, format: string) => {
    return `printf ${format.replace(/[^%]*(%[^a-zA-Z%]*.)[^%]*/g, '$1')}`;
  });
  const words = formats
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""')
    .replace(/(?<![\w$.%])[-+]?\d+(?![\w.])/g, '0')
    .replace(/(^|\}\})([^{]*)/g, (_, edge: string, text: string) => edge + text.replace(/\S+/g, 't'));
  return `${words} over ${typeShape(data)} with ${missingKey ?? ''}`;
}

function typeShape(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(typeShape).join()}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return `{${Object.entries(value)
    .map(([key, element]) => `${key}:${typeShape(element)}`)
    .join()}}`;
}

describe('templates print what Go prints', () => {
  it.each(cases.map((templateCase) => [templateCase.title, templateCase] as const))('%s', (_, templateCase) => {
    expect(outcome(templateCase)).toEqual(templateCase.output ?? templateCase.error);
  });
});

describe('the table of cases', () => {
  it('is large, and has an outcome for each', () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(cases.filter(({ output, error }) => (output === undefined) === (error === undefined))).toEqual([]);
  });

  it('has no two that differ in their literals only', () => {
    const shapes = cases.map(shape);
    expect(cases.filter((_, at) => shapes.indexOf(shapes[at] ?? '') !== at).map(({ title }) => title)).toEqual([]);
  });

  it('has no title twice', () => {
    expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
  });
});
