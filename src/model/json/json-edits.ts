/**
 * Changes of single values in the text of a JSON document, all else staying as it is written, byte for byte. The text is
 * read into spans: where each value begins and ends. Hostile input: text of any depth (reading does not call itself); what
 * is no JSON is for `JSON.parse` to refuse first.
 */
import type { Work } from '../work/work.js';
import { endOfString } from './exact-json.js';

/** A value in a text. */
export interface JsonSpan {
  readonly start: number;
  /** Behind its last character. */
  end: number;
  /** Of an object, in their order. */
  readonly members: JsonMember[] | null;
  /** Of a list. */
  readonly items: JsonSpan[] | null;
}

export interface JsonMember {
  readonly key: string;
  /** Of the key. */
  readonly start: number;
  readonly value: JsonSpan;
}

/** A stretch of a text, and what stands there instead. */
export interface JsonEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** So many tokens are read together. */
const together = 256;

/** The spans of a text that `JSON.parse` takes. */
export function* readSpans(source: string): Work<JsonSpan> {
  const reader = new SpanReader(source);
  const next = /[^\s,:]/g;
  for (let tokens = 1; ; tokens++) {
    if (tokens % together === 0) yield;
    const found = next.exec(source);
    if (found === null) return reader.root ?? { start: 0, end: source.length, members: null, items: null };
    next.lastIndex = reader.take(found[0], found.index);
  }
}

class SpanReader {
  root: JsonSpan | null = null;
  readonly #source: string;
  /** Objects and lists that are not closed yet, the outermost first. */
  readonly #open: { readonly span: JsonSpan; key: Omit<JsonMember, 'value'> | null }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** Takes the token that begins there; returns where it ends. */
  take(first: string, start: number): number {
    const top = this.#open.at(-1);
    if (first === '{' || first === '[') {
      const isObject = first === '{';
      const span: JsonSpan = { start, end: start, members: isObject ? [] : null, items: isObject ? null : [] };
      this.#put(span);
      this.#open.push({ span, key: null });
      return start + 1;
    }
    if (first === '}' || first === ']') {
      if (top !== undefined) top.span.end = start + 1;
      this.#open.pop();
      return start + 1;
    }
    const end = first === '"' ? endOfString(this.#source, start) : endOfScalar(this.#source, start);
    if (top === undefined || top.span.members === null || top.key !== null) {
      this.#put({ start, end, members: null, items: null });
    } else top.key = { key: JSON.parse(this.#source.slice(start, end)) as string, start };
    return end;
  }

  #put(span: JsonSpan): void {
    const top = this.#open.at(-1);
    this.root ??= span;
    if (top === undefined) return;
    top.span.items?.push(span);
    if (top.key !== null) top.span.members?.push({ ...top.key, value: span });
    top.key = null;
  }
}

function endOfScalar(source: string, start: number): number {
  const scalar = /[\w.+-]*/y;
  scalar.lastIndex = start;
  return start + Math.max(1, scalar.exec(source)?.[0].length ?? 1);
}

/** The value under a key that stands in the object once, however anyone spells it; null where it does not. */
export function memberOf(span: JsonSpan | null, key: string): JsonSpan | null {
  const found = (span?.members ?? []).filter((member) => member.key.toLowerCase() === key.toLowerCase());
  return found.length === 1 && found[0]?.key === key ? found[0].value : null;
}

/** Another value in the place of one. */
export function replaced({ start, end }: JsonSpan, value: string | number): JsonEdit {
  return { start, end, text: JSON.stringify(value) };
}

/** Takes members out of an object, with the commas between them. */
export function withoutMembers(span: JsonSpan, isGone: (key: string) => boolean): JsonEdit[] {
  const parts = (span.members ?? []).map(({ key, start, value }) => ({ isGone: isGone(key), start, end: value.end }));
  return withoutParts(span, parts);
}

/** Takes items out of a list, by their positions. */
export function withoutItems(span: JsonSpan, gone: ReadonlySet<number>): JsonEdit[] {
  const parts = (span.items ?? []).map(({ start, end }, position) => ({ isGone: gone.has(position), start, end }));
  return withoutParts(span, parts);
}

interface Part {
  readonly isGone: boolean;
  readonly start: number;
  readonly end: number;
}

function withoutParts(holder: JsonSpan, parts: readonly Part[]): JsonEdit[] {
  if (parts.length > 0 && parts.every(({ isGone }) => isGone)) {
    return [{ start: holder.start + 1, end: holder.end - 1, text: '' }];
  }
  const edits: JsonEdit[] = [];
  for (let at = 0; at < parts.length; at++) {
    if (parts[at]?.isGone !== true) continue;
    const from = at;
    while (parts[at + 1]?.isGone === true) at++;
    const [before, first, last, after] = [parts[from - 1], parts[from], parts[at], parts[at + 1]];
    // With the comma behind it, or at the end with the one before it.
    const start = after === undefined ? before?.end : first?.start;
    const end = after === undefined ? last?.end : after.start;
    if (start !== undefined && end !== undefined) edits.push({ start, end, text: '' });
  }
  return edits;
}

/** The text with all edits, no two of which touch the same characters. */
export function editedText(source: string, edits: readonly JsonEdit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    pieces.push(source.slice(at, start), text);
    at = end;
  }
  return pieces.join('') + source.slice(at);
}
