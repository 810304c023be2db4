/**
 * Numbers as Go's fmt and strconv write them. JavaScript's own methods round ties upward and change to exponents at other
 * sizes, so a float is taken apart into all of its decimal digits, which are exact, and rounded half to even.
 */
import { type Flags, pad } from './flags.js';
import { isPrintable } from './go-text.js';

/** The verbs for ints: `bcdoOqUvxX`; null for any other. */
export function formatInteger(value: bigint, verb: string, flags: Flags): string | null {
  switch (verb) {
    case 'v':
    case 'd':
      return radix(value, 10, verb, flags);
    case 'b':
      return radix(value, 2, verb, flags);
    case 'o':
    case 'O':
      return radix(value, 8, verb, flags);
    case 'x':
    case 'X':
      return radix(value, 16, verb, flags);
    case 'c':
      return pad(characterOf(value), flags);
    case 'q':
      return pad(quote(characterOf(value), "'", flags.plus), flags);
    case 'U':
      return unicode(value, flags);
    default:
      return null;
  }
}

function radix(value: bigint, base: 2 | 8 | 10 | 16, verb: string, flags: Flags): string {
  const { width, precision } = flags;
  const unpadded: Flags = { ...flags, zero: false };
  if (precision === 0 && value === 0n) return pad('', unpadded);
  const isNegative = value < 0n;
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  const zeros = precision ?? (flags.zero && !flags.minus && width !== null ? width - sign.length : 0);
  let digits = (isNegative ? -value : value).toString(base).padStart(zeros, '0');
  if (flags.sharp && base === 2) digits = `0b${digits}`;
  if (flags.sharp && base === 8 && !digits.startsWith('0')) digits = `0${digits}`;
  if (flags.sharp && base === 16) digits = `0x${digits}`;
  if (verb === 'X') digits = digits.toUpperCase();
  if (verb === 'O') digits = `0o${digits}`;
  return pad(sign + digits, unpadded);
}

function characterOf(value: bigint): string {
  const isCharacter = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  return isCharacter ? String.fromCodePoint(Number(value)) : '\u{fffd}';
}

