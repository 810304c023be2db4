/**
 * docker's `--format` without docker: templates in the language of Go's text/template, with docker's functions, over plain
 * data. What they print was held against the real thing; see test/data/templates. The bounds are in work.ts.
 */
import { execute, type MissingKey } from './evaluator.js';
import { standardFunctions } from './functions.js';
import type { TemplateFunctions } from './signature.js';
import { type ParsedTemplate, parseSource } from './syntax/parser.js';
import { type SourceOptions, TemplateSource } from './syntax/source.js';
import { type UsedFields, usedFields } from './used-fields.js';
import { type TemplateLimits, templateLimits } from './work.js';

export interface TemplateOptions extends SourceOptions {
  /** What a field is that the data does not have; `default` unless told. */
  readonly missingKey?: MissingKey;
  /** Functions beside Go's and docker's, or instead of those of the same name (but not of `and` and `or`). */
  readonly functions?: TemplateFunctions;
  /** Bounds other than `templateLimits`. */
  readonly limits?: Partial<TemplateLimits>;
}

/** A template that was parsed once and can be executed often. */
export class Template {
  readonly #source: TemplateSource;
  readonly #parsed: ParsedTemplate;
  readonly #functions: TemplateFunctions;
  readonly #missingKey: MissingKey;
  readonly #limits: TemplateLimits;

  constructor(text: string, options: TemplateOptions = {}) {
    this.#source = new TemplateSource(text, options);
    this.#functions = { ...standardFunctions, ...options.functions };
    this.#missingKey = options.missingKey ?? 'default';
    this.#limits = { ...templateLimits, ...options.limits };
    this.#parsed = parseSource(this.#source, new Set(Object.keys(this.#functions)), this.#limits);
  }

  /**
   * The output over this data: objects, arrays, strings, numbers, bigints, booleans, null. `functions` stand in for those
   * of the same name this once, as `headFunctions` do for the head of a table, and `missingKey` for the option. Throws TemplateError, and TypeError for
   * data of another kind.
   */
  execute(data: unknown, functions: TemplateFunctions = {}, missingKey: MissingKey = this.#missingKey): string {
    return execute(
      {
        ...this.#parsed,
        source: this.#source,
        functions: { ...this.#functions, ...functions },
        missingKey,
        limits: this.#limits,
      },
      data,
    );
  }

  /** Which fields of its data the template may look at. */
  usedFields(): UsedFields {
    return usedFields(this.#parsed.parts);
  }
}

/** Throws TemplateError where the text is no template. */
export function parseTemplate(text: string, options: TemplateOptions = {}): Template {
  return new Template(text, options);
}
