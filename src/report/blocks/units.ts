/**
 * Numbers as people read them. Bytes are written the way docker writes them, decimal units and four significant digits,
 * so that figures of both tools can be held side by side. What is not known is `n/a`, never an estimate; what a compressed
 * layer says of itself and nobody has checked is a claim, with `~` before it.
 */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** `1.234GB`, `360.3MB`, `77B`; `n/a` where the size is not known. docker takes three digits for the size of an image. */
export function formatBytes(bytes: number | null, digits: 3 | 4 = 4): string {
  if (bytes === null) return 'n/a';
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // Docker prints with Go's %.4g: four significant digits, no trailing zeros; 999,999 bytes are 1000kB in both. With
  // three digits it has 1e+03kB there, which nobody can have meant.
  return `${Number(value.toPrecision(digits))}${byteUnits[unit]}`;
}

/** The size, or else what is claimed of it: `~1.234GB`. */
export function formatSize(bytes: number | null, claimedBytes: number | null, digits: 3 | 4 = 4): string {
  if (bytes !== null || claimedBytes === null) return formatBytes(bytes, digits);
  return `~${formatBytes(claimedBytes, digits)}`;
}

/** `75.2MB gzip`: compressed bytes with their forms; `-` where nothing is compressed, `n/a` where nothing is there. */
export function formatCompressed(storedBytes: number | null, compressions: readonly (string | null)[]): string {
  const forms = compressions.filter((form) => form !== null && form !== 'none');
  if (storedBytes === null) return formatBytes(null);
  return forms.length === 0 ? '-' : `${formatBytes(storedBytes)} ${forms.join('+')}`;
}

/** `+1.234GB`, `-77B`, `0B`: a difference of sizes; `n/a` where it is not known. */
export function formatByteChange(bytes: number | null): string {
  if (bytes === null || bytes === 0) return formatBytes(bytes);
  return `${bytes > 0 ? '+' : '-'}${formatBytes(Math.abs(bytes))}`;
}

/** `12,345`; the same on every machine, whatever its locale. */
export function formatCount(count: number): string {
  if (count >= 0 && count < 1000) return String(count);
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 archive`, `2 archives`; the plural is the singular with an s unless it is given. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `33 %`; a share too small to round to 1 is `<1 %`, one that is not quite the whole is never `100 %`. */
export function formatShare(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const percent = Math.round((part / whole) * 100);
  if (percent === 0) return '<1 %';
  return percent === 100 && part !== whole ? '>99 %' : `${percent} %`;
}

/** `+12 %`, `-<1 %`: a change as a share of what there was. */
export function formatChangeShare(change: number, whole: number): string {
  return `${change < 0 ? '-' : '+'}${formatShare(Math.abs(change), whole)}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
