/**
 * Durations as Go's `time.ParseDuration` reads them (`24h`, `1h30m`, `-1.5h`), to the nanosecond and with its overflows:
 * integers of 64 bits, fractions through one floating-point product. One unit is ours: Go refuses `d`, which people type
 * all the same; here it is 24 hours.
 */

const unitNanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n], // micro sign, U+00B5
  ['μs', 1_000n], // Greek mu, U+03BC
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);

const two63 = 1n << 63n;
// One group of digits and its unit; a unit is whatever stands before the next digit or dot.
const part = /(\d*)(?:\.(\d*))?([^\d.]+)/gsuy;

/** The duration in nanoseconds, within 64 bits and their sign; null where the text is none. */
export function parseDuration(text: string): bigint | null {
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return 0n;
  const total = rest === '' ? null : sumOfParts(rest);
  if (total === null) return null;
  if (sign === '-') return -total;
  return total === two63 ? null : total;
}

function sumOfParts(text: string): bigint | null {
  let total = 0n;
  let end = 0;
  for (const [found, whole = '', fraction = '', unit = ''] of text.matchAll(part)) {
    const amount = amountOf(whole, fraction, unitNanoseconds.get(unit));
    if (amount === null) return null;
    // Both are at most 2^63, and Go adds them in 64 bits: twice 2^63 is nothing.
    total = BigInt.asUintN(64, total + amount);
    if (total > two63) return null;
    end += found.length;
  }
  return end === text.length ? total : null;
}

function amountOf(whole: string, fraction: string, unit: bigint | undefined): bigint | null {
  if (unit === undefined || (whole === '' && fraction === '')) return null;
  const count = wholeNumber(whole);
  if (count === null || count > two63 / unit) return null;
  const { digits, scale } = leadingFraction(fraction);
  const amount = count * unit + (digits === 0n ? 0n : BigInt(Math.trunc(Number(digits) * (Number(unit) / scale))));
  return amount > two63 ? null : amount;
}

/** Up to 2^63; the digits are counted first, so that a line of nines costs nothing. */
function wholeNumber(digits: string): bigint | null {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 19) return null;
  const value = BigInt(`0${significant}`);
  return value > two63 ? null : value;
}

/** As many digits as fit into 63 bits, and ten to the power of their number; the others do not count. */
function leadingFraction(fraction: string): { digits: bigint; scale: number } {
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    const next = digits * 10n + BigInt(digit);
    if (digits > (two63 - 1n) / 10n || next > two63) break;
    digits = next;
    scale *= 10;
  }
  return { digits, scale };
}
