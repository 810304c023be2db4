/**
 * `--format` with a Go template: the template is the user's, the values come from archives that nobody vouches for. What a
 * terminal would obey is therefore escaped in the values before the template sees them, so that its own tabs and line ends
 * stay what they are; `json` gets the values back as they were, and escapes them in its own way.
 */

import { safeJsonText, safeText } from '../../report/blocks/safe-text.js';
import { alignTabs } from '../../report/blocks/tab-table.js';
import { headFunctions, standardFunctions } from '../../template/functions.js';
import type { TemplateFunctions } from '../../template/signature.js';
import { parseTemplate, type Template } from '../../template/template.js';
import { TemplateError } from '../../template/template-error.js';
import { anyType, field, mapTypeOf, stringType, structTypeOf, Typed, typed } from '../../template/values/go-types.js';
import { UsageError } from '../line/usage-error.js';

/** What a template may name, and what stands above it in a table: `{ ID: 'IMAGE ID' }`. */
export type TemplateHeads = Readonly<Record<string, string>>;

/**
 * A function that prints rows, one a line; with `table` before the template in columns, below their heads. The text is
 * `--format` as it was typed. Both throw VarveError `usage`, with the column: this one, before anything is read, for what
 * is no template or names what no row has, the other for what means nothing for these rows.
 */
export function rowPrinter(text: string, heads: TemplateHeads): (rows: readonly object[]) => readonly string[] {
  const isTable = text.startsWith('table');
  const values = new SafeValues();
  const template = openTemplate(text, isTable, values);
  const head = headLine(template, heads);
  return (rows) => {
    const lines = rows.map((row) => `${template.execute(values.safe(typedRow(row)))}\n`);
    return isTable ? alignTabs([`${head}\n`, ...lines]) : lines;
  };
}

/** The documents that could be printed, and what is wrong with the template for the others. */
export interface PrintedDocuments {
  readonly text: Iterable<string>;
  readonly fault: UsageError | null;
}

/** What docker's `inspect` has of one thing: its struct, and the JSON that the struct was read from. */
export interface InspectedDocument {
  readonly struct: unknown;
  readonly document: unknown;
}

/**
 * A function that prints documents, one after the other. As in docker's `inspect`, backslashes mean nothing outside of
 * `{{…}}`, and where the template fails over the struct, the JSON is tried, where a missing key is an error. A document
 * for which it fails there too does not keep the others from being printed: the fault comes beside their text. What is no
 * template, and what reaches a limit, is thrown as VarveError `usage`, with the column.
 */
export function documentPrinter(text: string): (documents: readonly InspectedDocument[]) => PrintedDocuments {
  const values = new SafeValues();
  const template = parseTemplate(text, { functions: values.functions });
  const print = ({ struct, document }: InspectedDocument): string => {
    try {
      return template.execute(values.safe(struct));
    } catch (error) {
      if (!(error instanceof TemplateError) || error.kind === 'limit') throw error;
      return template.execute(values.safe(document), {}, 'error');
    }
  };
  return (documents) => {
    const lines: string[] = [];
    const faults: TemplateError[] = [];
    for (const document of documents) {
      try {
        lines.push(`${print(document)}\n`);
      } catch (error) {
        if (!(error instanceof TemplateError) || error.kind === 'limit') throw error;
        faults.push(error);
      }
    }
    return { text: lines, fault: faultOf(faults, documents.length) };
  };
}

function faultOf([first, ...others]: readonly TemplateError[], count: number): UsageError | null {
  if (first === undefined) return null;
  const which = count === 1 ? '' : `; so for ${others.length + 1} of ${count} images`;
  return new UsageError(`${first.message}${which}`, { cause: first });
}

/** A row as docker has it, a struct: maps of texts have any key, the row has no field but its own. */
function typedRow(row: object): Typed {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    isTextMap(value) ? typed(textsByKey, value) : value,
  ]);
  return rowOf(Object.fromEntries(values));
}

function rowOf(values: Readonly<Record<string, unknown>>): Typed {
  const fields = Object.keys(values).map((name) => field(name, anyType));
  return new Typed({ ...structTypeOf('row', fields), isRow: true }, values);
}

const textsByKey = mapTypeOf(stringType);

/** As docker reads it: spaces around it do not count, `\t` and `\n` stand for a tab and a line end. */
function openTemplate(text: string, isTable: boolean, values: SafeValues): Template {
  const trimmed = text.replace(/ +$/, '');
  const skip = ((isTable ? /^table */ : /^ */).exec(trimmed)?.[0] ?? '').length;
  return parseTemplate(trimmed, { skip, unescape: true, functions: values.functions });
}

/** In a head a function shows the head that it is given; `index` shows the key, as docker does for a label. */
const functionsOfHead: TemplateFunctions = {
  ...headFunctions,
  len: { parameters: ['any'], call: ([head]) => head },
  slice: { parameters: ['any'], rest: 'any', call: ([head]) => head },
  index: { parameters: ['any'], rest: 'any', call: (values) => labelHead(values.at(-1)) ?? values[0] },
};

/** `com.example.build-date` → `build date` */
function labelHead(key: unknown): string | null {
  return typeof key === 'string' ? (key.split('.').at(-1) ?? '').replace(/[-_]/g, ' ') : null;
}

/** The template over its own heads. Where that means nothing (a loop over a word), the heads that it uses. */
function headLine(template: Template, heads: TemplateHeads): string {
  const { names } = template.usedFields();
  const unknown = names.find((name) => !Object.hasOwn(heads, name));
  try {
    return template.execute(rowOf(heads), functionsOfHead);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (unknown === undefined) return names.map((name) => heads[name] ?? name).join('\t');
    throw new UsageError(`${error.message}; the fields are ${Object.keys(heads).join(', ')}`, { cause: error });
  }
}

/** Values that a terminal can be shown, and the way back for `json`. */
class SafeValues {
  /** By the safe form of a text that is not safe as it is. */
  readonly #originals = new Map<string, string>();

  /** Those that must know of the values. */
  readonly functions: TemplateFunctions = {
    json: {
      parameters: ['any'],
      call: ([value], work) => safeJsonText(String(standardFunctions['json']?.call([this.#original(value)], work))),
    },
  };

  safe(value: unknown): unknown {
    return mapTexts(value, (text) => {
      const safe = safeText(text);
      if (safe !== text) this.#originals.set(safe, text);
      return safe;
    });
  }

  #original(value: unknown): unknown {
    return this.#originals.size === 0 ? value : mapTexts(value, (text) => this.#originals.get(text) ?? text);
  }
}

function isTextMap(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((item) => typeof item === 'string');
}

/** The same data with another text for each; numbers of Go's kinds stay as they are. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (value instanceof Typed) return new Typed(value.type, mapTexts(value.value, change));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  const prototype: unknown = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}
