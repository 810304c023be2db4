/**
 * Sizes as docker prints them: `500MB` is 500,000,000 bytes and `500MiB` 524,288,000. The spelling is that of docker's
 * go-units (any case, the B may be missing, a fraction, one space before the unit); the meaning is not always: go-units
 * reads `MiB` as decimal where it reads sizes of images and `MB` as binary where it reads memory. Here the i decides, and
 * `500M` is what docker would print as 500MB.
 */

const spelling = /^(\d+(?:\.\d*)?|\.\d+) ?([kmgtp]?)(i?b)?$/i;
const prefixes = ['', 'k', 'm', 'g', 't', 'p'];

/** The size in bytes, a fraction of a byte cut off; null where the text is none, or beyond exact integers (9 PB). */
export function parseByteSize(text: string): number | null {
  const match = spelling.exec(text);
  if (match === null) return null;
  const [, amount = '', prefix = '', ending = ''] = match;
  const binary = ending.toLowerCase() === 'ib';
  if (binary && prefix === '') return null;
  const bytes = Math.trunc(Number(amount) * (binary ? 1024 : 1000) ** prefixes.indexOf(prefix.toLowerCase()));
  return Number.isSafeInteger(bytes) ? bytes : null;
}
