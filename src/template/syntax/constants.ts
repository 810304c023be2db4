/**
 * Go's constants: strings with their escapes, characters, and numbers in all their spellings (bases, underscores,
 * exponents, hexadecimal floats). The lexer lets more through than Go allows; what is refused here gives null.
 */
import { rejoin } from '../values/go-text.js';
import { integer } from '../values/values.js';
import type { NumberConstant } from './nodes.js';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

const hexEscapes: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The text that a quoted or raw string stands for. */
export function parseString(token: string): string | null {
  if (token.startsWith('`')) return token.slice(1, -1).replaceAll('\r', '');
  const inner = token.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  let text = '';
  for (let at = 0; at < inner.length; ) {
    const part = characterAt(inner, at, '"');
    if (part === null) return null;
    // From 0x80 on, \x and octal escapes are bytes, which may be parts of a character.
    text +=
      part.isByte && part.code >= 0x80 ? String.fromCharCode(0xdc00 + part.code) : String.fromCodePoint(part.code);
    at += part.length;
  }
  return rejoin(text);
}

/** A character constant is its number. */
export function parseCharacter(token: string): NumberConstant | null {
  const inner = token.slice(1, -1);
  const part = inner === '' ? null : characterAt(inner, 0, "'");
  if (part === null || part.length !== inner.length) return null;
  return { integer: part.code, float: part.code, natural: 'integer' };
}

interface CharacterPart {
  readonly code: number;
  readonly length: number;
  readonly isByte: boolean;
}

function characterAt(text: string, at: number, quote: string): CharacterPart | null {
  const first = text.codePointAt(at) ?? 0;
  if (text[at] !== '\\') return { code: first, length: first > 0xffff ? 2 : 1, isByte: false };
  const letter = text[at + 1] ?? '';
  const simple = letter === quote ? quote : simpleEscapes[letter];
  if (simple !== undefined) return { code: simple.charCodeAt(0), length: 2, isByte: false };
  if (/[0-7]/.test(letter)) return digitsAt(text, at + 1, 3, 8);
  const digits = hexEscapes[letter];
  return digits === undefined ? null : digitsAt(text, at + 2, digits, 16);
}

function digitsAt(text: string, at: number, count: number, base: 8 | 16): CharacterPart | null {
  const digits = text.slice(at, at + count);
  if (digits.length < count || !(base === 8 ? /^[0-7]*$/ : /^[\da-fA-F]*$/).test(digits)) return null;
  const code = Number.parseInt(digits, base);
  if (base === 8) return code > 0xff ? null : { code, length: 1 + count, isByte: true };
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? { code, length: 2 + count, isByte: count === 2 } : null;
}

const integers = /^[+-]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9]\d*)$/;
const floats = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexFloats = /^([+-]?)0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)$/;
const longestExponent = 9;

const minInt = -(2n ** 63n);
const maxInt = 2n ** 63n - 1n;
const maxUnsigned = 2n ** 64n - 1n;

/** A number that is not complex. */
export function parseNumberConstant(token: string): NumberConstant | null {
  if (!underscoresFit(token)) return null;
  const text = token.replaceAll('_', '');
  if (integers.test(text)) return integerConstant(text);
  const float = floats.test(text) ? Number(text) : hexFloat(text);
  // Digits only, but no integer: `089`.
  if (float === null || !Number.isFinite(float) || /^[+-]?\d+$/.test(text)) return null;
  const whole = Number.isInteger(float) ? BigInt(float) : null;
  const fits = whole !== null && whole >= minInt && whole <= maxInt;
  return { integer: fits ? integer(whole) : null, float, natural: 'float' };
}

function integerConstant(text: string): NumberConstant | null {
  const digits = text.replace(/^[+-]/, '').replace(/^0(?=\d)/, '0o');
  const value = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  if (value >= minInt && value <= maxInt) return { integer: integer(value), float: Number(value), natural: 'integer' };
  if (value > maxUnsigned || value < 0n || text.startsWith('+')) return null;
  return { integer: null, float: Number(value), natural: 'too-large' };
}

function hexFloat(text: string): number | null {
  const [, sign, whole = '', fraction = '', exponent = ''] = hexFloats.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return null;
  if (exponent.length > longestExponent) return null;
  const size = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

/** Go allows underscores between digits and after the prefix of a base, nowhere else. */
function underscoresFit(token: string): boolean {
  if (!token.includes('_')) return true;
  const digit = /^[+-]?0[xX]/.test(token) ? '[\\da-fA-F]' : '\\d';
  const afterPrefix = token.replace(/^[+-]?0[xXbBoO]/, '0');
  return !new RegExp(`(?<!${digit})_|_(?!${digit})`).test(afterPrefix);
}