function unicode(value: bigint, flags: Flags): string {
  const bits = BigInt.asUintN(64, value);
  const character = characterOf(bits);
  const digits = bits
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), '0');
  const isShown = flags.sharp && bits <= 0x10ffffn && isPrintable(character) && BigInt(codeOf(character)) === bits;
  return pad(`U+${digits}${isShown ? ` '${character}'` : ''}`, { ...flags, zero: false });
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** The text as a quoted Go constant; with `asciiOnly` everything else is escaped. */
export function quote(text: string, mark: '"' | "'", asciiOnly: boolean): string {
  const escaped = text.replace(/[^ -~]|["'\\]/gu, (character) => escapeCharacter(character, mark, asciiOnly));
  return mark + escaped + mark;
}

function escapeCharacter(character: string, mark: string, asciiOnly: boolean): string {
  if (character === mark || character === '\\') return `\\${character}`;
  const code = codeOf(character);
  if (isPrintable(character) && (code < 0x80 || !asciiOnly)) return character;
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return asciiOnly ? '\\ufffd' : '\u{fffd}';
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x1_0000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** The verbs for floats: `beEfFgGvxX`; null for any other. */
export function formatFloat(value: number, verb: string, flags: Flags): string | null {
  const form = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  if (!/^[beEfgGxX]$/.test(form)) return null;
  const precision = flags.precision ?? (/[eEf]/.test(form) ? 6 : -1);
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : flags.plus ? '+' : flags.space ? ' ' : '';
  if (Number.isNaN(value)) return pad(`${sign}NaN`, { ...flags, zero: false });
  if (!Number.isFinite(value)) return pad(`${sign || '+'}Inf`, { ...flags, zero: false });
  const plain = formatSize(Math.abs(value), form, precision);
  const digits = flags.sharp && form !== 'b' ? withPoint(plain, form, precision) : plain;
  if (sign === '' || !flags.zero || flags.minus) return pad(sign + digits, flags);
  return sign + pad(digits, { ...flags, width: flags.width === null ? null : flags.width - 1 });
}

/** `#`: the decimal point always, and the zeros that `%g` drops. */
function withPoint(plain: string, form: string, precision: number): string {
  const exponentAt = plain.search(/x/i.test(form) ? /[pP]/ : /[eE]/);
  const [size, tail] = exponentAt < 0 ? [plain, ''] : [plain.slice(0, exponentAt), plain.slice(exponentAt)];
  let missing = /[gGx]/.test(form) ? (precision === -1 ? 6 : precision) : 0;
  let text = size;
  // Every character counts from the first that is no zero; the x of a hexadecimal float too, as in Go.
  missing -= size.replace('.', '').replace(/^0+/, '').length;
  if (!size.includes('.')) {
    if (size === '0') missing -= 1;
    text += '.';
  }
  return text + '0'.repeat(Math.max(missing, 0)) + tail;
}

/** A float of at least zero; precision -1 is the fewest digits that name it. */
function formatSize(value: number, form: string, precision: number): string {
  switch (form) {
    case 'b':
      return binaryExponent(value);
    case 'x':
    case 'X':
      return hexadecimal(value, form, precision);
    case 'f':
      return fixed(
        roundDecimal(exactDecimal(value), (point) => point + precision),
        precision,
      );
    case 'e':
    case 'E':
      return exponential(
        roundDecimal(exactDecimal(value), () => precision + 1),
        precision,
        form,
      );
    default:
      return general(value, form, precision);
  }
}

/** 0.digits × 10^point; no zeros at either end of the digits, none at all for zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

function general(value: number, form: string, wanted: number): string {
  const isShortest = wanted === -1;
  const precision = isShortest ? 0 : Math.max(wanted, 1);
  const decimal = isShortest ? shortestDecimal(value) : roundDecimal(exactDecimal(value), () => precision);
  const { digits, point } = decimal;
  const isWhole = precision > digits.length && digits.length >= point;
  const threshold = isShortest ? 6 : isWhole ? digits.length : precision;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= threshold) return exponential(decimal, digits.length - 1, form === 'g' ? 'e' : 'E');
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function exponential({ digits, point }: Decimal, precision: number, letter: string): string {
  const first = digits === '' ? '0' : digits.slice(0, 1);
  const fraction = precision > 0 ? `.${digits.slice(1).padEnd(precision, '0')}` : '';
  return first + fraction + exponentText(letter, digits === '' ? 0 : point - 1);
}

function exponentText(letter: string, exponent: number): string {
  return `${letter}${exponent < 0 ? '-' : '+'}${Math.abs(exponent).toString().padStart(2, '0')}`;
}

function shortestDecimal(value: number): Decimal {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return value === 0 ? { digits: '', point: 0 } : { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of a float: at most 767 that are no leading zeros. */
function exactDecimal(value: number): Decimal {
  const { mantissa, exponent } = parts(value);
  if (mantissa === 0n) return { digits: '', point: 0 };
  // m / 2^n is m × 5^n / 10^n.
  const fractionDigits = Math.max(-exponent, 0);
  const digits = (exponent < 0 ? mantissa * 5n ** BigInt(-exponent) : mantissa << BigInt(exponent)).toString();
  return { digits: digits.replace(/0+$/, ''), point: digits.length - fractionDigits };
}

/** Rounds half to even to as many digits as `count` gives for the decimal's point. */
function roundDecimal(decimal: Decimal, count: (point: number) => number): Decimal {
  const { digits, point } = decimal;
  const kept = count(point);
  if (kept >= digits.length) return decimal;
  if (kept < 0) return { digits: '', point: 0 };
  const rest = digits.slice(kept);
  const isOdd = kept > 0 && Number(digits[kept - 1]) % 2 === 1;
  const up = rest > '5' || (rest === '5' && isOdd);
  const whole = BigInt(digits.slice(0, kept) || '0') + (up ? 1n : 0n);
  const rounded = whole === 0n ? '' : whole.toString().padStart(kept, '0');
  const carry = rounded.length > kept ? 1 : 0;
  const trimmed = rounded.replace(/0+$/, '');
  return trimmed === '' ? { digits: '', point: 0 } : { digits: trimmed, point: point + carry };
}

const view = new DataView(new ArrayBuffer(8));

/** A float of at least zero as mantissa × 2^exponent. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binaryExponent(value: number): string {
  const { mantissa, exponent } = parts(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

const fractionDigits = 15;

function hexadecimal(value: number, form: 'x' | 'X', precision: number): string {
  let { mantissa, exponent } = parts(value);
  if (mantissa === 0n) exponent = 0;
  else {
    // One digit before the point, and 15 behind it: more than the 13 that a float has.
    while (mantissa >> 60n === 0n) {
      mantissa <<= 1n;
      exponent -= 1;
    }
    exponent += 60;
  }
  if (precision >= 0 && precision < fractionDigits) {
    const dropped = BigInt(4 * (fractionDigits - precision));
    const rest = mantissa & ((1n << dropped) - 1n);
    const half = 1n << (dropped - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa += 1n;
    mantissa <<= dropped;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const digits = mantissa.toString(16).padStart(fractionDigits + 1, '0');
  const fraction = digits.slice(1);
  const kept = precision < 0 ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0');
  const text = `0x${digits.slice(0, 1)}${kept === '' ? '' : '.'}${kept}${exponentText('p', exponent)}`;
  return form === 'X' ? text.toUpperCase() : text;
}
