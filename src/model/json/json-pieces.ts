/**
 * The text of a JSON value in pieces, each small, the same as `exactJsonText` gives at once. A part that is small is
 * written as one; of a larger one its members are, each judged for itself. Hostile input: values of any size whose text is
 * longer than any that V8 can hold; they have the depth of results, which limits bound.
 */
import { exactJsonText } from './exact-json.js';
import { ExactNumber } from './exact-number.js';

/** About so many characters are written as one piece. */
const smallLength = 32 * 1024;

/** The text of a value, over several lines where `indent` is not 0. */
export function* jsonPieces(value: unknown, indent = 0): Generator<string> {
  yield* piecesOf(value, ' '.repeat(indent), '\n');
}

/** `newline`: what begins a line at the depth of the value. */
function* piecesOf(value: unknown, step: string, newline: string): Generator<string> {
  if (!isLarge(value)) {
    const text = exactJsonText(value, step.length);
    yield step === '' || newline === '\n' ? text : text.replaceAll('\n', newline);
    return;
  }
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const [inner, colon] = step === '' ? ['', ':'] : [newline + step, ': '];
  let before = open;
  if (Array.isArray(value)) {
    for (const item of value) {
      yield before + inner;
      yield* piecesOf(item ?? null, step, newline + step);
      before = ',';
    }
  } else {
    // Without a list of all members: an object may have very many.
    for (const key in value) {
      const item = (value as Readonly<Record<string, unknown>>)[key];
      if (item === undefined) continue;
      yield `${before}${inner}${exactJsonText(key)}${colon}`;
      yield* piecesOf(item, step, newline + step);
      before = ',';
    }
  }
  // Of an object that has nothing but undefined members, none is written.
  yield before === open ? open + close : (step === '' ? '' : newline) + close;
}

function isLarge(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return false;
  return roomLeft(value, smallLength) < 0;
}

/** What is left of a number of characters when the value is written; less than 0 as soon as it is used up. */
function roomLeft(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length - 4;
  if (typeof value !== 'object' || value === null) return room - 8;
  let left = room - 8;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = roomLeft(value[i], left);
    return left;
  }
  for (const key in value) {
    if (left < 0) break;
    left = roomLeft((value as Record<string, unknown>)[key], left - key.length - 4);
  }
  return left;
}
