/**
 * Numbers that JSON can write and a double cannot hold: integers beyond 2 ** 53, `1e400`, fractions of more digits than a
 * double has. `JSON.parse` changes them without a word, so that two documents would read alike that are not. They are
 * kept as they are written. Hostile input: numbers of millions of digits; the work is linear in their length.
 */

/** A number as a document writes it, where a double would be another one. */
export class ExactNumber {
  /** Whether there was one in this process: where there was none, no document can hold one. */
  static exist = false;
  /** No property that is listed: where an object is looked for, a number has no keys. */
  readonly #text: string;

  /** `text`: a number in JSON's grammar. */
  constructor(text: string) {
    ExactNumber.exist = true;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** For whoever knows nothing of this class; `exactJsonText` writes the number itself. */
  toJSON(): { readonly exactNumber: string } {
    return { exactNumber: this.text };
  }
}

/** Whether a double has the value of this number of JSON, and writes it so. */
export function isExact(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && decimalOf(text) === decimalOf(String(value));
}

const longestExponent = 15;

/** One text for all ways to write a value: `-12e3` for -12000 and -1.2e4; as it is written where the exponent is absurd. */
export function decimalOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', power = ''] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]\+?(-?\d+))?$/.exec(text) ?? [];
  if (power.length > longestExponent) return text;
  const digits = (whole + fraction).replace(/^0+/, '');
  const kept = trimZeros(digits);
  if (kept === '') return '0';
  return `${sign}${kept}e${Number(power) - fraction.length + digits.length - kept.length}`;
}

/** Without the zeros at the end; a regular expression would try each run of zeros in the middle again and again. */
function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
