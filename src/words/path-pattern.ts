/**
 * Patterns of Go's `path.Match`, which docker matches references with: `*` and `?` do not match `/`, `[a-z]` and `[^a-z]`
 * do, a backslash takes the next character as it is, and the whole name has to match. A pattern is read once and refused
 * if it is malformed, whatever name it would have met. As in Go a `*` takes the first place where its chunk fits and
 * never comes back for another: at most the length of the pattern times that of the name, however many stars there are.
 */
import { codePoints, encodeCharacter, type NameBytes } from './name-bytes.js';

/** One thing that a pattern asks of the name, without stars. */
type Step =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly Range[] };

interface Range {
  readonly low: number;
  readonly high: number;
}

/** The steps up to the next star. */
interface Chunk {
  star: boolean;
  readonly steps: Step[];
}

/** A well-formed pattern; made by `parsePathPattern`. */
export interface PathPattern {
  readonly chunks: readonly Readonly<Chunk>[];
}

/** Characters of a pattern; ours, as long as the longest reference that is looked at. */
export const maxPatternLength = 4096;

const slash = charCode('/');
const star = charCode('*');
const question = charCode('?');
const backslash = charCode('\\');
const opening = charCode('[');
const closing = charCode(']');
const caret = charCode('^');
const dash = charCode('-');

/** Reads a pattern; null where it is malformed (Go's ErrBadPattern) or too long. */
export function parsePathPattern(text: string): PathPattern | null {
  if (text.length > maxPatternLength) return null;
  const codes = codePoints(text);
  let chunk: Chunk = { star: false, steps: [] };
  const chunks = [chunk];
  for (let at = 0; at < codes.length; ) {
    if (codes[at] === star) {
      if (chunk.steps.length > 0) {
        chunk = { star: true, steps: [] };
        chunks.push(chunk);
      }
      chunk.star = true;
      at += 1;
      continue;
    }
    const read = readSteps(codes, at);
    if (read === null) return null;
    chunk.steps.push(...read.steps);
    at = read.next;
  }
  return { chunks };
}

/** Whether the pattern matches the whole name. */
export function matchesPath({ chunks }: PathPattern, name: NameBytes): boolean {
  let at = 0;
  for (const [number, chunk] of chunks.entries()) {
    const last = number === chunks.length - 1;
    if (chunk.star && chunk.steps.length === 0) return !name.bytes.includes(slash, at);
    const end = placeOf(chunk, last, name, at);
    if (end === null) return false;
    at = end;
  }
  return at === name.bytes.length;
}

/** Where the first fit of the chunk ends, or null where it has none; the last chunk must reach the end of the name. */
function placeOf(chunk: Readonly<Chunk>, last: boolean, name: NameBytes, from: number): number | null {
  const { length } = name.bytes;
  for (let at = from; at <= length; at += 1) {
    const end = stepsEnd(chunk.steps, name, at);
    if (end !== null && (!last || end === length)) return end;
    if (!chunk.star || name.bytes[at] === slash) return null;
  }
  return null;
}

function stepsEnd(steps: readonly Step[], name: NameBytes, from: number): number | null {
  let at = from;
  for (const step of steps) {
    if (at >= name.bytes.length || !accepts(step, name, at)) return null;
    at += step.kind === 'byte' ? 1 : (name.widths[at] ?? 1);
  }
  return at;
}

function accepts(step: Step, name: NameBytes, at: number): boolean {
  if (step.kind === 'byte') return name.bytes[at] === step.byte;
  if (step.kind === 'any') return name.bytes[at] !== slash;
  const code = name.codes[at] ?? 0;
  return step.ranges.some(({ low, high }) => low <= code && code <= high) !== step.negated;
}

function readSteps(codes: readonly number[], at: number): { steps: Step[]; next: number } | null {
  switch (codes[at]) {
    case question:
      return { steps: [{ kind: 'any' }], next: at + 1 };
    case opening:
      return readClass(codes, at + 1);
    case backslash:
      return readLiteral(codes, at + 1);
    default:
      return readLiteral(codes, at);
  }
}

function readLiteral(codes: readonly number[], at: number): { steps: Step[]; next: number } | null {
  const code = codes[at];
  if (code === undefined) return null;
  return { steps: encodeCharacter(code).map((byte) => ({ kind: 'byte', byte })), next: at + 1 };
}

/** What follows `[`, up to and with the `]`, which cannot be the first thing in a class. */
function readClass(codes: readonly number[], start: number): { steps: Step[]; next: number } | null {
  const negated = codes[start] === caret;
  const ranges: Range[] = [];
  let at = negated ? start + 1 : start;
  while (codes[at] !== closing || ranges.length === 0) {
    const low = readClassCharacter(codes, at);
    if (low === null) return null;
    const high = codes[low.next] === dash ? readClassCharacter(codes, low.next + 1) : low;
    if (high === null) return null;
    ranges.push({ low: low.code, high: high.code });
    at = high.next;
  }
  return { steps: [{ kind: 'class', negated, ranges }], next: at + 1 };
}

function readClassCharacter(codes: readonly number[], start: number): { code: number; next: number } | null {
  const first = codes[start];
  if (first === dash || first === closing) return null;
  const at = first === backslash ? start + 1 : start;
  const code = codes[at];
  return code === undefined ? null : { code, next: at + 1 };
}

function charCode(character: string): number {
  return character.charCodeAt(0);
}
