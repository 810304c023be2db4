/**
 * JSON with what `JSON.parse` drops: keys that stand in one object twice, the notation of numbers, how deep it is nested.
 * Whether a text has any of it costs one look at its colons and its escapes; nearly none has, and the value that
 * `JSON.parse` gave is then all there is to know. Hostile input: any text; the work is linear in its length.
 */

import type { Work } from '../work/work.js';
import { ExactReader, endOfString } from './exact-json.js';
import { ExactNumber } from './exact-number.js';

export interface WrittenJson {
  /** As `JSON.parse` reads it, but numbers that are not written as plain integers, or that no double holds, as they stand. */
  readonly value: unknown;
  /** All members, in their order, of the objects in which some key stands more than once. */
  readonly members: ReadonlyMap<object, readonly Member[]>;
  /** Objects whose `created` is written with escapes, which Go does not resolve in a time. */
  readonly escapedTimes: ReadonlySet<object>;
  /** How many members there are beyond the first of their key. */
  readonly repeats: number;
}

export type Member = readonly [key: string, value: unknown];

/** `maxNestingDepth` of Go's `encoding/json`: objects and lists inside each other. */
export const deepest = 10_000;

/** What stands in the text of a value that `JSON.parse` gave; null where nothing was dropped. */
export function* whatWasDropped(source: string, value: unknown): Work<WrittenJson | 'too deep' | null> {
  const written = yield* keysAsWritten(source);
  const kept = isHolder(value) ? yield* keysOf(value, 0) : 0;
  // A string that begins with a colon is counted as a key; a reading with more care tells.
  if (written !== null && written === kept && !hasOddEscape(source)) return null;
  return Number.isNaN(kept) && depthOf(source) > deepest ? 'too deep' : yield* readWritten(source);
}

/** A text that is known to be JSON, with all that stands in it. */
export function* readWritten(source: string): Work<WrittenJson> {
  return yield* new WrittenReader(source).readWritten();
}

/** At least as many as the text has keys, just as many in nearly every one; null where a member is an odd number. */
function* keysAsWritten(source: string): Work<number | null> {
  let [keys, colons] = [0, 0];
  for (let at = source.indexOf(':'); at !== -1; at = source.indexOf(':', at + 1)) {
    if (++colons % together === 0) yield;
    let before = at - 1;
    while (isSpace(source.charCodeAt(before))) before -= 1;
    if (source.charCodeAt(before) !== quote || isEscaped(source, before)) continue;
    keys += 1;
    let next = at + 1;
    while (isSpace(source.charCodeAt(next))) next += 1;
    if (isOddNumber(source, next)) return null;
  }
  return keys;
}

const [quote, backslash, minus, dot, bigE, smallE] = [0x22, 0x5c, 0x2d, 0x2e, 0x45, 0x65];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Digits of which every integer is one that a double holds. */
const plainDigits = 15;

function isOddNumber(source: string, start: number): boolean {
  let at = source.charCodeAt(start) === minus ? start + 1 : start;
  const first = at;
  while (isDigit(source.charCodeAt(at))) at += 1;
  if (at === first) return false;
  const next = source.charCodeAt(at);
  return at - first > plainDigits || next === dot || next === bigE || next === smallE;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isEscaped(source: string, at: number): boolean {
  let before = at - 1;
  while (source.charCodeAt(before) === backslash) before -= 1;
  return (at - before) % 2 === 0;
}

/** Half a surrogate pair, or what a time consists of: digits, `+ - . :`, T and Z. */
const oddEscape = /\\u(?:[dD][89a-fA-F]|00(?:3[\daA]|2[bBcCdDeE]|5[4aA]))/;

function hasOddEscape(source: string): boolean {
  return source.includes('\\u') && oddEscape.test(source);
}

/** So many keys or values are looked at together. */
const together = 512;

/** Beyond it the look with more care goes on, which does not call itself. */
const shallowDepth = 200;

/** How many keys it and all objects in it have; no number where they are nested deep. */
function* keysOf(value: object, depth: number): Work<number> {
  if (depth > shallowDepth) return Number.NaN;
  let [keys, items] = [0, 0];
  if (Array.isArray(value)) {
    for (const item of value) {
      if (++items % together === 0) yield;
      if (isHolder(item)) keys += yield* keysOf(item, depth + 1);
    }
    return keys;
  }
  for (const key in value) {
    if (++items % together === 0) yield;
    const item = (value as Readonly<Record<string, unknown>>)[key];
    if (isHolder(item)) keys += yield* keysOf(item, depth + 1);
  }
  return keys + items;
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function depthOf(source: string): number {
  let [depth, most] = [0, 0];
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote) at = endOfString(source, at) - 1;
    else if (code === openList || code === openObject) most = Math.max(most, ++depth);
    else if (code === closeList || code === closeObject) depth -= 1;
  }
  return most;
}

class WrittenReader extends ExactReader {
  readonly #members = new Map<object, Member[]>();
  readonly #escapedTimes = new Set<object>();
  #repeats = 0;

  *readWritten(): Work<WrittenJson> {
    const value = yield* this.steps();
    return {
      value,
      members: this.#members,
      escapedTimes: this.#escapedTimes,
      repeats: this.#repeats,
    };
  }

  protected override number(source: string): unknown {
    const isPlain = /^-?\d{1,16}$/.test(source) && Number.isSafeInteger(Number(source));
    return isPlain ? Number(source) : new ExactNumber(source);
  }

  protected override member(holder: Record<string, unknown>, key: string, value: unknown): void {
    const known = this.#members.get(holder);
    if (known !== undefined) known.push([key, value]);
    if (Object.hasOwn(holder, key)) {
      this.#repeats += 1;
      if (known === undefined) this.#members.set(holder, [...Object.entries(holder), [key, value]]);
    }
    if (this.isEscapedText && key.toLowerCase() === 'created') this.#escapedTimes.add(holder);
    super.member(holder, key, value);
  }
}

/** Where the first value of a text ends, if it is an object or a list that is closed; else -1. */
export function endOfFirstValue(source: string): number {
  let depth = 0;
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === quote) at = endOfString(source, at) - 1;
    else if (code === openList || code === openObject) depth += 1;
    else if (code === closeList || code === closeObject) {
      depth -= 1;
      if (depth <= 0) return depth === 0 ? at + 1 : -1;
    }
  }
  return -1;
}
