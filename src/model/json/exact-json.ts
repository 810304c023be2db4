/**
 * JSON whose numbers stay what they are: read as `JSON.parse` reads it, but for numbers that no double holds, and written
 * as `JSON.stringify` writes it, those numbers as they stood. Documents without such numbers, which are nearly all, cost
 * one look. Hostile input: text of any depth (reading does not call itself) and of any numbers.
 */
import { finished, type Work } from '../work/work.js';
import { decimalOf, ExactNumber, isExact } from './exact-number.js';

/** Long, or with an exponent, and where a value can stand: a string may have such a place too, so this is no proof. */
const suspicious = /[[:,]\s*(-?(?:\d[\d.]{15,}(?:[eE][+-]?\d+)?|\d[\d.]*[eE][+-]?\d+))(?=\s*[,\]}])/g;

/** The value of a text; throws SyntaxError as `JSON.parse` does. */
export function parseExactJson(source: string): unknown {
  const value: unknown = JSON.parse(source);
  return hasInexactNumber(source) ? new ExactReader(source).read() : value;
}

/** Whether a number of it may be another one as a double; false is certain. */
export function hasInexactNumber(source: string): boolean {
  for (const [, text = ''] of source.matchAll(suspicious)) if (!isExact(text)) return true;
  return false;
}

/** So many tokens are read together. */
const together = 256;

/** Reads a text that is known to be JSON. */
export class ExactReader {
  /** Whether the value that is put in its place is a text with an escape in it. */
  protected isEscapedText = false;
  readonly #source: string;
  #at = 0;
  /** Objects and lists that are not closed yet, the outermost first. */
  readonly #open: { readonly holder: Record<string, unknown> | unknown[]; key: string | null }[] = [];
  #result: unknown;

  constructor(source: string) {
    this.#source = source;
  }

  read(): unknown {
    return finished(this.steps());
  }

  /** The same, with rests. */
  *steps(): Work<unknown> {
    const next = /[^\s,:]/g;
    for (let tokens = 1; ; tokens++) {
      if (tokens % together === 0) yield;
      next.lastIndex = this.#at;
      const found = next.exec(this.#source);
      if (found === null) return this.#result;
      this.#at = found.index;
      this.#token(found[0]);
    }
  }

  #token(first: string): void {
    if (first === '{' || first === '[') {
      this.#at += 1;
      const holder = first === '{' ? {} : [];
      this.#put(holder);
      this.#open.push({ holder, key: null });
    } else if (first === '}' || first === ']') {
      this.#at += 1;
      this.#open.pop();
    } else if (first === '"') this.#text(this.#slice(endOfString(this.#source, this.#at)));
    else this.#scalar();
  }

  #text(written: string): void {
    const text = JSON.parse(written) as string;
    const top = this.#open.at(-1);
    if (top !== undefined && !Array.isArray(top.holder) && top.key === null) top.key = text;
    else {
      this.isEscapedText = written.includes('\\');
      this.#put(text);
      this.isEscapedText = false;
    }
  }

  #scalar(): void {
    const scalar = /[\w.+-]+/y;
    scalar.lastIndex = this.#at;
    const [text = ''] = scalar.exec(this.#source) ?? [];
    this.#at += Math.max(1, text.length);
    this.#put(/^[-\d]/.test(text) ? this.number(text) : JSON.parse(text));
  }

  protected number(source: string): unknown {
    return isExact(source) ? JSON.parse(source) : new ExactNumber(source);
  }

  protected member(holder: Record<string, unknown>, key: string, value: unknown): void {
    // A key named __proto__ is a plain key, as for JSON.parse.
    Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  }

  #slice(end: number): string {
    const from = this.#at;
    this.#at = end;
    return this.#source.slice(from, end);
  }

  #put(value: unknown): void {
    const top = this.#open.at(-1);
    if (top === undefined) this.#result = value;
    else if (Array.isArray(top.holder)) top.holder.push(value);
    else {
      this.member(top.holder, top.key ?? '', value);
      top.key = null;
    }
  }
}

/** Behind the closing quote of the string that opens at a position. */
export function endOfString(source: string, start: number): number {
  for (let quote = source.indexOf('"', start + 1); quote !== -1; quote = source.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (source[quote - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
  }
  return source.length;
}

/** The text of a value, over several lines where `indent` is not 0; numbers as they were read. */
export function exactJsonText(value: unknown, indent = 0): string {
  return ExactNumber.exist ? write(value, ' '.repeat(indent), '\n') : JSON.stringify(value, null, indent);
}

/** `newline`: what begins a line at the depth of the value. */
function write(value: unknown, step: string, newline: string): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = newline + step;
  const isList = Array.isArray(value);
  const items = isList
    ? value.map((item) => write(item ?? null, step, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}:${step === '' ? '' : ' '}${write(item, step, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return open + close;
  return step === '' ? open + items.join() + close : open + inner + items.join(`,${inner}`) + newline + close;
}

/** Text that is equal for equal values (RFC 8785), a number that no double holds by its digits and exponent. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof ExactNumber) return decimalOf(value.text);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
